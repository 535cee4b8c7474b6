//! The floor of the loss that is trained, found bit by bit.

use super::state::Plane;
use crate::clock::{self, Delay};
use leptos::prelude::*;
use plane::{floor::LossFloor, spec::Spec};

/// Milliseconds of a turn that may be spent on it.
const BUDGET_MS: f64 = 6.0;

/// The least that the loss can become, once that is known.
pub fn floor(plane: Plane) -> RwSignal<Option<f64>> {
    let found = RwSignal::new(None);
    let recipe = Memo::new(move |_| plane.spec.with(Spec::recipe));
    let work = StoredValue::new_local(None::<LossFloor>);
    let due = Delay::new();
    clock::follow(move || {
        found.set(None);
        work.set_value(LossFloor::of(&recipe.get()));
        turn(work, found, due);
    });
    found
}

/// A little work, and more of it after the trajectories have had their turn.
fn turn(work: StoredValue<Option<LossFloor>, LocalStorage>, found: RwSignal<Option<f64>>, due: Delay) {
    due.run(30, move || {
        let more = work.try_update_value(|work| {
            let floor = work.as_mut()?;
            let more = clock::spend(BUDGET_MS, || floor.work());
            found.set(floor.value().map(|floor| floor.value));
            Some(more)
        });
        if more.flatten() == Some(true) {
            turn(work, found, due);
        }
    });
}
