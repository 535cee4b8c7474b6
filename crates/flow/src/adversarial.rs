//! Two networks against each other (Goodfellow et al., 2014): a generator G makes pictures of noise z, a critic (or
//! discriminator) D gives every picture a number l, its logit, and learns to tell made ones from real ones.
//!
//! | objective | the critic makes small | the generator makes small |
//! |---|---|---|
//! | minimax | E ln(1 + e^-l(x)) + E ln(1 + e^l(G z)) | -E ln(1 + e^l(G z)) |
//! | non-saturating | the same | E ln(1 + e^-l(G z)) |
//! | least squares (Mao et al., 2017) | ½ E (l(x) - 1)² + ½ E l(G z)² | ½ E (l(G z) - 1)² |
//! | Wasserstein (Arjovsky et al., 2017) | E l(G z) - E l(x), weights within ± [`BOUND`] | -E l(G z) |
//!
//! For data p and made pictures q the best critic is D*(x) = p(x) / (p(x) + q(x)); against it the first objective is
//! 2 JS(p, q) - ln 4, up to sign, least where q = p. The last one is, up to a factor, the Wasserstein distance of p and q.

use super::{elbo::softplus, keyed::Keyed};
use serde::{Deserialize, Serialize};

/// The weights of a Wasserstein critic stay within ± this, so that its slope is bounded.
pub const BOUND: f64 = 0.03;

/// What critic and generator minimise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Objective {
    /// The generator makes its pictures likelier to pass.
    #[default]
    NonSaturating,
    /// The generator makes the critic's loss large.
    Minimax,
    /// Logits of real pictures go to 1, of made ones to 0.
    LeastSquares,
    /// The difference of the mean logits, for a critic of bounded slope.
    Wasserstein,
}

impl Keyed for Objective {
    const WHAT: &'static str = "adversarial loss";

    fn all() -> impl Iterator<Item = Self> {
        [Self::NonSaturating, Self::Minimax, Self::LeastSquares, Self::Wasserstein].into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::NonSaturating => "non-saturating",
            Self::Minimax => "minimax",
            Self::LeastSquares => "least-squares",
            Self::Wasserstein => "wasserstein",
        }
    }
}

crate::serde_by_key!(Objective);

impl Objective {
    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NonSaturating => "Non-saturating",
            Self::Minimax => "Minimax",
            Self::LeastSquares => "Least squares",
            Self::Wasserstein => "Wasserstein, clipped",
        }
    }

    /// What it does, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::NonSaturating => "The generator makes its pictures likelier to be taken for real.",
            Self::Minimax => "The generator makes the critic wrong; its gradient fades where the critic is sure.",
            Self::LeastSquares => "Verdicts are drawn to 1 for real pictures, to 0 for made ones.",
            Self::Wasserstein => {
                "The critic measures a distance between real and made pictures; its weights are kept small."
            }
        }
    }

    /// What the critic pays for the logit `l` of a real picture.
    pub fn of_real(self, l: f64) -> f64 {
        match self {
            Self::NonSaturating | Self::Minimax => softplus(-l),
            Self::LeastSquares => (l - 1.0).powi(2) / 2.0,
            Self::Wasserstein => -l,
        }
    }

    /// What the critic pays for the logit `l` of a made one.
    pub fn of_made(self, l: f64) -> f64 {
        match self {
            Self::NonSaturating | Self::Minimax => softplus(l),
            Self::LeastSquares => l * l / 2.0,
            Self::Wasserstein => l,
        }
    }

    /// What the generator pays for the logit `l` of a picture that it made.
    pub fn of_generator(self, l: f64) -> f64 {
        match self {
            Self::NonSaturating => softplus(-l),
            Self::Minimax => -softplus(l),
            Self::LeastSquares => (l - 1.0).powi(2) / 2.0,
            Self::Wasserstein => -l,
        }
    }

    /// How far from zero a weight of the critic may be, if that is bounded.
    pub fn bound(self) -> Option<f64> {
        (self == Self::Wasserstein).then_some(BOUND)
    }

    /// Whether a verdict is drawn to p / (p + q), and so can stand beside it.
    pub fn tells_shares(self) -> bool {
        self != Self::Wasserstein
    }

    /// The verdict that a logit stands for: the probability of being real, or a bare number where it means none.
    pub fn verdict(self, l: f64) -> f64 {
        match self {
            Self::NonSaturating | Self::Minimax => 1.0 / (1.0 + libm::exp(-l)),
            Self::LeastSquares | Self::Wasserstein => l,
        }
    }
}

/// D*(x) = p / (p + q), the probability of being real where real ones have density `p` and made ones `q`; ½ where neither
/// comes.
///
/// ```
/// assert_eq!(flow::adversarial::optimal(0.75, 0.25), 0.75);
/// ```
pub fn optimal(p: f64, q: f64) -> f64 {
    if p + q > 0.0 { p / (p + q) } else { 0.5 }
}

/// JS(p, q) = ½ KL(p ‖ m) + ½ KL(q ‖ m), m = (p + q) / 2, in nats, of two laws on the same points: 0 where they are equal,
/// ln 2 where they never meet.
pub fn jensen_shannon(p: &[f64], q: &[f64]) -> f64 {
    let share = |a: f64, b: f64| if a > 0.0 { a * libm::log(2.0 * a / (a + b)) / 2.0 } else { 0.0 };
    p.iter().zip(q).map(|(p, q)| share(*p, *q) + share(*q, *p)).sum()
}

/// The Wasserstein distance of two sets of as many numbers: the mean distance once both are in order.
///
/// ```
/// assert_eq!(flow::adversarial::wasserstein(&[0.0, 1.0], &[3.0, 2.0]), 2.0);
/// ```
pub fn wasserstein(a: &[f64], b: &[f64]) -> f64 {
    let ordered = |set: &[f64]| {
        let mut set = set.to_vec();
        set.sort_by(f64::total_cmp);
        set
    };
    let (a, b) = (ordered(a), ordered(b));
    a.iter().zip(&b).map(|(a, b)| (a - b).abs()).sum::<f64>() / a.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two laws on five points.
    const P: [f64; 5] = [0.1, 0.4, 0.2, 0.3, 0.0];
    const Q: [f64; 5] = [0.3, 0.1, 0.2, 0.0, 0.4];

    /// What a critic with these logits pays.
    fn value(objective: Objective, logits: &[f64; 5], q: &[f64; 5]) -> f64 {
        (0..5).map(|i| P[i] * objective.of_real(logits[i]) + q[i] * objective.of_made(logits[i])).sum()
    }

    #[test]
    fn the_best_critic_is_the_share_of_the_real_ones() {
        let best = [0, 1, 2, 3, 4].map(|i| {
            let d = optimal(P[i], Q[i]).clamp(1e-9, 1.0 - 1e-9);
            (d / (1.0 - d)).ln()
        });
        let least = value(Objective::Minimax, &best, &Q);
        for i in 0..5 {
            for step in [-0.5, -0.01, 0.01, 0.5] {
                let mut other = best;
                other[i] += step;
                assert!(value(Objective::Minimax, &other, &Q) >= least - 1e-8);
            }
        }
        // Against it the objective tells the Jensen–Shannon divergence.
        assert!((4f64.ln() - least - 2.0 * jensen_shannon(&P, &Q)).abs() < 1e-6);
        // Least squares is best at the same share itself.
        let share = [0, 1, 2, 3, 4].map(|i| optimal(P[i], Q[i]));
        let least = value(Objective::LeastSquares, &share, &Q);
        for i in 0..5 {
            let mut other = share;
            other[i] += 0.01;
            assert!(value(Objective::LeastSquares, &other, &Q) > least);
        }
    }

    #[test]
    fn at_equilibrium_the_critic_knows_nothing_and_the_divergence_is_none() {
        assert_eq!(jensen_shannon(&P, &P), 0.0);
        assert!((value(Objective::NonSaturating, &[0.0; 5], &P) - 4f64.ln()).abs() < 1e-12);
        assert!((jensen_shannon(&[1.0, 0.0], &[0.0, 1.0]) - 2f64.ln()).abs() < 1e-12);
        assert!(P.iter().all(|p| *p == 0.0 || optimal(*p, *p) == 0.5));
    }

    #[test]
    fn moving_a_set_moves_its_distance_by_as_much() {
        let set: Vec<f64> = (0..50).map(|i| (f64::from(i) * 1.7).sin()).collect();
        let moved: Vec<f64> = set.iter().rev().map(|x| x + 0.4).collect();
        assert!((wasserstein(&set, &moved) - 0.4).abs() < 1e-12);
        assert_eq!(wasserstein(&set, &set), 0.0);
    }

    #[test]
    fn a_generator_follows_the_slope_that_its_critic_fears() {
        // All four pull the logit of a made picture up, minimax the less the surer the critic is.
        for objective in Objective::all() {
            for l in [-6.0, -1.0, 0.5] {
                let slope = (objective.of_generator(l + 1e-4) - objective.of_generator(l - 1e-4)) / 2e-4;
                assert!(slope < 0.0, "{objective} at {l}");
            }
        }
        let slope = |objective: Objective| objective.of_generator(-6.0 + 1e-4) - objective.of_generator(-6.0 - 1e-4);
        assert!(slope(Objective::Minimax).abs() < 0.01 * slope(Objective::NonSaturating).abs());
    }
}
