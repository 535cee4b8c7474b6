//! What a round has cost so far, and when its next news are due.

use crate::training::REPORT_EVERY;

/// Milliseconds between measurements of distances.
const MEASURE_EVERY: f64 = 1_000.0;
/// Snapshots, and measurements, may each take one part in so many of the time.
const SNAPSHOT_SHARE: f64 = 4.0;
const MEASURE_SHARE: f64 = 12.0;
/// A snapshot costs at least so many milliseconds: drawing it costs the page some as well.
const LEAST: f64 = 30.0;
/// Milliseconds after a snapshot that failed.
const AFTER_FAILURE: f64 = 5_000.0;

/// All in milliseconds of the world's clock.
#[derive(Debug, Default)]
pub struct Pacing {
    /// Spent on steps.
    pub steps: f64,
    /// When the last report was made, at which step, and what had been spent by then.
    reported: (f64, u64, f64),
    /// Spent on the job under way.
    job: f64,
    /// `None` before the first.
    snapshot_due: Option<f64>,
    measure_due: f64,
}

impl Pacing {
    /// A new round, or one that goes on: the next report is due after some steps, not at once.
    pub fn begin(&mut self, now: f64, step: u64) {
        self.reported = (now, step, self.steps);
    }

    pub fn report_is_due(&self, now: f64) -> bool {
        now - self.reported.0 >= REPORT_EVERY
    }

    /// Steps a second since the last report, of which another is made now.
    pub fn report(&mut self, now: f64, step: u64) -> f64 {
        let (_, before, spent) = std::mem::replace(&mut self.reported, (now, step, self.steps));
        let took = self.steps - spent;
        if took > 0.0 { (step - before) as f64 * 1000.0 / took } else { 0.0 }
    }

    /// Whether a snapshot is due, and whether it is the first.
    pub fn snapshot_is_due(&self, now: f64) -> Option<bool> {
        self.snapshot_due.map_or(Some(true), |due| (now >= due).then_some(false))
    }

    pub fn measure_is_due(&self, now: f64) -> bool {
        now >= self.measure_due
    }

    /// Part of a job took `ms`.
    pub fn work(&mut self, ms: f64) {
        self.job += ms;
    }

    pub fn end_snapshot(&mut self, now: f64, failed: bool) {
        let spent = std::mem::take(&mut self.job);
        let rest = if failed { AFTER_FAILURE } else { (SNAPSHOT_SHARE - 1.0) * spent.max(LEAST) };
        self.snapshot_due = Some(now + rest);
    }

    pub fn end_measure(&mut self, now: f64) {
        let spent = std::mem::take(&mut self.job);
        self.measure_due = now + MEASURE_EVERY.max((MEASURE_SHARE - 1.0) * spent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snapshots_take_their_share_of_the_time_and_failed_ones_wait() {
        let mut pace = Pacing::default();
        assert_eq!(pace.snapshot_is_due(0.0), Some(true));
        pace.work(60.0);
        pace.work(40.0);
        pace.end_snapshot(1000.0, false);
        assert_eq!((pace.snapshot_is_due(1299.0), pace.snapshot_is_due(1300.0)), (None, Some(false)));
        pace.end_snapshot(2000.0, true);
        assert_eq!(pace.snapshot_is_due(6999.0), None);
        pace.work(500.0);
        pace.end_measure(0.0);
        assert!(!pace.measure_is_due(5499.0) && pace.measure_is_due(5500.0));
    }

    #[test]
    fn the_rate_counts_steps_and_not_what_lies_between_them() {
        let mut pace = Pacing::default();
        pace.begin(5000.0, 10);
        assert_eq!(pace.report(5000.0, 10), 0.0);
        pace.steps += 100.0;
        assert!(!pace.report_is_due(5200.0) && pace.report_is_due(5250.0));
        assert_eq!(pace.report(6000.0, 60), 500.0);
    }
}
