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
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement, KeyboardEvent, PointerEvent, WheelEvent};

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
        .child(el("span", "ramp").attr("style", &format!("background: {}", colours(legend))))
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
    let (down, moved, up) = (at.clone(), at.clone(), at);
    let (wide, zoomed) = (canvas.dom().clone(), canvas.dom().clone());
    let (held, dragged) = (Rc::new(Cell::new(None::<[f64; 2]>)), Rc::new(Cell::new(false)));
    let (held_up, dragged_up) = (held.clone(), dragged.clone());
    let (held_down, dragged_down) = (held.clone(), dragged.clone());
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
                held_down.set(Some(pixel(&event)));
                dragged_down.set(false);
            }
        })
        .on("pointermove", move |event| {
            let pointer: &PointerEvent = event.unchecked_ref();
            let pressed = pointer.buttons() == 1;
            if pressed && plane.is_painting() {
                return plane.paint(moved(&event));
            }
            // A finger scrolls the page; a mouse moves the plane, once it is clear that it is no click.
            let now = pixel(&event);
            if let Some(before) = held.get().filter(|_| pressed && pointer.pointer_type() == "mouse") {
                let by = [now[0] - before[0], now[1] - before[1]];
                if dragged.get() || by[0].hypot(by[1]) > 4.0 {
                    dragged.set(true);
                    held.set(Some(now));
                    let size = size(&wide);
                    plane.edit(|spec| spec.camera = spec.camera.panned(size, by));
                }
                return;
            }
            plane.hover.set(Some(moved(&event)));
        })
        .on("pointerup", move |event| {
            let clicked = held_up.take().is_some() && !dragged_up.take();
            if clicked {
                plane.pin(up(&event));
            }
        })
        .on("wheel", move |event| {
            let wheel: &WheelEvent = event.unchecked_ref();
            // The wheel alone scrolls the page.
            if wheel.ctrl_key() || wheel.meta_key() {
                event.prevent_default();
                let factor = if wheel.delta_y() < 0.0 { 1.15 } else { 1.0 / 1.15 };
                let (pixel, size) = (pixel_in(&zoomed, &event), size(&zoomed));
                plane.edit(|spec| spec.camera = spec.camera.zoomed(size, pixel, factor));
            }
        })
        .on("pointerleave", move |_| plane.hover.set(None))
        .on("keydown", move |event| press(plane, &event))
}

/// Where a pointer is on the screen.
fn pixel(event: &web_sys::Event) -> [f64; 2] {
    let pointer: &PointerEvent = event.unchecked_ref();
    [pointer.client_x(), pointer.client_y()].map(f64::from)
}

/// Where a pointer is in an element.
fn pixel_in(element: &Element, event: &web_sys::Event) -> [f64; 2] {
    let (rect, [x, y]) = (element.get_bounding_client_rect(), pixel(event));
    [x - rect.left(), y - rect.top()]
}

/// Width and height on the screen.
fn size(element: &Element) -> [f64; 2] {
    let rect = element.get_bounding_client_rect();
    [rect.width().max(1.0), rect.height().max(1.0)]
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
