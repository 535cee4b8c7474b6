//! alpha_t = sqrt(ᾱ_k),   sigma_t = sqrt(1 - ᾱ_k),   ᾱ_k = Π_{j≤k} (1 - β_j),   t = 1 - k/T,   T = 1000.

use super::{
    coefficients::{Coefficients, Schedule},
    vp::variance_preserving,
};
use std::{f64::consts::FRAC_PI_2, sync::LazyLock};

/// The number of noise levels T.
const LEVELS: usize = 1000;

/// How β_k grows with k.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Betas {
    /// From 1e-4 to 0.02 (Ho et al., 2020).
    Linear,
    /// Such that ᾱ_k follows cos², β_k at most 0.999 (Nichol & Dhariwal, 2021).
    Cosine,
}

/// The discrete chain of DDPM, read in continuous time: ln ᾱ is a monotone cubic between two levels, so that the
/// derivatives are continuous and solvers keep their order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ddpm(pub Betas);

/// ln ᾱ_k and its slope in k, for k = 0 … T.
struct Chain {
    logs: Vec<f64>,
    slopes: Vec<f64>,
}

impl Chain {
    fn new(beta: impl Fn(usize) -> f64) -> Self {
        let rises: Vec<f64> = (1..=LEVELS).map(|k| libm::log1p(-beta(k))).collect();
        let mut sum = 0.0;
        let mut add = |rise: &f64| {
            sum += rise;
            sum
        };
        let logs = [0.0].into_iter().chain(rises.iter().map(&mut add)).collect();
        let slope = |k: usize| {
            let (before, after) = (rises[k.max(1) - 1], rises[k.min(LEVELS - 1)]);
            // The mean of both sides, but never so steep that the cubic turns (Fritsch & Carlson, 1980).
            ((before + after) / 2.0).max(3.0 * before.max(after))
        };
        Self { slopes: (0..=LEVELS).map(slope).collect(), logs }
    }

    /// ln ᾱ and its derivative at `k` in [0, T].
    fn at(&self, k: f64) -> [f64; 2] {
        let i = (k as usize).min(LEVELS - 1);
        let u = k - i as f64;
        let rise = self.logs[i + 1] - self.logs[i];
        // The cubic of Hermite: l_i + u m_i + u² (c + u d).
        let (first, last) = (self.slopes[i], self.slopes[i + 1]);
        let (c, d) = (3.0 * rise - 2.0 * first - last, first + last - 2.0 * rise);
        [self.logs[i] + u * (first + u * (c + u * d)), first + u * (2.0 * c + 3.0 * u * d)]
    }
}

static LINEAR: LazyLock<Chain> =
    LazyLock::new(|| Chain::new(|k| 1e-4 + (0.02 - 1e-4) * (k - 1) as f64 / (LEVELS - 1) as f64));

static COSINE: LazyLock<Chain> = LazyLock::new(|| {
    let f = |k: usize| libm::pow(libm::cos((k as f64 / LEVELS as f64 + 0.008) / 1.008 * FRAC_PI_2), 2.0);
    Chain::new(|k| (1.0 - f(k) / f(k - 1)).min(0.999))
});

impl Schedule for Ddpm {
    fn key(&self) -> &'static str {
        match self.0 {
            Betas::Linear => "ddpm",
            Betas::Cosine => "ddpm-cosine",
        }
    }

    fn name(&self) -> &'static str {
        match self.0 {
            Betas::Linear => "DDPM, linear β",
            Betas::Cosine => "DDPM, cosine β",
        }
    }

    fn latex(&self) -> &'static str {
        r"\alpha_t = \sqrt{\bar\alpha_n}, \quad \sigma_t = \sqrt{1 - \bar\alpha_n}, \quad \bar\alpha_n = \prod_{j=1}^{n} (1 - \beta_j), \quad t = 1 - \frac{n}{1000}"
    }

    fn citation(&self) -> &'static str {
        match self.0 {
            Betas::Linear => "DDPM, 1000 levels, β from 0.0001 to 0.02 (Ho et al., 2020)",
            Betas::Cosine => "improved DDPM, 1000 levels, cosine β (Nichol & Dhariwal, 2021)",
        }
    }

    fn at(&self, t: f64) -> Coefficients {
        let chain = if self.0 == Betas::Linear { &LINEAR } else { &COSINE };
        let [log, slope] = chain.at(((1.0 - t) * LEVELS as f64).clamp(0.0, LEVELS as f64));
        variance_preserving(log / 2.0, -slope * LEVELS as f64 / 2.0)
    }

    /// The last level that has noise is k = 1. The first ten of the cosine, where β is near 1 and there is no signal yet,
    /// are left out: no derivative means anything there.
    fn clip(&self) -> [f64; 2] {
        [if self.0 == Betas::Linear { 0.0 } else { 0.01 }, 1.0 - 1.0 / LEVELS as f64]
    }

    fn levels(&self) -> Option<usize> {
        Some(LEVELS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_levels_are_the_products_of_the_chain() {
        let mut abar = 1.0;
        for k in 1..=LEVELS {
            abar *= 1.0 - (1e-4 + (0.02 - 1e-4) * (k - 1) as f64 / 999.0);
            let c = Ddpm(Betas::Linear).at(1.0 - k as f64 / 1000.0);
            assert!((c.alpha_t / f64::sqrt(abar) - 1.0).abs() < 1e-10, "k = {k}");
            assert!((c.sigma_t / f64::sqrt(1.0 - abar) - 1.0).abs() < 1e-10, "k = {k}");
        }
        // The last value is quoted in many places as 4.036e-5.
        assert!((abar - 4.036e-5).abs() < 1e-8, "{abar:e}");
    }
}
