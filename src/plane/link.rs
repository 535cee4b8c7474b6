//! The link of the plane: a query string, readable but for data of one's own, total to parse, bounded.
//!
//! Keys: `show`, `data`, `letter`, `parts` (see `crate::data::inline`), `points`, `source`, `schedule`, `coupling`, `layers`,
//! `particles`, `seed`, `sampler`, `steps`, `grid`, `stochasticity`, `tolerance`, `against`, `level`, `start`, `frame`, `camera`,
//! `probe`, `guidance`, `loss`, `batch`, `rate`, `train-seed`, `trained`, `rounds`, `tour`.

use super::{
    camera::{self, Camera, SPANS},
    spec::{Against, Layers, MAX_PARTICLES, MAX_ROUNDS, MAX_STEPS, MAX_TRAINED, STOPS, Spec},
};
use crate::{
    data::{
        inline,
        shapes::{LETTERS, MAX_PARTS, REACH, Shape},
    },
    flow::{coupling::Coupling, keyed::Keyed, sampler::MAX_STOCHASTICITY},
    lab::{
        link::{brief, within},
        protocol::{MAX_GUIDANCE, MAX_LEARNING_RATE, MAX_TOLERANCE, MIN_TOLERANCE},
    },
};
use std::fmt::Display;

/// Longest query that is read; the rest is ignored.
pub const MAX_QUERY: usize = 8_000;

impl Spec {
    /// Reads a query string, with or without its `?`. Unknown keys are ignored; a bad value is replaced by the default
    /// and gets one sentence in the second result.
    pub fn parse(query: &str) -> (Self, Vec<String>) {
        let (mut spec, mut complaints) = (Self::default(), Vec::new());
        let end = query.char_indices().map(|(i, _)| i).find(|&i| i >= MAX_QUERY).unwrap_or(query.len());
        let pairs = || query[..end].trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
        // A data set brings its parts with it, so those of one's own come after it.
        let (own, rest): (Vec<_>, Vec<_>) = pairs().partition(|(key, _)| *key == "parts");
        for (key, value) in rest.into_iter().chain(own) {
            complaints.extend(spec.set(key, value).err());
        }
        (spec, complaints)
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
            "level" => self.level = within(key, value, 0.0, 1.0)?,
            "start" if value == "source" => self.start = None,
            "start" => self.start = Some(place(key, value)?),
            "frame" => self.frame = Some(within(key, value, 0, MAX_STEPS)?),
            "camera" => self.camera = camera(value)?,
            "probe" if value == "none" => self.probe = None,
            "probe" => self.probe = Some(place(key, value)?),
            "guidance" => self.guidance = within(key, value, 0.0, MAX_GUIDANCE)?,
            "loss" => learning.loss = value.parse()?,
            "batch" => learning.batch = within(key, value, 16, 1024)?,
            "rate" => learning.rate = within(key, value, 1e-6, MAX_LEARNING_RATE)?,
            "train-seed" => learning.seed = within(key, value, 0, u64::MAX)?,
            "trained" => learning.trained = within(key, value, 0, MAX_TRAINED)?,
            "rounds" => learning.rounds = within(key, value, 0, MAX_ROUNDS)?,
            "tour" => self.tour = Some(within(key, value, 1, STOPS)?),
            _ => {}
        }
        Ok(())
    }

    /// Another data set, with its own parts.
    pub fn take_data(&mut self, data: Shape, letter: char) {
        (self.data, self.letter) = (data, letter);
        self.parts = data.parts(letter);
    }

    /// The query string without `?` and `view`. What differs from the default is written, and nothing else.
    pub fn to_query(&self) -> String {
        let plain = Self::default();
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
        add("points", &self.points.unwrap_or(1), self.points.is_some());
        add("source", &self.source.unwrap_or_default(), self.source.is_some());
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
        add("start", &point(self.start), self.start.is_some());
        add("frame", &self.frame.unwrap_or(0), self.frame.is_some());
        let ([x, y], span) = (self.camera.centre(), self.camera.span());
        add("camera", &format!("{x},{y},{span}"), self.camera != plain.camera);
        add("probe", &point(self.probe), self.probe.is_some());
        add("guidance", &self.guidance, self.guidance != plain.guidance);
        add("loss", &learning.loss, learning.loss != usual.loss);
        add("batch", &learning.batch, learning.batch != usual.batch);
        add("rate", &learning.rate, learning.rate != usual.rate);
        add("train-seed", &learning.seed, learning.seed != usual.seed);
        add("trained", &learning.trained, learning.trained != 0);
        add("rounds", &learning.rounds, learning.rounds != 0);
        query.trim_start_matches('&').into()
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

fn point(place: Option<[f64; 2]>) -> String {
    let [x, y] = place.unwrap_or_default();
    format!("{x},{y}")
}

fn camera(value: &str) -> Result<Camera, String> {
    let sound = |[x, y, span]: &[f64; 3]| x.abs().max(y.abs()) <= camera::REACH && (SPANS[0]..=SPANS[1]).contains(span);
    let camera = numbers(value).filter(sound).map(|[x, y, span]| Camera::new([x, y], span));
    camera.ok_or_else(|| format!("camera cannot be “{}”; it is x,y,width of what is seen, like 0,0,8", brief(value)))
}
