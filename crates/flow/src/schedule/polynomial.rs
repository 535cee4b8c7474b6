//! alpha_t = t^n,   sigma_t = 1 - t^n.

use super::coefficients::{Coefficients, Schedule};

/// Straight lines that start slowly: the same points as [`Linear`](super::Linear), at times t^n; n is 2 or 3.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Polynomial(pub u8);

impl Schedule for Polynomial {
    fn key(&self) -> &'static str {
        if self.0 == 2 { "polynomial-2" } else { "polynomial-3" }
    }

    fn name(&self) -> &'static str {
        if self.0 == 2 { "Polynomial, n = 2" } else { "Polynomial, n = 3" }
    }

    fn latex(&self) -> &'static str {
        if self.0 == 2 {
            r"\alpha_t = \t^2, \quad \sigma_t = 1 - \t^2"
        } else {
            r"\alpha_t = \t^3, \quad \sigma_t = 1 - \t^3"
        }
    }

    fn citation(&self) -> &'static str {
        "polynomial path (lecture on probability paths)"
    }

    fn at(&self, t: f64) -> Coefficients {
        let (n, power) = (f64::from(self.0), t.powi(i32::from(self.0) - 1));
        Coefficients { alpha_t: power * t, sigma_t: 1.0 - power * t, d_alpha_t: n * power, d_sigma_t: -n * power }
    }

    /// At t = 0 both derivatives are 0, and the velocity says nothing about the data.
    fn clip(&self) -> [f64; 2] {
        [1e-3, 1.0]
    }
}
