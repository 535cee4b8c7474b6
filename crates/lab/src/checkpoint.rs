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
use protocol::{message::TrainSpec, recipe_bytes::First};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Most steps behind one: what is drawn for each is told from all else by its number.
const MAX_STEP: u64 = 1 << 40;

#[derive(Serialize, Deserialize)]
struct Checkpoint<S = TrainSpec> {
    spec: S,
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
    Ok(seal(postcard::to_allocvec(&state).map_err(|error| error.to_string())?))
}

/// Ends bytes with their checksum.
pub(crate) fn seal(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = Sha256::digest(&bytes);
    bytes.extend_from_slice(&sum);
    bytes
}

/// What stands before the checksum, if that is theirs.
pub(crate) fn unseal(bytes: &[u8]) -> Result<&[u8], String> {
    let (state, sum) = bytes.split_last_chunk::<32>().ok_or_else(|| damaged("it is too short"))?;
    let whole = Sha256::digest(state)[..] == sum[..];
    whole.then_some(state).ok_or_else(|| damaged("its checksum is another"))
}

/// The sentence about a checkpoint that cannot be gone on from.
pub(crate) fn damaged(what: impl std::fmt::Display) -> String {
    format!("the checkpoint is damaged, or of another version: {what}")
}

/// The state that bytes hold, of this version or the first.
fn opened(bytes: &[u8]) -> Result<Checkpoint, String> {
    let first = |why| match postcard::from_bytes::<Checkpoint<First>>(bytes) {
        Ok(Checkpoint { spec, config, decay, step, vectors }) => {
            Ok(Checkpoint { spec: spec.into(), config, decay, step, vectors })
        }
        Err(_) => Err(damaged(why)),
    };
    postcard::from_bytes(bytes).or_else(first)
}

/// The training that `bytes` hold, on `device`.
pub fn read(bytes: &[u8], device: &Device) -> Result<Trainer, String> {
    let state = opened(unseal(bytes)?)?;
    // Whatever rate it had: the worst that comes of it is a loss that is no number, which is told.
    let usual = TrainSpec::of(state.spec.family).learning_rate;
    TrainSpec { learning_rate: usual, ..state.spec.clone() }.check().map_err(damaged)?;
    if !state.spec.learning_rate.is_finite() {
        return Err(damaged("its learning rate is no number"));
    }
    if state.step > MAX_STEP {
        return Err(damaged("it has more steps than any training"));
    }
    let config = serde_json::from_str(&state.config).map_err(damaged)?;
    let design = Design::read(state.spec.family, config).map_err(damaged)?;
    design.check().map_err(damaged)?;
    let sizes: Vec<usize> = design.learners().iter().map(|entries| entries.iter().map(Entry::len).sum()).collect();
    let size: usize = sizes.iter().sum();
    if state.vectors.iter().any(|vector| vector.len() != size || !vector.iter().all(|x| x.is_finite())) {
        return Err(damaged("its vectors do not fit the network"));
    }
    let mut vectors = state.vectors;
    let learner = |(k, size): (usize, &usize)| {
        let mut take = |vector: &mut Vec<f32>| {
            // The last learner's are the vector itself, not a copy.
            let rest = vector.split_off(*size);
            upload(std::mem::replace(vector, rest), [*size], device)
        };
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

#[cfg(test)]
mod tests {
    use super::*;
    use model::gan::GanConfig;

    /// Sealed, as if it had been written so.
    fn sealed(spec: &TrainSpec, step: u64, numbers: usize) -> Vec<u8> {
        let design = Design::Gan(GanConfig { latent: 1, hidden: 1, labels: false, adversarial: Default::default() });
        let config = serde_json::to_string(&design).expect("JSON");
        let vectors = [(); 4].map(|()| vec![0.5; design.parameters() + numbers]);
        let state = Checkpoint { spec: spec.clone(), config, decay: None, step, vectors };
        let mut bytes = postcard::to_allocvec(&state).expect("bytes");
        let seal = Sha256::digest(&bytes);
        bytes.extend_from_slice(&seal);
        bytes
    }

    #[test]
    fn what_the_first_version_has_sealed_is_gone_on_with() {
        let spec = TrainSpec { batch: 8, ..TrainSpec::of(flow::family::FamilyId::VAE) };
        let trainer = Trainer::new(spec.clone(), Design::of(&spec), &Device::flex());
        let vectors = pollster::block_on(vectors(&trainer)).expect("vectors");
        let config = serde_json::to_string(&trainer.design).expect("JSON");
        let state = Checkpoint { spec: First::from(&spec), config, decay: Some(9), step: 3, vectors };
        let read = read(&seal(postcard::to_allocvec(&state).expect("bytes")), &Device::flex()).expect("it reads");
        assert_eq!((read.spec.clone(), read.decay, read.step(), read.design), (spec, Some(9), 3, trainer.design));
    }

    #[test]
    fn what_was_sealed_with_other_bounds_gets_a_sentence() {
        let gan = TrainSpec::of(flow::family::FamilyId::GAN);
        let read = |bytes: &[u8]| read(bytes, &Device::flex()).map(|trainer| trainer.step());
        assert_eq!(read(&sealed(&gan, 7, 0)), Ok(7));
        let wide = TrainSpec { batch: usize::MAX, ..gan.clone() };
        let lost = TrainSpec { learning_rate: f64::NAN, ..gan.clone() };
        for (bytes, words) in [
            (sealed(&wide, 7, 0), "batch cannot be"),
            (sealed(&lost, 7, 0), "rate is no number"),
            (sealed(&gan, u64::MAX, 0), "more steps than any training"),
            (sealed(&gan, 7, 1), "do not fit the network"),
        ] {
            let said = read(&bytes).expect_err(words);
            assert!(said.contains("damaged") && said.contains(words), "{said}");
        }
    }
}
