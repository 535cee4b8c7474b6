//! The error of each lane over its cost, as the worker measures it point by point.

use super::wire::Wire;
use leptos::prelude::*;
use protocol::message::{Command, SampleSpec, StudyPoint};

/// How a study stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// There was none.
    #[default]
    None,
    Running {
        done: usize,
        total: usize,
    },
    Finished,
    /// Stopped before its end, by the person or with its worker.
    Stopped,
}

/// The state of the study.
#[derive(Clone, Copy)]
pub struct StudyState {
    wire: Wire,
    pub progress: RwSignal<Progress>,
    /// The lanes under study: the place of each among the lanes of the view, and what it samples.
    pub lanes: RwSignal<Vec<(usize, SampleSpec)>>,
    /// What has been measured so far.
    pub points: RwSignal<Vec<StudyPoint>>,
    /// Which study of this page it is: what the worker still says of another one is dropped.
    run: StoredValue<u32>,
}

impl StudyState {
    pub fn new(wire: Wire) -> Self {
        Self {
            wire,
            progress: RwSignal::new(Progress::None),
            lanes: RwSignal::new(Vec::new()),
            points: RwSignal::new(Vec::new()),
            run: StoredValue::new(0),
        }
    }

    /// Measures these lanes.
    pub fn start(self, lanes: Vec<(usize, SampleSpec)>) {
        let specs = lanes.iter().map(|(_, spec)| spec.clone()).collect();
        self.points.set(Vec::new());
        self.lanes.set(lanes);
        self.progress.set(Progress::Running { done: 0, total: 0 });
        self.send(specs);
    }

    /// Stops; what has been measured stays.
    pub fn stop(self) {
        if self.forget() {
            self.send(Vec::new());
        }
    }

    /// The worker refused a study; if it is this one, no more points come.
    pub fn refused(self, run: u32) {
        if run == self.run.get_value() {
            self.forget();
        }
    }

    /// No more points come, since the worker is gone. True if some were awaited.
    pub fn forget(self) -> bool {
        let running = untrack(|| self.is_running());
        if running {
            self.progress.set(Progress::Stopped);
        }
        running
    }

    /// Takes a word of the worker.
    pub fn receive(self, run: u32, done: usize, total: usize, point: Option<StudyPoint>) {
        if run != self.run.get_value() || !untrack(|| self.is_running()) {
            return;
        }
        // The last point comes after the last unit of work.
        let finished = done >= total && point.is_some();
        if let Some(point) = point {
            self.points.update(|points| points.push(point));
        }
        self.progress.set(if finished { Progress::Finished } else { Progress::Running { done, total } });
    }

    /// True while points are awaited.
    pub fn is_running(self) -> bool {
        matches!(self.progress.get(), Progress::Running { .. })
    }

    fn send(self, lanes: Vec<SampleSpec>) {
        self.run.update_value(|run| *run = run.wrapping_add(1));
        self.wire.send(Command::Study { run: self.run.get_value(), lanes });
    }
}
