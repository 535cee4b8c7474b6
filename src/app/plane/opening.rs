//! How the plane comes to life, moves into the room that the page makes for it, and keeps the address.

use super::{learning, state::Plane};
use crate::{
    app::{
        clock,
        dom::{El, el},
        door::{state, stopped},
    },
    lab::link::{Link, View},
    plane::spec::Spec,
    web::{door, history},
};
use leptos::{ev, mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Safari refuses more than 100 changes of the address in 30 seconds.
const PAUSE_MS: u64 = 350;

/// Makes the view once, puts it into the room whenever there is one, and follows the address.
pub fn start(view: fn(Plane) -> Vec<El>) {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        state("failed");
        door::die();
        if let Some(room) = door::room() {
            room.replace_children_with_node_1(stopped().dom());
        }
    }));
    let (spec, complaints) = Spec::parse(&words());
    let root: HtmlElement = el("div", "whole").dom().clone().unchecked_into();
    let place = root.clone();
    mount_to(root.clone(), move || {
        let plane = Plane::new(spec);
        plane.alerts.complain(&complaints);
        let inside: js_sys::Array = view(plane).iter().map(El::dom).collect();
        place.replace_children_with_node(&inside);
        plane.follow();
        keep_address(plane);
        keep_condition(plane);
        let enter = move || {
            if let Some(room) = door::room() {
                if !room.contains(Some(&place)) {
                    room.replace_children_with_node_1(&place);
                    let _ = room.remove_attribute("aria-busy");
                }
                take_address(plane);
                say_condition(plane);
                plane.redraw();
            }
        };
        plane.begin();
        learning::resume(plane);
        enter();
        door::hear(enter);
    })
    .forget();
}

/// The words of the plane in the address.
fn words() -> String {
    Link::parse(&history::query()).0.plane
}

/// Takes what the address says, unless the plane wrote it.
fn take_address(plane: Plane) {
    let words = words();
    if Link::parse(&history::query()).0.view != View::Plane || plane.written.with_value(|written| *written == words) {
        return plane.tell();
    }
    let (spec, complaints) = Spec::parse(&words);
    plane.alerts.complain(&complaints);
    plane.written.set_value(words);
    plane.open(spec);
}

impl Plane {
    /// Shows what a link describes.
    pub fn open(self, spec: Spec) {
        let learned = |spec: &Spec| (spec.recipe(), spec.learning.trained, spec.learning.rounds);
        let same = self.spec.with_untracked(|before| learned(before) == learned(&spec));
        self.put(spec);
        self.begin();
        if !same {
            learning::resume(self);
        }
    }

    /// Goes to another spec as a link does, so that Back returns.
    pub fn go(self, spec: Spec) {
        self.tell();
        let words = spec.to_query();
        let link = Link::parse(&history::query()).0;
        history::push(&Link { view: View::Plane, plane: words.clone(), ..link }.to_query());
        self.written.set_value(words);
        self.open(spec);
    }

    /// Writes the address now, if the plane is in sight.
    fn tell(self) {
        let words = self.spec.with_untracked(Spec::to_query);
        door::tell(&words);
        if door::room().is_some() && self.written.with_value(|written| *written != words) {
            let link = Link::parse(&history::query()).0;
            history::replace(&Link { view: View::Plane, plane: words.clone(), ..link }.to_query());
            self.written.set_value(words);
        }
    }
}

fn keep_address(plane: Plane) {
    clock::follow(move || {
        plane.spec.track();
        plane.writing.run(PAUSE_MS, move || plane.tell());
    });
    let back = window_event_listener(ev::popstate, move |_| {
        if door::room().is_some() {
            take_address(plane);
        }
    });
    on_cleanup(move || back.remove());
}

/// Says what the plane is doing, while it is in sight.
fn keep_condition(plane: Plane) {
    clock::follow(move || say_condition(plane));
}

fn say_condition(plane: Plane) {
    let busy = plane.working.get() || plane.playing.get() || plane.is_busy();
    if door::room().is_some() {
        state(if busy { "busy" } else { "ready" });
    }
}
