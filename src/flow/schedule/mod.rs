//! The Gaussian path x_t = alpha_t x_1 + sigma_t x_0 and its two coefficients.
//!
//! A schedule is a file here and an entry of [`SCHEDULES`]; that puts it in the page, the links, the
//! command line, the tests and the benchmarks.

mod cosine;
mod ddpm;
mod linear;
mod polynomial;
mod ve;
mod vp;

pub use cosine::Cosine;
pub use ddpm::{Betas, Ddpm};
pub use linear::Linear;
pub use polynomial::Polynomial;
pub use ve::Ve;
pub use vp::Vp;

use super::keyed::Keyed;
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// alpha_t, sigma_t and their derivatives in t, always together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficients {
    /// Weight of the data x_1.
    pub alpha_t: f64,
    /// Weight of the noise x_0.
    pub sigma_t: f64,
    /// d alpha_t / dt
    pub d_alpha_t: f64,
    /// d sigma_t / dt
    pub d_sigma_t: f64,
}

impl Coefficients {
    /// det = alpha_t d_sigma_t - sigma_t d_alpha_t, below 0 inside the clip of every schedule here.
    pub fn det(&self) -> f64 {
        self.alpha_t * self.d_sigma_t - self.sigma_t * self.d_alpha_t
    }

    /// The signal-to-noise ratio alpha_t² / sigma_t², infinite where sigma_t = 0.
    pub fn snr(&self) -> f64 {
        (self.alpha_t / self.sigma_t).powi(2)
    }
}

/// The data themselves: what every path comes to where no noise is left.
pub const DATA: Coefficients = Coefficients { alpha_t: 1.0, sigma_t: 0.0, d_alpha_t: 0.0, d_sigma_t: 0.0 };

/// A schedule t → coefficients on [0, 1], from noise (t = 0) to data (t = 1).
pub trait Schedule: Sync {
    /// The name by which links and lists know it.
    fn key(&self) -> &'static str;

    /// The name by which people know it.
    fn name(&self) -> &'static str;

    /// alpha_t and sigma_t as LaTeX.
    fn latex(&self) -> &'static str;

    /// Where it comes from.
    fn lecture(&self) -> &'static str;

    /// The coefficients at `t` in [`clip`](Self::clip).
    fn at(&self, t: f64) -> Coefficients;

    /// The times at which derivatives are finite and readings can be told from each other. Fields are
    /// evaluated within these; what lies between the end of the clip and t = 1 is jumped over.
    fn clip(&self) -> [f64; 2] {
        [0.0, 1.0]
    }

    /// The number of noise levels T of a discrete schedule, which then has t = 1 - k/T.
    fn levels(&self) -> Option<usize> {
        None
    }

    /// Standard deviation of the noise from which sampling starts, at the first t of the clip.
    fn start(&self) -> f64 {
        self.at(self.clip()[0]).sigma_t
    }

    /// `t` moved into the clip.
    fn clamp(&self, t: f64) -> f64 {
        let [low, high] = self.clip();
        t.clamp(low, high)
    }

    /// alpha_t² / sigma_t² at `t`.
    fn snr(&self, t: f64) -> f64 {
        self.at(t).snr()
    }

    /// The t at which alpha_t² / sigma_t² is `snr`, to the last bits; the end of the clip where it is out of range.
    fn t_of_snr(&self, snr: f64) -> f64 {
        let [mut low, mut high] = self.clip();
        // The ratio rises with t on every schedule: halve until no number lies between.
        loop {
            let middle = (low + high) / 2.0;
            if middle <= low || middle >= high {
                return middle;
            }
            if self.snr(middle) < snr { low = middle } else { high = middle }
        }
    }
}

/// Every schedule; joining this list is all it takes to be offered and tested.
pub const SCHEDULES: &[&dyn Schedule] =
    &[&Linear, &Cosine, &Polynomial(2), &Polynomial(3), &Vp, &Ve, &Ddpm(Betas::Linear), &Ddpm(Betas::Cosine)];

/// A choice from [`SCHEDULES`], written as its key.
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
            assert!((0.0..0.01).contains(&low) && (0.99..=1.0).contains(&high), "{}", schedule.key());
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
