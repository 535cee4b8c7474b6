//! The plane is a module of its own (`src/bin/plane.rs`), fetched when it is first entered. It shares nothing with the page
//! but the document: the page makes room for it and calls, and reads what the plane has written down about itself.

use super::files;
use std::cell::Cell;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{AddEventListenerOptions, Document, Event, HtmlElement};

/// What fetches and starts it, beside the page. Some browsers never ask again for an address that failed, so each try has one
/// of its own. A module that cannot be had, or not be understood, is said by an event.
const LOADER: &str = "plane-start.js";
/// The id of the element that runs it.
const TAG: &str = "plane-module";
/// The event that the loader says failure by.
const FAILED: &str = "flowstep-plane-failed";
/// The event by which the page says that there is room, or that the address has changed.
const CALL: &str = "flowstep-plane";
/// The event by which the plane says that it has written down something else.
const TOLD: &str = "flowstep-plane-told";
/// The id of the room.
pub const ROOM: &str = "plane";

thread_local! {
    /// How often it has been fetched.
    static TRIES: Cell<u32> = const { Cell::new(0) };
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Fetches the module, unless that has been done; `failed` hears if it cannot be had.
pub fn fetch(failed: impl FnOnce() + 'static) -> Option<()> {
    let document = document()?;
    if document.get_element_by_id(TAG).is_some() {
        return None;
    }
    let script: HtmlElement = document.create_element("script").ok()?.dyn_into().ok()?;
    script.set_attribute("type", "module").ok()?;
    script.set_id(TAG);
    let tries = TRIES.with(|tries| tries.replace(tries.get() + 1));
    let query = if tries == 0 { String::new() } else { format!("?{tries}") };
    script.set_attribute("src", &format!("{}{query}", files::address(LOADER))).ok()?;
    let gone = script.clone();
    let mut failed = Some(failed);
    // Heard by the first of three who may notice, and by none of them twice.
    let failed = Closure::<dyn FnMut()>::new(move || {
        if let Some(failed) = failed.take() {
            // So that it can be tried again.
            gone.remove();
            failed();
        }
    });
    let failed = failed.into_js_value();
    let once = AddEventListenerOptions::new();
    once.set_once(true);
    let heard = failed.unchecked_ref();
    document.add_event_listener_with_callback_and_add_event_listener_options(FAILED, heard, &once).ok()?;
    script.add_event_listener_with_callback("error", failed.unchecked_ref()).ok()?;
    document.query_selector("head").ok()??.append_child(&script).ok()?;
    Some(())
}

/// Lets it be fetched again, whatever became of it.
pub fn forget() {
    let _ = document().and_then(|it| it.get_element_by_id(TAG)).map(|script| script.remove());
}

/// Whether there is room for it and it has not come yet.
pub fn is_awaited() -> bool {
    words().is_none() && room().is_some()
}

/// Marks the plane as stopped for good, by an error of its own.
pub fn die() {
    let _ = document().and_then(|it| it.document_element()).map(|root| root.set_attribute("data-plane-dead", ""));
}

/// Whether it has stopped for good.
pub fn is_dead() -> bool {
    document().and_then(|it| it.document_element()).is_some_and(|root| root.has_attribute("data-plane-dead"))
}

/// Says to the plane that there is room for it, or that the address has changed.
pub fn call() {
    let _ = document().zip(Event::new(CALL).ok()).map(|(document, event)| document.dispatch_event(&event));
}

/// Hears calls, for as long as there is a page.
pub fn hear(called: impl FnMut() + 'static) {
    let called = Closure::<dyn FnMut()>::new(called).into_js_value();
    let _ = document().map(|it| it.add_event_listener_with_callback(CALL, called.unchecked_ref()));
}

/// What the plane shows, in the words of its link, if it has been entered.
pub fn words() -> Option<String> {
    document()?.document_element()?.get_attribute("data-plane")
}

/// Writes down what the plane shows.
pub fn tell(words: &str) {
    let _ = document().and_then(|it| it.document_element()).map(|root| root.set_attribute("data-plane", words));
    let _ = document().zip(Event::new(TOLD).ok()).map(|(document, event)| document.dispatch_event(&event));
}

/// Hears that the plane has written down something else, for as long as there is a page.
pub fn hear_told(told: impl FnMut() + 'static) {
    let told = Closure::<dyn FnMut()>::new(told).into_js_value();
    let _ = document().map(|it| it.add_event_listener_with_callback(TOLD, told.unchecked_ref()));
}

/// Whether what it shows is a stop of its tour.
pub fn is_touring() -> bool {
    words().is_some_and(|words| words.split('&').any(|word| word.starts_with("tour=")))
}

/// The room, if the page has made it.
pub fn room() -> Option<HtmlElement> {
    document()?.get_element_by_id(ROOM)?.dyn_into().ok()
}
