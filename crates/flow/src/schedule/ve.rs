//! alpha_t = 1,   sigma_t = σ_min (σ_max / σ_min)^(1-t).

use super::coefficients::{Coefficients, Schedule};

const SIGMA_MIN: f64 = 0.01;
const SIGMA_MAX: f64 = 50.0;

/// Variance exploding: noise is added and nothing shrinks (NCSN: Song & Ermon, 2019; as an SDE: Song et al., 2021).
/// Sampling starts from N(0, σ_max² I).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ve;

impl Schedule for Ve {
    fn key(&self) -> &'static str {
        "ve"
    }

    fn name(&self) -> &'static str {
        "VE"
    }

    fn latex(&self) -> &'static str {
        r"\alpha_t = 1, \quad \sigma_t = \sigma_{\min} \left( \frac{\sigma_{\max}}{\sigma_{\min}} \right)^{1 - \t}"
    }

    fn citation(&self) -> &'static str {
        "variance exploding SDE, sigma from 50 to 0.01 (Song et al., 2021)"
    }

    fn at(&self, t: f64) -> Coefficients {
        let ratio = libm::log(SIGMA_MAX / SIGMA_MIN);
        let sigma_t = SIGMA_MIN * libm::exp(ratio * (1.0 - t));
        Coefficients { alpha_t: 1.0, sigma_t, d_alpha_t: 0.0, d_sigma_t: -ratio * sigma_t }
    }
}
