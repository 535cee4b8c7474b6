//! With r = 1 - t and β(r) = β₀ + r (β₁ - β₀):   alpha_t = exp(-½ ∫₀^r β),   sigma_t = sqrt(1 - alpha_t²).

use super::coefficients::{Coefficients, Schedule};

const BETA_0: f64 = 0.1;
const BETA_1: f64 = 20.0;

/// Variance preserving: DDPM in continuous time (Song et al., 2021). alpha_0 is 0.0066, not 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Vp;

impl Schedule for Vp {
    fn key(&self) -> &'static str {
        "vp"
    }

    fn name(&self) -> &'static str {
        "VP"
    }

    fn latex(&self) -> &'static str {
        r"\alpha_t = e^{-\frac{1}{4} r^2 (\beta_1 - \beta_0) - \frac{1}{2} r \beta_0}, \quad \sigma_t = \sqrt{1 - \at^2}, \quad r = 1 - \t"
    }

    fn citation(&self) -> &'static str {
        "variance preserving SDE, β from 0.1 to 20 (Song et al., 2021)"
    }

    fn at(&self, t: f64) -> Coefficients {
        let r = 1.0 - t;
        let log_alpha = -r * r * (BETA_1 - BETA_0) / 4.0 - r * BETA_0 / 2.0;
        variance_preserving(log_alpha, (BETA_0 + r * (BETA_1 - BETA_0)) / 2.0)
    }

    /// d sigma_t / dt has no bound towards t = 1; sigma_t is 0.01 at the end of the clip.
    fn clip(&self) -> [f64; 2] {
        [0.0, 1.0 - 1e-3]
    }
}

/// The coefficients with alpha² + sigma² = 1, from ln alpha_t and its derivative.
pub(super) fn variance_preserving(log_alpha: f64, d_log_alpha: f64) -> Coefficients {
    let alpha_t = libm::exp(log_alpha);
    // Not -0 where the logarithm is 0.
    let sigma_t = libm::sqrt(libm::expm1(2.0 * log_alpha).abs());
    let d_alpha_t = alpha_t * d_log_alpha;
    Coefficients { alpha_t, sigma_t, d_alpha_t, d_sigma_t: -alpha_t * d_alpha_t / sigma_t }
}
