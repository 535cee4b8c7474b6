//! How the times of a training batch are drawn: t ~ U(0, 1), or logit(t) ~ N(m, s²).

use super::{keyed::Keyed, rng::Stream};
use serde::{Deserialize, Serialize};

/// The largest f32 below 1.
const BELOW_ONE: f32 = 1.0 - f32::EPSILON / 2.0;

/// A distribution of t on (0, 1), written as its key.
///
/// ```
/// use flow::{draw::Draw, rng::{Purpose, Stream}};
///
/// let times = Draw::LogitNormal.draws(&mut Stream::new(1, Purpose::Time, 0), 1000);
/// let amid = times.iter().filter(|t| (0.25..0.75).contains(*t)).count();
/// assert!(amid > 600, "more than the 500 of a uniform draw: {amid}");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Draw {
    /// t ~ U(0, 1)
    #[default]
    Uniform,
    /// logit(t) ~ N(0, 1) (Esser et al., 2024, Stable Diffusion 3).
    LogitNormal,
}

impl Keyed for Draw {
    const WHAT: &'static str = "draw of t";

    fn all() -> impl Iterator<Item = Self> {
        [Self::Uniform, Self::LogitNormal].into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::LogitNormal => "logit-normal",
        }
    }
}

crate::serde_by_key!(Draw);

impl Draw {
    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "Uniform",
            Self::LogitNormal => "Logit-normal",
        }
    }

    /// What it does, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::Uniform => "Every time between noise and data is trained equally often.",
            Self::LogitNormal => "Times in the middle, where the velocity is hardest to tell, are trained more often.",
        }
    }

    /// `count` draws of t in (0, 1), one to each training pair.
    pub fn draws(self, stream: &mut Stream, count: usize) -> Vec<f32> {
        self.draws_at(stream, [0.0, 1.0], count)
    }

    /// The same, where a normal draw has this location and scale.
    pub fn draws_at(self, stream: &mut Stream, [location, scale]: [f64; 2], count: usize) -> Vec<f32> {
        match self {
            Self::Uniform => (0..count).map(|_| inside(stream.uniform())).collect(),
            Self::LogitNormal => logit_normal(stream, location, scale, count),
        }
    }
}

/// `count` draws of t = 1 / (1 + exp(-z)), z ~ N(`mean`, `std`²), in (0, 1) (Esser et al., 2024, eq. 19).
pub fn logit_normal(stream: &mut Stream, mean: f64, std: f64, count: usize) -> Vec<f32> {
    let logistic = |z: f32| 1.0 / (1.0 + libm::exp(-(mean + std * f64::from(z))));
    stream.normals(count).into_iter().map(|z| inside(logistic(z))).collect()
}

/// The nearest f32 of the open interval, since rounding alone can reach an end where a path is singular.
fn inside(t: f64) -> f32 {
    (t as f32).clamp(f32::MIN_POSITIVE, BELOW_ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Purpose;

    /// sup |F_n - F| of the Kolmogorov–Smirnov test, times sqrt(n).
    fn kolmogorov_smirnov(mut draws: Vec<f32>, cdf: impl Fn(f64) -> f64) -> f64 {
        draws.sort_by(f32::total_cmp);
        let n = draws.len() as f64;
        let gap = |(i, &t): (usize, &f32)| {
            let f = cdf(f64::from(t));
            (f - i as f64 / n).abs().max((f - (i + 1) as f64 / n).abs())
        };
        n.sqrt() * draws.iter().enumerate().map(gap).fold(0.0, f64::max)
    }

    fn logit_normal_cdf(t: f64, mean: f64, std: f64) -> f64 {
        let z = ((t / (1.0 - t)).ln() - mean) / std;
        0.5 * libm::erfc(-z / 2f64.sqrt())
    }

    #[test]
    fn draws_pass_a_kolmogorov_smirnov_test_at_the_level_of_one_in_ten_thousand() {
        // sqrt(ln(2 / 1e-4) / 2)
        let critical = 2.226;
        let stream = |index| Stream::new(5, Purpose::Time, index);
        let n = 200_000;
        let uniform = kolmogorov_smirnov(Draw::Uniform.draws(&mut stream(0), n), |t| t);
        let draws = Draw::LogitNormal.draws(&mut stream(1), n);
        let standard = kolmogorov_smirnov(draws.clone(), |t| logit_normal_cdf(t, 0.0, 1.0));
        let shifted = logit_normal(&mut stream(2), -0.8, 1.7, n);
        let shifted = kolmogorov_smirnov(shifted, |t| logit_normal_cdf(t, -0.8, 1.7));
        let wrong = kolmogorov_smirnov(draws, |t| logit_normal_cdf(t, 0.0, 1.04));
        println!("sqrt(n) D: uniform {uniform:.3}, logit-normal {standard:.3}, shifted {shifted:.3}, wrong {wrong:.3}");
        assert!(uniform < critical && standard < critical && shifted < critical);
        assert!(wrong > critical, "the test cannot tell a spread that is 4 % off");
    }

    #[test]
    fn no_draw_reaches_an_end() {
        let extreme = logit_normal(&mut Stream::new(5, Purpose::Time, 0), 0.0, 1e4, 1000);
        assert!(extreme.iter().all(|&t| t > 0.0 && t < 1.0));
        assert!(extreme.contains(&BELOW_ONE) && extreme.contains(&f32::MIN_POSITIVE));
    }

    #[test]
    fn keys_round_trip_and_unknown_ones_get_a_sentence() {
        for draw in Draw::all() {
            assert_eq!(draw.key().parse::<Draw>().unwrap(), draw);
            assert_eq!(serde_json::to_string(&draw).unwrap(), format!("\"{}\"", draw.key()));
            assert!(!draw.name().is_empty() && draw.about().ends_with('.'));
        }
        assert!("beta".parse::<Draw>().unwrap_err().contains("uniform, logit-normal"));
    }
}
