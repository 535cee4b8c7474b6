//! The panels, each a canvas with what can be taken hold of on it.

use super::{handles::handles, pointer::place_of, state::Plane};
use crate::{
    app::{
        clock,
        dom::{El, el},
        text,
    },
    data::shapes::Shape,
    plane::{
        colour::{gradient, sheer, sheer_diverging},
        panel::{Head, Kind, Legend},
    },
};
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement, KeyboardEvent, PointerEvent};

/// All panels side by side.
pub fn stage(plane: Plane) -> El {
    let resized = window_event_listener(ev::resize, move |_| plane.redraw());
    on_cleanup(move || resized.remove());
    el("div", "panels")
        .live_class("painting", move || plane.brush.get() && plane.data.get() == Shape::Points)
        .live_attr("data-count", move || plane.heads.with(Vec::len).to_string())
        .times(move || plane.heads.with(Vec::len), move |k| panel(plane, k as u32))
}

fn panel(plane: Plane, k: u32) -> El {
    let head = Memo::new(move |_| plane.heads.with(|heads| heads.get(k as usize).cloned()));
    let of = move |read: fn(&Head) -> String| move || head.with(|head| head.as_ref().map(read));
    let canvas = el("canvas", "")
        .attr("tabindex", "0")
        .attr("role", "img")
        .attr("aria-roledescription", "figure of the plane")
        .live_attr("aria-label", of(|head| format!("{}. {}", head.title, head.words)));
    let canvas = listen(plane, canvas);
    let drawn: HtmlCanvasElement = canvas.dom().clone().unchecked_into();
    plane.canvases.update_value(|all| drop(all.insert(k, drawn)));
    on_cleanup(move || plane.canvases.update_value(|all| drop(all.remove(&k))));
    clock::soon(move || plane.redraw());
    let holds = Memo::new(move |_| {
        k == 0 && plane.has_handles() && head.with(|head| head.as_ref().is_some_and(|head| head.kind == Kind::Plane))
    });
    let frame = el("div", "frame").child(canvas).live(move || holds.get().then(|| handles(plane)));
    let legend = move || head.with(|head| head.as_ref().and_then(|head| head.legend.clone())).map(|it| legend(&it));
    let caption = el("figcaption", "")
        .child(el("h2", "").live_text(of(|head| head.title.clone())))
        .child(el("p", "quiet figure").live_text(of(|head| head.words.clone())));
    el("figure", "panel")
        .live_class("wide", move || head.with(|head| head.as_ref().is_some_and(|head| head.kind == Kind::Line)))
        .child(caption)
        .child(frame)
        .child(el("div", "below").live(legend))
}

/// What the colours mean.
fn legend(legend: &Legend) -> El {
    let end = |value: f64| el("span", "").text(&text::brief(value, 3));
    el("p", "legend figure")
        .child(el("span", "").text(&legend.name))
        .child(end(legend.low))
        .child(el("span", "bar").attr("style", &format!("background: {}", colours(legend))))
        .child(end(legend.high))
}

fn colours(legend: &Legend) -> String {
    match legend.scale {
        Some(scale) => gradient(0.0, 1.0, |share| sheer(scale.place(share))),
        None => gradient(-1.0, 1.0, sheer_diverging),
    }
}

/// Looking, pinning and painting, by pointer and by keys.
fn listen(plane: Plane, canvas: El) -> El {
    let element = canvas.dom().clone();
    let at = move |event: &web_sys::Event| place_of(plane, &element, event.unchecked_ref());
    let (down, moved) = (at.clone(), at);
    canvas
        .on("pointerdown", move |event| {
            let place = down(&event);
            if plane.is_painting() {
                event.prevent_default();
                let pointer: &PointerEvent = event.unchecked_ref();
                let target = event.target().map(|it| it.unchecked_into::<Element>());
                let _ = target.map(|it| it.set_pointer_capture(pointer.pointer_id()));
                plane.paint(place);
            } else {
                plane.pin(place);
            }
        })
        .on("pointermove", move |event| {
            let place = moved(&event);
            let pressed = event.unchecked_ref::<PointerEvent>().buttons() == 1;
            if pressed && plane.is_painting() { plane.paint(place) } else { plane.hover.set(Some(place)) }
        })
        .on("pointerleave", move |_| plane.hover.set(None))
        .on("keydown", move |event| press(plane, &event))
}

/// The arrows move the place that is looked into; Enter paints there, Escape lets go of it.
fn press(plane: Plane, event: &web_sys::Event) {
    let key: &KeyboardEvent = event.unchecked_ref();
    if key.ctrl_key() || key.meta_key() || key.alt_key() {
        return;
    }
    let step = if key.shift_key() { 0.02 } else { 0.1 };
    let by = match key.key().as_str() {
        "ArrowLeft" => [-step, 0.0],
        "ArrowRight" => [step, 0.0],
        "ArrowUp" => [0.0, step],
        "ArrowDown" => [0.0, -step],
        "Enter" if plane.spec.with_untracked(|spec| spec.data == Shape::Points) => {
            let place = plane.spec.with_untracked(|spec| spec.probe.unwrap_or_default());
            event.prevent_default();
            return plane.paint(place);
        }
        "Escape" => return plane.edit(|spec| spec.probe = None),
        _ => return,
    };
    event.prevent_default();
    let [x, y] = plane.spec.with_untracked(|spec| spec.probe.unwrap_or_default());
    plane.pin([x + by[0], y + by[1]]);
}
