//! alpha_t = t,   sigma_t = 1 - t.

use super::coefficients::{Coefficients, Schedule};

/// Straight lines (CondOT: Lipman et al., 2023; rectified flow: Liu et al., 2023).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Linear;

impl Schedule for Linear {
    fn key(&self) -> &'static str {
        "linear"
    }

    fn name(&self) -> &'static str {
        "Linear"
    }

    fn latex(&self) -> &'static str {
        r"\alpha_t = \t, \quad \sigma_t = 1 - \t"
    }

    fn citation(&self) -> &'static str {
        "conditional optimal transport (Lipman et al., 2023), rectified flow (Liu et al., 2023)"
    }

    fn at(&self, t: f64) -> Coefficients {
        Coefficients { alpha_t: t, sigma_t: 1.0 - t, d_alpha_t: 1.0, d_sigma_t: -1.0 }
    }
}
