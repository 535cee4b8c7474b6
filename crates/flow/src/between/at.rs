//! All readings of the mixture x_t at one t. Within pair k, with d_k = x - m_k, each is a line a_k + b_k d_k,
//!
//! E[x_1 | k, x] = μ_k + alpha_t s_k² d_k / v_k,   E[x_0 | k, x] = ν_k + sigma_t q_k² d_k / v_k,
//!
//! and the reading of the whole mixture is the mean of the lines under the responsibilities r_k.

use super::{
    gaussian::Gaussian,
    lanes::{self, LANES, Lanes, LogGaussian, Weights},
};
use crate::schedule::Coefficients;

/// x_t ~ Σ_k w_k N(m_k, v_k I) at one t. Points are flat: x, y, x, y, …, `D` finite coordinates each.
pub struct At<const D: usize> {
    c: Coefficients,
    /// w_k N(x; m_k, v_k I)
    pub(super) terms: Vec<LogGaussian<D>>,
    pairs: Vec<EndPair<D>>,
}

/// Both ends of the paths of one component.
struct EndPair<const D: usize> {
    /// [ν_k, μ_k]
    means: [[f64; D]; 2],
    /// [sigma_t q_k², alpha_t s_k²] / v_k
    gains: [f64; 2],
}

/// a_k + b_k d_k
#[derive(Clone, Copy)]
pub(super) struct Response<const D: usize> {
    pub a: [f64; D],
    pub b: f64,
}

impl<const D: usize> Response<D> {
    #[inline(always)]
    fn at(&self, x: &[Lanes; D], mean: &[f64; D], i: usize) -> Lanes {
        x[i].map(|x| self.a[i] + self.b * (x - mean[i]))
    }
}

impl<const D: usize> At<D> {
    /// At `c`, for every pair of a source and a datum (weights sum to 1), sources outermost.
    pub(super) fn new(source: &[Gaussian<D>], data: &[Gaussian<D>], c: &Coefficients) -> Self {
        let pairs = || source.iter().flat_map(|q| data.iter().map(move |s| (q, s)));
        let variance = |q: &Gaussian<D>, s: &Gaussian<D>| (c.alpha_t * s.std).powi(2) + (c.sigma_t * q.std).powi(2);
        let term = |(q, s): (&Gaussian<D>, &Gaussian<D>)| {
            let mean = std::array::from_fn(|i| c.alpha_t * s.mean[i] + c.sigma_t * q.mean[i]);
            LogGaussian::new(q.weight * s.weight, mean, variance(q, s))
        };
        let pair = |(q, s): (&Gaussian<D>, &Gaussian<D>)| EndPair {
            means: [q.mean, s.mean],
            gains: [c.sigma_t * q.std * q.std, c.alpha_t * s.std * s.std].map(|gain| gain / variance(q, s)),
        };
        Self { c: *c, terms: pairs().map(term).collect(), pairs: pairs().map(pair).collect() }
    }

    /// The number of pairs of components.
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Never: there is a pair at least.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The least standard deviation of a component.
    pub fn narrowest(&self) -> f64 {
        (0.5 / self.terms.iter().map(|term| -term.scale).fold(f64::MIN_POSITIVE, f64::max)).sqrt()
    }

    /// The marginal velocity u_t(x) = E[d_alpha_t x_1 + d_sigma_t x_0 | x_t = x] of every point (Lipman et al., 2023).
    pub fn velocity(&self, xs: &[f64]) -> Vec<f64> {
        self.mean_of(&self.velocities(), xs)
    }

    /// The score ∇ log p_t(x) = -Σ_k r_k d_k / v_k of every point.
    pub fn score(&self, xs: &[f64]) -> Vec<f64> {
        self.mean_of(&self.scores(), xs)
    }

    /// The posterior mean E[x_1 | x_t = x] of every point.
    pub fn data(&self, xs: &[f64]) -> Vec<f64> {
        self.mean_of(&self.lines(0.0, 1.0), xs)
    }

    /// The posterior mean E[x_0 | x_t = x] of every point.
    pub fn noise(&self, xs: &[f64]) -> Vec<f64> {
        self.mean_of(&self.lines(1.0, 0.0), xs)
    }

    /// log p_t(x) in nats, one a point.
    pub fn log_density(&self, xs: &[f64]) -> Vec<f64> {
        lanes::map(&self.terms, xs, |_, weights| [std::array::from_fn(|l| weights.most[l] + weights.total[l].ln())])
    }

    /// div u_t(x) = Σ_k r_k (D b_k + (u_k - u) · (s_k - s)), one a point, for ∇ r_k = r_k (s_k - s) with the scores s_k.
    pub fn divergence(&self, xs: &[f64]) -> Vec<f64> {
        let (us, ss) = (self.velocities(), self.scores());
        lanes::map(&self.terms, xs, |x, weights| {
            let (u, s) = (self.mean(&us, x, weights), self.mean(&ss, x, weights));
            let mut sum = [0.0; LANES];
            for (k, e) in &weights.terms {
                let mut of_pair = [D as f64 * us[*k].b; LANES];
                for i in 0..D {
                    let mean = &self.terms[*k].mean;
                    let (u_k, s_k) = (us[*k].at(x, mean, i), ss[*k].at(x, mean, i));
                    for l in 0..LANES {
                        of_pair[l] += (u_k[l] - u[i][l]) * (s_k[l] - s[i][l]);
                    }
                }
                for l in 0..LANES {
                    sum[l] += e[l] * of_pair[l];
                }
            }
            [std::array::from_fn(|l| sum[l] / weights.total[l])]
        })
    }

    /// r_k = p(k | x_t = x) of every pair, which sum to 1; pair j · (data components) + k for source j and datum k.
    pub fn responsibilities(&self, x: &[f64; D]) -> Vec<f64> {
        let weights = Weights::new(&self.terms, &x.map(|x| [x; LANES]));
        let mut r = vec![0.0; self.len()];
        weights.terms.iter().for_each(|(k, e)| r[*k] = e[0] / weights.total[0]);
        r
    }

    /// [E[x_0 | k, x], E[x_1 | k, x]]: where the paths of pair `k` through `x` begin and end on average; `k` is below
    /// [`len`](Self::len).
    pub fn ends(&self, k: usize, x: &[f64; D]) -> [[f64; D]; 2] {
        let (pair, mean) = (&self.pairs[k], &self.terms[k].mean);
        [0, 1].map(|end| std::array::from_fn(|i| pair.means[end][i] + pair.gains[end] * (x[i] - mean[i])))
    }

    /// Σ_k r_k |y_k(x) - E[y | x]|² of y = `q` x_0 + `p` x_1, one a point, where y_k(x) = E[y | k, x]: how far the means of the
    /// pairs lie apart.
    pub fn disagreement(&self, [q, p]: [f64; 2], xs: &[f64]) -> Vec<f64> {
        let lines = self.lines(q, p);
        lanes::map(&self.terms, xs, |x, weights| {
            let (mean, mut sum) = (self.mean(&lines, x, weights), [0.0; LANES]);
            for (k, e) in &weights.terms {
                for (i, mean) in mean.iter().enumerate() {
                    let line = lines[*k].at(x, &self.terms[*k].mean, i);
                    for l in 0..LANES {
                        sum[l] += e[l] * (line[l] - mean[l]).powi(2);
                    }
                }
            }
            [std::array::from_fn(|l| sum[l] / weights.total[l])]
        })
    }

    pub(super) fn velocities(&self) -> Vec<Response<D>> {
        self.lines(self.c.d_sigma_t, self.c.d_alpha_t)
    }

    pub(super) fn scores(&self) -> Vec<Response<D>> {
        self.terms.iter().map(|term| Response { a: [0.0; D], b: 2.0 * term.scale }).collect()
    }

    /// q x_0 + p x_1
    fn lines(&self, q: f64, p: f64) -> Vec<Response<D>> {
        let line = |pair: &EndPair<D>| Response {
            a: std::array::from_fn(|i| q * pair.means[0][i] + p * pair.means[1][i]),
            b: q * pair.gains[0] + p * pair.gains[1],
        };
        self.pairs.iter().map(line).collect()
    }

    /// Σ_k r_k (a_k + b_k d_k) of every point.
    pub(super) fn mean_of(&self, lines: &[Response<D>], xs: &[f64]) -> Vec<f64> {
        lanes::map(&self.terms, xs, |x, weights| self.mean(lines, x, weights))
    }

    #[inline(always)]
    fn mean(&self, lines: &[Response<D>], x: &[Lanes; D], weights: &Weights) -> [Lanes; D] {
        let mut sum = [[0.0; LANES]; D];
        for (k, e) in &weights.terms {
            for (i, sum) in sum.iter_mut().enumerate() {
                let line = lines[*k].at(x, &self.terms[*k].mean, i);
                for l in 0..LANES {
                    sum[l] += e[l] * line[l];
                }
            }
        }
        sum.map(|sum| std::array::from_fn(|l| sum[l] / weights.total[l]))
    }
}
