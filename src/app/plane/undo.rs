//! What a person made of the data is not lost: changes can be undone, and own data come back with their set.

use super::state::Plane;
use crate::{
    app::clock,
    data::shapes::{Part, Shape},
    plane::spec::Spec,
};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Changes that can be undone, at most.
const DEPTH: usize = 50;
/// Changes that follow one another faster are one, such as a stroke.
const STROKE_MS: f64 = 700.0;

/// A set and what it was made into.
#[derive(Clone, PartialEq)]
struct Data {
    shape: Shape,
    letter: char,
    parts: Vec<Part>,
    points: Option<usize>,
}

impl Data {
    fn of(spec: &Spec) -> Self {
        Self { shape: spec.data, letter: spec.letter, parts: spec.parts.clone(), points: spec.points }
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

    /// Keeps what `before` had, where `after` has other data.
    pub fn keep(self, before: &Spec, after: &Spec) {
        let (old, new) = (Data::of(before), Data::of(after));
        if old == new {
            return;
        }
        let now = clock::now();
        let same = old.shape == new.shape && now - self.changed_at.get_value() < STROKE_MS;
        self.changed_at.set_value(now);
        if old.shape != new.shape && old.is_own() {
            self.aside.update_value(|all| {
                all.retain(|data| data.shape != old.shape);
                all.push(old.clone());
            });
        }
        if !same {
            self.past.update(|past| {
                past.push(old);
                let surplus = past.len().saturating_sub(DEPTH);
                past.drain(..surplus);
            });
        }
    }

    /// What follows is a change of its own, however soon.
    pub fn part(self) {
        self.changed_at.set_value(f64::NEG_INFINITY);
    }
}

impl Plane {
    /// True where there is something to undo.
    pub fn can_undo(self) -> bool {
        self.undo.past.with(|past| !past.is_empty())
    }

    /// Takes the last change of the data back.
    pub fn undo(self) {
        let Some(data) = self.undo.past.try_update(Vec::pop).flatten() else { return };
        let left = self.undo.past.with_untracked(Vec::len);
        self.edit(|spec| lay(spec, data));
        // To take something back is no change to be taken back.
        self.undo.past.update(|past| past.truncate(left));
        self.undo.part();
        self.chosen.update(|chosen| *chosen = (*chosen).min(self.spec.with_untracked(|spec| spec.parts.len() - 1)));
    }

    /// Puts the own data of a set back, if it has any and is not the one that is there.
    pub fn recall(self, spec: &mut Spec, shape: Shape) {
        let own = self.undo.aside.with_value(|all| all.iter().find(|data| data.shape == shape).cloned());
        if let Some(data) = own.filter(|_| spec.data == shape) {
            lay(spec, data);
        }
    }

    /// Ctrl+Z or ⌘Z undoes while the plane is in sight, but not in a field, which has an undo of its own.
    pub fn hear_undo(self) {
        let keys = window_event_listener(leptos::ev::keydown, move |event| {
            let asked = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key();
            let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
            let types = target.is_some_and(|it| it.matches("input:not([type=range]), textarea").unwrap_or(false));
            let seen = crate::web::door::room().is_some();
            if asked && event.key().eq_ignore_ascii_case("z") && seen && !types && untrack(|| self.can_undo()) {
                event.prevent_default();
                self.undo();
            }
        });
        on_cleanup(move || keys.remove());
    }
}

fn lay(spec: &mut Spec, data: Data) {
    (spec.data, spec.letter, spec.parts, spec.points) = (data.shape, data.letter, data.parts, data.points);
}
