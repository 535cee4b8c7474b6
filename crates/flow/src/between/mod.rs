//! The exact flow between two Gaussian mixtures, for whole clouds and lattices at animation rate. With independent ends
//!
//! x_0 ~ Σ_j w_j N(ν_j, q_j² I),   x_1 ~ Σ_k w_k N(μ_k, s_k² I),   x_t = alpha_t x_1 + sigma_t x_0
//!
//! x_t is a mixture with a component for every pair (j, k),
//!
//! w_j w_k N(alpha_t μ_k + sigma_t ν_j, (alpha_t² s_k² + sigma_t² q_j²) I).
//!
//! [`Mixture`](super::mixture::Mixture) is the same from noise for one point at a time; tests hold the two together.

mod at;
mod gaussian;
mod lanes;
mod lattice;

pub use at::At;
pub use gaussian::Gaussian;

use super::{
    field::VelocityField,
    rng::Stream,
    schedule::{Coefficients, Schedule},
};

/// Most pairs of a component of the source and one of the data.
pub const MAX_PAIRS: usize = 1 << 18;

/// Where x_0 and x_1 come from, independently; weights are made to sum to 1.
///
/// ```
/// use flow::{between::{Between, Gaussian}, schedule::{Linear, Schedule}};
///
/// // From one Gaussian to another the mean moves on a line.
/// let at = |x| Gaussian { weight: 1.0, mean: [x], std: 0.5 };
/// let between = Between::product(&[at(-1.0)], &[at(3.0)])?;
/// let u = between.at(&Linear.at(0.5)).velocity(&[1.0]);
/// assert!((u[0] - 4.0).abs() < 1e-12);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Between<const D: usize> {
    source: Vec<Gaussian<D>>,
    data: Vec<Gaussian<D>>,
}

impl<const D: usize> Between<D> {
    /// From x_0 ~ N(0, I) to `data`. A sentence for a mixture that is none.
    pub fn from_noise(data: &[Gaussian<D>]) -> Result<Self, String> {
        Self::product(&[Gaussian::NOISE], data)
    }

    /// From `source` to `data`. A sentence for a mixture that is none, and if there are more than [`MAX_PAIRS`] pairs.
    pub fn product(source: &[Gaussian<D>], data: &[Gaussian<D>]) -> Result<Self, String> {
        let (source, data) = (gaussian::normalised(source)?, gaussian::normalised(data)?);
        if source.len() * data.len() > MAX_PAIRS {
            let (j, k) = (source.len(), data.len());
            return Err(format!("{j} components of the source and {k} of the data make more than {MAX_PAIRS} pairs"));
        }
        Ok(Self { source, data })
    }

    /// x_0, with weights that sum to 1.
    pub fn source(&self) -> &[Gaussian<D>] {
        &self.source
    }

    /// x_1, with weights that sum to 1.
    pub fn data(&self) -> &[Gaussian<D>] {
        &self.data
    }

    /// x_t where the coefficients are `c`.
    pub fn at(&self, c: &Coefficients) -> At<D> {
        At::new(&self.source, &self.data, c)
    }

    /// One draw of x_1.
    pub fn sample_data(&self, stream: &mut Stream) -> [f64; D] {
        gaussian::draw(&self.data, stream)
    }

    /// One draw of x_0.
    pub fn sample_source(&self, stream: &mut Stream) -> [f64; D] {
        gaussian::draw(&self.source, stream)
    }

    /// The field (x, t) → u_t(x) on `schedule`, of whole clouds x, y, x, y, ….
    pub fn field<'a>(&'a self, schedule: &'a dyn Schedule) -> impl VelocityField<Vec<f64>> + 'a {
        |xs: &Vec<f64>, t: f64| self.at(&schedule.at(t)).velocity(xs)
    }
}

#[cfg(test)]
mod tests;
