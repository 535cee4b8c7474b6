//! How fast a network is on this device: what the page promises before a training has begun.

use super::{
    protocol::{Event, MeasureSpec, SampleSpec, TrainSpec},
    sample::Trajectory,
    train::Trainer,
    world::World,
};
use crate::{data::images::Images, model::network::Config};
use burn::tensor::Device;

/// Times training steps, and frames of `spec.batch` pictures at guidance 1 (one forward pass each), after one
/// of each to warm up; reports the medians, 0 for what was not asked for. Every round waits for its result.
pub async fn measure(spec: &MeasureSpec, device: &Device, world: &impl World) -> Result<Event, String> {
    let train = TrainSpec { architecture: spec.architecture, batch: spec.batch, ..TrainSpec::default() };
    let config = match &spec.config {
        None => Config::of(spec.architecture, train.data),
        Some(json) => serde_json::from_str(json).map_err(|error| format!("no network can be read: {error}"))?,
    };
    config.check()?;
    let words = |error: burn::tensor::ExecutionError| error.to_string();
    let (images, mut trainer) = (Images::blank(spec.batch), Trainer::new(train, config, device));
    let mut steps = vec![];
    for _ in 0..rounds(spec.steps) {
        let begin = world.now();
        trainer.train(&images).into_data_async().await.map_err(words)?;
        steps.push(world.now() - begin);
    }
    let sample = SampleSpec { pictures: spec.batch, steps: spec.frames.max(1), guidance: 1.0, ..SampleSpec::default() };
    let mut trajectory = Trajectory::new(sample, config, trainer.average(), device);
    let mut forwards = vec![];
    for _ in 0..rounds(spec.frames) {
        let begin = world.now();
        trajectory.advance().await.map_err(words)?;
        forwards.push(world.now() - begin);
    }
    Ok(Event::Measured {
        architecture: spec.architecture,
        batch: spec.batch,
        parameters: config.parameters(),
        step_ms: median(&steps),
        forward_ms: median(&forwards),
    })
}

/// The timed ones and one to warm up, or none at all.
fn rounds(timed: usize) -> usize {
    if timed == 0 { 0 } else { timed + 1 }
}

/// The median of all but the first.
fn median(times: &[f64]) -> f64 {
    let mut timed = times.get(1..).unwrap_or_default().to_vec();
    timed.sort_by(f64::total_cmp);
    timed.get(timed.len() / 2).copied().unwrap_or(0.0)
}
