//! How likely pictures are to the models of the lanes, as the worker measures it picture by picture.

use super::wire::Wire;
use crate::clock;
use flow::bounded::within;
use leptos::prelude::*;
use protocol::{
    catalogue::ModelId,
    likelihood::{DrawnPicture, MAX_TESTS, WeighSpec, Weight},
    message::Command,
};

/// Test pictures under each model, where nobody asks for another number.
const TESTS: usize = 8;

/// How a measurement stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Weighed {
    /// There was none.
    #[default]
    None,
    /// This share is done.
    Running(f64),
    Finished,
    /// Stopped before its end, by the person or with its worker.
    Stopped,
}

/// The state of the measurement.
#[derive(Clone, Copy)]
pub struct Scales {
    wire: Wire,
    pub progress: RwSignal<Weighed>,
    /// The models that are measured.
    pub models: RwSignal<Vec<ModelId>>,
    /// What has been measured so far.
    pub weights: RwSignal<Vec<Weight>>,
    /// Test pictures to be measured under each, 1–[`MAX_TESTS`].
    pub tests: RwSignal<usize>,
    /// When it began, in milliseconds.
    began: StoredValue<f64>,
    /// Which measurement of this page it is: what the worker still says of another one is dropped.
    run: StoredValue<u32>,
}

impl Scales {
    pub fn new(wire: Wire) -> Self {
        Self {
            wire,
            progress: RwSignal::new(Weighed::None),
            models: RwSignal::new(Vec::new()),
            weights: RwSignal::new(Vec::new()),
            tests: RwSignal::new(TESTS),
            began: StoredValue::new(0.0),
            run: StoredValue::new(0),
        }
    }

    /// Measures the first test pictures under these models, and the picture that each has drawn.
    pub fn start(self, models: Vec<(ModelId, Option<DrawnPicture>)>) {
        self.weights.set(Vec::new());
        self.models.set(models.iter().map(|(model, _)| *model).collect());
        self.progress.set(Weighed::Running(0.0));
        self.began.set_value(clock::now());
        let tests = self.tests.get_untracked();
        self.send(models.into_iter().map(|(model, drawn)| WeighSpec { model, tests, drawn }).collect());
    }

    /// Takes another number of test pictures; a sentence if it is none.
    pub fn take_tests(self, text: &str) -> Result<(), String> {
        within("test pictures", text, 1, MAX_TESTS).map(|tests| self.tests.set(tests))
    }

    /// Stops; what has been measured stays.
    pub fn stop(self) {
        if self.forget() {
            self.send(Vec::new());
        }
    }

    /// The worker refused a measurement; if it is this one, no more comes.
    pub fn refused(self, run: u32) {
        if run == self.run.get_value() {
            self.forget();
        }
    }

    /// No more comes, since the worker is gone. True if more was awaited.
    pub fn forget(self) -> bool {
        let running = untrack(|| self.is_running());
        if running {
            self.progress.set(Weighed::Stopped);
        }
        running
    }

    /// Takes a word of the worker.
    pub fn receive(self, run: u32, share: f64, weight: Option<Weight>) {
        if run != self.run.get_value() || !untrack(|| self.is_running()) {
            return;
        }
        // The last picture comes after the last piece of work.
        let finished = share >= 1.0 && weight.is_some();
        if let Some(weight) = weight {
            self.weights.update(|weights| weights.push(weight));
        }
        self.progress.set(if finished { Weighed::Finished } else { Weighed::Running(share) });
    }

    /// True while more is awaited.
    pub fn is_running(self) -> bool {
        matches!(self.progress.get(), Weighed::Running(_))
    }

    /// Seconds that it still takes, once that can be told.
    pub fn left(self) -> Option<f64> {
        let Weighed::Running(share) = self.progress.get() else { return None };
        let seconds = (clock::now() - self.began.get_value()) / 1000.0;
        (share > 0.02).then(|| seconds * (1.0 - share) / share)
    }

    fn send(self, models: Vec<WeighSpec>) {
        self.run.update_value(|run| *run = run.wrapping_add(1));
        self.wire.send(Command::Weigh { run: self.run.get_value(), models });
    }
}
