//! What goes out: the link, and the figure as PNG and SVG.

use super::state::Plane;
use crate::{
    dom::{El, button, el},
    download,
    share::{copy_link, pictures},
};
use leptos::prelude::*;
use plane::{spec::Spec, svg};
use protocol::link::{Link, View};
use web::painter;

/// Side of a panel in a saved SVG, in pixels.
const SIDE: f64 = 640.0;
/// Cells of a map in it, to a side.
const CELLS: usize = 160;

/// The buttons.
pub fn share(plane: Plane) -> El {
    let words = move || {
        let plane = plane.spec.with_untracked(Spec::to_query);
        Link { view: View::Plane, plane, ..Link::default() }.to_query()
    };
    let draw = move |scale: u32| {
        let (camera, detail) = (plane.spec.with_untracked(Spec::eye), plane.detail(CELLS));
        painter::picture(&plane.panels(&detail), camera, detail.theme, SIDE, f64::from(scale))
    };
    el("div", "out")
        .child(copy_link(words))
        .child(pictures(plane.alerts, "flowstep-plane", draw))
        .child(el("div", "verbs").child(button("button small", move || svg(plane)).text("Save SVG")))
        .child(el("p", "note promise").text("The same link draws the same figure; what is learned is trained again."))
}

/// All panels in one file, since a browser may take only one for a click.
fn svg(plane: Plane) {
    let (camera, detail) = (plane.spec.with_untracked(Spec::eye), plane.detail(CELLS));
    let text = svg::figure(&plane.panels(&detail), camera, detail.theme, SIDE);
    if download::save("flowstep-plane.svg", text.as_bytes()).is_none() {
        plane.alerts.say("The browser would not save the file.");
    }
}
