//! Keeps the address bar equal to the state.

use super::state::Store;
use crate::{
    app::clock,
    lab::link::{Link, View},
    web::history,
};
use leptos::{ev, prelude::*};

/// Safari refuses more than 100 changes in 30 seconds; this many milliseconds between two keep well below.
const PAUSE_MS: f64 = 350.0;
/// Training changes the link again and again for hours.
const TRAINING_PAUSE_MS: f64 = 1_500.0;

/// Writes the link into the address bar at each change, if need be a moment later, and follows Back and Forward.
pub fn keep(store: Store) {
    let delay = clock::Delay::new();
    let written = StoredValue::new(f64::NEG_INFINITY);
    clock::follow(move || {
        store.link.track();
        // There the plane keeps it.
        if store.view.get() == View::Plane {
            return delay.cancel();
        }
        let pause = if store.training.is_busy() { TRAINING_PAUSE_MS } else { PAUSE_MS };
        let wait = (written.get_value() + pause - clock::now()).max(0.0);
        delay.run(wait as u64, move || {
            written.set_value(clock::now());
            write_now(store);
        });
    });
    let back = window_event_listener(ev::popstate, move |_| {
        // Back undoes a change of view and nothing else: no setting and no training is lost by it.
        let view = Link::parse(&history::query()).0.view;
        store.link.update(|link| link.view = view);
    });
    on_cleanup(move || back.remove());
}

/// Writes the link into the address bar now.
pub fn write_now(store: Store) {
    if store.view.get_untracked() == View::Plane {
        return;
    }
    let query = store.link.with_untracked(Link::to_query);
    if query != history::query() {
        history::replace(&query);
    }
}
