//! One component of a mixture of round Gaussians.

use crate::{
    mixture::{LARGEST, MAX_COMPONENTS, STDS},
    rng::Stream,
};

/// `weight` · N(`mean`, `std`² I) in `D` dimensions; weights need not sum to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gaussian<const D: usize> {
    /// At least 0.
    pub weight: f64,
    pub mean: [f64; D],
    /// Above 0.
    pub std: f64,
}

impl<const D: usize> Gaussian<D> {
    /// N(0, I), the noise.
    pub const NOISE: Self = Self { weight: 1.0, mean: [0.0; D], std: 1.0 };
}

/// The same mixture with weights that sum to 1, or a sentence on what is wrong with it.
pub fn normalised<const D: usize>(mixture: &[Gaussian<D>]) -> Result<Vec<Gaussian<D>>, String> {
    if mixture.is_empty() || mixture.len() > MAX_COMPONENTS {
        return Err(format!("a mixture has from 1 to {MAX_COMPONENTS} components, not {}", mixture.len()));
    }
    let [narrowest, widest] = STDS;
    if !mixture.iter().all(|one| (narrowest..=widest).contains(&one.std)) {
        return Err(format!("the stds of a mixture are greater than 0, from {narrowest:e} to {widest:e}"));
    }
    if !mixture.iter().flat_map(|one| one.mean).all(|coordinate| coordinate.abs() <= LARGEST) {
        return Err(format!("the coordinates of every mean are numbers from -{LARGEST:e} to {LARGEST:e}"));
    }
    let total: f64 = mixture.iter().map(|one| one.weight).sum();
    if !(mixture.iter().all(|one| one.weight >= 0.0) && total > 0.0 && total.is_finite()) {
        return Err("the weights are finite, none below 0, with a sum above 0".into());
    }
    Ok(mixture.iter().map(|one| Gaussian { weight: one.weight / total, ..*one }).collect())
}

/// One draw of a mixture whose weights sum to 1.
pub fn draw<const D: usize>(mixture: &[Gaussian<D>], stream: &mut Stream) -> [f64; D] {
    let (u, mut below) = (stream.uniform(), 0.0);
    let found = mixture.iter().find(|one| {
        below += one.weight;
        u < below
    });
    // The sum may round to just below 1.
    let last = || mixture.iter().rfind(|one| one.weight > 0.0);
    let one = found.or_else(last).unwrap_or(&Gaussian::NOISE);
    let z = stream.normals64(D);
    std::array::from_fn(|i| one.mean[i] + one.std * z[i])
}
