//! How much of the page there is around what is shown: all of it, the stage for an audience, or the stage in a frame of
//! another page.

use super::{
    clock::follow,
    dom::{El, el},
    help, icon,
    store::Store,
};
use leptos::{ev, prelude::*};
use protocol::link::{Link, Mode};
use web::history;

/// Says the mode to the style sheets, and hears the keys that change it.
pub fn keep(store: Store) {
    let mode = Memo::new(move |_| store.link.with(|link| link.mode));
    follow(move || {
        let Some(root) = document().document_element() else { return };
        let _ = match mode.get().key() {
            Some(key) => root.set_attribute("data-mode", key),
            None => root.remove_attribute("data-mode"),
        };
    });
    let keys = window_event_listener(ev::keydown, move |event| {
        // A key closes one thing at a time.
        let plain = !(event.default_prevented()
            || event.ctrl_key()
            || event.meta_key()
            || event.alt_key()
            || help::types(event.target()));
        match (event.key().as_str(), mode.get_untracked()) {
            ("p" | "P", Mode::Page) if plain => present(store),
            ("p" | "P" | "Escape", Mode::Present) if plain => leave(store),
            _ => (),
        }
    });
    // Leaving full screen, by whatever way, leaves the mode.
    let screen = window_event_listener_untyped("fullscreenchange", move |_| {
        if document().fullscreen_element().is_none() && mode.get_untracked() == Mode::Present {
            leave(store);
        }
    });
    on_cleanup(move || {
        keys.remove();
        screen.remove();
    });
}

/// Begins to present; in full screen, where the browser allows it.
pub fn present(store: Store) {
    set(store, Mode::Present);
    let _ = document().document_element().map(|root| root.request_fullscreen());
}

/// Back to the whole page.
pub fn leave(store: Store) {
    set(store, Mode::Page);
    if document().fullscreen_element().is_some() {
        document().exit_fullscreen();
    }
}

/// The plane keeps the address by itself, from what is there.
fn set(store: Store, mode: Mode) {
    store.link.update(|link| link.mode = mode);
    let link = Link { mode, ..Link::parse(&history::query()).0 };
    history::replace(&link.to_query());
}

/// The button of the header.
pub fn press(store: Store) -> El {
    icon::press(icon::PRESENT, "Present", "Present (P)", move || present(store))
}

/// The way out, where the header is away: back to the page, or home from the frame of another page.
pub fn out() -> El {
    let home = || Link { mode: Mode::Page, ..Link::parse(&history::query()).0 }.to_query();
    let link = el("a", "home").attr("target", "_blank").attr("rel", "noopener").attr("href", ".").text("flowstep");
    // The address changes all the time; it is asked when the link is about to be followed.
    let own = link.dom().clone();
    ["pointerdown", "focus", "click"].into_iter().fold(link, move |link, event| {
        let own = own.clone();
        link.on(event, move |_| drop(own.set_attribute("href", &home())))
    })
}
