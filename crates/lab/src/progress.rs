//! How a training stands, whatever is trained: whether it runs, how far it is to go, and what it has to report.

use super::pace::Pace;
use protocol::{learned::Distances, message::TrainReport};

/// See the module.
pub struct Progress {
    /// The number by which the page knows it.
    pub run: u32,
    /// The last verb heard.
    pub turn: u32,
    pub running: bool,
    /// Rests by itself after this step.
    pub until: Option<u64>,
    pub pace: Pace,
    /// Of the steps since the last report.
    pub losses: Vec<(u64, Vec<f32>)>,
}

impl Progress {
    /// From `step` on.
    pub fn new(run: u32, running: bool, until: Option<u64>, step: u64) -> Self {
        let mut pace = Pace::default();
        pace.begin(0.0, step);
        Self { run, turn: 0, running, until, pace, losses: vec![] }
    }

    /// Whether it has come to where it rests.
    pub fn is_there(&self, step: u64) -> bool {
        self.until.is_some_and(|until| step >= until)
    }

    /// Goes on, past the step where it was to rest if it has come there.
    pub fn resume(&mut self, now: f64, step: u64) {
        self.running = true;
        self.pace.begin(now, step);
        self.until = self.until.filter(|&until| step < until);
    }

    /// What is new since the last report, now that `reached` steps are done, and it stands at `step`. What a training knows
    /// besides is added by whoever asks.
    pub fn report(&mut self, now: f64, reached: u64, step: u64) -> TrainReport {
        TrainReport {
            run: self.run,
            turn: self.turn,
            round: 0,
            step,
            losses: std::mem::take(&mut self.losses),
            steps_per_second: self.pace.report(now, reached, step),
            seconds: self.pace.steps / 1000.0,
            images: 0,
            parameters: 0,
            running: self.running,
            until: self.until,
            pairs: None,
            distances: Distances::default(),
        }
    }
}
