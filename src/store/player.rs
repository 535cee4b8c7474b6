//! The trajectory of the Sample view, as it plays.
//!
//! A frame is computed only when it is wanted: while playing, one ahead of that; at rest, none.

use super::{
    frames::Frames,
    path::Path,
    playhead::{Playhead, Start},
    route::Route,
    trail::Trail,
    wire::Wire,
};
use leptos::prelude::*;
use protocol::message::{Frame, SampleSpec};

/// The state of playback.
#[derive(Clone, Copy)]
pub struct Player {
    playhead: Playhead,
    pub trail: Trail,
    /// The path of the frame seen.
    pub path: RwSignal<Option<Path>>,
    /// The path of the trajectory, of which nothing may be seen yet.
    begun: StoredValue<Option<Path>>,
}

impl Player {
    /// A player of nothing yet, in this lane of the worker.
    pub fn new(wire: Wire, lane: usize) -> Self {
        Self {
            playhead: Playhead::new(),
            trail: Trail::new(wire, lane),
            path: RwSignal::new(None),
            begun: StoredValue::new(None),
        }
    }

    /// Begins a new trajectory on `path`; frames of the old one are dropped.
    pub fn begin(self, spec: SampleSpec, path: Path, start: Start) {
        self.begun.set_value(Some(path));
        self.trail.route.set(Some(Route::alone(spec)));
        self.anew(start);
    }

    /// Begins the trajectory anew.
    fn anew(self, start: Start) {
        self.playhead.begin(start, untrack(|| self.last()));
        self.trail.again();
        self.tick();
    }

    /// Drops the trajectory and stops the work on it; nothing is shown.
    pub fn abandon(self) {
        self.trail.abandon();
        self.playhead.put(0, false);
    }

    /// Where a changed trajectory should begin: at the t that is wanted, or from noise if the old one ran to its end.
    pub fn restart(self, steps: usize) -> Start {
        let ended = untrack(|| self.is_over() && !self.is_behind());
        if ended { Start::Play } else { self.same().scaled(untrack(|| self.last()), steps) }
    }

    /// Takes a frame from the worker; one of an older trajectory is dropped.
    pub fn receive(self, generation: u32, frame: Frame) {
        if self.trail.awaits(generation, &frame) {
            self.trail.add(frame);
            self.tick_soon();
        }
    }

    /// The worker refused a trajectory or a frame of it; if one is awaited of this one, it will not come.
    pub fn refused(self, generation: u32) {
        if untrack(|| self.is_behind()) && self.trail.refused(generation) {
            self.playhead.playing.set(false);
            if self.trail.takes_hope() {
                self.retry();
            }
        }
    }

    /// Asks once more for a trajectory that the worker refused, up to where it was wanted.
    pub fn retry(self) {
        let wanted = untrack(|| self.wanted());
        self.begin_refused(if wanted == 0 { Start::Play } else { Start::Frame(wanted) });
    }

    /// The same once the connection is back.
    pub fn reconnect(self) {
        self.retry();
        self.trail.hope();
    }

    /// Begins a trajectory once more that the worker refused; false where none was.
    fn begin_refused(self, start: Start) -> bool {
        let stalled = self.trail.stalled.get_untracked();
        if stalled {
            self.anew(start);
        }
        stalled
    }

    /// Nobody looks any more: nothing further is computed. A trajectory that has shown nothing yet is dropped.
    pub fn leave(self) {
        match untrack(|| self.trail.seen()) {
            Some(index) => self.rest(index),
            None => self.abandon(),
        }
    }
}

impl Frames for Player {
    fn playhead(self) -> Playhead {
        self.playhead
    }

    fn last(self) -> usize {
        self.trail.steps()
    }

    fn seen(self) -> usize {
        self.trail.seen().unwrap_or_else(|| self.wanted())
    }

    fn is_behind(self) -> bool {
        self.trail.differs(self.wanted())
    }

    fn show(self, quiet: bool) -> bool {
        let first = untrack(|| self.trail.seen()).is_none();
        let changed = self.trail.show(self.playhead.wanted.get_untracked(), quiet);
        if first && changed {
            self.path.set(self.begun.get_value());
        }
        changed
    }

    fn ask(self, to: usize) {
        self.trail.ask(to);
    }

    // What is there is shown; what was refused is asked for again.
    fn seek(self, index: usize) {
        if index < self.trail.computed.get_untracked() || !self.begin_refused(Start::Frame(index)) {
            self.rest(index);
        }
    }

    fn play(self) {
        if !self.begin_refused(Start::Play) {
            self.run();
        }
    }
}
