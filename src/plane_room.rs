//! The Plane view as the page has it: room for a module that is fetched when it is first entered.

use super::{
    clock,
    dom::{El, el},
    store::Store,
};
use leptos::prelude::*;
use web::plane_module;

/// Said until the view is opened again.
const FAILED: &str = "The plane could not be loaded; open this view again, or reload the page, to try once more.";

/// The room, and the call that fills it.
pub fn view(store: Store) -> El {
    if plane_module::is_dead() {
        state("failed");
        return stopped();
    }
    state("loading");
    store.alerts.retract(FAILED);
    plane_module::fetch(move || {
        state("failed");
        store.alerts.say(FAILED);
    });
    // Once the room is in the document.
    clock::soon(plane_module::call);
    el("div", "room").attr("id", plane_module::ROOM).attr("aria-busy", "true")
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
