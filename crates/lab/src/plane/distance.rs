//! How far what is learned is from the truth, and from straight lines.

use super::{density::log_density, marginals::Marginals, one_pass::Artist, round::Drawer};
use crate::{batch, world::World};
use data::shapes::Part;
use flow::{
    brownian::Brownian,
    energy::distance as energy_distance,
    path,
    reflow::{midpoints, straightness},
    rng::{Purpose, Stream},
    sampler::{Process, SamplerId},
    schedule::{Linear, Schedule},
    time::Grid,
};
use model::point::PointField;
use protocol::learned::{Distances, Drawing};
use std::rc::Rc;

/// Samples, and fresh data that they are compared with.
pub const SAMPLES: usize = 1000;
const DATA: usize = 2000;
/// Samples of one call.
const CHUNK: usize = 250;
/// Intervals of their solver, Heun's, which has two evaluations in each.
const INTERVALS: usize = 16;
/// Milliseconds over which drawing is timed.
const LONG_ENOUGH: f64 = 10.0;
/// Fresh data whose density is asked for, and those of one call: every one is followed back to noise.
const WEIGHED: usize = 256;
const WEIGHED_AT_ONCE: usize = 64;
/// Times at which velocities are compared, and points at each.
const TIMES: usize = 16;
const POINTS: usize = 64;
/// Pairs of parts up to which the exact velocity is worth its time.
const MOST_PAIRS: usize = 1 << 15;
/// A part of the data is reached by a sample within so many of its widths.
const NEAR: f64 = 3.0;
/// Indices of the streams.
const FRESH: u64 = 1;
const EXAM: u64 = 2;
const STARTS: u64 = 1 << 32;

/// Points on the path with their exact velocities.
#[derive(Default)]
pub struct Exam {
    points: Vec<([f64; 2], f64)>,
    truth: Vec<f64>,
}

impl Exam {
    /// Adds the points of one more time; true when all are there.
    fn grow(&mut self, ends: &Marginals, schedule: &dyn Schedule, seed: u64) -> bool {
        let done = self.points.len() / POINTS;
        if done < TIMES {
            let t = batch::time(schedule, (done as f64 + 0.5) / TIMES as f64);
            let (c, mut stream) = (schedule.at(t), Stream::new(seed, Purpose::Evaluate, EXAM << 8 | done as u64));
            let cloud: Vec<[f64; 2]> =
                (0..POINTS).map(|_| path::x_t(&c, &ends.source(&mut stream), &ends.data(&mut stream))).collect();
            self.truth.extend(ends.between().at(&c).velocity(cloud.as_flattened()));
            self.points.extend(cloud.into_iter().map(|x| (x, t)));
        }
        done + 1 >= TIMES
    }

    /// E |u_θ - u|² / E |u|²
    fn error(&self, field: &PointField) -> f64 {
        let learned = field.at(self.points.iter().copied());
        let wrong: f64 = learned.iter().zip(&self.truth).map(|(a, b)| (a - b) * (a - b)).sum();
        wrong / self.truth.iter().map(|u| u * u).sum::<f64>()
    }
}

/// A measurement under way.
pub enum Measuring {
    Paths(Box<PathMeasuring>),
    OnePass(OnePassMeasuring),
}

impl Measuring {
    /// Of what draws points, which was to learn `data`. `known`: whether the exact velocity is that of independent pairs on
    /// this path.
    pub fn new(drawer: Drawer, ends: Rc<Marginals>, data: &[Part], seed: u64, known: bool) -> Self {
        let parts = data.iter().filter(|part| part.weight > 0.0).copied().collect();
        match drawer {
            Drawer::Field(field) => Self::Paths(PathMeasuring::new(*field, Data { ends, parts, seed }, known).into()),
            Drawer::Artist(artist) => Self::OnePass(OnePassMeasuring { artist, data: Data { ends, parts, seed } }),
        }
    }

    /// Part of it; the distances when all is measured. `exam` is of the same ends and path, and is finished on the way.
    pub fn work(&mut self, exam: &mut Exam, world: &impl World) -> Option<Distances> {
        match self {
            Self::Paths(measuring) => measuring.work(exam, world),
            Self::OnePass(measuring) => Some(measuring.finish(world)),
        }
    }
}

/// What was to be learned.
struct Data {
    ends: Rc<Marginals>,
    /// Those of some weight.
    parts: Vec<Part>,
    seed: u64,
}

impl Data {
    /// Fresh data, the same each time.
    fn fresh(&self) -> Vec<[f64; 2]> {
        let mut stream = Stream::new(self.seed, Purpose::Evaluate, FRESH);
        (0..DATA).map(|_| self.ends.data(&mut stream)).collect()
    }

    /// Those whose density is asked for, flat.
    fn weighed(&self) -> Vec<f64> {
        self.fresh()[..WEIGHED].as_flattened().to_vec()
    }

    /// What a model says of [`weighed`](Self::weighed), beside what the data say.
    fn nats(&self, log_density: &[f64]) -> Option<[f64; 2]> {
        let mean = |all: &[f64]| -all.iter().sum::<f64>() / all.len() as f64;
        let exact = self.ends.log_density_of_data(&self.weighed())?;
        Some([mean(log_density), mean(&exact)]).filter(|nats| nats.iter().all(|nats| nats.is_finite()))
    }

    /// What holds of samples however they were drawn: their distance from fresh data, and the parts that are reached.
    fn of_samples(&self, drawn: &[f64]) -> Distances {
        let near = |x: &[f64; 2], part: &Part| (x[0] - part.centre[0]).hypot(x[1] - part.centre[1]) <= NEAR * part.std;
        let reached = |part: &&Part| drawn.as_chunks::<2>().0.iter().any(|x| near(x, part));
        let energy = energy_distance::<2>(drawn, self.fresh().as_flattened());
        let modes = [self.parts.iter().filter(reached).count(), self.parts.len()];
        Distances { energy: Some(energy), modes: Some(modes), ..Distances::default() }
    }
}

/// Of points that one pass makes.
pub struct OnePassMeasuring {
    artist: Artist,
    data: Data,
}

impl OnePassMeasuring {
    fn finish(&self, world: &impl World) -> Distances {
        let (begin, mut rounds) = (world.now(), 0.0);
        let draw = || self.artist.points(&Artist::codes(self.data.seed.wrapping_add(FRESH), 0..SAMPLES), 1.0);
        // Some clocks tell no less than a millisecond, in which it may be done.
        let mut drawn = vec![];
        while drawn.is_empty() || (world.now() - begin < LONG_ENOUGH && rounds < 20.0) {
            (drawn, rounds) = (draw(), rounds + 1.0);
        }
        let ms = (world.now() - begin) / rounds;
        let drawing = Drawing { ms: ms * 1000.0 / SAMPLES as f64, evaluations: 1 };
        let told = self.artist.log_density(&self.data.weighed());
        let nats = told.and_then(|told| self.data.nats(&told));
        Distances { nats, drawing: Some(drawing), ..self.data.of_samples(&drawn) }
    }
}

/// Of particles that follow a field.
pub struct PathMeasuring {
    field: PointField,
    data: Data,
    known: bool,
    starts: Vec<f64>,
    finished: Vec<f64>,
    /// Milliseconds that they have taken.
    spent: f64,
    /// log p of the first fresh data.
    told: Vec<f64>,
}

impl PathMeasuring {
    fn new(field: PointField, data: Data, known: bool) -> Self {
        let pairs = data.ends.between().source().len() * data.ends.between().data().len();
        let known = known && pairs <= MOST_PAIRS;
        Self { field, data, known, starts: vec![], finished: vec![], spent: 0.0, told: vec![] }
    }

    fn work(&mut self, exam: &mut Exam, world: &impl World) -> Option<Distances> {
        let (schedule, Data { ends, seed, .. }) = (self.field.config.schedule.0, &self.data);
        if self.known && !exam.grow(ends, schedule, *seed) {
            return None;
        }
        let done = self.finished.len() / 2;
        if done < SAMPLES {
            let begin = world.now();
            let mut starts: Vec<f64> = vec![];
            for i in done..done + CHUNK {
                let mut stream = Stream::new(*seed, Purpose::Evaluate, STARTS | i as u64);
                starts.extend(ends.source(&mut stream).map(|x| schedule.start() * x));
            }
            let points = Grid::Cosine.points(INTERVALS, schedule);
            self.finished.extend(solve(&self.field, SamplerId::HEUN, &points, starts.clone()));
            self.starts.extend(starts);
            self.spent += world.now() - begin;
            return None;
        }
        if self.told.len() < WEIGHED {
            let (from, weighed) = (2 * self.told.len(), self.data.weighed());
            let some = weighed[from..weighed.len().min(from + 2 * WEIGHED_AT_ONCE)].to_vec();
            self.told.extend(log_density(&self.field, &self.data.ends, some));
            return None;
        }
        Some(self.finish(exam))
    }

    fn finish(&self, exam: &Exam) -> Distances {
        let (schedule, n) = (self.field.config.schedule.0, SAMPLES as f64);
        let leap = solve(&self.field, SamplerId::EULER, &[schedule.clip()[0], 1.0], self.starts.clone());
        let apart: f64 = leap.iter().zip(&self.finished).map(|(a, b)| (a - b) * (a - b)).sum();
        let pair = [(self.starts.clone(), self.finished.clone())];
        let is_linear = schedule.key() == Linear.key();
        Distances {
            velocity_error: self.known.then(|| exam.error(&self.field)),
            // The cloud is one state: its square is the sum over particles.
            straightness: is_linear.then(|| straightness(&pair, &self.field, &midpoints(8)).total / n),
            one_step: Some((apart / n).sqrt()),
            nats: self.data.nats(&self.told),
            drawing: Some(Drawing { ms: self.spent * 1000.0 / n, evaluations: 2 * INTERVALS }),
            ..self.data.of_samples(&self.finished)
        }
    }
}

/// The cloud `x` taken along `points` by a deterministic sampler.
pub fn solve(field: &PointField, sampler: SamplerId, points: &[f64], x: Vec<f64>) -> Vec<f64> {
    let process = Process { field, schedule: field.config.schedule.0, stochasticity: 0.0 };
    sampler.solve(&process, points, x, 1e-3, &Brownian::new(0, 0, 0), |_, _| {})
}
