//! The plane: a module of its own, which the page fetches when its view is entered. It has its own state, link and worker.

mod data;
mod drawing;
mod errors;
mod floor;
mod hand;
mod handles;
mod kinds;
mod knobs;
mod learning;
mod opening;
mod pace;
mod parts;
mod pointer;
mod points;
mod saving;
mod settings;
mod share;
mod stage;
mod state;
mod time;
mod tour;
mod training;
mod undo;

use super::{
    dom::{El, el},
    notices,
    sample::keys,
    tour::guide,
};
use leptos::prelude::*;
use state::Plane;

/// Brings the plane to life.
pub fn start() {
    opening::start(view);
}

/// The whole view.
fn view(plane: Plane) -> Vec<El> {
    keys::listen(plane);
    plane.hear_undo();
    plane.keep_saved();
    plane.keepsakes.open();
    let stage = el("section", "stage")
        .attr("aria-label", "Figure")
        .child(notices::notices(plane.alerts))
        .child(stage::stage(plane));
    vec![
        guide(plane, Memo::new(move |_| plane.spec.with(|spec| spec.tour))),
        stage,
        time::time(plane),
        settings::settings(plane, el("section", "settings").attr("aria-label", "Settings")),
        training::training(plane, el("section", "aside").attr("aria-label", "Learned field")),
    ]
}
