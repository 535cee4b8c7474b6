//! Keeps the address bar equal to the state.

use super::{clock::Delay, store::Store};
use crate::{lab::link::Link, web::history};
use leptos::{ev, prelude::*};

/// Safari refuses more than 100 changes in 30 seconds; a pause of this length keeps well below.
const PAUSE_MS: u64 = 200;
/// Training changes the link several times a second for hours.
const TRAINING_PAUSE_MS: u64 = 1_500;

/// Writes the link into the address bar a moment after each change, and follows Back and Forward.
pub fn keep(store: Store) {
    let delay = Delay::new();
    Effect::new(move |_| {
        store.link.track();
        let pause = if store.training.is_busy() { TRAINING_PAUSE_MS } else { PAUSE_MS };
        delay.run(pause, move || write_now(store));
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
    let query = store.link.with_untracked(Link::to_query);
    if query != history::query() {
        history::replace(&query);
    }
}
