//! A training batch: pairs (x_0, x_1), times and labels, all drawn on the CPU from (seed, step).

use data::{
    images::Images,
    sets::{DataSet, PIXELS},
};
use flow::{
    coupling::{Coupling, assign, degrade},
    path,
    prediction::Reading,
    rng::{Purpose, Stream},
    schedule::Schedule,
};
use model::condition::NULL;
use protocol::message::TrainSpec;

/// Steps after which one more shard of images joins in.
const STEPS_A_SHARD: u64 = 50;

/// How many images step `step` draws from: a rule and not the network's speed decides it, so that
/// training can start on the first shard and still gives the same weights everywhere.
pub fn reach(data: DataSet, step: u64) -> usize {
    let shards = usize::try_from(step / STEPS_A_SHARD + 1).unwrap_or(usize::MAX);
    data.shard_size().saturating_mul(shards).min(data.train_size())
}

/// What a loss compares; its batch has targets of this reading.
#[derive(Clone, Copy)]
pub struct Aim<'a> {
    pub schedule: &'a dyn Schedule,
    pub loss: Reading,
    pub coupling: Coupling,
}

impl Aim<'_> {
    /// The weighted loss of the score, |sigma_t s + x_0|², is the loss of the noise: s = -eps / sigma_t.
    pub fn reading(&self) -> Reading {
        if self.loss == Reading::Score { Reading::Noise } else { self.loss }
    }
}

/// One batch on the path: what the network sees and what it should answer.
#[derive(Clone)]
pub struct Batch {
    /// x_t then the target, rows of 784, [2 × batch × 784].
    pub pictures: Vec<f32>,
    /// What the target is.
    pub reading: Reading,
    pub times: Vec<f32>,
    /// 0–9, or [`NULL`] where dropped.
    pub labels: Vec<u8>,
}

impl Batch {
    /// The batch of `step`, from the first `among` of `images`.
    pub fn draw(spec: &TrainSpec, images: &Images, among: usize, step: u64) -> Self {
        let stream = |purpose| Stream::new(spec.seed, purpose, step);
        let (mut choose, mut noise, mut drop) = (stream(Purpose::Batch), stream(Purpose::Noise), stream(Purpose::Drop));
        let chosen: Vec<usize> = (0..spec.batch).map(|_| choose.below(among)).collect();
        let keep = |i: &usize| if drop.uniform() < spec.label_drop { NULL } else { images.label(*i) };
        let labels = chosen.iter().map(keep).collect();
        let aim = Aim { schedule: spec.schedule.0, loss: spec.loss, coupling: spec.coupling };
        let draws = spec.draw.draws(&mut stream(Purpose::Time), spec.batch);
        let times = draws.into_iter().map(|draw| time(aim.schedule, f64::from(draw)) as f32).collect();
        Self::on_path(aim, images, &chosen, labels, times, &mut noise)
    }

    /// The batch of the images `chosen` at `times`, with noise from `noise`.
    pub fn on_path(
        aim: Aim,
        images: &Images,
        chosen: &[usize],
        labels: Vec<u8>,
        times: Vec<f32>,
        noise: &mut Stream,
    ) -> Self {
        let x_1: Vec<Vec<f32>> = chosen.iter().map(|&i| images.x_1(i).collect()).collect();
        let mut x_0: Vec<Vec<f32>> = x_1.iter().map(|x_1| degrade(aim.coupling, x_1, noise)).collect();
        if aim.coupling == Coupling::Optimal {
            x_0 = assign(&x_0, &x_1).into_iter().map(|i| x_0[i].clone()).collect();
        }
        let (mut pictures, mut targets) = (Vec::with_capacity(2 * chosen.len() * PIXELS), Vec::new());
        for ((x_0, x_1), &t) in x_0.iter().zip(&x_1).zip(&times) {
            let c = aim.schedule.at(f64::from(t));
            pictures.extend(path::x_t(&c, x_0, x_1));
            targets.extend(aim.reading().target(&c, x_0, x_1));
        }
        pictures.extend(targets);
        Self { pictures, reading: aim.reading(), times, labels }
    }
}

/// The time of a `draw` from (0, 1): within the clip of the schedule, and at one of the levels of a discrete one.
pub fn time(schedule: &dyn Schedule, draw: f64) -> f64 {
    flow::time::of_draw(schedule, draw)
}
