//! alpha_t = sin(πt/2),   sigma_t = cos(πt/2).

use super::coefficients::{Coefficients, Schedule};
use std::f64::consts::FRAC_PI_2;

/// A quarter of a circle: alpha_t² + sigma_t² = 1 (trigonometric interpolants, GVP: Albergo & Vanden-Eijnden, 2023).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cosine;

impl Schedule for Cosine {
    fn key(&self) -> &'static str {
        "cosine"
    }

    fn name(&self) -> &'static str {
        "Cosine"
    }

    fn latex(&self) -> &'static str {
        r"\alpha_t = \sin \frac{\pi \t}{2}, \quad \sigma_t = \cos \frac{\pi \t}{2}"
    }

    fn citation(&self) -> &'static str {
        "trigonometric interpolant (Albergo & Vanden-Eijnden, 2023)"
    }

    fn at(&self, t: f64) -> Coefficients {
        // cos(πt/2) as a sine, so that it is exactly 0 at t = 1.
        let (alpha_t, sigma_t) = (libm::sin(FRAC_PI_2 * t), libm::sin(FRAC_PI_2 * (1.0 - t)));
        Coefficients { alpha_t, sigma_t, d_alpha_t: FRAC_PI_2 * sigma_t, d_sigma_t: -FRAC_PI_2 * alpha_t }
    }
}
