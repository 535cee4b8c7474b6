//! What was drawn while a model learned, in the order of the steps: frames that can be stepped through as those of a path.

use super::{frames::Frames, playhead::Playhead};
use leptos::prelude::*;
use std::sync::Arc;

/// So many are kept; then every second one goes.
const MOST: usize = 128;
/// Milliseconds between two of them while they play.
const PACE_MS: f64 = 125.0;

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
    playhead: Playhead,
}

impl Previews {
    pub fn new() -> Self {
        Self { all: RwSignal::new(vec![]), playhead: Playhead::new() }
    }

    /// Takes the next one. Of a step that was drawn before, as after going back, the new one stays.
    pub fn add(self, preview: Preview) {
        let follows = untrack(|| self.is_over());
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
        // Whoever looks at the last one follows those that come; else the one looked at stays, or the one before it.
        let last = untrack(|| self.last());
        let stays = |wanted: usize| if thinned { wanted / 2 } else { wanted }.min(last);
        self.playhead.wanted.update(|wanted| *wanted = if follows { last } else { stays(*wanted) });
    }

    pub fn clear(self) {
        self.all.set(vec![]);
        self.playhead.put(0, false);
    }

    /// How many there are.
    pub fn count(self) -> usize {
        self.all.with(Vec::len)
    }

    /// The one that is seen.
    pub fn shown(self) -> Option<Arc<Preview>> {
        self.all.with(|all| all.get(self.wanted()).cloned())
    }
}

impl Frames for Previews {
    fn playhead(self) -> Playhead {
        self.playhead
    }

    fn last(self) -> usize {
        self.count().saturating_sub(1)
    }

    fn pace_ms(self) -> f64 {
        PACE_MS
    }
}
