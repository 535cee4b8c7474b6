//! What a person made of the data is not lost: changes can be undone, and own data come back with their set.

use crate::clock;
use data::shapes::{Part, Shape};
use leptos::prelude::*;
use plane::spec::Spec;

/// Changes that can be undone, at most.
const DEPTH: usize = 50;
/// Changes that follow one another faster are one, such as a stroke.
const STROKE_MS: f64 = 700.0;

/// A set and what it was made into.
#[derive(Clone, PartialEq)]
pub struct Data {
    shape: Shape,
    letter: char,
    parts: Vec<Part>,
    points: Option<usize>,
}

impl Data {
    fn of(spec: &Spec) -> Self {
        Self { shape: spec.data, letter: spec.letter, parts: spec.parts.clone(), points: spec.points }
    }

    /// Makes it the data of `spec`.
    pub fn lay(self, spec: &mut Spec) {
        (spec.data, spec.letter, spec.parts, spec.points) = (self.shape, self.letter, self.parts, self.points);
    }

    /// True where a person has made something of the set.
    fn is_own(&self) -> bool {
        self.parts != self.shape.parts(self.letter)
    }
}

/// What was there before.
#[derive(Clone, Copy)]
pub struct Undo {
    past: RwSignal<Vec<Data>>,
    /// Own data of sets that are not chosen now.
    aside: StoredValue<Vec<Data>>,
    changed_at: StoredValue<f64>,
}

impl Undo {
    pub fn new() -> Self {
        let past = RwSignal::new(Vec::new());
        Self { past, aside: StoredValue::new(Vec::new()), changed_at: StoredValue::new(f64::NEG_INFINITY) }
    }

    /// Keeps what `before` had, where `after` has other data; true where it has.
    pub fn keep(self, before: &Spec, after: &Spec) -> bool {
        let (old, new) = (Data::of(before), Data::of(after));
        if old == new {
            return false;
        }
        let now = clock::now();
        let same = old.shape == new.shape && now - self.changed_at.get_value() < STROKE_MS;
        self.changed_at.set_value(now);
        if old.shape != new.shape {
            self.aside.update_value(|all| {
                all.retain(|data| data.shape != old.shape);
                all.extend(old.is_own().then(|| old.clone()));
            });
        }
        if !same {
            self.past.update(|past| {
                past.push(old);
                let surplus = past.len().saturating_sub(DEPTH);
                past.drain(..surplus);
            });
        }
        true
    }

    /// What follows is a change of its own, however soon.
    pub fn part(self) {
        self.changed_at.set_value(f64::NEG_INFINITY);
    }

    /// True where there is something to take back.
    pub fn has_past(self) -> bool {
        self.past.with(|past| !past.is_empty())
    }

    /// Takes the last change back: `put` puts what was there before it.
    pub fn take_back(self, put: impl FnOnce(Data)) {
        let Some(data) = self.past.try_update(Vec::pop).flatten() else { return };
        let left = self.past.with_untracked(Vec::len);
        put(data);
        // That is no change to be taken back.
        self.past.update(|past| past.truncate(left));
        self.part();
    }

    /// What a person had made of a set when they left it.
    pub fn own(self, shape: Shape) -> Option<Data> {
        self.aside.with_value(|all| all.iter().find(|data| data.shape == shape).cloned())
    }
}
