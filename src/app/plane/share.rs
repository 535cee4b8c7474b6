//! What goes out: the link, and the figure as PNG and SVG.

use super::state::Plane;
use crate::{
    app::{
        dom::{El, button, el},
        download,
        sample::settings::copy_link,
    },
    lab::link::{Link, View},
    plane::{
        camera::Camera,
        panel::Kind,
        spec::Spec,
        svg::{self, Sheet},
    },
};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Blob;

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
    el("div", "out")
        .child(
            el("div", "verbs")
                .attr("role", "group")
                .attr("aria-label", "Pictures of the figure")
                .child(button("button small", move || png(plane)).text("Save PNG"))
                .child(button("button small", move || svg(plane)).text("Save SVG")),
        )
        .child(copy_link(words))
        .child(el("p", "note promise").text("The same link draws the same figure; what is learned is trained again."))
}

fn svg(plane: Plane) {
    let panels = plane.panels(&plane.detail(CELLS));
    let camera = plane.spec.with_untracked(|spec| spec.camera);
    for (k, panel) in panels.iter().enumerate() {
        let camera = if panel.head.kind == Kind::Line { Camera::default() } else { camera };
        let theme = plane.detail(CELLS).theme;
        let text = svg::document(
            &panel.marks,
            &Sheet {
                camera,
                size: [SIDE, SIDE],
                paper: theme.paper,
                title: &panel.head.title,
                description: &panel.head.words,
            },
        );
        if download::save(&format!("flowstep-plane-{}.svg", k + 1), text.as_bytes()).is_none() {
            plane.alerts.say("The browser would not save the file.");
        }
    }
}

/// Each canvas as it is.
fn png(plane: Plane) {
    let canvases: Vec<_> = plane.canvases.with_value(|all| all.values().cloned().collect());
    for (k, canvas) in canvases.into_iter().enumerate() {
        let saved = Closure::once_into_js(move |blob: Option<Blob>| {
            spawn_local(async move {
                let bytes = match blob {
                    Some(blob) => JsFuture::from(blob.array_buffer()).await.ok(),
                    None => None,
                };
                let saved = bytes.and_then(|bytes| {
                    let bytes = js_sys::Uint8Array::new(&bytes).to_vec();
                    download::save(&format!("flowstep-plane-{}.png", k + 1), &bytes)
                });
                if saved.is_none() {
                    plane.alerts.say("The browser would not save the picture.");
                }
            });
        });
        let _ = canvas.to_blob(saved.unchecked_ref());
    }
}
