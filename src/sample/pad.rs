//! A picture to draw on, by pointer or by keys.

use crate::{
    dom::{El, svg},
    picture::{Palette, Pixels, picture},
};
use data::sets::{PIXELS, SIDE};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, PointerEvent};

/// How far from the middle of a thick pen ink is full, and where it ends, in pixels.
const PEN: [f64; 2] = [0.7, 1.5];

/// What has been drawn: pixels in [-1, 1], [784].
pub type Drawn = RwSignal<Option<Arc<Vec<f32>>>>;

/// Shows what is `given` until a person draws; then what is drawn, on black. The pen is one pixel, or a thick one.
pub fn pad(given: Memo<Option<Arc<Vec<f32>>>>, drawn: Drawn, thick: impl Fn() -> bool + Copy + 'static) -> El {
    // Where the pen is, and whether keys draw.
    let (pen, down) = (RwSignal::new([SIDE / 2, SIDE / 2]), RwSignal::new(false));
    let last = StoredValue::new(None::<[f64; 2]>);
    let draw = move |from: [f64; 2], to: [f64; 2]| {
        let before = drawn.get_untracked().map_or_else(|| vec![-1.0; PIXELS], |it| it.to_vec());
        drawn.set(Some(Arc::new(inked(before, [from, to], untrack(thick)))));
    };
    let pixels = move || {
        let of = drawn.get().or_else(|| given.get())?;
        Some(Pixels { of, range: 0..PIXELS, palette: Palette::Grey })
    };
    let place = |event: &Event| -> Option<[f64; 2]> {
        let (pointer, area) = (event.unchecked_ref::<PointerEvent>(), event.current_target()?);
        let area = area.dyn_into::<Element>().ok()?.get_bounding_client_rect();
        let x = (f64::from(pointer.client_x()) - area.left()) / area.width().max(1.0);
        let y = (f64::from(pointer.client_y()) - area.top()) / area.height().max(1.0);
        Some([x, y].map(|share| share * SIDE as f64 - 0.5))
    };
    let press = move |event: Event| {
        let pointer: &PointerEvent = event.unchecked_ref();
        let Some(at) = place(&event).filter(|_| pointer.button() == 0) else { return };
        if let Some(canvas) = event.current_target().and_then(|it| it.dyn_into::<Element>().ok()) {
            let _ = canvas.set_pointer_capture(pointer.pointer_id());
        }
        last.set_value(Some(at));
        draw(at, at);
    };
    let drag = move |event: Event| {
        let held = event.unchecked_ref::<PointerEvent>().buttons() & 1 == 1;
        let Some((from, at)) = last.get_value().zip(place(&event)).filter(|_| held) else { return };
        last.set_value(Some(at));
        draw(from, at);
    };
    let keys = move |event: Event| {
        let (key, from, most): (&KeyboardEvent, _, _) = (event.unchecked_ref(), pen.get_untracked(), SIDE - 1);
        if key.ctrl_key() || key.meta_key() || key.alt_key() {
            return;
        }
        let to = match key.key().as_str() {
            "ArrowLeft" => [from[0].saturating_sub(1), from[1]],
            "ArrowRight" => [(from[0] + 1).min(most), from[1]],
            "ArrowUp" => [from[0], from[1].saturating_sub(1)],
            "ArrowDown" => [from[0], (from[1] + 1).min(most)],
            "Home" => [0, from[1]],
            "End" => [most, from[1]],
            " " => {
                if !key.repeat() {
                    down.update(|down| *down = !*down);
                }
                from
            }
            "Delete" | "Backspace" => {
                down.set(false);
                drawn.set(None);
                return event.prevent_default();
            }
            _ => return,
        };
        event.prevent_default();
        pen.set(to);
        if down.get_untracked() {
            draw(from.map(|at| at as f64), to.map(|at| at as f64));
        }
    };
    let name = move || {
        let [x, y] = pen.get();
        let what = if drawn.with(Option::is_some) { "what you have drawn" } else { "what it is made of" };
        let pen = if down.get() { "down" } else { "up" };
        format!(
            "Drawing pad, {what}; the pen is {pen}, in column {} and row {}. Arrow keys move it, Space sets it down, Delete clears",
            x + 1,
            y + 1
        )
    };
    let cursor = svg("rect")
        .attr("class", "pen")
        .attr("width", "1")
        .attr("height", "1")
        .live_attr("x", move || pen.get()[0].to_string())
        .live_attr("y", move || pen.get()[1].to_string());
    let over = svg("svg").attr("class", "dots").attr("viewBox", "0 0 28 28").attr("aria-hidden", "true").child(cursor);
    let canvas = picture(name, pixels)
        .attr("class", "picture pad")
        .attr("role", "application")
        .attr("tabindex", "0")
        .on("pointerdown", press)
        .on("pointermove", drag)
        .on("pointerup", move |_| last.set_value(None))
        .on("pointercancel", move |_| last.set_value(None))
        .on("keydown", keys)
        .on("blur", move |_| down.set(false));
    crate::dom::el("div", "over").child(canvas).child(over)
}

/// A picture with a line from one place to another on it, in pixels from the middle of the first.
fn inked(mut x: Vec<f32>, [from, to]: [[f64; 2]; 2], thick: bool) -> Vec<f32> {
    let length = (to[0] - from[0]).hypot(to[1] - from[1]);
    let stops = (2.0 * length).ceil().max(1.0) as usize;
    for stop in 0..=stops {
        let share = stop as f64 / stops as f64;
        let at = [0, 1].map(|i| from[i] + share * (to[i] - from[i]));
        for (i, pixel) in x.iter_mut().enumerate() {
            let [dx, dy] = [(i % SIDE) as f64 - at[0], (i / SIDE) as f64 - at[1]];
            let ink = match thick {
                true => ((PEN[1] - dx.hypot(dy)) / (PEN[1] - PEN[0])).clamp(0.0, 1.0),
                false => f64::from(dx.abs().max(dy.abs()) <= 0.5),
            };
            *pixel = pixel.max((2.0 * ink - 1.0) as f32);
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_drawn_without_gaps_and_stays_within() {
        let thin = inked(vec![-1.0; PIXELS], [[2.0, 3.0], [9.0, 3.0]], false);
        let row: Vec<usize> = (0..PIXELS).filter(|i| thin[*i] > 0.0).collect();
        assert_eq!(row, (2..=9).map(|column| 3 * SIDE + column).collect::<Vec<_>>());
        let thick = inked(thin, [[-5.0, 40.0], [14.0, 14.0]], true);
        assert!(thick.iter().all(|x| (-1.0..=1.0).contains(x)) && thick[14 * SIDE + 14] == 1.0);
        assert!(thick[3 * SIDE + 5] == 1.0, "ink stays");
    }
}
