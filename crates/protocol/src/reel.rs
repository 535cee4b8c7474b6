//! Frames of a trajectory within a budget of memory: those far from the one that is looked at go, and can be computed again,
//! since the same trajectory gives the same frames.

use crate::message::Frame;
use std::sync::Arc;

/// Bytes of numbers that a reel holds at most, but for a single frame.
pub const BUDGET: usize = 48 << 20;

/// A frame that was computed.
#[derive(Clone, Debug)]
enum Slot {
    Here(Arc<Frame>),
    /// What is known of one that went.
    Gone {
        nfe: usize,
    },
}

/// Frames 0, 1, … as far as they were computed.
#[derive(Clone, Debug, Default)]
pub struct Reel {
    slots: Vec<Slot>,
    bytes: usize,
}

/// Bytes of the numbers of a frame.
fn size(frame: &Frame) -> usize {
    4 * (frame.x_t.len() + frame.velocity.len() + frame.codes.len() + frame.verdicts.len() + frame.costs.len())
}

impl Reel {
    /// Frames that were computed, whether they are still here or not.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// A frame, if it is here.
    pub fn get(&self, index: usize) -> Option<&Arc<Frame>> {
        match self.slots.get(index)? {
            Slot::Here(frame) => Some(frame),
            Slot::Gone { .. } => None,
        }
    }

    /// True of a frame that was here and went.
    pub fn is_gone(&self, index: usize) -> bool {
        matches!(self.slots.get(index), Some(Slot::Gone { .. }))
    }

    /// How many frames took no more network evaluations than this.
    pub fn within(&self, nfe: usize) -> usize {
        self.slots.partition_point(|slot| slot.nfe() <= nfe)
    }

    /// Takes a frame that was computed, for the first time or again; those farthest from frame `focus` make room. One that
    /// leaves a gap is not taken.
    pub fn put(&mut self, frame: Frame, focus: usize) {
        let index = frame.index;
        self.bytes += size(&frame);
        let slot = Slot::Here(Arc::new(frame));
        if let Some(old) = self.slots.get_mut(index) {
            self.bytes -= old.size();
            *old = slot;
        } else if index == self.slots.len() {
            self.slots.push(slot);
        } else {
            self.bytes -= slot.size();
        }
        while self.bytes > BUDGET {
            let here = self.slots.iter().enumerate().filter(|(_, slot)| slot.size() > 0).map(|(index, _)| index);
            let Some(farthest) = here.filter(|index| *index != focus).max_by_key(|index| index.abs_diff(focus)) else {
                return;
            };
            let slot = &mut self.slots[farthest];
            self.bytes -= slot.size();
            *slot = Slot::Gone { nfe: slot.nfe() };
        }
    }
}

impl Slot {
    fn nfe(&self) -> usize {
        match self {
            Self::Here(frame) => frame.nfe,
            Self::Gone { nfe } => *nfe,
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Here(frame) => size(frame),
            Self::Gone { .. } => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frame(index: usize, numbers: usize) -> Frame {
        Frame {
            index,
            steps: 500,
            t: 0.0,
            nfe: 2 * index,
            tried: 1,
            ms: 0.0,
            labels: vec![],
            x_t: vec![0.0; numbers],
            velocity: vec![],
            codes: vec![],
            verdicts: vec![],
            costs: vec![],
        }
    }

    #[test]
    fn few_frames_all_stay() {
        let mut reel = Reel::default();
        (0..30).for_each(|index| reel.put(frame(index, 1_000), index));
        assert_eq!((reel.len(), reel.within(9)), (30, 5));
        assert!((0..30).all(|index| reel.get(index).is_some_and(|frame| frame.index == index)));
    }

    #[test]
    fn a_frame_that_went_comes_again_where_it_is_looked_at() {
        let mut reel = Reel::default();
        let numbers = BUDGET / 4 / 10;
        (0..30).for_each(|index| reel.put(frame(index, numbers), index));
        assert!(reel.is_gone(0) && reel.get(29).is_some() && reel.len() == 30 && reel.within(9) == 5);
        (0..=3).for_each(|index| reel.put(frame(index, numbers), 3));
        assert!((0..=3).all(|index| reel.get(index).is_some()) && reel.is_gone(29));
    }

    proptest! {
        #[test]
        fn what_is_looked_at_stays_within_the_budget(
            puts in proptest::collection::vec((0usize..12, 1usize..BUDGET / 4, 0usize..12), 1..24),
        ) {
            let mut reel = Reel::default();
            for (index, numbers, focus) in puts {
                let index = index.min(reel.len());
                reel.put(frame(index, numbers), focus);
                let held: usize = (0..reel.len()).filter_map(|index| reel.get(index)).map(|it| size(it)).sum();
                prop_assert_eq!(held, reel.bytes);
                prop_assert!(held <= BUDGET);
                prop_assert!(index != focus || reel.get(index).is_some());
            }
        }
    }
}
