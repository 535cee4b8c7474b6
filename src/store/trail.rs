//! A trajectory in a lane of the worker: which frames of it are there, which one is seen, which one is asked for.

use super::{
    route::{Places, Route},
    wire::Wire,
};
use leptos::prelude::*;
use protocol::{
    catalogue::ModelId,
    message::{Command, Frame, SampleSpec},
    reel::Reel,
};
use std::sync::Arc;

/// The state of a lane.
#[derive(Clone, Copy)]
pub struct Trail {
    wire: Wire,
    /// Its place in the worker.
    lane: usize,
    /// What it runs; `None` where there is nothing to run, or it cannot.
    pub route: RwSignal<Option<Route>>,
    /// The frame seen. Until a new trajectory has its first, the old one stays.
    pub shown: RwSignal<Option<Arc<Frame>>>,
    /// Training steps behind its weights, where they are of the model trained here and the worker has said so.
    pub weights: RwSignal<Option<u64>>,
    /// The worker refused, so nothing more will come.
    pub stalled: RwSignal<bool>,
    /// A new trajectory is due and nothing of it is seen yet.
    waiting: RwSignal<bool>,
    /// The connection came back after, or as, it was asked for: what fails now may have failed before that, since lanes that ask for
    /// the same file share one answer.
    hopeful: StoredValue<bool>,
    /// How many frames are there.
    pub computed: RwSignal<usize>,
    frames: StoredValue<Reel>,
    /// The first of them, which stays where others have to go.
    first: RwSignal<Option<Arc<Frame>>>,
    /// The frame that the worker sends next.
    next: StoredValue<usize>,
    generation: StoredValue<u32>,
    asked: StoredValue<usize>,
}

impl Trail {
    /// Nothing yet, in this lane of the worker.
    pub fn new(wire: Wire, lane: usize) -> Self {
        Self {
            wire,
            lane,
            route: RwSignal::new(None),
            shown: RwSignal::new(None),
            weights: RwSignal::new(None),
            stalled: RwSignal::new(false),
            waiting: RwSignal::new(false),
            hopeful: StoredValue::new(false),
            computed: RwSignal::new(0),
            frames: StoredValue::new(Reel::default()),
            first: RwSignal::new(None),
            next: StoredValue::new(0),
            generation: StoredValue::new(0),
            asked: StoredValue::new(0),
        }
    }

    /// Takes another route; frames are kept if the trajectory is the same.
    pub fn take(self, route: Route) {
        let same = self.route.with_untracked(|old| old.as_ref().is_some_and(|old| old.spec == route.spec));
        self.route.set(Some(route));
        if !same {
            self.again();
        }
    }

    /// Begins its trajectory anew.
    pub fn again(self) {
        let Some(spec) = self.route.with_untracked(|route| route.as_ref().map(|route| route.spec.clone())) else {
            return;
        };
        self.drop_frames();
        self.waiting.set(true);
        self.send(spec);
    }

    fn send(self, spec: SampleSpec) {
        let (lane, generation) = (self.lane, self.generation.get_value());
        self.wire.send(Command::Sample { lane, generation, spec });
    }

    /// Has the worker compute its trajectory once more, for frames that went to make room. Of weights that may have changed
    /// since, all are computed anew, so that no frame is of others than the next.
    fn rewind(self) {
        if self.samples(ModelId::Trained) {
            return self.again();
        }
        let spec = self.route.with_untracked(|route| route.as_ref().map(|route| route.spec.clone()));
        if let Some(spec) = spec {
            self.generation.set_value(self.wire.generation());
            self.next.set_value(0);
            self.asked.set_value(0);
            self.send(spec);
        }
    }

    /// Drops the trajectory; nothing is shown. The worker is told by whoever knows what comes next.
    pub fn forget(self) {
        self.drop_frames();
        self.route.set(None);
        self.shown.set(None);
        self.waiting.set(false);
    }

    /// Drops the trajectory and stops the work on it.
    pub fn abandon(self) {
        if self.is_active() {
            self.wire.send(Command::Advance { lane: self.lane, to: 0 });
            self.forget();
        }
    }

    fn drop_frames(self) {
        self.generation.set_value(self.wire.generation());
        self.frames.set_value(Reel::default());
        self.first.set(None);
        self.next.set_value(0);
        self.computed.set(0);
        self.asked.set_value(0);
        self.weights.set(None);
        self.stalled.set(false);
        self.hopeful.set_value(false);
    }

    /// True of the next frame of its own trajectory.
    pub fn awaits(self, generation: u32, frame: &Frame) -> bool {
        generation == self.generation.get_value() && frame.index == self.next.get_value()
    }

    /// Takes the frame that it awaits.
    pub fn add(self, frame: Frame) {
        let focus = self.asked.get_value();
        self.next.set_value(frame.index + 1);
        let begins = frame.index == 0;
        self.frames.update_value(|frames| frames.put(frame, focus));
        if begins {
            self.first.set(self.frames.with_value(|frames| frames.get(0).cloned()));
        }
        self.computed.set(self.frames.with_value(Reel::len));
        self.stalled.set(false);
        self.hopeful.set_value(false);
    }

    /// The connection has come back. What was asked for may still fail of the time before.
    pub fn hope(self) {
        self.hopeful.set_value(self.is_active() && self.next.get_value() == 0);
    }

    /// True, once, where what the worker has refused may be had by now.
    pub fn takes_hope(self) -> bool {
        self.stalled.get_untracked() && self.hopeful.try_update_value(std::mem::take).unwrap_or_default()
    }

    /// The worker refused a trajectory or a frame; if it was of this lane, no more will come.
    pub fn refused(self, generation: u32) -> bool {
        let own = generation == self.generation.get_value() && self.is_active();
        if own {
            self.stalled.set(true);
        }
        own
    }

    /// True where the worker refused this trajectory.
    pub fn is_stalled(self, generation: u32) -> bool {
        generation == self.generation.get_value() && self.stalled.get_untracked()
    }

    /// True where there is a trajectory, read without following it.
    pub fn is_active(self) -> bool {
        self.route.with_untracked(Option::is_some)
    }

    /// The weights that it samples.
    pub fn model(self) -> Option<ModelId> {
        self.route.with(|route| route.as_ref().map(|route| route.spec.model))
    }

    /// True where it samples these weights.
    pub fn samples(self, model: ModelId) -> bool {
        untrack(|| self.model()) == Some(model)
    }

    /// The last frame of the trajectory, where it is there.
    pub fn end(self) -> Option<Arc<Frame>> {
        let steps = untrack(|| self.steps());
        self.frames.with_value(|frames| frames.get(steps).cloned())
    }

    /// Its first frame, where that is there.
    pub fn first(self) -> Option<Arc<Frame>> {
        self.first.get()
    }

    /// Intervals of the trajectory.
    pub fn steps(self) -> usize {
        self.route.with(|route| route.as_ref().map_or(0, |route| route.spec.steps))
    }

    /// The number of the frame seen, once that is one of this trajectory.
    pub fn seen(self) -> Option<usize> {
        let index = self.shown.with(|frame| frame.as_ref().map(|frame| frame.index));
        index.filter(|_| !self.waiting.get())
    }

    /// The frame that belongs to a position. As long as only more frames can tell, it is the next one.
    fn target(self, position: usize) -> usize {
        self.route.with_untracked(|route| {
            let Some(Route { spec, places }) = route else { return 0 };
            match places {
                Places::Every => position,
                Places::Known(frames) => frames.get(position).or(frames.last()).copied().unwrap_or(0),
                Places::Within { end } if *end == Some(position) => spec.steps,
                Places::Within { .. } => self.frames.with_value(|frames| {
                    let within = frames.within(position);
                    let told = within < frames.len() || within > spec.steps;
                    if told { within.saturating_sub(1) } else { within }
                }),
            }
        })
    }

    /// The first frame that costs more than this position allows, where only the frames tell what they cost.
    pub fn beyond(self, position: usize) -> Option<Arc<Frame>> {
        self.computed.track();
        let within = self.route.with(|route| matches!(route, Some(Route { places: Places::Within { end: None }, .. })));
        let costly = |frames: &Reel| frames.get(frames.within(position)).cloned();
        self.frames.with_value(costly).filter(|_| within)
    }

    /// True where another frame is seen than the one that belongs to this position.
    pub fn differs(self, position: usize) -> bool {
        self.computed.track();
        self.route.with(Option::is_some) && self.seen() != Some(self.target(position))
    }

    /// The same while the right one can still come.
    pub fn is_behind(self, position: usize) -> bool {
        self.differs(position) && !self.stalled.get()
    }

    /// Shows the frame of this position, or the last before it; under `quiet` only the frame itself. True if that changed.
    pub fn show(self, position: usize, quiet: bool) -> bool {
        let Some(last) = self.computed.get_untracked().checked_sub(1) else { return false };
        let target = self.target(position);
        let index = target.min(last);
        if untrack(|| self.seen()) == Some(index) || (quiet && index != target) {
            return false;
        }
        let Some(frame) = self.frames.with_value(|frames| frames.get(index).cloned()) else { return false };
        self.shown.set(Some(frame));
        self.waiting.set(false);
        true
    }

    /// Tells the worker how far to compute for this position, if that has changed.
    pub fn ask(self, position: usize) {
        if !self.is_active() {
            return;
        }
        let to = self.target(position).min(untrack(|| self.steps()));
        let (is_here, is_gone) = self.frames.with_value(|frames| (frames.get(to).is_some(), frames.is_gone(to)));
        if is_gone && self.next.get_value() > to {
            self.rewind();
        }
        let reached = self.next.get_value().saturating_sub(1);
        let to = if is_here { reached } else { to.max(reached) };
        if to != self.asked.get_value() {
            self.asked.set_value(to);
            self.wire.send(Command::Advance { lane: self.lane, to });
        }
    }
}
