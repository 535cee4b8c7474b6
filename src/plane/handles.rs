//! The centres of the parts, to be dragged or moved by keys.

use super::{pointer::place_of, state::Plane};
use crate::{
    dom::{El, el},
    text,
};
use data::shapes::Part;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent, WheelEvent};

/// One handle a part.
pub fn handles(plane: Plane) -> El {
    el("div", "handles")
        .attr("role", "group")
        .attr("aria-label", "Centres of the data; arrow keys move one, + and − widen and narrow it")
        .times(move || plane.spec.with(|spec| spec.active().len()), move |k| handle(plane, k))
}

fn handle(plane: Plane, k: usize) -> El {
    let part = Memo::new(move |_| plane.spec.with(|spec| spec.parts.get(k).copied()));
    let camera = Memo::new(move |_| plane.spec.with(|spec| spec.camera));
    // Shares of the panel, which is a square.
    let place = move |i: usize| {
        let centre = part.get().map_or([0.0; 2], |part| part.centre);
        format!("{:.3}%", camera.get().to_pixel([100.0, 100.0], centre)[i])
    };
    let name = move || {
        part.get().map(|Part { centre: [x, y], std, weight, .. }| {
            let [x, y] = [x, y].map(|it| text::decimal(it, 2));
            format!("Centre {} at {x}, {y}, width {}, weight {}", k + 1, text::brief(std, 3), text::brief(weight, 3))
        })
    };
    el("button", "handle")
        .attr("type", "button")
        .live_class("chosen", move || plane.chosen.get() == k)
        .live_attr("aria-label", name)
        .live_style("left", move || place(0))
        .live_style("top", move || place(1))
        .on("focus", move |_| plane.chosen.set(k))
        .on("pointerdown", move |event| {
            plane.chosen.set(k);
            let pointer: &PointerEvent = event.unchecked_ref();
            let target = event.target().map(|it| it.unchecked_into::<Element>());
            let _ = target.map(|it| it.set_pointer_capture(pointer.pointer_id()));
        })
        .on("pointermove", move |event| drag(plane, k, &event))
        .on("wheel", move |event| {
            // The wheel alone scrolls the page.
            let wheel: &WheelEvent = event.unchecked_ref();
            if !(wheel.ctrl_key() || wheel.meta_key()) {
                return;
            }
            event.prevent_default();
            let factor = if wheel.delta_y() < 0.0 { 1.1 } else { 1.0 / 1.1 };
            plane.edit_part(k, |part| part.std *= factor);
        })
        .on("keydown", move |event| press(plane, k, &event))
}

fn drag(plane: Plane, k: usize, event: &web_sys::Event) {
    let pointer: &PointerEvent = event.unchecked_ref();
    let target = event.target().map(|it| it.unchecked_into::<Element>());
    let Some(target) = target.filter(|it| it.has_pointer_capture(pointer.pointer_id())) else { return };
    // The canvas lies behind all handles and is as large as their panel.
    if let Some(panel) = target.parent_element() {
        let place = place_of(plane, &panel, pointer);
        plane.edit_part(k, |part| part.centre = place);
    }
}

fn press(plane: Plane, k: usize, event: &web_sys::Event) {
    let key: &KeyboardEvent = event.unchecked_ref();
    if key.ctrl_key() || key.meta_key() || key.alt_key() {
        return;
    }
    let step = if key.shift_key() { 0.02 } else { 0.1 };
    let shift =
        |by: [f64; 2]| plane.edit_part(k, |part| part.centre = [part.centre[0] + by[0], part.centre[1] + by[1]]);
    match key.key().as_str() {
        "ArrowLeft" => shift([-step, 0.0]),
        "ArrowRight" => shift([step, 0.0]),
        "ArrowUp" => shift([0.0, step]),
        "ArrowDown" => shift([0.0, -step]),
        "+" | "=" => plane.edit_part(k, |part| part.std *= 1.1),
        "-" | "−" => plane.edit_part(k, |part| part.std /= 1.1),
        "Delete" | "Backspace" => plane.remove_part(k),
        _ => return,
    }
    event.prevent_default();
}
