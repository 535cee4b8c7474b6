//! The words that stand for the chosen picture, place by place: seen at every frame, changed by hand, and counted.

use super::{codes::drawn, line::line};
use crate::{
    dom::{El, el, follow, svg},
    store::{Ask, Store},
    text,
};
use data::sets::CLASSES;
use leptos::prelude::*;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

/// Places along a picture, and all of them.
const SIDE: usize = 7;
const PLACES: usize = SIDE * SIDE;

/// The grid of words, and the picture of those that a person has changed.
pub fn panels(store: Store, words: usize) -> Vec<El> {
    let model = Memo::new(move |_| store.sample.with(|sample| sample.model));
    let place = RwSignal::new(PLACES / 2);
    let changed = RwSignal::new(BTreeMap::<usize, f32>::new());
    // What was changed belongs to a picture.
    let of = Memo::new(move |_| (model.get(), store.picture.get(), store.sample.with(|sample| sample.seed)));
    follow(move || {
        // Tracked alone, it would never be computed, and so never change.
        let _ = of.get();
        changed.set(BTreeMap::new());
    });
    let told = Memo::new(move |_| {
        let (frame, k) = (store.player.trail.shown.get()?, store.picture.get());
        // Of another model its frames are seen until there are others.
        if frame.codes.len() != frame.labels.len() * PLACES || frame.codes.iter().any(|word| word.fract() != 0.0) {
            return None;
        }
        Some(frame.codes.get(k * PLACES..(k + 1) * PLACES)?.to_vec())
    });
    let own = Memo::new(move |_| {
        let mut all = told.get()?;
        changed.with(|changed| changed.iter().for_each(|(place, word)| all[*place] = *word));
        Some(all)
    });
    follow(move || {
        if let Some(z) = own.get() {
            store.device.track();
            store.hand.ask(Ask { model: model.get(), z, classes: vec![0.0; CLASSES] });
        }
    });
    let word = move |at: usize| own.with(|all| all.as_ref().map_or(0, |all| all[at] as usize));
    let grid = grid(place, words, word, move |at| changed.with(|changed| changed.contains_key(&at)));
    let places = line(
        "Place on the grid",
        [0.0, (PLACES - 1) as f64, 1.0],
        move || place.get() as f64,
        move |at| {
            place.set((at as usize).min(PLACES - 1));
        },
    )
    .live_attr("aria-valuetext", move || {
        let at = place.get();
        format!("row {}, column {}: word {}", at / SIDE + 1, at % SIDE + 1, word(at))
    });
    let spell = move |to: f64| {
        let (at, to) = (place.get_untracked(), to as f32);
        let same = told.with_untracked(|told| told.as_ref().is_some_and(|told| told[at] == to));
        changed.update(|changed| {
            changed.remove(&at);
            if !same {
                changed.insert(at, to);
            }
        });
    };
    let spelled = line("Word", [0.0, (words - 1) as f64, 1.0], move || word(place.get()) as f64, spell)
        .live_attr("aria-valuetext", move || format!("word {}, of 0 to {}", word(place.get()), words - 1));
    let title = el("span", "title").child(el("span", "what").text("its words; tap one and change it"));
    let map = el("figure", "panel")
        .child(grid)
        .child(el("figcaption", "").child(title).child(el("span", "legend").child(places).child(spelled)));
    let count = move || match changed.with(BTreeMap::len) {
        0 => "the picture of these words".into(),
        1 => "with one word changed".to_string(),
        many => format!("with {many} words changed"),
    };
    let below = el("figcaption", "")
        .child(el("span", "title").child(el("span", "what").live_text(count)))
        .child(el("span", "legend quiet").live_text(move || used(store, words)));
    vec![map, drawn(store, "The picture of the words as they are changed", below)]
}

/// The places, each with the number of its word.
fn grid(
    chosen: RwSignal<usize>,
    words: usize,
    word: impl Fn(usize) -> usize + Copy + 'static,
    changed: impl Fn(usize) -> bool + Copy + 'static,
) -> El {
    let cell = move |at: usize| {
        let [row, column] = [at / SIDE, at % SIDE];
        let square = svg("rect")
            .attr("x", &(column * 10).to_string())
            .attr("y", &(row * 10).to_string())
            .attr("width", "10")
            .attr("height", "10")
            .live_style("--share", move || format!("{:.3}", word(at) as f64 / words.max(1) as f64));
        let number = svg("text")
            .attr("x", &(column * 10 + 5).to_string())
            .attr("y", &format!("{}", row * 10 + 7))
            .live_text(move || word(at).to_string());
        svg("g")
            .live_class("chosen", move || chosen.get() == at)
            .live_class("changed", move || changed(at))
            .child(square)
            .child(number)
    };
    let tap = move |event: Event| {
        let Some(area) = event.current_target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
        let (pointer, area) = (event.unchecked_ref::<PointerEvent>(), area.get_bounding_client_rect());
        let along = |at: f64, size: f64| ((at / size.max(1.0) * SIDE as f64) as usize).min(SIDE - 1);
        let column = along(f64::from(pointer.client_x()) - area.left(), area.width());
        let row = along(f64::from(pointer.client_y()) - area.top(), area.height());
        chosen.set(row * SIDE + column);
    };
    svg("svg")
        .attr("class", "picture words")
        .attr("viewBox", "0 0 70 70")
        .attr("role", "img")
        .live_attr("aria-label", move || {
            format!("49 words, the chosen one in row {}, column {}", chosen.get() / SIDE + 1, chosen.get() % SIDE + 1)
        })
        .children((0..PLACES).map(cell))
        .on("pointerdown", tap)
}

/// How many words of the book stand in the pictures that are seen, and their perplexity.
fn used(store: Store, words: usize) -> Option<String> {
    let frame = store.player.trail.shown.get()?;
    let mut counts = BTreeMap::<usize, f64>::new();
    frame.codes.iter().for_each(|word| *counts.entry(*word as usize).or_default() += 1.0);
    let all: f64 = counts.values().sum();
    let entropy: f64 = counts.values().map(|count| -(count / all) * (count / all).ln()).sum();
    let perplexity = text::brief(entropy.exp(), 2);
    Some(format!("{} of {words} words in all pictures, perplexity {perplexity}", counts.len()))
}
