//! The plane is a module of its own (`src/bin/plane.rs`), fetched when it is first entered. It shares nothing with the page
//! but the document: the page makes room for it and calls, and reads what the plane has written down about itself.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Event, HtmlElement};

/// Where Trunk puts it, relative to the page.
const MODULE: &str = "plane_loader.js";
/// The event by which the page says that there is room, or that the address has changed.
const CALL: &str = "flowstep-plane";
/// The id of the room.
pub const ROOM: &str = "plane";

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Fetches the module, unless that has been done; `failed` hears if it cannot be had.
pub fn fetch(failed: impl FnOnce() + 'static) -> Option<()> {
    let document = document()?;
    if document.query_selector(&format!("script[src='{MODULE}']")).ok()?.is_some() {
        return None;
    }
    let script: HtmlElement = document.create_element("script").ok()?.dyn_into().ok()?;
    script.set_attribute("type", "module").ok()?;
    script.set_attribute("src", MODULE).ok()?;
    let gone = script.clone();
    let failed = Closure::once_into_js(move || {
        // So that it can be tried again.
        gone.remove();
        failed();
    });
    script.add_event_listener_with_callback("error", failed.unchecked_ref()).ok()?;
    document.head()?.append_child(&script).ok()?;
    Some(())
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
}

/// The room, if the page has made it.
pub fn room() -> Option<HtmlElement> {
    document()?.get_element_by_id(ROOM)?.dyn_into().ok()
}
