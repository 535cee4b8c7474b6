//! What was drawn while a model learned, in the order of the steps: frames that can be stepped through as those of a path.

use super::frames::Frames;
use crate::clock::Delay;
use leptos::prelude::*;
use std::sync::Arc;

/// So many are kept; then every second one goes.
const MOST: usize = 128;
/// Milliseconds between two of them while they play.
const PACE_MS: u64 = 125;

/// Samples of the EMA, one of each class.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    pub step: u64,
    /// [rows × 10 × 784], in the rows of its family.
    pub pixels: Vec<f32>,
    /// What a critic says of each, if there is one.
    pub verdicts: Vec<f32>,
}

impl AsRef<[f32]> for Preview {
    fn as_ref(&self) -> &[f32] {
        &self.pixels
    }
}

/// The previews of a training.
#[derive(Clone, Copy)]
pub struct Previews {
    all: RwSignal<Vec<Arc<Preview>>>,
    /// The one looked at; the last one while nothing else is said.
    at: RwSignal<Option<usize>>,
    playing: RwSignal<bool>,
    due: Delay,
}

impl Previews {
    pub fn new() -> Self {
        Self { all: RwSignal::new(vec![]), at: RwSignal::new(None), playing: RwSignal::new(false), due: Delay::new() }
    }

    /// Takes the next one. Of a step that was drawn before, as after going back, the new one stays.
    pub fn add(self, preview: Preview) {
        let mut thinned = false;
        self.all.update(|all| {
            all.retain(|other| other.step < preview.step);
            all.push(Arc::new(preview));
            thinned = all.len() > MOST;
            if thinned {
                let mut place = 0;
                all.retain(|_| {
                    place += 1;
                    place % 2 == 1
                });
            }
        });
        let last = self.all.with_untracked(Vec::len) - 1;
        // The one that is looked at stays, or the one before it.
        self.at.update(|at| *at = at.map(|at| if thinned { at / 2 } else { at }.min(last)));
    }

    pub fn clear(self) {
        self.all.set(vec![]);
        self.at.set(None);
        self.playing.set(false);
    }

    /// How many there are.
    pub fn count(self) -> usize {
        self.all.with(Vec::len)
    }

    /// The place of the one that is seen.
    pub fn place(self) -> usize {
        let last = self.count().saturating_sub(1);
        self.at.get().map_or(last, |at| at.min(last))
    }

    /// The one that is seen.
    pub fn shown(self) -> Option<Arc<Preview>> {
        let place = self.place();
        self.all.with(|all| all.get(place).cloned())
    }

    fn tick(self) {
        if !self.playing.get_untracked() {
            return;
        }
        let (place, count) = untrack(|| (self.place(), self.count()));
        if place + 1 >= count {
            self.playing.set(false);
            self.at.set(None);
            return;
        }
        self.at.set(Some(place + 1));
        self.due.run(PACE_MS, move || self.tick());
    }
}

impl Frames for Previews {
    fn step(self, by: isize) {
        self.seek(untrack(|| self.place()).saturating_add_signed(by));
    }

    fn seek(self, index: usize) {
        self.playing.set(false);
        let count = untrack(|| self.count());
        // At the last one it follows those that come.
        self.at.set(Some(index).filter(|index| *index < count.saturating_sub(1)));
    }

    fn toggle(self) {
        if self.playing.get_untracked() {
            self.seek(untrack(|| self.place()));
            return;
        }
        let (place, count) = untrack(|| (self.place(), self.count()));
        if place + 1 >= count {
            self.at.set(Some(0));
        }
        self.playing.set(true);
        self.due.run(PACE_MS, move || self.tick());
    }

    fn is_playing(self) -> bool {
        self.playing.get()
    }
}
