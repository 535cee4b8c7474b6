//! The trajectory on show: which frames are there, which one is seen, which one is asked for.
//!
//! A frame is computed only when it is wanted: while playing, one ahead of the one shown; at rest, none.

use super::{frames::Frames, wire::Wire};
use crate::clock;
use flow::{family::FamilyId, schedule::ScheduleId};
use leptos::prelude::*;
use protocol::message::{Command, Frame, SampleSpec};
use std::sync::Arc;

/// At most this many frames a second: fast enough to flow, slow enough to see.
pub(super) const PACE_MS: f64 = 1000.0 / 14.0;

/// How a new trajectory begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// From noise to data by itself.
    Play,
    /// Compute up to this frame and rest there.
    Frame(usize),
}

/// The path that a trajectory follows: what turns its velocities into other readings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path {
    /// One whose pictures come about in one pass has no velocity and no readings.
    pub family: FamilyId,
    pub schedule: ScheduleId,
    /// Whether it starts from N(0, I), so that noise and score can be read.
    pub gaussian: bool,
}

/// The state of playback.
#[derive(Clone, Copy)]
pub struct Player {
    wire: Wire,
    /// Its place in the worker.
    lane: usize,
    /// The trajectory asked of the worker; `None` before the first.
    pub spec: RwSignal<Option<SampleSpec>>,
    /// Training steps behind its weights, once the worker has said so of a model trained here.
    pub weights: RwSignal<Option<u64>>,
    /// How many frames of it are there.
    pub computed: RwSignal<usize>,
    /// The frame seen. Until a new trajectory has its first, the old one stays.
    pub shown: RwSignal<Option<Arc<Frame>>>,
    /// The path of the frame seen.
    pub path: RwSignal<Option<Path>>,
    /// The frame that should be seen.
    pub wanted: RwSignal<usize>,
    pub playing: RwSignal<bool>,
    /// A new trajectory is due and nothing of it is seen yet.
    pub waiting: RwSignal<bool>,
    /// The worker refused, so nothing more will come.
    pub stalled: RwSignal<bool>,
    generation: StoredValue<u32>,
    frames: StoredValue<Vec<Arc<Frame>>>,
    /// The path of these frames.
    begun: StoredValue<Option<Path>>,
    asked: StoredValue<usize>,
    shown_at: StoredValue<f64>,
    due: clock::Soon,
    /// No motion that was not asked for.
    calm: bool,
}

impl Player {
    /// A player of nothing yet, in this lane of the worker.
    pub fn new(wire: Wire, lane: usize) -> Self {
        Self {
            wire,
            lane,
            spec: RwSignal::new(None),
            weights: RwSignal::new(None),
            computed: RwSignal::new(0),
            shown: RwSignal::new(None),
            path: RwSignal::new(None),
            wanted: RwSignal::new(0),
            playing: RwSignal::new(false),
            waiting: RwSignal::new(false),
            stalled: RwSignal::new(false),
            generation: StoredValue::new(0),
            frames: StoredValue::new(Vec::new()),
            begun: StoredValue::new(None),
            asked: StoredValue::new(0),
            shown_at: StoredValue::new(0.0),
            due: clock::Soon::new(),
            calm: clock::reduced_motion(),
        }
    }

    /// Begins a new trajectory on `path`; frames of the old one are dropped.
    pub fn begin(self, spec: SampleSpec, path: Path, start: Start) {
        let generation = self.wire.generation();
        self.generation.set_value(generation);
        self.frames.set_value(Vec::new());
        self.begun.set_value(Some(path));
        self.weights.set(None);
        self.computed.set(0);
        self.asked.set_value(0);
        self.waiting.set(true);
        self.stalled.set(false);
        let (wanted, playing) = match start {
            Start::Play if self.calm => (spec.steps, false),
            Start::Play => (0, true),
            Start::Frame(index) => (index.min(spec.steps), false),
        };
        self.wanted.set(wanted);
        self.playing.set(playing);
        self.spec.set(Some(spec.clone()));
        self.wire.send(Command::Sample { lane: self.lane, generation, spec });
        self.ask();
    }

    /// Where the same trajectory should begin again.
    pub fn same(self) -> Start {
        if self.playing.get_untracked() { Start::Play } else { Start::Frame(self.wanted.get_untracked()) }
    }

    /// Drops the trajectory and stops the work on it; nothing is shown.
    pub fn abandon(self) {
        if self.spec.with_untracked(Option::is_some) {
            self.wire.send(Command::Advance { lane: self.lane, to: 0 });
        }
        self.forget();
    }

    /// Drops the trajectory and leaves its lane to whoever takes it next; nothing is shown.
    pub fn forget(self) {
        self.generation.set_value(self.wire.generation());
        self.frames.set_value(Vec::new());
        self.weights.set(None);
        self.computed.set(0);
        self.spec.set(None);
        self.shown.set(None);
        self.playing.set(false);
        self.waiting.set(false);
        self.stalled.set(false);
        self.wanted.set(0);
    }

    /// Where a changed trajectory should begin: at the t that is wanted, or from noise if the old one ran to its end.
    pub fn restart(self, steps: usize) -> Start {
        let (wanted, of) = (self.wanted.get_untracked(), self.steps());
        let ended = wanted >= of && !untrack(|| self.is_behind());
        if self.playing.get_untracked() || ended {
            Start::Play
        } else {
            Start::Frame((wanted * steps + of / 2) / of.max(1))
        }
    }

    /// Takes a frame from the worker; one of an older trajectory is dropped.
    pub fn receive(self, generation: u32, frame: Frame) {
        if generation != self.generation.get_value() || frame.index != self.frames.with_value(Vec::len) {
            return;
        }
        self.frames.update_value(|frames| frames.push(Arc::new(frame)));
        self.computed.update(|computed| *computed += 1);
        self.stalled.set(false);
        self.tick_soon();
    }

    /// The worker refused a trajectory or a frame of it; if one is awaited of this one, it will not come.
    pub fn refused(self, generation: u32) {
        if generation == self.generation.get_value() && untrack(|| self.is_behind()) {
            self.playing.set(false);
            self.stalled.set(true);
        }
    }

    /// True where the worker refused this trajectory.
    pub fn is_stalled(self, generation: u32) -> bool {
        generation == self.generation.get_value() && self.stalled.get_untracked()
    }

    /// Asks once more for a trajectory that the worker refused, up to where it was wanted.
    pub fn retry(self) {
        let wanted = self.wanted.get_untracked();
        self.again(if wanted == 0 { Start::Play } else { Start::Frame(wanted) });
    }

    /// Begins a trajectory once more that the worker refused; nothing where none was.
    fn again(self, start: Start) -> Option<()> {
        let spec = self.spec.get_untracked().filter(|_| self.stalled.get_untracked())?;
        let path = self.begun.get_value()?;
        self.begin(spec, path, start);
        Some(())
    }

    /// Plays on, or from the start if the end is reached.
    pub fn play(self) {
        if self.again(Start::Play).is_some() {
            return;
        }
        if self.wanted.get_untracked() >= self.steps() {
            self.wanted.set(0);
        }
        self.playing.set(true);
        self.tick();
    }

    /// Stays at the frame seen, and lets the worker stop.
    pub fn pause(self) {
        if !self.playing.get_untracked() {
            return;
        }
        self.playing.set(false);
        if !self.waiting.get_untracked()
            && let Some(frame) = self.shown.get_untracked()
        {
            self.wanted.set(frame.index);
        }
        self.tick();
    }

    /// Nobody looks any more: nothing further is computed. A trajectory that has shown nothing yet is dropped.
    pub fn rest(self) {
        let seen = self.shown.get_untracked().filter(|_| !self.waiting.get_untracked());
        match seen {
            Some(frame) => self.stay(frame.index),
            None if self.spec.with_untracked(Option::is_some) => self.abandon(),
            None => {}
        }
    }

    /// Stands at a frame.
    fn stay(self, index: usize) {
        self.playing.set(false);
        self.wanted.set(index.min(self.steps()));
        self.tick();
    }

    /// Intervals of the trajectory.
    pub fn steps(self) -> usize {
        self.spec.with_untracked(|spec| spec.as_ref().map_or(0, |spec| spec.steps))
    }

    /// True while what is seen is not what is wanted.
    pub fn is_behind(self) -> bool {
        let shown = self.shown.with(|frame| frame.as_ref().map(|frame| frame.index));
        self.spec.with(Option::is_some) && (self.waiting.get() || shown != Some(self.wanted.get()))
    }

    /// Moves what is seen towards what is wanted.
    fn tick(self) {
        let Some(last) = self.frames.with_value(Vec::len).checked_sub(1) else { return self.ask() };
        let now = clock::now();
        let steps = self.steps();
        let playing = self.playing.get_untracked();
        let rested = now - self.shown_at.get_value() >= PACE_MS;
        if playing && rested && !untrack(|| self.is_behind()) {
            self.wanted.update(|wanted| *wanted = (*wanted + 1).min(steps));
        }
        let wanted = self.wanted.get_untracked();
        let index = wanted.min(last);
        let quiet = self.calm && !playing && index != wanted;
        let seen = self.shown.with_untracked(|frame| frame.as_ref().map(|frame| frame.index));
        if !quiet && (self.waiting.get_untracked() || seen != Some(index)) {
            if self.waiting.get_untracked() {
                self.path.set(self.begun.get_value());
            }
            self.shown.set(self.frames.with_value(|frames| frames.get(index).cloned()));
            self.shown_at.set_value(now);
            self.waiting.set(false);
        }
        if playing && index == steps {
            self.playing.set(false);
        }
        self.ask();
        if self.playing.get_untracked() && index == wanted {
            self.tick_soon();
        }
    }

    fn tick_soon(self) {
        self.due.run(move || self.tick());
    }

    /// Tells the worker how far to compute, if that has changed.
    fn ask(self) {
        let ahead = usize::from(self.playing.get_untracked());
        let to = (self.wanted.get_untracked() + ahead).min(self.steps());
        let to = to.max(self.frames.with_value(Vec::len).saturating_sub(1));
        if to != self.asked.get_value() {
            self.asked.set_value(to);
            self.wire.send(Command::Advance { lane: self.lane, to });
        }
    }
}

impl Frames for Player {
    fn seek(self, index: usize) {
        // What is there is shown; what was refused is asked for again.
        if index < self.frames.with_value(Vec::len) || self.again(Start::Frame(index)).is_none() {
            self.stay(index);
        }
    }

    // One frame on from the one wanted, or back from the one seen.
    fn step(self, by: isize) {
        self.pause();
        let wanted = self.wanted.get_untracked();
        let seen = self.shown.with_untracked(|frame| frame.as_ref().map_or(wanted, |frame| frame.index));
        let from = if by < 0 { wanted.min(seen) } else { wanted };
        self.seek(from.saturating_add_signed(by));
    }

    fn toggle(self) {
        if self.playing.get_untracked() { self.pause() } else { self.play() }
    }

    fn is_playing(self) -> bool {
        self.playing.get()
    }
}
