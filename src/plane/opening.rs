//! How the plane comes to life, moves into the room that the page makes for it, and keeps the address.

use super::{learning, state::Plane};
use crate::{
    clock,
    dom::{El, el},
    plane_room::{state, stopped},
    store::{Frames, complaint},
};
use leptos::{ev, mount::mount_to, prelude::*};
use plane::spec::{Learning, Spec};
use protocol::link::{Link, View};
use wasm_bindgen::JsCast;
use web::{history, plane_module};
use web_sys::HtmlElement;

/// Safari refuses more than 100 changes of the address in 30 seconds.
const PAUSE_MS: u64 = 350;

/// Makes the view once, puts it into the room whenever there is one, and follows the address.
pub fn start(view: fn(Plane) -> Vec<El>) {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        state("failed");
        plane_module::die();
        if let Some(room) = plane_module::room() {
            room.replace_children_with_node_1(stopped().dom());
        }
    }));
    let (spec, words, said) = addressed();
    let root: HtmlElement = el("div", "whole").dom().clone().unchecked_into();
    let place = root.clone();
    mount_to(root.clone(), move || {
        let plane = Plane::new(spec);
        plane.written.set_value(words);
        plane.hold(said);
        let inside: js_sys::Array = view(plane).iter().map(El::dom).collect();
        place.replace_children_with_node(&inside);
        plane.follow();
        keep_address(plane);
        keep_condition(plane);
        let enter = move || {
            let Some(room) = plane_module::room() else { return plane.leave() };
            if !room.contains(Some(&place)) {
                room.replace_children_with_node_1(&place);
                let _ = room.remove_attribute("aria-busy");
            }
            plane.come_back();
            take_address(plane);
            say_condition(plane);
            plane.redraw();
        };
        plane.begin();
        learning::resume(plane);
        enter();
        plane_module::hear(enter);
    })
    .forget();
}

/// What the address says, made to go together, with its words, and one piece of text on what was lost or changed.
fn addressed() -> (Spec, String, Option<String>) {
    let (link, mut complaints) = Link::parse(&history::query());
    let (mut spec, more) = Spec::parse(&link.plane);
    complaints.extend(more);
    let said = complaint(&complaints, &spec.fit());
    (spec, link.plane, said)
}

/// Takes what the address says, unless the plane wrote it.
fn take_address(plane: Plane) {
    let link = Link::parse(&history::query()).0;
    if link.view != View::Plane || plane.written.with_value(|written| *written == link.plane) {
        return plane.tell();
    }
    let (spec, words, said) = addressed();
    plane.written.set_value(words);
    plane.open(spec);
    plane.hold(said);
}

impl Plane {
    /// Shows what a link describes.
    pub fn open(self, spec: Spec) {
        let learned = |spec: &Spec| (spec.taught(), spec.learning, spec.kinds.clone());
        let same = self.spec.with_untracked(|before| learned(before) == learned(&spec));
        self.place(spec);
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

    /// Says what a link lost; until something is changed or that is dismissed, the address stays as it is.
    fn hold(self, said: Option<String>) {
        self.held.say(self.alerts, said, self.spec.with_untracked(still));
    }

    /// Writes the address now, if the plane is in sight.
    pub(super) fn tell(self) {
        let words = self.spec.with_untracked(Spec::to_query);
        plane_module::tell(&words);
        if self.held.holds(self.alerts, &self.spec.with_untracked(still)) {
            return;
        }
        if plane_module::room().is_some() && self.written.with_value(|written| *written != words) {
            let link = Link::parse(&history::query()).0;
            history::replace(&Link { view: View::Plane, plane: words.clone(), ..link }.to_query());
            self.written.set_value(words);
        }
    }
}

/// What changes by a hand alone: a frame and what is learned change by themselves.
fn still(spec: &Spec) -> Spec {
    Spec { frame: None, learning: Learning::default(), kinds: vec![], ..spec.clone() }
}

fn keep_address(plane: Plane) {
    clock::follow(move || {
        plane.spec.track();
        // A dismissed sentence lets the address go.
        plane.alerts.keys();
        plane.writing.run(PAUSE_MS, move || plane.tell());
    });
    let back = window_event_listener(ev::popstate, move |_| {
        if plane_module::room().is_some() {
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
    let busy = plane.working.get() || plane.is_playing() || plane.is_busy();
    if plane_module::room().is_some() {
        state(if busy { "busy" } else { "ready" });
    }
}
