//! A training as bytes: enough to go on in another worker, or tomorrow, as if nothing had happened.
//!
//! All randomness is drawn by (seed, step), so the recipe, the step, θ, both moments and the average
//! are the whole state. The SHA-256 of the rest ends it: what is half written, or was changed on the way, is refused.

use super::train::Trainer;
use burn::tensor::{Device, Tensor, Transaction};
use model::{
    adam::Adam,
    design::Design,
    parameters::{Entry, upload},
    weights::Header,
};
use protocol::message::TrainSpec;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

#[derive(Serialize, Deserialize)]
struct Checkpoint {
    spec: TrainSpec,
    /// As JSON, which names its fields: the configuration is not self-describing in `postcard`.
    config: String,
    decay: Option<u64>,
    step: u64,
    /// θ, m, v, θ̄.
    vectors: [Vec<f32>; 4],
}

/// The state of `trainer`; reads four vectors back.
pub async fn write(trainer: &Trainer) -> Result<Vec<u8>, String> {
    pack(trainer, vectors(trainer).await?)
}

/// The same, but nothing where one of its numbers is not finite: no training could go on from there.
pub async fn write_sound(trainer: &Trainer) -> Result<Option<Vec<u8>>, String> {
    let vectors = vectors(trainer).await?;
    let sound = vectors.iter().flatten().all(|x| x.is_finite());
    if sound { pack(trainer, vectors).map(Some) } else { Ok(None) }
}

/// θ, m, v, θ̄.
async fn vectors(trainer: &Trainer) -> Result<[Vec<f32>; 4], String> {
    let parts: [fn(&Adam) -> Tensor<1>; 4] =
        [|it| it.theta.clone(), |it| it.m.clone(), |it| it.v.clone(), |it| it.ema.clone()];
    let reads =
        parts.map(|part| trainer.learners.joined(part)).into_iter().fold(Transaction::default(), Transaction::register);
    let data = reads.execute_async().await.map_err(|error| error.to_string())?;
    let vectors: Vec<Vec<f32>> = data.into_iter().filter_map(|data| data.try_to_vec().ok()).collect();
    vectors.try_into().map_err(|_| "the weights could not be read back".to_string())
}

fn pack(trainer: &Trainer, vectors: [Vec<f32>; 4]) -> Result<Vec<u8>, String> {
    let config = serde_json::to_string(&trainer.design).map_err(|error| error.to_string())?;
    let state = Checkpoint { spec: trainer.spec.clone(), config, decay: trainer.decay, step: trainer.step(), vectors };
    let mut bytes = postcard::to_allocvec(&state).map_err(|error| error.to_string())?;
    let seal = Sha256::digest(&bytes);
    bytes.extend_from_slice(&seal);
    Ok(bytes)
}

/// The training that `bytes` hold, on `device`.
pub fn read(bytes: &[u8], device: &Device) -> Result<Trainer, String> {
    let damaged = |what: &dyn std::fmt::Display| format!("the checkpoint is damaged, or of another version: {what}");
    let (state, seal) = bytes.split_last_chunk::<32>().ok_or_else(|| damaged(&"it is too short"))?;
    if Sha256::digest(state)[..] != seal[..] {
        return Err(damaged(&"its checksum is another"));
    }
    let state: Checkpoint = postcard::from_bytes(state).map_err(|error| damaged(&error))?;
    let config = serde_json::from_str(&state.config).map_err(|error| damaged(&error))?;
    let design = Design::read(state.spec.family, config).map_err(|error| damaged(&error))?;
    design.check().map_err(|error| damaged(&error))?;
    let sizes: Vec<usize> = design.learners().iter().map(|entries| entries.iter().map(Entry::len).sum()).collect();
    let size: usize = sizes.iter().sum();
    if state.vectors.iter().any(|vector| vector.len() != size || !vector.iter().all(|x| x.is_finite())) {
        return Err(damaged(&"its vectors do not fit the network"));
    }
    let mut vectors = state.vectors;
    let learner = |(k, size): (usize, &usize)| {
        let mut take = |vector: &mut Vec<f32>| upload(vector.drain(..size).collect(), [*size], device);
        let [theta, m, v, ema] = vectors.each_mut().map(&mut take);
        Adam { theta, m, v, ema, step: Trainer::steps_of(&state.spec, &design, k, state.step) }
    };
    let learners = sizes.iter().enumerate().map(learner).collect();
    Ok(Trainer::with(state.spec, design, state.decay, learners))
}

/// The averaged weights with their header, for a file.
pub async fn average(trainer: &Trainer) -> Result<(Header, Vec<f32>), String> {
    let data = trainer.theta().into_data_async().await.map_err(|error| error.to_string())?;
    let theta = data.try_to_vec().map_err(|error| format!("{error:?}"))?;
    let mut recipe = serde_json::to_value(&trainer.spec).map_err(|error| error.to_string())?;
    recipe["decay"] = trainer.decay.into();
    let header = Header {
        family: trainer.spec.family,
        design: trainer.design,
        data: trainer.spec.data,
        architecture: trainer.spec.architecture.to_string(),
        steps: trainer.step(),
        loss: trainer.spec.loss,
        coupling: trainer.spec.coupling,
        recipe,
        hash: String::new(),
    };
    Ok((header, theta))
}
