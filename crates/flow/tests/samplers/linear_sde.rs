//! The SDE on the path to N(m, s²) is linear, dx = (m_t' + a_t (x - m_t)) dt + g_t dW with a = v'/2v - g²/2v, hence
//!
//! x_T = m_T + Φ(T,t) (x_t - m_t) + ∫ Φ(T,r) g_r dW_r,   Φ(T,t) = sqrt(v_T / v_t) exp(-½ ∫ g²/v dr),
//!
//! and as the law v_t is kept for every g, the noise has variance v_T - Φ(T,t)² v_t. A step of a sampler is affine,
//! x' = A x + B + C dW, so that its mean, its variance and its distance to the solution on the same Brownian path
//! follow without drawing anything.

use crate::gaussian::{Field, Gaussian};
use flow::{
    sampler::{Diffusion, Process, Sampler, SamplerKind, StepStart},
    schedule::Schedule,
};

/// A sampler on a path to Gaussian data, over an interval.
#[derive(Clone, Copy)]
pub struct Case {
    pub sampler: &'static Sampler,
    pub schedule: &'static dyn Schedule,
    pub data: Gaussian,
    pub kappa: f64,
    pub interval: [f64; 2],
}

/// A, B, C of one step x' = A x + B + C dW.
pub struct Affine(pub f64, pub f64, pub f64);

/// Cells of the quadratures; a power of 2.
pub const CELLS: usize = 4096;

impl Case {
    /// The SDE that the sampler's steps tend to.
    pub fn g(&self, t: f64) -> f64 {
        let (shape, kappa) = match self.sampler.kind {
            SamplerKind::EulerMaruyama(shape) | SamplerKind::StochasticHeun(shape) => (shape, self.kappa),
            SamplerKind::PredictorCorrector => (Diffusion::Sigma, self.kappa),
            SamplerKind::DdimEta => (Diffusion::Reverse, self.kappa.min(1.0)),
            SamplerKind::Ancestral => (Diffusion::Reverse, 1.0),
            SamplerKind::RungeKutta(_) | SamplerKind::Adaptive | SamplerKind::Ddim => (Diffusion::Constant, 0.0),
            SamplerKind::AnnealedLangevin => unreachable!("it follows no SDE in t"),
        };
        shape.at(&self.schedule.at(t), kappa)
    }

    /// The time at `share` of the interval.
    pub fn time(&self, share: f64) -> f64 {
        self.interval[0] + (self.interval[1] - self.interval[0]) * share
    }

    fn mean(&self, t: f64) -> f64 {
        self.data.mean_at(&self.schedule.at(t))
    }

    fn variance(&self, t: f64) -> f64 {
        self.data.variance_at(&self.schedule.at(t))
    }

    /// Mean and variance of x_t.
    pub fn law(&self, t: f64) -> [f64; 2] {
        [self.mean(t), self.variance(t)]
    }

    /// Φ(T, r) at the ends of all cells, by Simpson's rule.
    pub fn propagators(&self) -> Vec<f64> {
        let rate = |share: f64| {
            let t = self.time(share);
            self.g(t).powi(2) / self.variance(t)
        };
        let [from, end] = self.interval;
        let width = 1.0 / CELLS as f64;
        let (mut integral, mut found) = (0.0, vec![1.0]);
        for cell in (0..CELLS).rev() {
            let low = cell as f64 * width;
            let sum = rate(low) + 4.0 * rate(low + width / 2.0) + rate(low + width);
            integral += sum * width / 6.0 * (end - from);
            found.push((self.variance(end) / self.variance(self.time(low))).sqrt() * f64::exp(-integral / 2.0));
        }
        found.reverse();
        found
    }

    /// Mean and variance at the end, for a start at the point `x`.
    pub fn moments(&self, x: f64) -> [f64; 2] {
        let ([from, end], all) = (self.interval, self.propagators()[0]);
        [self.mean(end) + all * (x - self.mean(from)), self.variance(end) - all * all * self.variance(from)]
    }

    /// The `n` steps of equal length.
    pub fn steps(&self, n: usize) -> Vec<Affine> {
        let field = Field(self.data, self.schedule);
        let process = Process { field: &field, schedule: self.schedule, stochasticity: self.kappa };
        let step = |i: usize, x: f64, dw: f64| {
            let [t, s] = [i, i + 1].map(|i| self.time(i as f64 / n as f64));
            let u = flow::field::VelocityField::velocity(&field, &x, t);
            self.sampler.step(&process, StepStart { t, x: &x, u: &u }, s, &|_, _| dw)
        };
        let affine = |i| {
            let b = step(i, 0.0, 0.0);
            Affine(step(i, 1.0, 0.0) - b, b, step(i, 0.0, 1.0) - b)
        };
        (0..n).map(affine).collect()
    }

    /// Mean and variance after `n` steps from the law of mean `x` and variance `v`.
    pub fn numerical_moments(&self, n: usize, [x, v]: [f64; 2]) -> [f64; 2] {
        let h = (self.interval[1] - self.interval[0]) / n as f64;
        self.steps(n).iter().fold([x, v], |[x, v], Affine(a, b, c)| [a * x + b, a * a * v + c * c * h])
    }

    /// sqrt(E |x_n - x_T|²) on the same Brownian path from the point `x`: by Itô's isometry what the steps put
    /// before dW less what the solution does, squared and integrated.
    pub fn strong_error(&self, n: usize, x: f64) -> f64 {
        let (steps, phi) = (self.steps(n), self.propagators());
        let width = (self.interval[1] - self.interval[0]) / CELLS as f64;
        let (mut after, mut integral) = (1.0, 0.0);
        for (i, Affine(a, _, c)) in steps.iter().enumerate().rev() {
            let off = |cell: usize| (after * c - phi[cell] * self.g(self.time(cell as f64 / CELLS as f64))).powi(2);
            let per = CELLS / n;
            // Simpson's rule on pairs of cells.
            for cell in (i * per..(i + 1) * per).step_by(2) {
                integral += (off(cell) + 4.0 * off(cell + 1) + off(cell + 2)) * width / 3.0;
            }
            after *= a;
        }
        let [mean, _] = self.numerical_moments(n, [x, 0.0]);
        ((mean - self.moments(x)[0]).powi(2) + integral).sqrt()
    }
}
