//! The keys that move through the frames, wherever the focus is, unless it is where they mean something else.

use crate::store::Frames;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// Listens as long as the view that calls it is there.
pub fn listen(frames: impl Frames) {
    let keys = window_event_listener(ev::keydown, move |event| {
        let command = event.ctrl_key() || event.meta_key() || event.alt_key();
        if command || event.default_prevented() || !frames.is_in_sight() {
            return;
        }
        let key = event.key();
        let taken = event.target().and_then(|it| it.dyn_into::<Element>().ok()).is_some_and(|it| uses(&it, &key));
        if taken {
            return;
        }
        match key.as_str() {
            "ArrowLeft" => frames.step(-1),
            "ArrowRight" => frames.step(1),
            "Home" => frames.seek(0),
            "End" => frames.seek(usize::MAX),
            " " => frames.toggle(),
            _ => return,
        }
        event.prevent_default();
    });
    on_cleanup(move || keys.remove());
}

/// True where the focused element has its own use for the key.
fn uses(element: &Element, key: &str) -> bool {
    match element.tag_name().as_str() {
        "SELECT" | "TEXTAREA" => true,
        // Space means nothing to a slider; the frame slider moves by its own keys.
        "INPUT" => key != " " || element.dyn_ref::<HtmlInputElement>().is_none_or(|input| input.type_() != "range"),
        // A symbol that explains itself has done so when it got the focus.
        "BUTTON" if element.class_list().contains("term") => false,
        "BUTTON" | "A" | "SUMMARY" => key == " ",
        _ => false,
    }
}
