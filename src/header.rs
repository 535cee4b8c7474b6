//! The head of the page: its name, its views, its device, its theme.

use super::{
    dom::{El, button, el},
    icon, mode,
    store::Store,
    theme,
};
use leptos::prelude::*;
use protocol::link::{Link, View};
use wasm_bindgen::JsCast;
use web::plane_module;
use web_sys::MouseEvent;

/// The bar across the top.
pub fn header(store: Store, keys: El) -> El {
    let plain = |event: &web_sys::Event| {
        let mouse: &MouseEvent = event.unchecked_ref();
        // A click with a modifier opens a tab of its own, as any link does.
        let plain =
            mouse.button() == 0 && !(mouse.ctrl_key() || mouse.meta_key() || mouse.shift_key() || mouse.alt_key());
        plain.then(|| event.prevent_default()).is_some()
    };
    let touring = RwSignal::new(false);
    plane_module::hear_told(move || touring.set(plane_module::is_touring()));
    let at = Memo::new(move |_| match store.view.get() {
        View::Plane => touring.get(),
        _ => store.link.with(|link| link.tour.is_some()),
    });
    let on_tour = move || at.get().then_some("page");
    let tour = el("a", "").attr("href", &Link::stop(1).to_query()).live_attr("aria-current", on_tour).text("Tour").on(
        "click",
        move |event| {
            if plain(&event) {
                store.tour(1);
            }
        },
    );
    let link = move |view: View| {
        let href = move || store.link.with(|link| Link { view, tour: None, ..link.clone() }.to_query());
        let go = move |event: web_sys::Event| {
            if plain(&event) {
                store.go(view);
            }
        };
        el("a", "")
            .live_attr("href", href)
            .live_attr("aria-current", move || {
                // A stop of the tour is the tour's.
                let here = store.view.get() == view && !at.get();
                here.then_some("page")
            })
            .on("click", go)
            .text(view.name())
    };
    el("header", "bar")
        .child(el("h1", "").text("flowstep"))
        .child(el("nav", "").attr("aria-label", "Views").children(View::ALL.map(link)).child(tour))
        .child(
            el("p", "device")
                .attr("role", "status")
                .live_attr("title", move || promise(store))
                .live_text(move || device(store)),
        )
        .live(move || store.can_return().then(|| back(store)))
        .child(el("div", "tools").child(keys).child(mode::press(store)).child(icon::press(
            icon::CONTRAST,
            "Switch theme",
            "Light or dark",
            theme::switch,
        )))
}

/// The way back to a GPU that was lost.
fn back(store: Store) -> El {
    button("button small", move || store.return_to_gpu())
        .attr("title", "Start WebGPU again; a training goes on there from where it is")
        .text("Back to the GPU")
}

fn device(store: Store) -> String {
    match store.device.get() {
        Some(device) => device.name,
        None if store.failed.get() => "no device".into(),
        None if store.view.get() == View::Plane => "CPU".into(),
        None => "starting".into(),
    }
}

/// Which of the two promises about a link holds here.
pub fn promise(store: Store) -> String {
    let promise = match store.device.with(|device| device.as_ref().map(|device| device.gpu)) {
        Some(true) => "WebGPU: the same link gives the same picture, up to rounding that differs between devices.",
        Some(false) => "CPU: the same link gives the same bytes in every browser.",
        None => "The worker that computes is starting.",
    };
    match store.passed.get() {
        Some(passed) => format!("{promise} {passed}"),
        None => promise.into(),
    }
}
