//! Where a view stands on its frames, and whether it moves along them.

use crate::clock;
use leptos::prelude::*;

/// How frames begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// From the first to the last by themselves; where no motion is wanted, at rest at the last.
    Play,
    /// At rest at this one.
    Frame(usize),
}

impl Start {
    /// As a link says it, which names the frame that is at rest.
    pub fn at(frame: Option<usize>) -> Self {
        frame.map_or(Self::Play, Self::Frame)
    }

    /// At the same share of the way where the last frame is `to` instead of `of`.
    pub fn scaled(self, of: usize, to: usize) -> Self {
        match self {
            Self::Play => Self::Play,
            Self::Frame(index) => Self::Frame((index * to + of / 2) / of.max(1)),
        }
    }
}

/// The place on the frames.
#[derive(Clone, Copy)]
pub struct Playhead {
    /// The frame that should be seen.
    pub wanted: RwSignal<usize>,
    pub playing: RwSignal<bool>,
    /// When the frame that is wanted or seen last changed.
    pub(super) moved_at: StoredValue<f64>,
    pub(super) due: clock::Soon,
    /// No motion that was not asked for.
    pub(super) calm: bool,
}

impl Playhead {
    /// At rest at the first frame.
    pub fn new() -> Self {
        Self {
            wanted: RwSignal::new(0),
            playing: RwSignal::new(false),
            moved_at: StoredValue::new(0.0),
            due: clock::Soon::new(),
            calm: clock::reduced_motion(),
        }
    }

    /// Goes to a frame.
    pub fn put(self, wanted: usize, playing: bool) {
        self.wanted.set(wanted);
        self.playing.set(playing);
        self.moved_at.set_value(clock::now());
    }

    /// Goes to where the frames 0 to `last` begin.
    pub fn begin(self, start: Start, last: usize) {
        match start {
            Start::Play if self.calm => self.put(last, false),
            Start::Play => self.put(0, true),
            Start::Frame(index) => self.put(index.min(last), false),
        }
    }
}
