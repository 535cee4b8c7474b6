//! Weights as a safetensors file: exact names and shapes, finite values, a small header, and one
//! metadata entry `flowstep` that holds the configuration, the data set, the recipe and a hash.

use super::network::Config;
use crate::{
    data::sets::DataSet,
    flow::{coupling::Coupling, prediction::Reading},
};
use half::f16;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use thiserror::Error;

/// What a weights file says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    pub config: Config,
    pub data: DataSet,
    /// Name of the architecture, for people.
    pub architecture: String,
    /// Training steps behind the weights.
    pub steps: u64,
    /// The reading that the loss compared.
    #[serde(default)]
    pub loss: Reading,
    /// Which x_0 met which x_1.
    #[serde(default)]
    pub coupling: Coupling,
    /// How they were made, for people and for scripts.
    pub recipe: serde_json::Value,
    /// SHA-256 of the bytes of all tensors, in the order of θ, as hexadecimal digits.
    pub hash: String,
}

/// Why a file is no weights file.
#[derive(Debug, Error)]
pub enum WeightsError {
    #[error("this is not a safetensors file ({0})")]
    Format(#[from] safetensors::SafeTensorError),
    #[error("its header is larger than {MAX_HEADER} bytes")]
    Header,
    #[error("it was not written by flowstep: the metadata have no entry “flowstep”")]
    Foreign,
    #[error("its metadata cannot be read: {0}")]
    Metadata(#[from] serde_json::Error),
    #[error("its configuration makes no network: {0}")]
    Config(String),
    #[error("it has no tensor “{0}”")]
    Missing(String),
    #[error("it has {found} tensors and the network {wanted}")]
    Count { found: usize, wanted: usize },
    #[error("tensor “{name}” has the shape {found:?} instead of {wanted:?}")]
    Shape { name: String, found: Vec<usize>, wanted: Vec<usize> },
    #[error("tensor “{0}” is neither f16 nor f32")]
    Kind(String),
    #[error("tensor “{0}” holds a number that is not finite")]
    Finite(String),
    #[error("its hash does not match its contents: the file is damaged")]
    Hash,
}

/// Longest header that is read.
const MAX_HEADER: usize = 1 << 20;

/// The precision of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Half the size; what ships.
    F16,
    /// Exactly what was trained.
    F32,
}

fn digest(parts: &[Vec<u8>]) -> String {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file for `theta`; `header.hash` is filled in.
pub fn write(mut header: Header, theta: &[f32], precision: Precision) -> Result<Vec<u8>, WeightsError> {
    let entries = header.config.entries();
    let bytes = |numbers: &[f32]| -> Vec<u8> {
        match precision {
            Precision::F16 => numbers.iter().flat_map(|&x| f16::from_f32(x).to_le_bytes()).collect(),
            Precision::F32 => numbers.iter().flat_map(|x| x.to_le_bytes()).collect(),
        }
    };
    let parts: Vec<Vec<u8>> = entries.iter().map(|e| bytes(&theta[e.start..e.start + e.len()])).collect();
    header.hash = digest(&parts);
    let kind = if precision == Precision::F16 { Dtype::F16 } else { Dtype::F32 };
    let view = |(entry, part)| -> Result<_, WeightsError> {
        let entry: &super::parameters::Entry = entry;
        let part: &Vec<u8> = part;
        Ok((entry.name.clone(), TensorView::new(kind, entry.shape.clone(), part)?))
    };
    let views = entries.iter().zip(&parts).map(view).collect::<Result<Vec<_>, _>>()?;
    // One entry, so that the same weights give the same bytes: a map has no order.
    let metadata = HashMap::from([("flowstep".to_string(), serde_json::to_string(&header)?)]);
    Ok(safetensors::serialize(views, Some(metadata))?)
}

/// The header and θ of a file; every fault has its sentence.
pub fn read(file: &[u8]) -> Result<(Header, Vec<f32>), WeightsError> {
    let declared = file.first_chunk::<8>().map_or(0, |length| u64::from_le_bytes(*length));
    if declared > MAX_HEADER as u64 {
        return Err(WeightsError::Header);
    }
    let (_, metadata) = SafeTensors::read_metadata(file)?;
    let own = metadata.metadata().as_ref().and_then(|map| map.get("flowstep"));
    let header: Header = serde_json::from_str(own.ok_or(WeightsError::Foreign)?)?;
    header.config.check().map_err(WeightsError::Config)?;
    let (tensors, entries) = (SafeTensors::deserialize(file)?, header.config.entries());
    if tensors.len() != entries.len() {
        return Err(WeightsError::Count { found: tensors.len(), wanted: entries.len() });
    }
    let (mut theta, mut parts) = (Vec::new(), Vec::new());
    for entry in entries {
        let name = entry.name.clone();
        let tensor = tensors.tensor(&name).map_err(|_| WeightsError::Missing(name.clone()))?;
        if tensor.shape() != entry.shape {
            return Err(WeightsError::Shape { name, found: tensor.shape().to_vec(), wanted: entry.shape });
        }
        let bytes = tensor.data();
        let start = theta.len();
        match tensor.dtype() {
            Dtype::F16 => theta.extend(bytes.as_chunks().0.iter().map(|b| f16::from_le_bytes(*b).to_f32())),
            Dtype::F32 => theta.extend(bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b))),
            _ => return Err(WeightsError::Kind(name)),
        }
        if !theta[start..].iter().all(|x: &f32| x.is_finite()) {
            return Err(WeightsError::Finite(name));
        }
        parts.push(bytes.to_vec());
    }
    if digest(&parts) != header.hash {
        return Err(WeightsError::Hash);
    }
    Ok((header, theta))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::schedule::ScheduleId;
    use crate::model::{condition::Head, mlp::MlpConfig, network::Body, parameters::initial};
    use proptest::prelude::*;

    fn header() -> Header {
        let body = Body::Mlp(MlpConfig { width: 8, hidden: 8, depth: 1 });
        Header {
            config: Config { body, head: Head::Data, schedule: ScheduleId::default(), sigma: 0.9 },
            data: DataSet::Mnist,
            architecture: "test".into(),
            steps: 7,
            loss: Reading::Noise,
            coupling: Coupling::Optimal,
            recipe: serde_json::json!({ "seed": 1 }),
            hash: String::new(),
        }
    }

    #[test]
    fn weights_round_trip() {
        let theta = initial(&header().config.entries(), 3);
        let (read_header, exact) = read(&write(header(), &theta, Precision::F32).unwrap()).unwrap();
        assert_eq!(exact, theta);
        assert_eq!(Header { hash: String::new(), ..read_header }, header());
        let half = read(&write(header(), &theta, Precision::F16).unwrap()).unwrap().1;
        assert!(half.iter().zip(&theta).all(|(a, b)| (a - b).abs() <= b.abs() / 1024.0 + 1e-7));
        assert_ne!(half, theta);
    }

    #[test]
    fn the_same_weights_give_the_same_file() {
        let theta = initial(&header().config.entries(), 3);
        let file = || write(header(), &theta, Precision::F16).unwrap();
        assert_eq!(file(), file());
    }

    #[test]
    fn every_fault_has_its_sentence() {
        let theta = initial(&header().config.entries(), 3);
        let good = write(header(), &theta, Precision::F32).unwrap();
        let sentence = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
        assert!(sentence(b"").contains("not a safetensors file"));
        assert!(sentence(b"<!doctype html><title>404</title>").contains("header is larger"));
        assert!(sentence(&good[..good.len() - 1]).contains("not a safetensors file"));
        let mut damaged = good.clone();
        *damaged.last_mut().unwrap() ^= 1;
        assert!(sentence(&damaged).contains("damaged"));
        let mut wild = theta.clone();
        wild[5] = f32::NAN;
        assert!(sentence(&write(header(), &wild, Precision::F32).unwrap()).contains("not finite"));
        let foreign = safetensors::serialize(Vec::<(String, TensorView)>::new(), None).unwrap();
        assert!(sentence(&foreign).contains("not written by flowstep"));
        let swap = |from: &str, to: &str| {
            assert_eq!(from.len(), to.len());
            let at = good.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
            let mut file = good.clone();
            file[at..at + from.len()].copy_from_slice(to.as_bytes());
            file
        };
        assert!(sentence(&swap("\\\"width\\\":8", "\\\"width\\\":0")).contains("makes no network"));
        assert!(sentence(&swap("\\\"width\\\":8", "\\\"width\\\":9")).contains("instead of"));
        assert!(sentence(&swap("input.weight", "input.heavyy")).contains("no tensor “input.weight”"));
        assert!(sentence(&swap("\\\"data\\\":", "\\\"dada\\\":")).contains("metadata cannot be read"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            prop_assert!(read(&bytes).is_err());
        }

        #[test]
        fn any_damage_is_refused_or_harmless(at: prop::sample::Index, value: u8) {
            let theta = initial(&header().config.entries(), 3);
            let mut file = write(header(), &theta, Precision::F16).unwrap();
            let at = at.index(file.len());
            file[at] = value;
            if let Ok((_, read)) = read(&file) {
                prop_assert!(read.iter().all(|x| x.is_finite()));
            }
        }
    }
}
