//! Held-out loss: what a family learns to make small, on test images, with the same draws each time.

use super::{
    batch::{Aim, Batch, time},
    family::{Row, flow::loss, latent, pairs},
};
use burn::tensor::{Device, ExecutionError};
use data::{
    images::Images,
    sets::{CLASSES, PIXELS},
};
use flow::{
    coupling::Coupling,
    prediction::Reading,
    rng::{Purpose, Stream},
    schedule::Schedule,
};
use model::{
    blueprint::OnePass,
    classes::one_hot,
    design::Model,
    latent::Latent,
    network::{Config, Network},
    parameters::upload,
};

/// Pictures a forward pass, at most.
const BATCH: usize = 100;

/// The held-out loss of `model` over `count` of `images`: of a flow as [`of_flow`] says, of an autoencoder the nats by which
/// its bound on -ln p(x) lies above zero, β = 1, of a normalising flow -ln p(x) itself, of a flow of codes its loss in codes, of what makes
/// pictures of pictures its distance from their pairs. Nothing of other adversaries, whose losses say only who is ahead.
pub async fn held_out(
    model: &Model,
    compared: (Reading, Coupling),
    images: &Images,
    count: usize,
    device: &Device,
) -> Result<Option<f64>, ExecutionError> {
    match model {
        Model::Flow(config, network) => of_flow(network, config, compared, images, count, device).await.map(Some),
        Model::OnePass(model) if model.blueprint().family().translates() => {
            of_pairs(&**model, compared.1, images, count, device).await.map(Some)
        }
        Model::OnePass(model) => of_bound(&**model, images, count, device).await,
        Model::Latent(model) => of_codes(model, compared, images, count, device).await.map(Some),
    }
}

/// The images of a batch of held-out ones, and their times: together those of all batches are the midpoints of `count` equal parts of
/// [0, 1], and every batch has some from all of it.
fn held(schedule: &dyn Schedule, images: &Images, count: usize, index: usize) -> (Vec<usize>, Vec<f32>) {
    let batches = count.div_ceil(BATCH);
    // What the last batch holds: less than the others where `count` is no multiple.
    let last = count - (batches - 1) * BATCH;
    let size = if index + 1 < batches { BATCH } else { last };
    let chosen = (0..size).map(|i| (index * BATCH + i) % images.len()).collect();
    // Part 0, 1, … goes to batch 0, 1, … in turn.
    let part = |i: usize| i * batches + index - i.saturating_sub(last);
    let draw = |i| (part(i) as f64 + 0.5) / count as f64;
    (chosen, (0..size).map(|i| time(schedule, draw(i)) as f32).collect())
}

/// The mean loss of a reading of codes; see [`of_flow`].
async fn of_codes(
    model: &Latent,
    (reading, coupling): (Reading, Coupling),
    images: &Images,
    count: usize,
    device: &Device,
) -> Result<f64, ExecutionError> {
    let (mut total, schedule, numbers) = (0.0, model.flow.schedule.0, model.flow.numbers());
    for index in 0..count.div_ceil(BATCH) {
        let (chosen, times) = held(schedule, images, count, index);
        let size = chosen.len();
        let labels: Vec<u8> = chosen.iter().map(|&i| images.label(i)).collect();
        let aim = Aim { schedule, loss: reading, coupling };
        let mut noise = Stream::new(0, Purpose::Evaluate, index as u64);
        let input = latent::input((&model.flow, numbers), aim, (images, &chosen), &labels, &times, &mut noise);
        let length = input.len();
        let mut row = Row::new(&upload(input, [length], device), 0);
        let mean: f32 =
            latent::loss(&*model.coder, &model.network, numbers, &mut row, size).into_scalar_async().await?;
        total += f64::from(mean) * size as f64;
    }
    Ok(total / count as f64)
}

/// E |y - G(x, z)| over all pixels of pictures y and what they are made of, whether the model has learned from pairs or not.
async fn of_pairs(
    model: &dyn OnePass,
    coupling: Coupling,
    images: &Images,
    count: usize,
    device: &Device,
) -> Result<f64, ExecutionError> {
    let mut total = 0.0;
    for (index, first) in (0..count).step_by(BATCH).enumerate() {
        let chosen: Vec<usize> = (first..count.min(first + BATCH)).map(|i| i % images.len()).collect();
        let (rows, mut noise) = (chosen.len(), Stream::new(0, Purpose::Evaluate, index as u64));
        let input = pairs::input(|noise| model.code(noise), coupling, (images, &chosen), &mut noise);
        let length = input.len();
        let mut row = Row::new(&upload(input, [length], device), 0);
        let [given, y, classes] = [model.blueprint().latent(), PIXELS, CLASSES].map(|width| row.take(rows, width));
        let made = model.pictures(given, &classes);
        let mean: f32 = pairs::distance(y, made).into_scalar_async().await?;
        total += f64::from(mean) * rows as f64;
    }
    Ok(total / count as f64)
}

/// The mean of -ELBO in nats a picture, where the model has such a bound.
async fn of_bound(
    model: &dyn OnePass,
    images: &Images,
    count: usize,
    device: &Device,
) -> Result<Option<f64>, ExecutionError> {
    let (mut total, latent) = (0.0, model.blueprint().latent());
    for (index, first) in (0..count).step_by(BATCH).enumerate() {
        let chosen: Vec<usize> = (first..count.min(first + BATCH)).map(|i| i % images.len()).collect();
        let rows = chosen.len();
        let labels: Vec<u8> = chosen.iter().map(|&i| images.label(i)).collect();
        let epsilon = Stream::new(0, Purpose::Evaluate, index as u64).normals(rows * latent);
        let x = upload(chosen.iter().flat_map(|&i| images.x_1(i)).collect(), [rows, PIXELS], device);
        let classes = upload(one_hot(&labels), [rows, CLASSES], device);
        let Some(bound) = model.bound(x, upload(epsilon, [rows, latent], device), &classes) else { return Ok(None) };
        let mean: f32 = bound.into_scalar_async().await?;
        total += f64::from(mean) * rows as f64;
    }
    Ok(Some(total / count as f64))
}

/// The mean loss of a reading, on the pairs of a coupling, over `count` of `images`, at least one (the same ones, with
/// the same draws, each time). Times are the midpoints of `count` equal parts of the schedule's clip, or the levels of a
/// discrete one that are nearest, so that every stretch of t weighs the same.
async fn of_flow(
    network: &Network,
    config: &Config,
    (reading, coupling): (Reading, Coupling),
    images: &Images,
    count: usize,
    device: &Device,
) -> Result<f64, ExecutionError> {
    let mut total = 0.0;
    for index in 0..count.div_ceil(BATCH) {
        let mut noise = Stream::new(0, Purpose::Evaluate, index as u64);
        let (chosen, times) = held(config.schedule.0, images, count, index);
        let (size, labels) = (chosen.len(), chosen.iter().map(|&i| images.label(i)).collect());
        let aim = Aim { schedule: config.schedule.0, loss: reading, coupling };
        let batch = Batch::on_path(aim, images, &chosen, labels, times, &mut noise);
        let mean: f32 = loss(network, config, batch, device).into_scalar_async().await?;
        total += f64::from(mean) * size as f64;
    }
    Ok(total / count as f64)
}
