//! The training on show: its reports, its losses, its preview, and a checkpoint in case the worker dies.

use super::wire::Wire;
use crate::lab::protocol::{Command, TrainReport, TrainSpec};
use leptos::prelude::*;
use std::sync::Arc;

/// What the training does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// There is none.
    #[default]
    None,
    /// Asked for; no report yet.
    Starting,
    Running,
    Paused,
}

/// Samples of the EMA, one of each class.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    pub step: u64,
    pub pixels: Vec<f32>,
}

/// The state of training.
#[derive(Clone, Copy)]
pub struct Training {
    wire: Wire,
    pub phase: RwSignal<Phase>,
    /// The recipe in force.
    pub spec: RwSignal<Option<TrainSpec>>,
    pub report: RwSignal<Option<TrainReport>>,
    pub preview: RwSignal<Option<Arc<Preview>>>,
    /// (step, loss) since the first step; changes together with `report`.
    pub losses: StoredValue<Vec<(u64, f32)>>,
    /// The step after which it rests by itself: how a link's recipe is retrained.
    pub until: RwSignal<Option<u64>>,
    checkpoint: StoredValue<Option<Vec<u8>>>,
}

impl Training {
    pub fn new(wire: Wire) -> Self {
        Self {
            wire,
            phase: RwSignal::new(Phase::None),
            spec: RwSignal::new(None),
            report: RwSignal::new(None),
            preview: RwSignal::new(None),
            losses: StoredValue::new(Vec::new()),
            until: RwSignal::new(None),
            checkpoint: StoredValue::new(None),
        }
    }

    /// Starts from fresh weights, to rest after step `until`.
    pub fn start(self, spec: TrainSpec, until: Option<u64>) {
        self.forget();
        self.spec.set(Some(spec.clone()));
        self.until.set(until);
        self.phase.set(Phase::Starting);
        self.wire.send(Command::Train { spec, until });
    }

    /// Stops after the current step.
    pub fn pause(self) {
        self.phase.set(Phase::Paused);
        self.wire.send(Command::Pause);
    }

    /// Goes on.
    pub fn resume(self) {
        self.until.set(None);
        self.phase.set(Phase::Running);
        self.wire.send(Command::Resume);
    }

    /// Forgets the training.
    pub fn reset(self) {
        self.forget();
        self.wire.send(Command::Reset);
    }

    /// Asks for the weights as a file.
    pub fn download(self) {
        self.wire.send(Command::Download);
    }

    /// Takes a report of the worker.
    pub fn receive(self, report: TrainReport) {
        let phase = self.phase.get_untracked();
        if phase == Phase::None {
            return;
        }
        if let Some(&(first, _)) = report.losses.first() {
            self.losses.update_value(|losses| {
                // After a restored checkpoint some steps come again.
                losses.truncate(losses.partition_point(|&(step, _)| step < first));
                losses.extend(&report.losses);
            });
        }
        // A report that left before the worker heard “pause” does not undo the pause.
        if phase == Phase::Starting || !report.running {
            self.phase.set(if report.running { Phase::Running } else { Phase::Paused });
        }
        self.report.set(Some(report));
    }

    /// Takes a preview of the worker.
    pub fn show(self, step: u64, pixels: Vec<f32>) {
        if self.phase.get_untracked() != Phase::None {
            self.preview.set(Some(Arc::new(Preview { step, pixels })));
        }
    }

    /// Keeps a checkpoint.
    pub fn keep(self, bytes: Vec<u8>) {
        self.checkpoint.set_value(Some(bytes));
    }

    /// Hands the training to a new worker. Returns what became of it, if there was any.
    pub fn restore(self) -> Option<&'static str> {
        let phase = self.phase.get_untracked();
        let running = matches!(phase, Phase::Starting | Phase::Running);
        match (phase, self.checkpoint.get_value(), self.spec.get_untracked()) {
            (Phase::None, ..) => None,
            (_, Some(bytes), _) => {
                let until = self.until.get_untracked();
                self.wire.send(Command::Restore { bytes, running, until });
                Some("Training goes on from its last checkpoint.")
            }
            (_, None, Some(spec)) if running => {
                self.start(spec, self.until.get_untracked());
                Some("Training had no checkpoint yet and starts again.")
            }
            _ => {
                self.forget();
                Some("Training had no checkpoint yet and is lost.")
            }
        }
    }

    /// The worker refused something; a training that has not begun will not.
    pub fn refused(self) {
        if self.phase.get_untracked() == Phase::Starting {
            self.forget();
        }
    }

    /// True once there are weights to sample or download.
    pub fn exists(self) -> bool {
        self.report.with(|report| report.as_ref().is_some_and(|report| report.step > 0))
    }

    /// Steps done.
    pub fn step(self) -> u64 {
        self.report.with(|report| report.as_ref().map_or(0, |report| report.step))
    }

    /// True while steps are being computed.
    pub fn is_busy(self) -> bool {
        matches!(self.phase.get(), Phase::Starting | Phase::Running)
    }

    fn forget(self) {
        self.phase.set(Phase::None);
        self.spec.set(None);
        self.report.set(None);
        self.preview.set(None);
        self.until.set(None);
        self.losses.set_value(Vec::new());
        self.checkpoint.set_value(None);
    }
}
