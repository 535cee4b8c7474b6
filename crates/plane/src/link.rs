//! The link of the plane: a query string, readable but for data of one's own, total to parse, bounded.
//!
//! Keys: `show`, `data`, `letter`, `parts` (see `data::inline`), `points`, `source`, `schedule`, `coupling`, `layers`,
//! `particles`, `seed`, `sampler`, `steps`, `grid`, `stochasticity`, `tolerance`, `against`, `level`, `start`, `frame`, `camera`,
//! `probe`, `guidance`, `family`, `adversarial`, `critic-steps`, `beta`, `loss`, `batch`, `rate`, `train-seed`, `trained`, `rounds`,
//! `tour`.

use super::{
    camera::{self, Camera, SPANS},
    spec::{Against, Layers, MAX_LEVEL, MAX_TRAINED, Spec},
    tour::STOPS,
};
use data::{
    inline,
    shapes::{LETTERS, MAX_PARTS, REACH, Shape},
};
use flow::{
    bounded::{brief, within},
    coupling::Coupling,
    keyed::Keyed,
    sampler::MAX_STOCHASTICITY,
};
use protocol::{
    message::{MAX_GUIDANCE, MAX_LEARNING_RATE, MAX_TOLERANCE, MIN_TOLERANCE},
    plane::{BATCHES, MAX_PARTICLES, MAX_ROUNDS, MAX_STEPS},
    recipe::{MAX_BETA, MAX_CRITIC_STEPS},
};
use std::fmt::Display;

/// Longest query that is read; the rest is ignored.
pub const MAX_QUERY: usize = 8_000;

impl Spec {
    /// Reads a query string, with or without its `?`. Unknown keys are ignored; a bad value is replaced by the default
    /// and gets one sentence in the second result.
    pub fn parse(query: &str) -> (Self, Vec<String>) {
        let end = query.char_indices().map(|(i, _)| i).find(|&i| i >= MAX_QUERY).unwrap_or(query.len());
        let pairs = || query[..end].trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
        // Whoever asks for nothing gets the opening; any word means what it has always meant.
        let plain = if pairs().next().is_none() { Self::opening() } else { Self::default() };
        let (mut spec, mut complaints) = (plain, Vec::new());
        // A stop of the tour is what the rest of its link changes.
        for (_, value) in pairs().filter(|(key, _)| *key == "tour") {
            match within("tour", value, 1, STOPS.len()) {
                Ok(n) => spec = Self::stop(n),
                Err(sentence) => complaints.push(sentence),
            }
        }
        // A family brings its usual rate with it.
        for (_, value) in pairs().filter(|(key, _)| *key == "family") {
            // What it is not is complained about below.
            let _ = spec.set("family", value);
        }
        // A data set brings its parts with it, so those of one's own come after it.
        let (own, rest): (Vec<_>, Vec<_>) = pairs().partition(|(key, _)| *key == "parts");
        for (key, value) in rest.into_iter().chain(own) {
            complaints.extend(spec.set(key, value).err());
        }
        (spec, complaints)
    }

    /// What stop `n` of the tour shows, from 1.
    pub fn stop(n: usize) -> Self {
        let (mut spec, n) = (Self::default(), n.clamp(1, STOPS.len()));
        for (key, value) in STOPS[n - 1].link.split('&').filter_map(|pair| pair.split_once('=')) {
            // A test holds every stop to being read without complaint.
            let _ = spec.set(key, value);
        }
        Self { tour: Some(n), ..spec }
    }

    /// Reads one value; if it is none of that key, a sentence, and nothing changes. Unknown keys are ignored.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let learning = &mut self.learning;
        match key {
            "show" => self.show = value.parse()?,
            "data" => self.take_data(value.parse()?, self.letter),
            "letter" => self.take_data(self.data, letter(value)?),
            "parts" => self.parts = inline::parts(value)?,
            "points" if value == "all" => self.points = None,
            "points" => self.points = Some(within(key, value, 1, MAX_PARTS)?),
            "source" if value == "noise" => self.source = None,
            "source" => self.source = Some(value.parse()?),
            "schedule" => self.schedule = value.parse()?,
            "coupling" => learning.coupling = coupling(value)?,
            "layers" => self.layers = layers(value)?,
            "particles" => self.particles = within(key, value, 1, MAX_PARTICLES)?,
            "seed" => self.seed = within(key, value, 0, u64::MAX)?,
            "sampler" => self.sampler = value.parse()?,
            "steps" => self.steps = within(key, value, 1, MAX_STEPS)?,
            "grid" => self.grid = value.parse()?,
            "stochasticity" => self.stochasticity = within(key, value, 0.0, MAX_STOCHASTICITY)?,
            "tolerance" => self.tolerance = within(key, value, MIN_TOLERANCE, MAX_TOLERANCE)?,
            "against" => self.against = value.parse::<Against>()?,
            "level" => self.level = within(key, value, 0.0, MAX_LEVEL)?,
            "start" if value == "source" => self.start = None,
            "start" => self.start = Some(place(key, value)?),
            "frame" if value == "play" => self.frame = None,
            "frame" => self.frame = Some(within(key, value, 0, MAX_STEPS)?),
            "camera" => self.camera = camera(value)?,
            "probe" if value == "none" => self.probe = None,
            "probe" => self.probe = Some(place(key, value)?),
            "guidance" => self.guidance = within(key, value, 0.0, MAX_GUIDANCE)?,
            "family" => *learning = learning.of(value.parse()?),
            "adversarial" => learning.adversarial = value.parse()?,
            "critic-steps" => learning.critic_steps = within(key, value, 1, MAX_CRITIC_STEPS)?,
            "beta" => learning.beta = within(key, value, 0.0, MAX_BETA)?,
            "loss" => learning.loss = value.parse()?,
            "batch" => learning.batch = within(key, value, BATCHES[0], BATCHES[1])?,
            "rate" => learning.rate = within(key, value, 1e-6, MAX_LEARNING_RATE)?,
            "train-seed" => learning.seed = within(key, value, 0, u64::MAX)?,
            "trained" => learning.trained = within(key, value, 0, MAX_TRAINED)?,
            "rounds" => learning.rounds = within(key, value, 0, MAX_ROUNDS)?,
            _ => {}
        }
        Ok(())
    }

    /// Another data set, with its own parts.
    pub fn take_data(&mut self, data: Shape, letter: char) {
        (self.data, self.letter) = (data, letter);
        self.parts = data.parts(letter);
    }

    /// The query string without `?` and `view`. What differs from the default, or from the stop of the tour, is written.
    pub fn to_query(&self) -> String {
        let plain = self.tour.map_or_else(Self::default, Self::stop);
        let (learning, usual) = (&self.learning, &plain.learning);
        let mut query = String::new();
        let mut add = |key: &str, value: &dyn Display, differs: bool| {
            if differs {
                query += &format!("&{key}={value}");
            }
        };
        add("tour", &self.tour.unwrap_or(1), self.tour.is_some());
        add("show", &self.show, self.show != plain.show);
        add("data", &self.data, self.data != plain.data);
        add("letter", &self.letter, self.letter != plain.letter);
        // Points that no link can hold were complained about when they came.
        let own = (self.parts != self.data.parts(self.letter)).then(|| inline::text(&self.parts).ok()).flatten();
        add("parts", &own.as_deref().unwrap_or_default(), own.is_some());
        add("points", &or(self.points, "all"), self.points != plain.points);
        add("source", &or(self.source, "noise"), self.source != plain.source);
        add("schedule", &self.schedule, self.schedule != plain.schedule);
        add("coupling", &learning.coupling, learning.coupling != usual.coupling);
        add("layers", &names(self.layers), self.layers != plain.layers);
        add("particles", &self.particles, self.particles != plain.particles);
        add("seed", &self.seed, self.seed != plain.seed);
        add("sampler", &self.sampler, self.sampler != plain.sampler);
        add("steps", &self.steps, self.steps != plain.steps);
        add("grid", &self.grid, self.grid != plain.grid);
        add("stochasticity", &self.stochasticity, self.stochasticity != plain.stochasticity);
        add("tolerance", &self.tolerance, self.tolerance != plain.tolerance);
        add("against", &self.against, self.against != plain.against);
        add("level", &self.level, self.level != plain.level);
        add("start", &point(self.start, "source"), self.start != plain.start);
        add("frame", &or(self.frame, "play"), self.frame != plain.frame);
        let ([x, y], span) = (self.camera.centre(), self.camera.span());
        add("camera", &format!("{x},{y},{span}"), self.camera != plain.camera);
        add("probe", &point(self.probe, "none"), self.probe != plain.probe);
        add("guidance", &self.guidance, self.guidance != plain.guidance);
        add("family", &learning.family, learning.family != usual.family);
        let usual = &usual.of(learning.family);
        add("adversarial", &learning.adversarial, learning.adversarial != usual.adversarial);
        add("critic-steps", &learning.critic_steps, learning.critic_steps != usual.critic_steps);
        add("beta", &learning.beta, learning.beta != usual.beta);
        add("loss", &learning.loss, learning.loss != usual.loss);
        add("batch", &learning.batch, learning.batch != usual.batch);
        add("rate", &learning.rate, learning.rate != usual.rate);
        add("train-seed", &learning.seed, learning.seed != usual.seed);
        add("trained", &learning.trained, learning.trained != usual.trained);
        add("rounds", &learning.rounds, learning.rounds != usual.rounds);
        // No words at all are the opening, which is another frame.
        if query.is_empty() { "frame=play".into() } else { query.trim_start_matches('&').into() }
    }
}

fn letter(value: &str) -> Result<char, String> {
    let mut characters = value.chars();
    let found = characters.next().filter(|it| LETTERS.contains(*it) && characters.next().is_none());
    found.ok_or_else(|| format!("letter cannot be “{}”; it is one of {LETTERS}", brief(value)))
}

fn coupling(value: &str) -> Result<Coupling, String> {
    let coupling: Coupling = value.parse()?;
    let known = matches!(coupling, Coupling::Independent | Coupling::Optimal);
    known.then_some(coupling).ok_or_else(|| format!("points are paired as independent or optimal, not as {coupling}"))
}

fn layers(value: &str) -> Result<Layers, String> {
    if value.is_empty() || value == "none" {
        return Ok(Layers::NONE);
    }
    value.split(',').map(str::parse).collect()
}

fn names(layers: Layers) -> String {
    let names: Vec<_> = layers.on().map(Keyed::key).collect();
    if names.is_empty() { "none".into() } else { names.join(",") }
}

/// So many numbers with commas between them.
fn numbers<const N: usize>(value: &str) -> Option<[f64; N]> {
    let numbers: Vec<f64> = value.split(',').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    <[f64; N]>::try_from(numbers).ok().filter(|numbers| numbers.iter().all(|number| number.is_finite()))
}

fn place(key: &str, value: &str) -> Result<[f64; 2], String> {
    let place = numbers(value).filter(|[x, y]: &[f64; 2]| x.abs().max(y.abs()) <= 2.0 * REACH);
    place.ok_or_else(|| {
        let reach = 2.0 * REACH;
        format!("{key} cannot be “{}”; it is two numbers like 0.5,-1 from -{reach} to {reach}", brief(value))
    })
}

fn point(place: Option<[f64; 2]>, none: &str) -> String {
    place.map_or_else(|| none.into(), |[x, y]| format!("{x},{y}"))
}

/// A value, or the word for its absence.
fn or<T: Display>(value: Option<T>, none: &str) -> String {
    value.map_or_else(|| none.into(), |value| value.to_string())
}

fn camera(value: &str) -> Result<Camera, String> {
    let sound = |[x, y, span]: &[f64; 3]| x.abs().max(y.abs()) <= camera::REACH && (SPANS[0]..=SPANS[1]).contains(span);
    let camera = numbers(value).filter(sound).map(|[x, y, span]| Camera::new([x, y], span));
    camera.ok_or_else(|| format!("camera cannot be “{}”; it is x,y,width of what is seen, like 0,0,8", brief(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        colour::LIGHT,
        figure::Figure,
        panel::Detail,
        panels::panels,
        spec::{Layer, Learning, Show},
        svg::{Sheet, document},
    };
    use data::shapes::Part;
    use flow::{
        adversarial::Objective, family::FamilyId, formula, sampler::SamplerId, schedule::ScheduleId, time::Grid,
    };
    use proptest::{prelude::*, sample::select};
    use protocol::plane::PlaneLoss;

    fn one<T: Keyed + std::fmt::Debug>() -> impl Strategy<Value = T> {
        select(T::all().collect::<Vec<_>>())
    }

    prop_compose! {
        fn place()(x in -16.0..16.0, y in -16.0..16.0) -> [f64; 2] { [x, y] }
    }

    prop_compose! {
        fn part()(weight in 0.1..10.0, x in -8.0..8.0, y in -8.0..8.0, std in 0.02..3.0, class in 0u8..2) -> Part {
            Part { weight, centre: [x, y], std, class }
        }
    }

    prop_compose! {
        fn learnings()(
            loss in one::<PlaneLoss>(), batch in BATCHES[0]..=BATCHES[1], rate in 1e-6..0.1, seed: u64, optimal: bool,
            trained in 0..=MAX_TRAINED, rounds in 0..=MAX_ROUNDS, family in one::<FamilyId>(), adversarial in one::<Objective>(),
            critic_steps in 1..=MAX_CRITIC_STEPS, beta in 0.0..MAX_BETA,
        ) -> Learning {
            let coupling = if optimal { Coupling::Optimal } else { Coupling::Independent };
            Learning { family, adversarial, critic_steps, beta, loss, batch, rate, seed, coupling, trained, rounds }
        }
    }

    prop_compose! {
        fn figures()(
            show in one::<Show>(), data in one::<Shape>(), letter in select(LETTERS.chars().collect::<Vec<_>>()),
            own in prop::option::of(prop::collection::vec(part(), 1..20)), source in prop::option::of(one::<Shape>()),
            points in prop::option::of(1..=MAX_PARTS), layers in prop::collection::vec(one::<Layer>(), 0..9),
            probe in prop::option::of(place()), start in prop::option::of(place()), centre in place(), span in 0.5..40.0,
        ) -> Spec {
            let parts = own.map_or_else(|| data.parts(letter), |parts| inline::rounded(&parts));
            let (layers, camera) = (layers.into_iter().collect(), Camera::new(centre, span));
            Spec { show, data, letter, parts, source, points, layers, probe, start, camera, ..Spec::default() }
        }
    }

    prop_compose! {
        fn specs()(
            figure in figures(), learning in learnings(), schedule in one::<ScheduleId>(), particles in 1..=MAX_PARTICLES,
            seed: u64, sampler in one::<SamplerId>(), steps in 1..=MAX_STEPS, grid in one::<Grid>(),
            stochasticity in 0.0..MAX_STOCHASTICITY, tolerance in MIN_TOLERANCE..MAX_TOLERANCE, against in one::<Against>(),
            level in 0.0..MAX_LEVEL, frame in prop::option::of(0..=MAX_STEPS), guidance in 0.0..MAX_GUIDANCE,
            tour in prop::option::of(1..=STOPS.len()),
        ) -> Spec {
            Spec {
                learning, schedule, particles, seed, sampler, steps, grid, stochasticity, tolerance, against, level, frame,
                guidance, tour, ..figure
            }
        }
    }

    proptest! {
        #[test]
        fn every_spec_round_trips(spec in specs()) {
            let query = spec.to_query();
            prop_assert_eq!(Spec::parse(&query), (spec, vec![]), "{}", query);
        }

        #[test]
        fn any_text_parses_to_a_spec_that_round_trips(text in ".{0,300}") {
            let (spec, _) = Spec::parse(&text);
            prop_assert_eq!(Spec::parse(&spec.to_query()).0, spec);
        }

        #[test]
        fn any_value_of_a_known_key_is_taken_or_answered(
            key in "show|data|letter|parts|points|source|schedule|coupling|layers|particles|seed|sampler|steps|grid|stochasticity|tolerance|against|level|start|frame|camera|probe|guidance|loss|batch|rate|train-seed|trained|rounds|tour",
            value in "[^&]{0,60}",
        ) {
            let (spec, complaints) = Spec::parse(&format!("{key}={value}"));
            prop_assert!(complaints.len() <= 1);
            prop_assert!(complaints.is_empty() || spec == Spec::default(), "{}", complaints.join(" "));
        }
    }

    #[test]
    fn every_stop_of_the_tour_is_a_link_with_a_formula_and_a_picture() {
        for (n, stop) in (1..).zip(&STOPS) {
            let (spec, complaints) = Spec::parse(stop.link);
            assert_eq!(complaints, Vec::<String>::new(), "{}", stop.title);
            assert_eq!(Spec::parse(&format!("tour={n}")).0, Spec { tour: Some(n), ..spec.clone() }, "{}", stop.title);
            assert_eq!(spec.clone().fit(), Vec::<String>::new(), "{}", stop.title);
            assert!(formula::all().iter().any(|(key, _)| key == stop.formula), "{}", stop.formula);
            assert!(stop.asks.contains('?'), "{}", stop.title);
            assert!(stop.moves.iter().all(|key| Spec::default().set(key, "nonsense").is_err()), "{}", stop.title);
            let small = Spec { particles: 100, ..spec };
            let mut figure = Figure::new(&small);
            while figure.work() {}
            assert!(figure.is_complete() && figure.complaint().is_none());
            let panels = panels(&figure, small.steps / 2, &Detail { cells: 40, theme: LIGHT, hover: None });
            assert!(!panels.is_empty(), "{}", stop.title);
            for panel in panels {
                let (title, description) = (panel.head.title.as_str(), panel.head.words.as_str());
                let sheet =
                    Sheet { camera: small.camera, size: [300.0, 300.0], paper: LIGHT.paper, title, description };
                assert!(document(&panel.marks, &sheet).contains("</svg>"), "{}", stop.title);
                assert!(panel.marks.len() > 1, "{}: {title}", stop.title);
            }
        }
    }

    #[test]
    fn a_bare_address_opens_in_the_middle_and_no_other_link_has_changed() {
        assert_eq!(Spec::parse(""), (Spec::opening(), vec![]));
        assert_eq!(Spec::opening().times()[20], 0.5);
        assert_eq!(Spec::parse(&Spec::opening().to_query()).0.frame, Some(20));
        // What was written before there was an opening: without a frame it plays, with one it stands there.
        for query in ["seed=1", "show=path", "data=rings", "frame=play"] {
            assert_eq!(Spec::parse(query).0.frame, None, "{query}");
        }
        assert_eq!(Spec::parse("frame=7").0.frame, Some(7));
    }

    #[test]
    fn bad_values_get_a_sentence_and_the_default() {
        let (spec, complaints) =
            Spec::parse("?steps=0&camera=1,2&probe=here&layers=all&coupling=masked&letter=ab&data=rings");
        assert_eq!(spec, {
            let mut spec = Spec::default();
            spec.take_data(Shape::Rings, 'R');
            spec
        });
        assert_eq!(complaints.len(), 6, "{complaints:?}");
        assert!(complaints[0].contains("from 1 to 200"), "{}", complaints[0]);
    }
}
