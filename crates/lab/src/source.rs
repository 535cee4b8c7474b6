//! Where the pictures of a trajectory start: noise, or for a model of a paired coupling, pictures made worse.

use data::{images::Images, sets::PIXELS};
use flow::{
    coupling::{Coupling, degrade},
    rng::{Purpose, Stream},
};
use model::blueprint::OnePass;
use protocol::message::SampleSpec;

/// z of every picture of `spec`: what `model` draws of noise, each from a stream of its own, behind a picture of `images` that is made
/// worse where pictures are made of pictures.
pub fn codes(model: &dyn OnePass, coupling: Coupling, images: &Images, spec: &SampleSpec) -> Vec<f32> {
    let given = if model.blueprint().family().translates() { degraded(spec, coupling, images) } else { vec![] };
    let code = |k: usize| {
        let first = given.chunks(PIXELS).nth(k).unwrap_or(&[]).to_vec();
        [first, model.code(&mut Stream::new(spec.seed, Purpose::Sample, k as u64))].concat()
    };
    (0..spec.pictures).flat_map(code).collect()
}

/// N(0, I) of so many `numbers` for each of `pictures` pictures, from its own stream, so that picture k is the same in every grid.
pub fn noise(seed: u64, pictures: usize, numbers: usize) -> Vec<f32> {
    (0..pictures as u64).flat_map(|k| Stream::new(seed, Purpose::Sample, k).normals(numbers)).collect()
}

/// x_0 of every picture of `spec`, each made from one of `images` of its class.
pub fn degraded(spec: &SampleSpec, coupling: Coupling, images: &Images) -> Vec<f32> {
    let x_0 = |(x_1, mut stream): (Vec<f32>, Stream)| degrade(coupling, &x_1, &mut stream);
    chosen(spec, images).into_iter().flat_map(x_0).collect()
}

/// x_1 of every picture of `spec`: those of `images` from which [`degraded`] makes its x_0.
pub fn real(spec: &SampleSpec, images: &Images) -> Vec<f32> {
    chosen(spec, images).into_iter().flat_map(|(x_1, _)| x_1).collect()
}

/// One of `images` for each picture, of its class, with the rest of the stream that has chosen it.
fn chosen(spec: &SampleSpec, images: &Images) -> Vec<(Vec<f32>, Stream)> {
    let of_class = |label| (0..images.len()).filter(|&i| images.label(i) == label).collect::<Vec<_>>();
    let one = |k: usize| {
        let (mut stream, candidates) = (Stream::new(spec.seed, Purpose::Source, k as u64), of_class(spec.label(k)));
        // A set without this class would be an odd one; black pictures stand for what it lacks.
        let found = (!candidates.is_empty()).then(|| candidates[stream.below(candidates.len())]);
        (found.map_or(vec![-1.0; PIXELS], |i| images.x_1(i).collect()), stream)
    };
    (0..spec.pictures).map(one).collect()
}
