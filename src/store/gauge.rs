//! How a measurement of the worker stands, whatever is measured: how far it has come, and which of this page it is.

use crate::clock;
use leptos::prelude::*;

/// How a measurement stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Measured {
    /// There was none.
    #[default]
    None,
    /// This share is done.
    Running(f64),
    Finished,
    /// Stopped before its end, by the person or with its worker.
    Stopped,
}

/// See the module.
#[derive(Clone, Copy)]
pub struct Gauge {
    pub progress: RwSignal<Measured>,
    /// When it began, in milliseconds.
    began: StoredValue<f64>,
    /// What the worker still says of another run is dropped.
    run: StoredValue<u32>,
}

impl Gauge {
    pub fn new() -> Self {
        Self { progress: RwSignal::default(), began: StoredValue::new(0.0), run: StoredValue::new(0) }
    }

    /// The number of a new measurement, which begins.
    pub fn begin(self) -> u32 {
        self.progress.set(Measured::Running(0.0));
        self.began.set_value(clock::now());
        self.next()
    }

    /// The number by which the worker is told to stop; none where nothing runs.
    pub fn stop(self) -> Option<u32> {
        self.forget().then(|| self.next())
    }

    fn next(self) -> u32 {
        self.run.update_value(|run| *run = run.wrapping_add(1));
        self.run.get_value()
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
            self.progress.set(Measured::Stopped);
        }
        running
    }

    /// The worker has come this far with a run, and has told something of it. False if it is another one.
    pub fn receive(self, run: u32, share: f64, told: bool) -> bool {
        let awaited = run == self.run.get_value() && untrack(|| self.is_running());
        if awaited {
            // The last word comes after the last piece of work.
            let finished = share >= 1.0 && told;
            self.progress.set(if finished { Measured::Finished } else { Measured::Running(share) });
        }
        awaited
    }

    /// True while more is awaited.
    pub fn is_running(self) -> bool {
        matches!(self.progress.get(), Measured::Running(_))
    }

    /// Seconds that it still takes, once that can be told.
    pub fn left(self) -> Option<f64> {
        let Measured::Running(share) = self.progress.get() else { return None };
        let seconds = (clock::now() - self.began.get_value()) / 1000.0;
        (share > 0.02).then(|| seconds * (1.0 - share) / share)
    }
}
