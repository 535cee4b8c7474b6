//! A training batch: pairs (x_0, x_1), times and labels, all drawn on the CPU from (seed, step).

use super::protocol::TrainSpec;
use crate::{
    data::{
        images::Images,
        sets::{DataSet, PIXELS},
    },
    flow::{
        path,
        rng::{Purpose, Stream},
        schedule::Schedule,
        time,
    },
    model::condition::NULL,
};

/// Steps after which one more shard of images joins in.
const STEPS_A_SHARD: u64 = 50;

/// How many images step `step` draws from: a rule and not the network's speed decides it, so that
/// training can start on the first shard and still gives the same weights everywhere.
pub fn reach(data: DataSet, step: u64) -> usize {
    let shards = usize::try_from(step / STEPS_A_SHARD + 1).unwrap_or(usize::MAX);
    data.shard_size().saturating_mul(shards).min(data.train_size())
}

/// One batch on the path: what the network sees and what it should answer.
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
    pub fn draw(spec: &TrainSpec, schedule: &impl Schedule, images: &Images, among: usize, step: u64) -> Self {
        let stream = |purpose| Stream::new(spec.seed, purpose, step);
        let (mut choose, mut noise, mut drop) = (stream(Purpose::Batch), stream(Purpose::Noise), stream(Purpose::Drop));
        let chosen: Vec<usize> = (0..spec.batch).map(|_| choose.below(among)).collect();
        let keep = |i: &usize| if drop.uniform() < spec.label_drop { NULL } else { images.label(*i) };
        let labels = chosen.iter().map(keep).collect();
        Self::on_path(
            schedule,
            images,
            &chosen,
            labels,
            time::uniform_draws(&mut stream(Purpose::Time), spec.batch),
            &mut noise,
        )
    }

    /// The batch of the images `chosen` at `times`, with noise from `noise`.
    pub fn on_path(
        schedule: &impl Schedule,
        images: &Images,
        chosen: &[usize],
        labels: Vec<u8>,
        times: Vec<f32>,
        noise: &mut Stream,
    ) -> Self {
        let (mut x_t, mut target) = (Vec::new(), Vec::new());
        for (&i, &t) in chosen.iter().zip(&times) {
            let (c, x_0, x_1) = (schedule.at(f64::from(t)), noise.normals(PIXELS), images.x_1(i).collect());
            x_t.extend(path::x_t(&c, &x_0, &x_1));
            target.extend(path::velocity(&c, &x_0, &x_1));
        }
        x_t.extend(target);
        Self { pictures: x_t, times, labels }
    }
}
