//! What a training has cost so far, and when its next news are due. All in milliseconds of the world's clock.

/// Between reports: reading losses back costs a wait on a GPU.
const REPORT_EVERY: f64 = 250.0;

/// Of the steps.
#[derive(Debug, Default)]
pub struct Pace {
    /// Spent on steps.
    pub steps: f64,
    /// When the last report was made, at which step, and what had been spent by then.
    reported: (f64, u64, f64),
}

impl Pace {
    /// A new round, or one that goes on: the next report is due after some steps, not at once.
    pub fn begin(&mut self, now: f64, step: u64) {
        self.reported = (now, step, self.steps);
    }

    pub fn report_is_due(&self, now: f64) -> bool {
        now - self.reported.0 >= REPORT_EVERY
    }

    /// Steps a second since the last report, now that `reached` are done. The next one counts from `step`.
    pub fn report(&mut self, now: f64, reached: u64, step: u64) -> f64 {
        let (_, before, spent) = std::mem::replace(&mut self.reported, (now, step, self.steps));
        let took = self.steps - spent;
        if took > 0.0 { (reached - before) as f64 * 1000.0 / took } else { 0.0 }
    }
}

/// Something besides the steps that is due now and then.
#[derive(Debug)]
pub struct Recurring {
    /// It rests at least so long.
    rest: f64,
    /// And so many times as long as it took.
    share: f64,
    /// When the next one is due, as far as that is settled.
    due: Option<f64>,
    /// How long after it was first asked about the first is due.
    first: f64,
    /// Whether there has been none.
    pub is_first: bool,
    /// Spent on the one under way.
    spent: f64,
}

impl Recurring {
    /// Due `first` after it is first asked about; then it takes at most one part in `parts` of the time, and rests at least
    /// `rest`.
    pub fn new(first: f64, parts: f64, rest: f64) -> Self {
        Self { rest, share: parts - 1.0, due: None, first, is_first: true, spent: 0.0 }
    }

    pub fn is_due(&mut self, now: f64) -> bool {
        let due = *self.due.get_or_insert(now + self.first);
        now >= due
    }

    /// Not before `due`.
    pub fn wait(&mut self, due: f64) {
        (self.due, self.spent) = (Some(due), 0.0);
    }

    /// Part of it took `ms`.
    pub fn work(&mut self, ms: f64) {
        self.spent += ms;
    }

    /// It is over.
    pub fn end(&mut self, now: f64) {
        let spent = std::mem::take(&mut self.spent);
        (self.due, self.is_first) = (Some(now + self.rest.max(self.share * spent)), false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_recurs_takes_its_share_of_the_time_and_rests() {
        let mut snapshot = Recurring::new(0.0, 4.0, 90.0);
        assert!(snapshot.is_first && snapshot.is_due(0.0));
        snapshot.work(60.0);
        snapshot.work(40.0);
        snapshot.end(1000.0);
        assert!(!snapshot.is_first && !snapshot.is_due(1299.0) && snapshot.is_due(1300.0));
        snapshot.work(1.0);
        snapshot.end(2000.0);
        assert!(!snapshot.is_due(2089.0) && snapshot.is_due(2090.0));
        snapshot.wait(5000.0);
        assert!(!snapshot.is_due(4999.0) && snapshot.is_due(5000.0));
        let mut checkpoint = Recurring::new(5_000.0, 1.0, 60_000.0);
        assert!(!checkpoint.is_due(100.0) && !checkpoint.is_due(5_099.0) && checkpoint.is_due(5_100.0));
        checkpoint.work(1_000.0);
        checkpoint.end(6_000.0);
        assert!(!checkpoint.is_due(65_999.0) && checkpoint.is_due(66_000.0));
    }

    #[test]
    fn the_rate_counts_steps_and_not_what_lies_between_them() {
        let mut pace = Pace::default();
        pace.begin(5000.0, 10);
        assert_eq!(pace.report(5000.0, 10, 10), 0.0);
        pace.steps += 100.0;
        assert!(!pace.report_is_due(5200.0) && pace.report_is_due(5250.0));
        assert_eq!(pace.report(6000.0, 60, 40), 500.0);
        pace.steps += 100.0;
        assert_eq!(pace.report(7000.0, 50, 50), 100.0);
    }
}
