//! Weights as a safetensors file: exact names and shapes, finite values, a small header, and one
//! metadata entry `flowstep` that holds the configuration, the data set, the recipe and a hash.
//!
//! A matrix may be stored as whole numbers q, i8 under its own name, and f16 steps s, one a column, as `NAME.scale`:
//! W = q s.

use super::{
    design::Design,
    parameters::Entry,
    quantise::{self, Whole, pays},
};
use data::{kind, sets::DataSet};
use flow::{coupling::Coupling, family::FamilyId, prediction::Reading};
use half::f16;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use thiserror::Error;

/// What a weights file says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "HeaderFields")]
pub struct Header {
    /// Not said of a flow, as files had it before there were others.
    #[serde(skip_serializing_if = "is_flow")]
    pub family: FamilyId,
    /// Called “config” in files.
    #[serde(rename = "config")]
    pub design: Design,
    pub data: DataSet,
    /// Name of the architecture, for people.
    pub architecture: String,
    /// Training steps behind the weights.
    pub steps: u64,
    /// The reading that the loss compared.
    pub loss: Reading,
    /// Which x_0 met which x_1.
    pub coupling: Coupling,
    /// How they were made, for people and for scripts.
    pub recipe: serde_json::Value,
    /// SHA-256 of the bytes of all tensors, in the order of θ, a scale after its matrix, as hexadecimal digits.
    pub hash: String,
}

/// What any file of tensors says of itself.
pub trait Described: Serialize + DeserializeOwned {
    /// The metadata entry that says it.
    const ENTRY: &'static str;

    /// The parts of θ, in its order.
    fn entries(&self) -> Vec<Entry>;

    /// A sentence if the configuration makes no network, or one too large; files are not trusted.
    fn check(&self) -> Result<(), String>;

    /// SHA-256 of the bytes of all tensors.
    fn hash(&self) -> &str;

    fn set_hash(&mut self, hash: String);
}

/// The metadata entry of a classifier.
pub const CLASSIFIER: &str = "flowstep-classifier";

impl Described for Header {
    const ENTRY: &'static str = "flowstep";

    fn entries(&self) -> Vec<Entry> {
        self.design.entries()
    }

    fn check(&self) -> Result<(), String> {
        self.design.check()
    }

    fn hash(&self) -> &str {
        &self.hash
    }

    fn set_hash(&mut self, hash: String) {
        self.hash = hash;
    }
}

fn is_flow(family: &FamilyId) -> bool {
    *family == FamilyId::FLOW
}

/// A header before its family has told what its configuration is.
#[derive(Deserialize)]
struct HeaderFields {
    #[serde(default)]
    family: FamilyId,
    config: serde_json::Value,
    data: DataSet,
    architecture: String,
    steps: u64,
    #[serde(default)]
    loss: Reading,
    #[serde(default)]
    coupling: Coupling,
    recipe: serde_json::Value,
    hash: String,
}

impl TryFrom<HeaderFields> for Header {
    type Error = serde_json::Error;

    fn try_from(said: HeaderFields) -> Result<Self, Self::Error> {
        let HeaderFields { family, config, data, architecture, steps, loss, coupling, recipe, hash } = said;
        let design = Design::read(family, config)?;
        Ok(Self { family, design, data, architecture, steps, loss, coupling, recipe, hash })
    }
}

/// Why a file is no weights file.
#[derive(Debug, Error)]
pub enum WeightsError {
    #[error("this is {0}; weights are a .safetensors file, as the page and the command line write it")]
    Other(&'static str),
    #[error("this is not a safetensors file ({0})")]
    Format(#[from] safetensors::SafeTensorError),
    #[error("its header is larger than {MAX_HEADER} bytes")]
    Header,
    #[error("it was not written by flowstep: the metadata have no entry “{0}”")]
    Foreign(&'static str),
    #[error("it holds a classifier, which tells what pictures show and draws none")]
    Classifier,
    #[error("its metadata cannot be read: {0}")]
    Metadata(#[from] serde_json::Error),
    #[error("its configuration makes no network: {0}")]
    Config(String),
    #[error("it has no tensor “{0}”")]
    Missing(String),
    #[error("it has {found} tensors, of which the network takes {wanted}")]
    Count { found: usize, wanted: usize },
    #[error("tensor “{name}” has the shape {found:?} instead of {wanted:?}")]
    Shape { name: String, found: Vec<usize>, wanted: Vec<usize> },
    #[error("tensor “{0}” is neither f16 nor f32, nor a matrix of i8")]
    Kind(String),
    #[error("tensor “{0}” is not f16, as a scale is")]
    Scale(String),
    #[error("tensor “{0}” is the scale of numbers that are not i8")]
    Stray(String),
    #[error("tensor “{0}” holds a scale below zero")]
    Negative(String),
    #[error("tensor “{0}” holds a number that is not finite")]
    Finite(String),
    #[error("its hash does not match its contents: the file is damaged")]
    Hash,
}

/// Longest header that is read: 64 blocks have a third of it. While it is read, `safetensors` holds up to 24 times as much.
const MAX_HEADER: usize = 1 << 18;

/// The precision of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Half the size; what a training on the command line writes.
    F16,
    /// Exactly what was trained.
    F32,
    /// Large matrices as whole numbers with about `fineness` steps to their root mean square, the rest as f16; what ships.
    Whole { fineness: u8 },
}

/// A tensor as it lies in a file.
struct Stored {
    name: String,
    kind: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl Stored {
    fn view(&self) -> Result<TensorView<'_>, safetensors::SafeTensorError> {
        TensorView::new(self.kind, self.shape.clone(), &self.bytes)
    }
}

/// The name of the steps of a matrix of whole numbers.
fn scale_of(name: &str) -> String {
    format!("{name}.scale")
}

fn halves(numbers: impl IntoIterator<Item = f16>) -> Vec<u8> {
    numbers.into_iter().flat_map(f16::to_le_bytes).collect()
}

/// What a file keeps of one part of θ.
fn store(entry: &Entry, numbers: &[f32], precision: Precision) -> Vec<Stored> {
    let own = |kind, bytes| Stored { name: entry.name.clone(), kind, shape: entry.shape.clone(), bytes };
    match precision {
        Precision::F32 => vec![own(Dtype::F32, numbers.iter().flat_map(|x| x.to_le_bytes()).collect())],
        Precision::Whole { fineness } if pays(entry) => {
            let Whole { numbers, steps } = Whole::of_entry(entry, numbers, fineness);
            let (name, shape) = (scale_of(&entry.name), vec![steps.len()]);
            let scale = Stored { name, kind: Dtype::F16, shape, bytes: halves(steps) };
            vec![own(Dtype::I8, numbers.into_iter().map(i8::cast_unsigned).collect()), scale]
        }
        _ => vec![own(Dtype::F16, halves(numbers.iter().map(|x| f16::from_f32(*x))))],
    }
}

fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    parts.into_iter().for_each(|part| hash.update(part));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The file for `theta`; the hash of `header` is filled in.
pub fn write<H: Described>(mut header: H, theta: &[f32], precision: Precision) -> Result<Vec<u8>, WeightsError> {
    let entries = header.entries();
    let part = |entry: &Entry| store(entry, &theta[entry.start..entry.start + entry.len()], precision);
    let stored: Vec<Stored> = entries.iter().flat_map(part).collect();
    header.set_hash(digest(stored.iter().map(|tensor| &tensor.bytes[..])));
    let mut views = Vec::with_capacity(stored.len());
    for tensor in &stored {
        views.push((&tensor.name, tensor.view()?));
    }
    // One entry, so that the same weights give the same bytes: a map has no order.
    let metadata = HashMap::from([(H::ENTRY.to_string(), serde_json::to_string(&header)?)]);
    Ok(safetensors::serialize(views, Some(metadata))?)
}

/// The tensor of this name and shape.
fn find<'a>(tensors: &SafeTensors<'a>, name: &str, shape: &[usize]) -> Result<TensorView<'a>, WeightsError> {
    let tensor = tensors.tensor(name).map_err(|_| WeightsError::Missing(name.into()))?;
    if tensor.shape() != shape {
        let (found, wanted) = (tensor.shape().to_vec(), shape.to_vec());
        return Err(WeightsError::Shape { name: name.into(), found, wanted });
    }
    Ok(tensor)
}

fn read_halves(bytes: &[u8]) -> impl Iterator<Item = f16> {
    bytes.as_chunks().0.iter().map(|b| f16::from_le_bytes(*b))
}

/// The steps that `tensor` holds under this name.
fn steps(tensor: &TensorView, name: &str) -> Result<Vec<f16>, WeightsError> {
    if tensor.dtype() != Dtype::F16 {
        return Err(WeightsError::Scale(name.into()));
    }
    let steps: Vec<f16> = read_halves(tensor.data()).collect();
    if !steps.iter().all(|s| s.is_finite()) {
        return Err(WeightsError::Finite(name.into()));
    }
    // Minus zero is no number below zero.
    if steps.iter().any(|s| *s < f16::ZERO) {
        return Err(WeightsError::Negative(name.into()));
    }
    Ok(steps)
}

/// Appends to `theta` what the file holds for `entry`; returns the tensors that it read, in the order of the hash.
fn load<'a>(
    tensors: &SafeTensors<'a>,
    entry: &Entry,
    theta: &mut Vec<f32>,
) -> Result<Vec<TensorView<'a>>, WeightsError> {
    let (start, own) = (theta.len(), find(tensors, &entry.name, &entry.shape)?);
    let (bytes, name, scale) = (own.data(), entry.name.clone(), scale_of(&entry.name));
    let mut read = vec![own];
    match (read[0].dtype(), entry.shape.as_slice()) {
        (Dtype::I8, &[_, outputs]) => {
            let tensor = find(tensors, &scale, &[outputs])?;
            let numbers = bytes.iter().map(|b| b.cast_signed());
            theta.extend(quantise::matrix(numbers, &steps(&tensor, &scale)?));
            read.push(tensor);
        }
        _ if tensors.tensor(&scale).is_ok() => return Err(WeightsError::Stray(scale)),
        (Dtype::F16, _) => theta.extend(read_halves(bytes).map(f16::to_f32)),
        (Dtype::F32, _) => theta.extend(bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b))),
        _ => return Err(WeightsError::Kind(name)),
    }
    if !theta[start..].iter().all(|x| x.is_finite()) {
        return Err(WeightsError::Finite(name));
    }
    Ok(read)
}

/// The header and θ of a model's file; every fault has its sentence.
pub fn read(file: &[u8]) -> Result<(Header, Vec<f32>), WeightsError> {
    read_as(file)
}

/// The same of a file that says another thing of itself.
pub fn read_as<H: Described>(file: &[u8]) -> Result<(H, Vec<f32>), WeightsError> {
    if let Some(kind) = kind::kind(file) {
        return Err(WeightsError::Other(kind));
    }
    let declared = file.first_chunk::<8>().map_or(0, |length| u64::from_le_bytes(*length));
    if declared > MAX_HEADER as u64 {
        return Err(WeightsError::Header);
    }
    let (_, metadata) = SafeTensors::read_metadata(file)?;
    let said = |entry| metadata.metadata().as_ref().and_then(|map| map.get(entry));
    let own = said(H::ENTRY).ok_or_else(|| match said(CLASSIFIER) {
        Some(_) => WeightsError::Classifier,
        None => WeightsError::Foreign(H::ENTRY),
    })?;
    let header: H = serde_json::from_str(own)?;
    header.check().map_err(WeightsError::Config)?;
    let tensors = SafeTensors::deserialize(file)?;
    let (entries, mut taken) = (header.entries(), Vec::new());
    // A number takes a byte at least, so that a file of few bytes asks for little, whatever it says.
    let mut theta = Vec::with_capacity(entries.iter().map(Entry::len).sum::<usize>().min(file.len()));
    for entry in entries {
        taken.extend(load(&tensors, &entry, &mut theta)?);
    }
    if tensors.len() != taken.len() {
        return Err(WeightsError::Count { found: tensors.len(), wanted: taken.len() });
    }
    if digest(taken.iter().map(TensorView::data)) != header.hash() {
        return Err(WeightsError::Hash);
    }
    Ok((header, theta))
}

#[cfg(test)]
mod tests;
