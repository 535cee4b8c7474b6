//! How much noise goes in: for any g(t) >= 0,
//!
//! dx = [u + (g²/2) s] dt + g dW
//!
//! has the marginals of dx = u dt (Song et al., 2021; Ma et al., 2024).

use crate::schedule::Coefficients;

/// The shape of g(t); the stochasticity κ scales it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Diffusion {
    /// g = κ
    Constant,
    /// g = κ sigma_t
    Sigma,
    /// g² = -2 κ² sigma_t det / alpha_t: at κ = 1 the reverse of the SDE that makes the noise, β(t) for VP.
    Reverse,
}

impl Diffusion {
    /// g at a time with these coefficients.
    pub fn at(self, c: &Coefficients, kappa: f64) -> f64 {
        kappa
            * match self {
                Self::Constant => 1.0,
                Self::Sigma => c.sigma_t,
                Self::Reverse => libm::sqrt(-2.0 * c.sigma_t * c.det() / c.alpha_t),
            }
    }
}
