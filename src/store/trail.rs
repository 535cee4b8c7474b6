//! One lane of the comparison: its trajectory in the worker and the frame that is seen of it.

use super::{
    course::{Course, Places},
    wire::Wire,
};
use leptos::prelude::*;
use protocol::{
    catalogue::ModelId,
    message::{Command, Frame},
};
use std::sync::Arc;

/// The state of a lane.
#[derive(Clone, Copy)]
pub struct Trail {
    wire: Wire,
    /// Its place in the worker.
    lane: usize,
    /// What it runs; `None` where there is no such lane, or it cannot run.
    pub course: RwSignal<Option<Course>>,
    /// The frame seen. Until a new trajectory has its first, the old one stays.
    pub shown: RwSignal<Option<Arc<Frame>>>,
    /// Training steps behind its weights, of a model trained here, once its first frame is there.
    pub weights: RwSignal<Option<u64>>,
    /// The worker refused, so nothing more will come.
    pub stalled: RwSignal<bool>,
    /// A new trajectory is due and nothing of it is seen yet.
    waiting: RwSignal<bool>,
    /// How many frames are there.
    computed: RwSignal<usize>,
    generation: StoredValue<u32>,
    frames: StoredValue<Vec<Arc<Frame>>>,
    asked: StoredValue<usize>,
}

impl Trail {
    /// Nothing yet, in this lane of the worker.
    pub fn new(wire: Wire, lane: usize) -> Self {
        Self {
            wire,
            lane,
            course: RwSignal::new(None),
            shown: RwSignal::new(None),
            weights: RwSignal::new(None),
            stalled: RwSignal::new(false),
            waiting: RwSignal::new(false),
            computed: RwSignal::new(0),
            generation: StoredValue::new(0),
            frames: StoredValue::new(Vec::new()),
            asked: StoredValue::new(0),
        }
    }

    /// Takes another course; frames are kept if the trajectory is the same.
    pub fn take(self, course: Course) {
        let same = self.course.with_untracked(|old| old.as_ref().is_some_and(|old| old.spec == course.spec));
        self.course.set(Some(course));
        if !same {
            self.again();
        }
    }

    /// Begins its trajectory anew.
    pub fn again(self) {
        let Some(spec) = self.course.with_untracked(|course| course.as_ref().map(|course| course.spec.clone())) else {
            return;
        };
        self.drop_frames();
        self.waiting.set(true);
        let (lane, generation) = (self.lane, self.generation.get_value());
        self.wire.send(Command::Sample { lane, generation, spec });
    }

    /// True where it samples these weights.
    pub fn samples(self, model: ModelId) -> bool {
        self.course.with_untracked(|course| course.as_ref().is_some_and(|course| course.spec.model == model))
    }

    /// Drops the trajectory; nothing is shown. The worker is told by whoever knows what comes next.
    pub fn forget(self) {
        self.drop_frames();
        self.course.set(None);
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
        self.frames.set_value(Vec::new());
        self.computed.set(0);
        self.asked.set_value(0);
        self.weights.set(None);
        self.stalled.set(false);
    }

    /// Takes a frame of its own trajectory; says whether it was one. `trained`: steps of the last report on the model
    /// trained here. The worker makes a first frame before it trains on, so that report is on the weights of this one.
    pub fn receive(self, generation: u32, frame: &Frame, trained: Option<u64>) -> bool {
        if generation != self.generation.get_value() || frame.index != self.frames.with_value(Vec::len) {
            return false;
        }
        // Nobody looks at the velocities here, and four lanes of long trajectories are large enough without.
        let (x_t, labels, verdicts) = (frame.x_t.clone(), frame.labels.clone(), frame.verdicts.clone());
        let frame = Frame { velocity: Vec::new(), x_t, labels, verdicts, ..*frame };
        if frame.index == 0 && self.samples(ModelId::Trained) {
            self.weights.set(trained);
        }
        self.frames.update_value(|frames| frames.push(Arc::new(frame)));
        self.computed.update(|computed| *computed += 1);
        self.stalled.set(false);
        true
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

    /// True where there is a trajectory.
    pub fn is_active(self) -> bool {
        self.course.with_untracked(Option::is_some)
    }

    /// The frame that belongs to a position. As long as only more frames can tell, it is the next one.
    fn target(self, position: usize) -> usize {
        self.course.with_untracked(|course| {
            let Some(Course { spec, places }) = course else { return 0 };
            match places {
                Places::Known(frames) => frames.get(position).or(frames.last()).copied().unwrap_or(0),
                Places::Within { end } if *end == Some(position) => spec.steps,
                Places::Within { .. } => self.frames.with_value(|frames| {
                    let within = frames.partition_point(|frame| frame.nfe <= position);
                    let told = within < frames.len() || within > spec.steps;
                    if told { within.saturating_sub(1) } else { within }
                }),
            }
        })
    }

    /// The first frame that costs more than this position allows, where only the frames tell what they cost.
    pub fn beyond(self, position: usize) -> Option<Arc<Frame>> {
        self.computed.track();
        let within =
            self.course.with(|course| matches!(course, Some(Course { places: Places::Within { end: None }, .. })));
        let costly = |frames: &Vec<Arc<Frame>>| frames.iter().find(|frame| frame.nfe > position).cloned();
        self.frames.with_value(costly).filter(|_| within)
    }

    /// True while what is seen is not what belongs to this position.
    pub fn is_behind(self, position: usize) -> bool {
        self.computed.track();
        let shown = self.shown.with(|frame| frame.as_ref().map(|frame| frame.index));
        let active = self.course.with(Option::is_some);
        active && !self.stalled.get() && (self.waiting.get() || shown != Some(self.target(position)))
    }

    /// Shows the frame of this position, or the last before it; under `quiet` only the frame itself. True if that changed.
    pub fn show(self, position: usize, quiet: bool) -> bool {
        let Some(last) = self.frames.with_value(Vec::len).checked_sub(1) else { return false };
        let target = self.target(position);
        let index = target.min(last);
        let seen = self.shown.with_untracked(|frame| frame.as_ref().map(|frame| frame.index));
        let due = self.waiting.get_untracked() || seen != Some(index);
        if !due || (quiet && index != target) {
            return false;
        }
        self.shown.set(self.frames.with_value(|frames| frames.get(index).cloned()));
        self.waiting.set(false);
        true
    }

    /// Tells the worker how far to compute for this position, if that has changed.
    pub fn ask(self, position: usize) {
        let Some(steps) = self.course.with_untracked(|course| course.as_ref().map(|course| course.spec.steps)) else {
            return;
        };
        let to = self.target(position).min(steps).max(self.frames.with_value(Vec::len).saturating_sub(1));
        if to != self.asked.get_value() {
            self.asked.set_value(to);
            self.wire.send(Command::Advance { lane: self.lane, to });
        }
    }
}
