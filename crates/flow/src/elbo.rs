//! The evidence lower bound of a variational autoencoder (Kingma & Welling, 2014):
//!
//! ELBO(x) = E_q(z|x)[ln p(x|z)] - KL(q(z|x) ‖ p(z)) ≤ ln p(x),
//!
//! with q(z|x) = N(mu, diag exp(log_var)), p(z) = N(0, I); equal where q is the posterior. A model that weighs the second
//! term with β learns codes nearer to N(0, I) at the price of worse pictures (Higgins et al., 2017).

use super::keyed::Keyed;
use serde::{Deserialize, Serialize};
use std::f64::consts::PI;

/// Standard deviation of a pixel in [-1, 1] under the Gaussian p(x|z).
pub const GAUSSIAN_STD: f64 = 0.25;

/// p(x|z) of a pixel, from what a decoder puts out for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Likelihood {
    /// The pixel (x + 1) / 2 in [0, 1] is white with probability 1 / (1 + exp(-output)).
    #[default]
    Bernoulli,
    /// The pixel x is N(output, [`GAUSSIAN_STD`]²).
    Gaussian,
}

impl Keyed for Likelihood {
    const WHAT: &'static str = "likelihood";

    fn all() -> impl Iterator<Item = Self> {
        [Self::Bernoulli, Self::Gaussian].into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Bernoulli => "bernoulli",
            Self::Gaussian => "gaussian",
        }
    }
}

crate::serde_by_key!(Likelihood);

impl Likelihood {
    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bernoulli => "Bernoulli",
            Self::Gaussian => "Gaussian",
        }
    }

    /// What it takes a pixel for, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::Bernoulli => "Every pixel is a coin: its brightness is how likely it is white.",
            Self::Gaussian => "Every pixel is a number with noise of standard deviation 0.25 on it.",
        }
    }

    /// -ln p(x|z) of a pixel `x` in [-1, 1] in nats, for the decoder's `output`.
    ///
    /// ```
    /// use flow::elbo::Likelihood;
    /// // A decoder that knows nothing says that white is as likely as black: ln 2 a pixel.
    /// assert!((Likelihood::Bernoulli.nats(-1.0, 0.0) - 2f64.ln()).abs() < 1e-12);
    /// ```
    pub fn nats(self, x: f64, output: f64) -> f64 {
        match self {
            Self::Bernoulli => softplus(output) - (x + 1.0) / 2.0 * output,
            Self::Gaussian => ((x - output) / GAUSSIAN_STD).powi(2) / 2.0 + libm::log(GAUSSIAN_STD * (2.0 * PI).sqrt()),
        }
    }
}

/// ln(1 + exp(l)), without overflow.
pub fn softplus(l: f64) -> f64 {
    l.max(0.0) + libm::log1p(libm::exp(-l.abs()))
}

/// KL(N(mu, diag exp(log_var)) ‖ N(0, I)) = ½ Σ (mu² + exp(log_var) - 1 - log_var), in nats.
///
/// ```
/// assert_eq!(flow::elbo::kl(&[0.0, 0.0], &[0.0, 0.0]), 0.0);
/// assert_eq!(flow::elbo::kl(&[3.0], &[0.0]), 4.5);
/// ```
pub fn kl(mu: &[f64], log_var: &[f64]) -> f64 {
    mu.iter().zip(log_var).map(|(mu, log_var)| mu * mu + libm::exp(*log_var) - 1.0 - log_var).sum::<f64>() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};

    #[test]
    fn the_divergence_is_the_mean_of_a_difference_of_logarithms() {
        let (mu, log_var): (f64, f64) = (0.7, -0.8);
        let (std, n) = ((log_var / 2.0).exp(), 200_000);
        let mut stream = Stream::new(3, Purpose::Sample, 0);
        let normal = |x: f64, mu: f64, std: f64| -((x - mu) / std).powi(2) / 2.0 - std.ln();
        let mean = (0..n)
            .map(|_| {
                let z = mu + std * stream.normals64(1)[0];
                normal(z, mu, std) - normal(z, 0.0, 1.0)
            })
            .sum::<f64>()
            / f64::from(n);
        assert!((mean - kl(&[mu], &[log_var])).abs() < 0.01, "{mean} {}", kl(&[mu], &[log_var]));
    }

    #[test]
    fn a_likelihood_is_one() {
        // Of the coin both sides, of the Gaussian the integral over its line.
        for output in [-3.0, 0.2, 40.0] {
            let both: f64 = [-1.0, 1.0].map(|x| (-Likelihood::Bernoulli.nats(x, output)).exp()).iter().sum();
            assert!((both - 1.0).abs() < 1e-12, "{both}");
            let line = (-4_000..=4_000).map(|i| output + f64::from(i) / 1_000.0);
            let mass: f64 = line.map(|x| (-Likelihood::Gaussian.nats(x, output)).exp() / 1_000.0).sum();
            assert!((mass - 1.0).abs() < 1e-9, "{mass}");
        }
    }

    /// x = w z + b + noise of standard deviation s: here everything is known.
    struct LinearGaussian {
        w: [f64; 3],
        b: [f64; 3],
        s: f64,
    }

    impl LinearGaussian {
        fn square(&self) -> f64 {
            self.w.iter().map(|w| w * w).sum()
        }

        /// ln p(x) of N(b, w wᵀ + s² I), by the matrix determinant and inversion lemmas.
        fn log_evidence(&self, x: &[f64; 3]) -> f64 {
            let (s2, ww) = (self.s * self.s, self.square());
            let d: Vec<f64> = x.iter().zip(&self.b).map(|(x, b)| x - b).collect();
            let along: f64 = d.iter().zip(&self.w).map(|(d, w)| d * w).sum();
            let form = (d.iter().map(|d| d * d).sum::<f64>() - along * along / (s2 + ww)) / s2;
            -(form + 3.0 * (2.0 * PI * s2).ln() + (1.0 + ww / s2).ln()) / 2.0
        }

        /// The ELBO for q = N(mu, exp(log_var)); E |x - w z - b|² is known for a linear decoder.
        fn elbo(&self, x: &[f64; 3], mu: f64, log_var: f64) -> f64 {
            let s2 = self.s * self.s;
            let miss: f64 = (0..3).map(|i| (x[i] - self.w[i] * mu - self.b[i]).powi(2)).sum();
            let expected = miss + log_var.exp() * self.square();
            -(expected / s2 + 3.0 * (2.0 * PI * s2).ln()) / 2.0 - kl(&[mu], &[log_var])
        }

        /// The posterior of z.
        fn posterior(&self, x: &[f64; 3]) -> (f64, f64) {
            let rest = self.s * self.s + self.square();
            let along: f64 = (0..3).map(|i| (x[i] - self.b[i]) * self.w[i]).sum();
            (along / rest, (self.s * self.s / rest).ln())
        }
    }

    #[test]
    fn the_bound_lies_below_the_evidence_and_touches_it_at_the_posterior() {
        let model = LinearGaussian { w: [0.5, -1.2, 0.3], b: [0.1, 0.0, -0.4], s: 0.6 };
        for x in [[0.0, 0.0, 0.0], [1.0, -2.0, 0.5], [-0.3, 0.8, 2.0]] {
            let (mu, log_var) = model.posterior(&x);
            let evidence = model.log_evidence(&x);
            assert!((model.elbo(&x, mu, log_var) - evidence).abs() < 1e-12);
            for (other_mu, other_var) in
                [(mu + 0.1, log_var), (mu, log_var + 0.3), (mu - 1.0, log_var - 2.0), (0.0, 0.0)]
            {
                assert!(model.elbo(&x, other_mu, other_var) < evidence);
            }
        }
    }
}
