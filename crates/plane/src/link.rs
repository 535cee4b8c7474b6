//! The link of the plane: a query string, readable but for data of one's own (`data::inline`), total to parse, bounded.
//!
//! Its keys are those of the [settings](super::settings), and `tour`, the stop from which the rest of a link departs.

use super::{
    settings::{find, settings},
    spec::Spec,
    tour::STOPS,
};
use flow::bounded::within;
use protocol::setting::words;

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
        find(key).map_or(Ok(()), |setting| (setting.write)(self, value))
    }

    /// The query string without `?` and `view`. What differs from the default, or from the stop of the tour, is written.
    pub fn to_query(&self) -> String {
        let usual = self.tour.map_or_else(Self::default, Self::stop);
        let tour = self.tour.map(|n| ("tour", n.to_string()));
        let words = tour.into_iter().chain(words(settings(), &usual, self));
        let query = words.map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&");
        // No words at all are the opening, which is another frame.
        if query.is_empty() { "frame=play".into() } else { query }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        camera::Camera,
        colour::LIGHT,
        figure::Figure,
        panel::Detail,
        panels::panels,
        spec::{Against, FigureKind, Layer, Learning, MAX_LEVEL, MAX_TRAINED},
        svg::{Sheet, document},
    };
    use data::{
        inline,
        shapes::{LETTERS, MAX_PARTS, Part, Shape},
    };
    use flow::{
        adversarial::Objective,
        coupling::Coupling,
        family::{FamilyId, Needs},
        formula,
        keyed::Keyed,
        sampler::{MAX_STOCHASTICITY, SamplerId},
        schedule::ScheduleId,
        time::Grid,
    };
    use proptest::{prelude::*, sample::select};
    use protocol::{
        cloud::{CloudSpec, MAX_PARTICLES, MAX_STEPS},
        message::{MAX_GUIDANCE, MAX_TOLERANCE, MIN_TOLERANCE},
        method::{BATCHES, Method, PlaneLoss},
        plane::MAX_ROUNDS,
        recipe::{MAX_BETA, MAX_CRITIC_STEPS},
    };

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
        fn methods()(
            loss in one::<PlaneLoss>(), batch in BATCHES[0]..=BATCHES[1], learning_rate in 1e-6..0.1, seed: u64, optimal: bool,
            family in select(FamilyId::of(Needs::Points).collect::<Vec<_>>()), adversarial in one::<Objective>(), critic_steps in 1..=MAX_CRITIC_STEPS,
            beta in 0.0..MAX_BETA,
        ) -> Method {
            let coupling = if optimal { Coupling::Optimal } else { Coupling::Independent };
            Method { family, adversarial, critic_steps, beta, coupling, loss, batch, learning_rate, seed }
        }
    }

    prop_compose! {
        fn clouds()(
            particles in 1..=MAX_PARTICLES, seed: u64, sampler in one::<SamplerId>(), steps in 1..=MAX_STEPS,
            grid in one::<Grid>(), stochasticity in 0.0..MAX_STOCHASTICITY, tolerance in MIN_TOLERANCE..MAX_TOLERANCE,
        ) -> CloudSpec {
            CloudSpec { particles, seed, sampler, steps, grid, stochasticity, tolerance }
        }
    }

    prop_compose! {
        fn figures()(
            show in one::<FigureKind>(), data in one::<Shape>(), letter in select(LETTERS.chars().collect::<Vec<_>>()),
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
            figure in figures(), method in methods(), cloud in clouds(), schedule in one::<ScheduleId>(),
            against in one::<Against>(), level in 0.0..MAX_LEVEL, frame in prop::option::of(0..=MAX_STEPS),
            guidance in 0.0..MAX_GUIDANCE, trained in 0..=MAX_TRAINED, rounds in 0..=MAX_ROUNDS,
            tour in prop::option::of(1..=STOPS.len()),
        ) -> Spec {
            let learning = Learning { trained, rounds };
            Spec { method, cloud, schedule, against, level, frame, guidance, learning, tour, ..figure }
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
            key in select(settings().map(|it| it.key).chain(["tour"]).collect::<Vec<_>>()),
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
            let small = Spec { cloud: CloudSpec { particles: 100, ..spec.cloud }, ..spec };
            let mut figure = Figure::new(&small);
            while figure.work() {}
            assert!(figure.is_complete() && figure.complaint().is_none());
            let panels = panels(&figure, small.cloud.steps / 2, &Detail { cells: 40, theme: LIGHT, hover: None });
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
