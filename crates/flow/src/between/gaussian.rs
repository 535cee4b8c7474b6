//! One component of a mixture of round Gaussians.

use crate::{
    components::{self, MAX_COMPONENTS},
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
    components::check_stds(mixture.iter().map(|one| one.std))?;
    components::check_means("mean", mixture.iter().flat_map(|one| one.mean))?;
    let total = components::total(mixture.iter().map(|one| one.weight))?;
    Ok(mixture.iter().map(|one| Gaussian { weight: one.weight / total, ..*one }).collect())
}

/// One draw of a mixture whose weights sum to 1.
pub fn draw<const D: usize>(mixture: &[Gaussian<D>], stream: &mut Stream) -> [f64; D] {
    let k = components::pick(mixture.iter().map(|one| one.weight), stream.uniform());
    let one = mixture.get(k).unwrap_or(&Gaussian::NOISE);
    let z = stream.normals64(D);
    std::array::from_fn(|i| one.mean[i] + one.std * z[i])
}
