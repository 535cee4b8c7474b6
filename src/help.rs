//! The keys of the page and what it is, behind a button that is always in sight and behind `?`.

use super::{
    about::about,
    clock,
    dom::{El, button, el},
};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Each key, and what it does.
const KEYS: [(&str, &str); 8] = [
    ("Space", "play or pause"),
    ("← →", "a step back, a step forward"),
    ("Home End", "to the noise, to the data"),
    ("↑ ↓", "another picture, where one has the focus"),
    ("+ − 0", "in the plane: closer, farther, all of it"),
    ("P", "present: large, without settings"),
    ("Esc", "leave, close"),
    ("?", "these keys"),
];

/// The button, and the list that it opens.
pub fn help() -> [El; 2] {
    let open = RwSignal::new(false);
    let toggle = button("icon", move || open.update(|open| *open = !*open))
        .attr("aria-label", "Keys")
        .attr("title", "Keys (?)")
        .attr("aria-controls", "keys")
        .live_attr("aria-expanded", move || open.get().to_string())
        .child(el("b", "").text("?"));
    let row = |(key, what): (&str, &str)| {
        let keys = key.split(' ').map(|key| el("kbd", "").text(key));
        [el("dt", "").children(keys), el("dd", "").text(what)]
    };
    let list = el("div", "keys")
        .attr("id", "keys")
        .attr("role", "region")
        .attr("aria-label", "Keys")
        .live_attr("hidden", move || !open.get())
        .child(el("h2", "").text("Keys"))
        .child(el("dl", "").children(KEYS.into_iter().flat_map(row)))
        .child(about(open));
    let pressed = window_event_listener(ev::keydown, move |event| match event.key().as_str() {
        "?" if !types(event.target()) => open.update(|open| *open = !*open),
        "Escape" if open.get_untracked() => {
            event.prevent_default();
            open.set(false);
        }
        _ => (),
    });
    // A click anywhere else closes it, once the button has had its say.
    let clicked = window_event_listener(ev::pointerdown, move |event| {
        let within = |it: Element| it.closest("#keys, [aria-controls=keys]").ok().flatten().is_some();
        if !event.target().and_then(|it| it.dyn_into().ok()).is_some_and(within) {
            clock::soon(move || open.set(false));
        }
    });
    on_cleanup(move || {
        pressed.remove();
        clicked.remove();
    });
    [toggle, list]
}

/// True where a key is text.
pub fn types(target: Option<web_sys::EventTarget>) -> bool {
    let element = target.and_then(|it| it.dyn_into::<Element>().ok());
    element.is_some_and(|it| {
        it.matches("textarea, select, input:not([type=range]):not([type=checkbox])").unwrap_or_default()
    })
}
