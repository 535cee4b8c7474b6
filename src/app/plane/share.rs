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
        spec::Spec,
        svg::{self, Sheet},
    },
    web::painter,
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
    let (camera, theme) = (plane.spec.with_untracked(Spec::eye), plane.detail(CELLS).theme);
    for (k, panel) in panels.iter().enumerate() {
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

/// All panels side by side, as they are on the screen.
fn png(plane: Plane) {
    let canvases: Vec<_> = plane.canvases.with_value(|all| all.values().cloned().collect());
    let titles: Vec<String> = plane.heads.with_untracked(|heads| heads.iter().map(|head| head.title.clone()).collect());
    let theme = plane.detail(CELLS).theme;
    let failed = move || plane.alerts.say("The browser would not save the picture.");
    let Some(sheet) = painter::sheet(&canvases, &titles, theme.paper, theme.ink) else { return failed() };
    let saved = Closure::once_into_js(move |blob: Option<Blob>| {
        spawn_local(async move {
            let bytes = match blob {
                Some(blob) => JsFuture::from(blob.array_buffer()).await.ok(),
                None => None,
            };
            let bytes = bytes.map(|bytes| js_sys::Uint8Array::new(&bytes).to_vec());
            if bytes.and_then(|bytes| download::save("flowstep-plane.png", &bytes)).is_none() {
                failed();
            }
        });
    });
    let _ = sheet.to_blob(saved.unchecked_ref());
}
