//! The panels, each a canvas with what can be taken hold of on it.

use super::{hand::Hand, handles::handles, state::Plane};
use crate::{
    clock,
    dom::{El, el},
    text,
};
use data::shapes::Shape;
use leptos::{ev, prelude::*};
use plane::{
    colour::{css, gradient},
    panel::{Legend, PanelHead, PanelKind, Sign},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlCanvasElement;

/// All panels side by side.
pub fn stage(plane: Plane) -> El {
    let resized = window_event_listener(ev::resize, move |_| plane.redraw());
    on_cleanup(move || resized.remove());
    let keys =
        "Arrow keys move the cross, Enter paints a point where points can be painted, Escape takes the cross away.";
    el("div", "panels")
        .child(el("p", "unseen").attr("id", "plane-keys").text(keys))
        .live_class("painting", move || plane.brush.get() && plane.strokes.get() && plane.data.get() == Shape::Points)
        .live_attr("data-count", move || plane.heads.with(Vec::len).to_string())
        .times(move || plane.heads.with(Vec::len), move |k| panel(plane, k as u32))
}

fn panel(plane: Plane, k: u32) -> El {
    let head = Memo::new(move |_| plane.heads.with(|heads| heads.get(k as usize).cloned()));
    let of = move |read: fn(&PanelHead) -> String| move || head.with(|head| head.as_ref().map(read));
    let canvas = el("canvas", "")
        .attr("tabindex", "0")
        .attr("role", "img")
        .attr("aria-roledescription", "figure of the plane")
        .attr("aria-describedby", "plane-keys")
        .live_attr("aria-label", of(PanelHead::label));
    let canvas = Hand::new(plane).hold(canvas);
    let drawn: HtmlCanvasElement = canvas.dom().clone().unchecked_into();
    plane.canvases.update_value(|all| drop(all.insert(k, drawn)));
    on_cleanup(move || plane.canvases.update_value(|all| drop(all.remove(&k))));
    clock::soon(move || plane.redraw());
    let holds = Memo::new(move |_| {
        k == 0
            && plane.has_handles()
            && head.with(|head| head.as_ref().is_some_and(|head| head.kind == PanelKind::Plane))
    });
    let frame = el("div", "frame").child(canvas).live(move || holds.get().then(|| handles(plane)));
    let legends =
        move || head.with(|head| head.iter().flat_map(|it| it.legends.iter().map(legend)).collect::<Vec<_>>());
    let caption = el("figcaption", "")
        .child(el("h2", "").live_text(of(|head| head.title.clone())))
        .child(el("p", "quiet figure").live_text(of(|head| head.words.clone())));
    el("figure", "panel")
        .live_class("wide", move || head.with(|head| head.as_ref().is_some_and(|head| head.kind == PanelKind::Line)))
        .child(caption)
        .child(frame)
        .child(el("div", "below").live(legends))
}

/// What a colour, an arrow or a map stands for.
fn legend(legend: &Legend) -> El {
    let line = el("p", "legend figure");
    let swatch = |class: &str, colour| el("span", class).style("color", &css(colour));
    let name = el("span", "").text(&legend.name);
    match &legend.sign {
        Sign::Ramp { low, high, colours } => {
            let end = |value: f64| el("span", "").text(&text::brief(value, 3));
            let ramp = el("span", "ramp").style("background", &gradient(colours));
            line.child(name).child(end(*low)).child(ramp).child(end(*high))
        }
        Sign::Dot(colour) => line.child(swatch("sign dot", *colour).text("●")).child(name),
        Sign::Line(colour) => line.child(swatch("sign line", *colour).text("—")).child(name),
        Sign::Arrow(colour) => line.child(swatch("sign arrow", *colour).text("→")).child(name),
    }
}
