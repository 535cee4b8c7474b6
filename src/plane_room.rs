//! The Plane view as the page has it: room for a module that is fetched when it is first entered.

use super::{
    clock,
    dom::{El, el},
    store::Store,
};
use leptos::prelude::*;
use protocol::link::View;
use web::{patience::after, plane_module};

/// Said until it is tried again.
const FAILED: &str = "The plane could not be loaded.";
/// Seconds after which it is said that it has not come.
const PATIENCE_S: i32 = 30;

/// The room, and the call that fills it.
pub fn view(store: Store) -> El {
    if plane_module::is_dead() {
        state("failed");
        return stopped();
    }
    begin(store);
    // It rests where there is no room for it.
    on_cleanup(|| clock::soon(plane_module::call));
    el("div", "room").attr("id", plane_module::ROOM).attr("aria-busy", "true")
}

/// Fetches the plane, unless that has been done, and calls it.
fn begin(store: Store) {
    state("loading");
    store.alerts.retract(FAILED);
    let late = format!("The plane has not come in {PATIENCE_S} seconds; it starts as soon as it is here.");
    store.alerts.retract(&late);
    plane_module::fetch(move || {
        if store.view.get_untracked() == View::Plane {
            state("failed");
        }
        store.alerts.offer(FAILED, "Try again", move || again(store));
        store.look_for_newer();
    });
    // Once the room is in the document.
    clock::soon(plane_module::call);
    after(PATIENCE_S, move || {
        if plane_module::is_awaited() {
            store.alerts.offer(late.clone(), "Try again", move || again(store));
        }
    });
}

/// Fetches it anew.
fn again(store: Store) {
    plane_module::forget();
    begin(store);
}

/// What is said in the place of a plane that has stopped.
pub fn stopped() -> El {
    let words =
        "The plane stopped because of an error of its own. Nothing is lost that the link holds: reload the page.";
    el("p", "quiet").attr("role", "alert").text(words)
}

/// Says for scripts and for styles what the page is doing.
pub fn state(key: &str) {
    for element in [document().document_element(), document().get_element_by_id("app")].into_iter().flatten() {
        let _ = element.set_attribute("data-state", key);
    }
}
