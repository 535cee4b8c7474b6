//! The way back to a GPU that was lost: the training is handed over as it is.

use super::{state::Store, training::Phase};
use leptos::prelude::*;

impl Store {
    /// Whether a GPU was lost, and could be asked again.
    pub fn can_return(self) -> bool {
        self.lost_gpu.get() && !self.failed.get()
    }

    /// Has the GPU compute again. A training that runs stops first, so that no step of it is lost.
    pub fn return_to_gpu(self) {
        let running = self.training.phase.get_untracked() == Phase::Running && untrack(|| self.training.step()) > 0;
        if running && !self.returning.get_value() {
            self.returning.set_value(true);
            self.training.pause();
        } else {
            self.switch();
        }
    }

    /// The training that stopped has come with its last checkpoint.
    pub(super) fn has_stopped(self) {
        let rests = self.training.report.with_untracked(|report| report.as_ref().is_some_and(|report| !report.running));
        if rests && self.returning.get_value() {
            self.training.phase.set(Phase::Running);
            self.switch();
        }
    }

    fn switch(self) {
        self.returning.set_value(false);
        self.lost_gpu.set(false);
        self.alerts.retract_those("The CPU goes on from here.");
        self.wire.client().into_iter().for_each(|client| client.return_to_gpu());
    }
}
