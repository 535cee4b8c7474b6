//! The codes z of a model that draws in one pass: all of the plane where z has two numbers, a way between two pictures
//! elsewhere.

use super::line::line;
use crate::{
    dom::{El, el, follow, svg},
    picture::{Palette, Pixels, picture},
    store::{Ask, Store},
    text,
};
use data::sets::{CLASSES, PIXELS};
use flow::rng::{Purpose, Stream};
use leptos::prelude::*;
use protocol::catalogue::ModelId;
use std::{f64::consts::FRAC_PI_2, rc::Rc, sync::Arc};
use wasm_bindgen::JsCast;
use web::canvas;
use web_sys::{Event, HtmlCanvasElement, PointerEvent};

/// Pictures along each side of the map.
const SIDE: usize = 14;
/// The map goes from -REACH to REACH in both numbers of z.
const REACH: f64 = 2.8;

/// Two panels; none before it is known how many numbers z has.
pub fn panels(store: Store) -> Vec<El> {
    let model = Memo::new(move |_| store.sample.with(|sample| sample.model));
    let codes = Memo::new(move |_| store.codes_of(model.get()));
    let figures = move || match codes.get() {
        Some((2, labels)) => plane(store, labels),
        Some((latent, labels)) => between(store, latent, labels),
        None => vec![],
    };
    vec![el("div", "codes").live(figures)]
}

/// z of picture `k`, as the worker draws it.
fn z(seed: u64, k: usize, latent: usize) -> Vec<f32> {
    Stream::new(seed, Purpose::Sample, k as u64).normals(latent)
}

/// The class of picture `k` as ten shares, all 0 where there is none.
pub fn class(store: Store, k: usize, labels: bool) -> [f32; CLASSES] {
    let label = store.sample.with(|sample| sample.label(k));
    std::array::from_fn(|class| f32::from(labels && usize::from(label) == class))
}

/// What changes where other weights stand behind the name, or another worker has to be asked: their hash, the step of those
/// that still learn, and whether there is a worker.
pub fn weights(store: Store, model: ModelId) -> (Option<String>, Option<u64>, bool) {
    let hash = store.report_of(model).map(|report| report.hash);
    (hash, store.player.trail.weights.get(), store.device.with(Option::is_some))
}

/// A picture that the worker draws of one code, with what is said below it.
pub fn drawn(store: Store, name: &'static str, below: El) -> El {
    let pixels = move || Some(Pixels { of: store.hand.pixels.get()?, range: 0..PIXELS, palette: Palette::Grey });
    el("figure", "panel").child(picture(move || name, pixels)).child(below)
}

/// A place on the map: from its left upper corner, as shares.
fn place(z: [f64; 2]) -> [f64; 2] {
    let share = |z: f64| ((z / REACH + 1.0) / 2.0).clamp(0.0, 1.0);
    [share(z[0]), 1.0 - share(z[1])]
}

/// The pictures of all codes, with those of the gallery as dots and the one under the hand beside them.
fn plane(store: Store, labels: bool) -> Vec<El> {
    let model = Memo::new(move |_| store.sample.with(|sample| sample.model));
    // Which weights stand behind the name, and the class that they are told.
    let of = Memo::new(move |_| (model.get(), class(store, store.picture.get(), labels), weights(store, model.get())));
    let hand = RwSignal::new([0.0, 0.0]);
    follow(move || {
        let (model, class, _) = of.get();
        let at = |i: usize| (2.0 * (i as f64 + 0.5) / SIDE as f64 - 1.0) * REACH;
        let code = |i: usize| [at(i % SIDE) as f32, -at(i / SIDE) as f32];
        let z = (0..SIDE * SIDE).flat_map(code).collect();
        store.map.ask(Ask { model, z, classes: class.repeat(SIDE * SIDE) });
    });
    follow(move || {
        let (model, class, _) = of.get();
        store.hand.ask(Ask { model, z: hand.get().map(|z| z as f32).to_vec(), classes: class.to_vec() });
    });
    let side = (SIDE * data::sets::SIDE).to_string();
    let canvas = el("canvas", "picture map").attr("role", "img").attr("width", &side).attr("height", &side);
    let canvas = canvas.attr("aria-label", "The pictures of all codes, from −2.8 to 2.8 in both numbers of z");
    let element: HtmlCanvasElement = canvas.dom().clone().unchecked_into();
    let painted = element.clone();
    follow(move || {
        if let Some(pixels) = store.map.pixels.get() {
            canvas::paint_tiles(&painted, &pixels, SIDE);
        }
    });
    let move_to = move |event: &Event| {
        let (pointer, area) = (event.unchecked_ref::<PointerEvent>(), element.get_bounding_client_rect());
        let x = (f64::from(pointer.client_x()) - area.left()) / area.width().max(1.0);
        let y = (f64::from(pointer.client_y()) - area.top()) / area.height().max(1.0);
        hand.set([x, 1.0 - y].map(|share| ((2.0 * share - 1.0) * REACH).clamp(-REACH, REACH)));
    };
    let (press, drag) = (move_to.clone(), move_to);
    let canvas = canvas
        .on("pointerdown", move |event| {
            let pointer: &PointerEvent = event.unchecked_ref();
            if let Some(canvas) = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok()) {
                let _ = canvas.set_pointer_capture(pointer.pointer_id());
            }
            press(&event);
        })
        .on("pointermove", move |event| {
            if event.unchecked_ref::<PointerEvent>().buttons() & 1 == 1 {
                drag(&event);
            }
        });
    let number = move |i: usize, name: &'static str| {
        line(name, [-REACH, REACH, 0.1], move || hand.get()[i], move |to| hand.update(|hand| hand[i] = to))
            .live_attr("aria-valuetext", move || text::decimal(hand.get()[i], 1))
    };
    let at = move || {
        // No −0.0.
        let [first, second] = hand.get().map(|z| text::decimal((z * 10.0).round() / 10.0 + 0.0, 1));
        format!(" of z = ({first}, {second})")
    };
    let map = el("figure", "panel").child(el("div", "over").child(canvas).child(dots(store, hand))).child(
        el("figcaption", "")
            .child(el("span", "title").html("<span class=\"what\">all codes <i>z</i>; drag</span>"))
            .child(el("span", "legend").child(number(0, "First number of z")).child(number(1, "Second number of z"))),
    );
    let below = el("figcaption", "")
        .child(el("span", "title").child(el("span", "what").text("the picture").live_text(at)))
        .child(el("span", "legend quiet").text("a dot for every picture, at t z"));
    vec![map, drawn(store, "The picture of the code under the hand", below)]
}

/// The pictures of the gallery at t z, and the hand.
fn dots(store: Store, hand: RwSignal<[f64; 2]>) -> El {
    let circle = move |class: &'static str, at: Box<dyn Fn() -> [f64; 2]>| {
        let at = Rc::new(at);
        let (x, y) = (at.clone(), at);
        svg("circle")
            .attr("class", class)
            .attr("r", if class == "hand" { "2.6" } else { "1.4" })
            .live_attr("cx", move || format!("{:.2}", 100.0 * x()[0]))
            .live_attr("cy", move || format!("{:.2}", 100.0 * y()[1]))
    };
    let count = Memo::new(move |_| store.sample.with(|sample| sample.pictures));
    let of = move |k: usize| -> [f64; 2] {
        let t = store.player.trail.shown.with(|frame| frame.as_ref().map_or(0.0, |frame| frame.t));
        let z = z(store.sample.with(|sample| sample.seed), k, 2);
        place([t * f64::from(z[0]), t * f64::from(z[1])])
    };
    svg("svg")
        .attr("class", "dots")
        .attr("viewBox", "0 0 100 100")
        .attr("aria-hidden", "true")
        .times(move || count.get(), move |k| circle("code", Box::new(move || of(k))))
        .child(circle("chosen", Box::new(move || of(store.picture.get()))))
        .child(circle("hand", Box::new(move || place(hand.get()))))
}

/// The way from the chosen picture to the next one, along the arc between their codes.
fn between(store: Store, latent: usize, labels: bool) -> Vec<El> {
    let share = RwSignal::new(0.5);
    let model = Memo::new(move |_| store.sample.with(|sample| sample.model));
    let of = Memo::new(move |_| (model.get(), weights(store, model.get())));
    let ends = Memo::new(move |_| {
        let (seed, count) = store.sample.with(|sample| (sample.seed, sample.pictures));
        let first = store.picture.get();
        // A single picture has its way to the one that would come next.
        let next = if count > 1 { (first + 1) % count } else { first + 1 };
        [first, next].map(|k| (k, z(seed, k, latent), class(store, k, labels)))
    });
    follow(move || {
        let ((model, _), [(_, from, first), (_, to, second)]) = (of.get(), ends.get());
        // Not the chord, on which codes would be shorter than any that the model knows.
        let angle = share.get() * FRAC_PI_2;
        let (a, b) = (angle.cos() as f32, angle.sin() as f32);
        let z = from.iter().zip(&to).map(|(from, to)| a * from + b * to).collect();
        let s = share.get() as f32;
        let classes = first.iter().zip(&second).map(|(first, second)| (1.0 - s) * first + s * second).collect();
        store.hand.ask(Ask { model, z, classes });
    });
    let slider = line("Between two codes", [0.0, 1.0, 0.05], move || share.get(), move |to| share.set(to))
        .live_attr("aria-valuetext", move || format!("{:.0} % of the way", share.get() * 100.0));
    let words = move || {
        let [(from, ..), (to, ..)] = ends.get();
        format!("between pictures {} and {}", from + 1, to + 1)
    };
    let below = el("figcaption", "")
        .child(el("span", "title").child(el("span", "what").live_text(words)))
        .child(el("span", "legend").child(slider));
    let next = move || {
        let (frame, [_, (k, ..)]) = (store.player.trail.shown.get()?, ends.get());
        let pixels = frame.x_t.get(k * PIXELS..(k + 1) * PIXELS)?.to_vec();
        Some(Pixels { of: Arc::new(pixels), range: 0..PIXELS, palette: Palette::Grey })
    };
    let named = move || format!("Picture {}, closely", ends.with(|ends| ends[1].0) + 1);
    let title = move || format!("picture {}", ends.with(|ends| ends[1].0) + 1);
    let last = el("figure", "panel")
        .child(picture(named, next))
        .child(el("figcaption", "").child(el("span", "title").child(el("span", "what").live_text(title))));
    vec![drawn(store, "The picture between two codes", below), last]
}
