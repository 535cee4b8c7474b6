//! Ctrl+Z, or ⌘Z: takes something back, but not in a field, which has that of its own.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Listens as long as the view that calls it is there: `may` says whether there is something to take back.
pub fn listen(may: impl Fn() -> bool + 'static, act: impl Fn() + 'static) {
    let keys = window_event_listener(ev::keydown, move |event| {
        let asked = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key();
        let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let types = target.is_some_and(|it| it.matches("input:not([type=range]), textarea").unwrap_or(false));
        if asked && event.key().eq_ignore_ascii_case("z") && !types && untrack(&may) {
            event.prevent_default();
            act();
        }
    });
    on_cleanup(move || keys.remove());
}
