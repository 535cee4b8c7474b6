//! Grids of t for sampling.

use super::{keyed::Keyed, schedule::Schedule};
use serde::{Deserialize, Serialize};

/// How the N intervals of sampling are spaced.
///
/// ```
/// use flow::{schedule::Linear, time::Grid};
///
/// assert_eq!(Grid::Uniform.points(4, &Linear), [0.0, 0.25, 0.5, 0.75, 1.0]);
/// // Intervals that shrink towards the data.
/// let points = Grid::Quadratic.points(4, &Linear);
/// assert!(points.windows(3).all(|p| p[2] - p[1] < p[1] - p[0]));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Grid {
    /// t_i = i / N
    #[default]
    Uniform,
    /// 1 - t_i = (1 - i/N)²: short intervals near the data (DDIM: Song et al., 2021).
    Quadratic,
    /// t_i = (1 - cos(π i/N)) / 2: short intervals near both ends.
    Cosine,
    /// sigma/alpha to the power of 1/7 falls in equal steps (Karras et al., 2022), then the data.
    Karras,
}

impl Keyed for Grid {
    const WHAT: &'static str = "time grid";

    fn all() -> impl Iterator<Item = Self> {
        [Self::Uniform, Self::Quadratic, Self::Cosine, Self::Karras].into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Quadratic => "quadratic",
            Self::Cosine => "cosine",
            Self::Karras => "karras",
        }
    }
}

crate::serde_by_key!(Grid);

/// The exponent ρ, and the noise-to-signal ratios between which its levels lie where the schedule has more.
const RHO: f64 = 7.0;
const NOISIEST: f64 = 80.0;
const CLEANEST: f64 = 0.002;

impl Grid {
    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "Uniform",
            Self::Quadratic => "Quadratic, fine near data",
            Self::Cosine => "Cosine, fine at both ends",
            Self::Karras => "Karras, by noise level",
        }
    }

    /// The N + 1 points of N intervals, rising from the start of the schedule's clip to exactly 1. `n` >= 1.
    pub fn points(self, n: usize, schedule: &dyn Schedule) -> Vec<f64> {
        let low = schedule.clip()[0];
        let point = |i: usize| {
            if i == 0 || i == n {
                return if i == 0 { low } else { 1.0 };
            }
            let share = i as f64 / n as f64;
            match self {
                Self::Uniform => low + (1.0 - low) * share,
                Self::Quadratic => 1.0 - (1.0 - low) * (1.0 - share).powi(2),
                Self::Cosine => low + (1.0 - low) * (1.0 - libm::cos(std::f64::consts::PI * share)) / 2.0,
                Self::Karras => karras(i, n, schedule),
            }
        };
        (0..=n).map(point).collect()
    }
}

/// The time of level `i` of 0 … n-1.
fn karras(i: usize, n: usize, schedule: &dyn Schedule) -> f64 {
    let root = |t: f64, bound: f64| {
        let ratio = schedule.at(t);
        libm::pow(ratio.sigma_t / ratio.alpha_t, 1.0 / RHO).clamp(0.0, libm::pow(bound, 1.0 / RHO))
    };
    let [low, high] = schedule.clip();
    let (first, last) = (root(low, NOISIEST), root(high, NOISIEST).max(libm::pow(CLEANEST, 1.0 / RHO)));
    // Where the last level is t = 1 itself there is no interval from it to the data.
    let levels = if high == 1.0 && last > libm::pow(CLEANEST, 1.0 / RHO) { n } else { n - 1 };
    let level = libm::pow(first + i as f64 / levels as f64 * (last - first), RHO);
    schedule.t_of_snr(1.0 / (level * level))
}

/// The time of a `draw` from (0, 1) for training: within the clip of the schedule, and at one of the levels of a discrete one.
pub fn of_draw(schedule: &dyn Schedule, draw: f64) -> f64 {
    let [low, high] = schedule.clip();
    let t = low + (high - low) * draw;
    schedule.levels().map_or(t, |levels| {
        let levels = levels as f64;
        schedule.clamp(1.0 - ((1.0 - t) * levels).round() / levels)
    })
}

/// The i-th of N+1 grid points of [0, 1]: t_i = i / N, so that N intervals land exactly on t = 1.
pub fn uniform_grid(i: usize, n: usize) -> f64 {
    i as f64 / n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Linear, SCHEDULES};

    #[test]
    fn every_grid_has_n_intervals_and_ends_on_one() {
        for schedule in SCHEDULES {
            for grid in Grid::all() {
                for n in [1, 2, 3, 10, 100, 500] {
                    let points = grid.points(n, *schedule);
                    assert_eq!(points.len(), n + 1);
                    assert_eq!((points[0], points[n]), (schedule.clip()[0], 1.0));
                    let rises = points.windows(2).all(|pair| pair[0] < pair[1]);
                    assert!(rises, "{} {grid} {n}: {points:?}", schedule.key());
                }
            }
        }
    }

    #[test]
    fn the_uniform_grid_is_i_over_n() {
        for n in 1..200 {
            let exact: Vec<f64> = (0..=n).map(|i| uniform_grid(i, n)).collect();
            assert_eq!(Grid::Uniform.points(n, &Linear), exact);
        }
    }

    #[test]
    fn karras_levels_fall_in_equal_steps_of_the_seventh_root() {
        for schedule in SCHEDULES {
            let points = Grid::Karras.points(20, *schedule);
            let root = |t: f64| schedule.snr(t).powf(-1.0 / 14.0);
            let steps: Vec<f64> = points[1..20].windows(2).map(|pair| root(pair[0]) - root(pair[1])).collect();
            let worst = steps.iter().map(|step| (step / steps[0] - 1.0).abs()).fold(0.0, f64::max);
            assert!(worst < 1e-9, "{}: {worst:e}", schedule.key());
        }
    }
}
