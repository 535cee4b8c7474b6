//! What a model makes while it learns: rows of ten pictures, one of each class, as its family says.

use super::{
    sample::Trajectory,
    source::codes,
    walk::{numbers, verdicts},
};
use burn::tensor::{Device, ExecutionError, Tensor};
use data::{
    images::Images,
    sets::{CLASSES, PIXELS},
};
use flow::coupling::Coupling;
use model::{
    classes::{one_hot, untold},
    design::Model,
    parameters::upload,
};
use protocol::message::SampleSpec;

/// The pictures, [rows × 10 × 784], and what a critic says of each, [rows × 10], if there is one.
pub struct PreviewPictures {
    pub pixels: Vec<f32>,
    pub verdicts: Vec<f32>,
}

/// The ten pictures of a model that samples along a path, not gone yet; nothing of others, which draw in one pass.
pub fn path(model: &Model, coupling: Coupling, images: &Images, device: &Device) -> Option<Trajectory> {
    Trajectory::along(model, coupling, images, spec(), device)
}

/// What stands beside the pictures of a path of codes: the first of each class among `images`, and what is drawn of their codes.
pub async fn again(model: &Model, images: &Images, device: &Device) -> Result<Vec<f32>, ExecutionError> {
    let Model::Latent(model) = model else { return Ok(vec![]) };
    let labels: Vec<u8> = (0..CLASSES).map(|k| spec().label(k)).collect();
    let originals = originals(images, &labels, device);
    let classes = untold(&originals);
    let drawn = model.coder.codes(originals.clone(), &classes).map(|codes| model.coder.pictures(codes, &classes));
    numbers(Tensor::cat([Some(originals), drawn].into_iter().flatten().collect(), 0)).await
}

fn spec() -> SampleSpec {
    SampleSpec { pictures: CLASSES, steps: 12, ..SampleSpec::default() }
}

/// The preview of a model that draws in one pass; pictures of the set are the first of each class among `images`.
pub async fn in_one(
    model: &Model,
    coupling: Coupling,
    images: &Images,
    device: &Device,
) -> Result<PreviewPictures, ExecutionError> {
    let none = PreviewPictures { pixels: vec![], verdicts: vec![] };
    let Model::OnePass(model) = model else { return Ok(none) };
    let (spec, latent) = (spec(), model.blueprint().latent());
    let labels: Vec<u8> = (0..CLASSES).map(|k| spec.label(k)).collect();
    let classes = upload(one_hot(&labels), [CLASSES, CLASSES], device);
    // The first of each class: so rows of what is made of them stand above their pairs.
    let first = images.first_of(&labels);
    let z = upload(codes(&**model, coupling, &first, &spec), [CLASSES, latent], device);
    let rows = model.rows(z.clone(), originals(&first, &labels, device), &classes);
    let of_all = |x: Tensor<2>| Tensor::cat(vec![x; rows.len()], 0);
    let (z, classes) = (of_all(z), of_all(classes));
    let pictures = Tensor::cat(rows, 0);
    // Critics of places are asked in Sample, where there is room for what they say.
    let judged = match model.blueprint().family().translates() {
        true => vec![],
        false => verdicts(&**model, pictures.clone(), &z, &classes).await?,
    };
    Ok(PreviewPictures { pixels: numbers(pictures).await?, verdicts: judged })
}

/// The first picture of each of these classes; black where there is none.
fn originals(images: &Images, labels: &[u8], device: &Device) -> Tensor<2> {
    let of = |label: u8| (0..images.len()).find(|&i| images.label(i) == label);
    let pixels = labels.iter().flat_map(|&label| of(label).map_or(vec![-1.0; PIXELS], |i| images.x_1(i).collect()));
    upload(pixels.collect(), [labels.len(), PIXELS], device)
}
