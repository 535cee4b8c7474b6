//! Held-out loss: the training loss on test images, at fixed times, noise and labels.

use super::{
    batch::{Aim, Batch, time},
    train::loss,
};
use burn::tensor::{Device, ExecutionError};
use data::images::Images;
use flow::{
    coupling::Coupling,
    prediction::Reading,
    rng::{Purpose, Stream},
};
use model::network::{Config, Network};

/// Pictures a forward pass, at most.
const BATCH: usize = 100;

/// The mean loss of a reading, on the pairs of a coupling, over `count` of `images`, at least one (the same ones, with
/// the same draws, each time). Times are the midpoints of `count` equal parts of the schedule's clip, or the levels of a
/// discrete one that are nearest, so that every stretch of t weighs the same.
pub async fn held_out(
    network: &Network,
    config: &Config,
    (reading, coupling): (Reading, Coupling),
    images: &Images,
    count: usize,
    device: &Device,
) -> Result<f64, ExecutionError> {
    let mut total = 0.0;
    let batches = count.div_ceil(BATCH);
    // What the last batch holds: less than the others where `count` is no multiple.
    let last = count - (batches - 1) * BATCH;
    for index in 0..batches {
        let size = if index + 1 < batches { BATCH } else { last };
        let mut noise = Stream::new(0, Purpose::Evaluate, index as u64);
        let chosen: Vec<usize> = (0..size).map(|i| (index * BATCH + i) % images.len()).collect();
        let labels = chosen.iter().map(|&i| images.label(i)).collect();
        // Every batch has times from all of [0, 1]: part 0, 1, … goes to batch 0, 1, … in turn.
        let part = |i: usize| i * batches + index - i.saturating_sub(last);
        let draw = |i| (part(i) as f64 + 0.5) / count as f64;
        let times = (0..size).map(|i| time(config.schedule.0, draw(i)) as f32).collect();
        let aim = Aim { schedule: config.schedule.0, loss: reading, coupling };
        let batch = Batch::on_path(aim, images, &chosen, labels, times, &mut noise);
        let mean: f32 = loss(network, config, batch, device).into_scalar_async().await?;
        total += f64::from(mean) * size as f64;
    }
    Ok(total / count as f64)
}
