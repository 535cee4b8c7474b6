//! The oracle: data that are a Gaussian mixture, for which nothing has to be learnt,
//!
//! x_1 ~ Σ_k w_k N(μ_k, s_k² I)   ⇒   x_t ~ p_t = Σ_k w_k N(alpha_t μ_k, v_k I),   v_k = alpha_t² s_k² + sigma_t².
//!
//! Within component k everything is linear in d_k = x - alpha_t μ_k, and the readings of the whole
//! mixture are their means under the responsibilities r_k ∝ w_k N(x; alpha_t μ_k, v_k I).

use super::{
    components::{self, MAX_COMPONENTS},
    field::VelocityField,
    rng::Stream,
    schedule::{Coefficients, Schedule},
};
use serde::Deserialize;
use std::f64::consts::TAU;

/// Most dimensions of a mixture.
pub const MAX_DIMENSION: usize = 10_000;
/// Σ_k w_k N(μ_k, s_k² I) in any dimension, with every reading at any t in closed form.
///
/// As s_k > 0, nothing is singular where sigma_t = 0 or alpha_t = 0, if only the derivatives are finite.
/// Points `x` are slices of [`dimension`](Self::dimension) finite numbers. In JSON:
/// `{"weights": […], "means": [[…], …], "stds": […]}`.
///
/// ```
/// use flow::{mixture::Mixture, schedule::{DATA, Linear, Schedule}};
///
/// let data = Mixture::new(vec![1.0, 3.0], vec![vec![-1.0, 0.0], vec![1.0, 0.0]], vec![0.5, 0.5])?;
/// assert_eq!(data.weights(), [0.25, 0.75]);
/// // Tweedie: x̂_1 = (x + sigma_t² s) / alpha_t.
/// let (c, x) = (Linear.at(0.6), [0.2, 0.1]);
/// let tweedie = (x[0] + c.sigma_t.powi(2) * data.score(&c, &x)[0]) / c.alpha_t;
/// assert!((data.data(&c, &x)[0] - tweedie).abs() < 1e-12);
/// assert!(data.log_density(&DATA, &[1.0, 0.0]) > data.log_density(&DATA, &[-1.0, 0.0]));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "MixtureFields")]
pub struct Mixture {
    weights: Vec<f64>,
    means: Vec<Vec<f64>>,
    stds: Vec<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MixtureFields {
    weights: Vec<f64>,
    means: Vec<Vec<f64>>,
    stds: Vec<f64>,
}

impl TryFrom<MixtureFields> for Mixture {
    type Error = String;

    fn try_from(fields: MixtureFields) -> Result<Self, String> {
        Self::new(fields.weights, fields.means, fields.stds)
    }
}

/// The factors [a, b] of one component's reading, the line a μ_k + b d_k, from (coefficients, s_k², v_k).
type ReadingFactors = fn(&Coefficients, f64, f64) -> [f64; 2];

const SCORE: ReadingFactors = |_, _, v| [0.0, -1.0 / v];
const DATA: ReadingFactors = |c, s2, v| [1.0, c.alpha_t * s2 / v];
const NOISE: ReadingFactors = |c, _, v| [0.0, c.sigma_t / v];
/// d_alpha_t E[x_1] + d_sigma_t E[x_0], where b is the rate (d v_k / dt) / 2 v_k at which the component spreads.
const VELOCITY: ReadingFactors = |c, s2, v| [c.d_alpha_t, (c.alpha_t * c.d_alpha_t * s2 + c.sigma_t * c.d_sigma_t) / v];

impl Mixture {
    /// The mixture of `weights` w_k (made to sum to 1), `means` μ_k and standard deviations `stds` s_k.
    ///
    /// A sentence if there are no components or no dimensions, too many of either, lists of different
    /// lengths, weights that are negative or sum to nothing, or numbers out of bounds.
    pub fn new(weights: Vec<f64>, means: Vec<Vec<f64>>, stds: Vec<f64>) -> Result<Self, String> {
        if means.len() > MAX_COMPONENTS || means.first().is_some_and(|mean| mean.len() > MAX_DIMENSION) {
            return Err(format!("a mixture has at most {MAX_COMPONENTS} components in {MAX_DIMENSION} dimensions"));
        }
        components::check_stds(stds.iter().copied())?;
        Self::with_any_stds(weights, means, stds)
    }

    /// The finite data set of equally likely `points`: s_k = 0, which is sound wherever sigma_t > 0.
    pub(super) fn of_points(points: Vec<Vec<f64>>) -> Result<Self, String> {
        let n = points.len();
        Self::with_any_stds(vec![1.0; n], points, vec![0.0; n])
    }

    fn with_any_stds(mut weights: Vec<f64>, means: Vec<Vec<f64>>, stds: Vec<f64>) -> Result<Self, String> {
        let dimension = means.first().map_or(0, Vec::len);
        if dimension == 0 || means.iter().any(|mean| mean.len() != dimension) {
            return Err("there must be at least one point, and all of the same dimension, at least 1".into());
        }
        if weights.len() != means.len() || stds.len() != means.len() {
            let (w, m, s) = (weights.len(), means.len(), stds.len());
            return Err(format!("there are {w} weights, {m} means and {s} stds where each component has one of each"));
        }
        components::check_means("point", means.iter().flatten().copied())?;
        let total = components::total(weights.iter().copied())?;
        weights.iter_mut().for_each(|w| *w /= total);
        Ok(Self { weights, means, stds })
    }

    /// The dimension of x.
    pub fn dimension(&self) -> usize {
        self.means[0].len()
    }

    /// w_k, which sum to 1.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// μ_k
    pub fn means(&self) -> &[Vec<f64>] {
        &self.means
    }

    /// s_k
    pub fn stds(&self) -> &[f64] {
        &self.stds
    }

    /// log p_t(x), in nats.
    pub fn log_density(&self, c: &Coefficients, x: &[f64]) -> f64 {
        let logs = self.log_terms(c, x);
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        most + logs.iter().map(|log| (log - most).exp()).sum::<f64>().ln()
    }

    /// r_k = p(k | x_t = x), which sum to 1.
    pub fn responsibilities(&self, c: &Coefficients, x: &[f64]) -> Vec<f64> {
        let mut r = self.log_terms(c, x);
        let most = r.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        r.iter_mut().for_each(|log| *log = (*log - most).exp());
        let total: f64 = r.iter().sum();
        r.iter_mut().for_each(|r| *r /= total);
        r
    }

    /// The score ∇ log p_t(x) = -Σ_k r_k d_k / v_k.
    pub fn score(&self, c: &Coefficients, x: &[f64]) -> Vec<f64> {
        self.mean_of(SCORE, &self.responsibilities(c, x), c, x)
    }

    /// The posterior mean E[x_1 | x_t = x] = Σ_k r_k (μ_k + alpha_t s_k² d_k / v_k).
    pub fn data(&self, c: &Coefficients, x: &[f64]) -> Vec<f64> {
        self.mean_of(DATA, &self.responsibilities(c, x), c, x)
    }

    /// The posterior mean E[x_0 | x_t = x] = Σ_k r_k sigma_t d_k / v_k.
    pub fn noise(&self, c: &Coefficients, x: &[f64]) -> Vec<f64> {
        self.mean_of(NOISE, &self.responsibilities(c, x), c, x)
    }

    /// The marginal velocity u_t(x) = E[d_alpha_t x_1 + d_sigma_t x_0 | x_t = x] (Lipman et al., 2023).
    pub fn velocity(&self, c: &Coefficients, x: &[f64]) -> Vec<f64> {
        self.mean_of(VELOCITY, &self.responsibilities(c, x), c, x)
    }

    /// div u_t(x) = Σ_k r_k (D b_k + (u_k - u) · (s_k - s)), for ∇ r_k = r_k (s_k - s) with the scores s_k;
    /// D is the dimension and b_k the rate at which component k spreads.
    pub fn divergence(&self, c: &Coefficients, x: &[f64]) -> f64 {
        let r = self.responsibilities(c, x);
        let (u, s) = (self.mean_of(VELOCITY, &r, c, x), self.mean_of(SCORE, &r, c, x));
        let of_component = |k: usize| {
            let [_, b] = self.factors(VELOCITY, c, k);
            let ends = self.component(VELOCITY, c, x, k).zip(self.component(SCORE, c, x, k));
            let spread: f64 = ends.zip(u.iter().zip(&s)).map(|((u_k, s_k), (u, s))| (u_k - u) * (s_k - s)).sum();
            self.dimension() as f64 * b + spread
        };
        (0..r.len()).map(|k| r[k] * of_component(k)).sum()
    }

    /// One draw of x_1 from the data.
    pub fn sample(&self, stream: &mut Stream) -> Vec<f64> {
        let k = components::pick(self.weights.iter().copied(), stream.uniform());
        let noise = stream.normals64(self.dimension());
        self.means[k].iter().zip(noise).map(|(mean, z)| mean + self.stds[k] * z).collect()
    }

    /// The field (x, t) → u_t(x) on `schedule`.
    pub fn field<'a>(&'a self, schedule: &'a dyn Schedule) -> impl VelocityField<Vec<f64>> + 'a {
        |x: &Vec<f64>, t: f64| self.velocity(&schedule.at(t), x)
    }

    /// v_k = alpha_t² s_k² + sigma_t²
    fn variance(&self, c: &Coefficients, k: usize) -> f64 {
        (c.alpha_t * self.stds[k]).powi(2) + c.sigma_t.powi(2)
    }

    /// log w_k N(x; alpha_t μ_k, v_k I) of every component.
    fn log_terms(&self, c: &Coefficients, x: &[f64]) -> Vec<f64> {
        debug_assert_eq!(x.len(), self.dimension());
        let of_component = |k: usize| {
            let v = self.variance(c, k);
            let squared: f64 = self.means[k].iter().zip(x).map(|(mean, x)| (x - c.alpha_t * mean).powi(2)).sum();
            self.weights[k].ln() - 0.5 * (squared / v + x.len() as f64 * (TAU * v).ln())
        };
        (0..self.weights.len()).map(of_component).collect()
    }

    fn factors(&self, reading: ReadingFactors, c: &Coefficients, k: usize) -> [f64; 2] {
        reading(c, self.stds[k].powi(2), self.variance(c, k))
    }

    /// a μ_k + b d_k, coordinate by coordinate.
    fn component(&self, reading: ReadingFactors, c: &Coefficients, x: &[f64], k: usize) -> impl Iterator<Item = f64> {
        let ([a, b], alpha_t) = (self.factors(reading, c, k), c.alpha_t);
        self.means[k].iter().zip(x).map(move |(mean, x)| a * mean + b * (x - alpha_t * mean))
    }

    /// Σ_k r_k (a μ_k + b d_k)
    fn mean_of(&self, reading: ReadingFactors, r: &[f64], c: &Coefficients, x: &[f64]) -> Vec<f64> {
        let mut mean = vec![0.0; x.len()];
        for (k, r_k) in r.iter().enumerate() {
            let coordinates = self.component(reading, c, x, k);
            mean.iter_mut().zip(coordinates).for_each(|(sum, coordinate)| *sum += r_k * coordinate);
        }
        mean
    }
}

#[cfg(test)]
mod tests;
