//! The Gaussian path x_t = alpha_t x_1 + sigma_t x_0 and its two coefficients.
//!
//! A schedule is a file here and an entry of [`SCHEDULES`]; that puts it in the page, the links, the
//! command line, the tests and the benchmarks.

mod coefficients;
mod cosine;
mod ddpm;
mod linear;
mod polynomial;
mod ve;
mod vp;

pub use coefficients::{Coefficients, DATA, Schedule};
pub use cosine::Cosine;
pub use ddpm::{Betas, Ddpm};
pub use linear::Linear;
pub use polynomial::Polynomial;
pub use ve::Ve;
pub use vp::Vp;

use super::keyed::Keyed;
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// Every schedule; joining this list is all it takes to be offered and tested.
pub const SCHEDULES: &[&dyn Schedule] =
    &[&Linear, &Cosine, &Polynomial(2), &Polynomial(3), &Vp, &Ve, &Ddpm(Betas::Linear), &Ddpm(Betas::Cosine)];

/// A choice from [`SCHEDULES`], written as its key.
///
/// ```
/// use flow::{keyed::Keyed, schedule::ScheduleId};
///
/// // A variance-preserving path: alpha_t² + sigma_t² = 1 at every t.
/// let vp = ScheduleId::find("vp")?;
/// let c = vp.at(0.3);
/// assert!((c.alpha_t.powi(2) + c.sigma_t.powi(2) - 1.0).abs() < 1e-12);
/// assert!(ScheduleId::find("bend").unwrap_err().contains("no schedule is called “bend”"));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScheduleId(pub &'static dyn Schedule);

impl Keyed for ScheduleId {
    const WHAT: &'static str = "schedule";

    fn all() -> impl Iterator<Item = Self> {
        SCHEDULES.iter().map(|schedule| Self(*schedule))
    }

    fn key(self) -> &'static str {
        self.0.key()
    }
}

crate::serde_by_key!(ScheduleId);

impl Default for ScheduleId {
    fn default() -> Self {
        Self(&Linear)
    }
}

impl Deref for ScheduleId {
    type Target = dyn Schedule;

    fn deref(&self) -> &Self::Target {
        self.0
    }
}

impl PartialEq for ScheduleId {
    fn eq(&self, other: &Self) -> bool {
        self.0.key() == other.0.key()
    }
}

impl std::fmt::Debug for ScheduleId {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.0.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times inside the clip, none on a knot of a discrete schedule.
    fn times(schedule: &dyn Schedule) -> impl Iterator<Item = f64> {
        let [low, high] = schedule.clip();
        let inside = (0..23).map(move |i| low + (high - low) * (f64::from(i) + 0.5) / 23.0);
        // Half-way between two levels of a discrete one.
        let centre = |t: f64, levels: f64| ((t * levels).floor() + 0.5) / levels;
        inside.map(move |t| schedule.levels().map_or(t, |levels| centre(t, levels as f64)))
    }

    /// f' by central differences of halving width, extrapolated (Ridders, 1982).
    fn slope(f: impl Fn(f64) -> f64, t: f64, mut h: f64) -> f64 {
        let mut last: Vec<f64> = vec![];
        let (mut best, mut error) = (0.0, f64::INFINITY);
        for _ in 0..8 {
            let mut row = vec![(f(t + h) - f(t - h)) / (2.0 * h)];
            let mut power = 4.0;
            for before in &last {
                let previous = row[row.len() - 1];
                row.push((power * previous - before) / (power - 1.0));
                let change = (row[row.len() - 1] - previous).abs().max((row[row.len() - 1] - before).abs());
                if change < error {
                    (best, error) = (row[row.len() - 1], change);
                }
                power *= 4.0;
            }
            (last, h) = (row, h / 2.0);
        }
        best
    }

    #[test]
    fn derivatives_agree_with_extrapolated_differences() {
        for schedule in SCHEDULES {
            let mut worst: f64 = 0.0;
            for t in times(*schedule) {
                let [low, high] = schedule.clip();
                // A discrete schedule is smooth only between two of its knots.
                let room = schedule.levels().map_or(0.25 * (t - low).min(high - t), |levels| {
                    let k = (1.0 - t) * levels as f64;
                    (k.fract().min(1.0 - k.fract())) / levels as f64 * 0.99
                });
                let c = schedule.at(t);
                for (f, exact) in [
                    (slope(|t| schedule.at(t).alpha_t, t, room.min(0.05)), c.d_alpha_t),
                    (slope(|t| schedule.at(t).sigma_t, t, room.min(0.05)), c.d_sigma_t),
                ] {
                    // Relative to the derivative, or to the coefficient (of order 1) where it is smaller.
                    worst = worst.max((f - exact).abs() / exact.abs().max(1.0));
                }
            }
            // What is left are the rounding errors of the differences: 1e-16 / h, and h < 1/2T for a discrete one.
            let bound = if schedule.levels().is_some() { 2e-11 } else { 1e-12 };
            println!("{}: derivatives off by {worst:.1e}", schedule.key());
            assert!(worst < bound, "{}: {worst:e}", schedule.key());
        }
    }

    #[test]
    fn every_path_runs_from_noise_to_data() {
        for schedule in SCHEDULES {
            let [low, high] = schedule.clip();
            assert!((0.0..=0.01).contains(&low) && (0.99..=1.0).contains(&high), "{}", schedule.key());
            let (first, last) = (schedule.at(low), schedule.at(high));
            // So little of the data is left at the start that its variance changes the noise's by 1 part in 1,000.
            assert!(first.snr() < 1e-3, "{}: {}", schedule.key(), first.snr());
            assert!(last.alpha_t > 0.995 && last.sigma_t < 0.02, "{}: {last:?}", schedule.key());
            for t in times(*schedule) {
                assert!(schedule.at(t).det() < 0.0, "{} at {t}", schedule.key());
            }
        }
    }

    #[test]
    fn the_signal_to_noise_ratio_rises_and_is_inverted() {
        for schedule in SCHEDULES {
            let mut before = 0.0;
            for t in times(*schedule) {
                let snr = schedule.snr(t);
                assert!(snr > before, "{} at {t}", schedule.key());
                let error = (schedule.t_of_snr(snr) - t).abs();
                assert!(error < 1e-12, "{} at {t}: {error:e}", schedule.key());
                before = snr;
            }
        }
    }

    #[test]
    fn keys_round_trip_and_unknown_ones_get_a_sentence() {
        for id in ScheduleId::all() {
            assert_eq!(id.key().parse::<ScheduleId>(), Ok(id));
            assert_eq!(serde_json::from_str::<ScheduleId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
        }
        let sentence = "sigmoid".parse::<ScheduleId>().unwrap_err();
        assert!(sentence.starts_with("no schedule is called “sigmoid”; there are linear, cosine, "), "{sentence}");
    }
}
