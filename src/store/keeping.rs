//! When a training is saved besides the worker's own time, and what is said where it cannot be.

use super::{alerts::Alerts, saves::Saves};
use crate::clock;
use leptos::{ev, prelude::*};
use protocol::saved::Subject;

/// Has `checkpoint` ask for one whenever it may be the last moment of a training that runs. Where it cannot be saved, that is
/// said once, and nobody leaves without being asked. `there` holds as long as there is a training.
pub fn keep<R: Subject>(
    saves: Saves<R>,
    alerts: Alerts,
    running: Signal<bool>,
    there: Signal<bool>,
    checkpoint: impl Fn() + 'static,
) {
    saves.open();
    window_event_listener(ev::visibilitychange, move |_| {
        if document().hidden() && running.get_untracked() {
            checkpoint();
        }
    });
    window_event_listener(ev::beforeunload, move |event| {
        if saves.trouble.with_untracked(Option::is_some) && there.get_untracked() {
            event.prevent_default();
        }
    });
    let mut told = false;
    clock::follow(move || {
        let trouble = saves.trouble.get().filter(|_| running.get());
        if let Some(why) = trouble.filter(|_| !told) {
            told = true;
            let rest = "It goes on, but only as long as this page is open.";
            alerts.say(format!("This training is not being saved, since {why}. {rest}"));
        }
    });
}
