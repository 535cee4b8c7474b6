//! What a model makes of a picture: of that of the gallery, or of what a person draws.

use super::{
    codes::{class, weights},
    line::line,
    pad::{Drawn, pad},
};
use crate::{
    dom::{El, button, el, follow},
    picture::tiles,
    store::{Ask, Codes, Store},
    text,
};
use data::sets::{CLASSES, PIXELS};
use flow::{
    coupling::{Coupling, OUTLINED_STD, degrade},
    family::FamilyId,
    rng::{Purpose, Stream},
};
use leptos::prelude::*;
use protocol::catalogue::ModelId;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Pictures that are made of one.
const MADE: usize = 4;
/// Streams of noise that no picture of a gallery has: what is drawn, and further z.
const OF_DRAWING: u64 = 1 << 32;

/// The pad, and what is made of what stands on it.
pub fn panels(store: Store) -> Vec<El> {
    let model = Memo::new(move |_| store.sample.with(|sample| sample.model));
    let family = Memo::new(move |_| store.family_of(model.get()));
    let coupling = Memo::new(move |_| store.coupling_of(model.get()));
    let drawn: Drawn = RwSignal::new(None);
    // The state at t = 0 is what the chosen picture is made of.
    let given = Memo::new(move |_| {
        let (first, k) = (store.player.trail.first()?, store.picture.get());
        first.x_t.get(k * PIXELS..(k + 1) * PIXELS).map(|x| Arc::new(x.to_vec()))
    });
    let of = Memo::new(move |_| (model.get(), store.picture.get(), store.sample.with(|sample| sample.seed)));
    follow(move || {
        // What is drawn belongs to a model; another picture is another one to look at.
        let _ = of.get();
        drawn.set(None);
    });
    // x_0, of which pictures are made.
    let source = Memo::new(move |_| match drawn.get() {
        Some(x) => Some(worse(coupling.get(), &x)),
        None => given.get().map(|x| x.to_vec()),
    });
    let thick = move || coupling.get() != Coupling::Outlined;
    let board = pad(given, drawn, thick);
    let canvas = board.clone();
    let clear = button("button small", move || {
        drawn.set(None);
        // What was pressed can be pressed no longer.
        if let Ok(Some(pad)) = canvas.dom().query_selector("canvas") {
            let _ = pad.unchecked_into::<HtmlElement>().focus();
        }
    });
    let clear = clear.live_attr("disabled", move || drawn.with(Option::is_none)).text("Clear");
    let title = move || match (drawn.with(Option::is_some), coupling.get()) {
        (true, _) => "what you have drawn",
        (false, Coupling::Outlined) => "its outline; draw one",
        (false, _) => "what it is made of; draw",
    };
    let left = el("figure", "panel").child(board).child(
        el("figcaption", "")
            .child(el("span", "title").child(el("span", "what").live_text(title)))
            .child(el("span", "legend").child(clear)),
    );
    let made = move || match family.get() {
        FamilyId::CYCLE => there_and_back(store, model, source),
        _ => several(store, model, source),
    };
    vec![left, el("figure", "panel").live(made)]
}

/// What is drawn as models of this coupling have seen pictures: an outline is drawn as one, and so is what leans.
fn worse(coupling: Coupling, x: &[f32]) -> Vec<f32> {
    let mut noise = Stream::new(0, Purpose::Source, OF_DRAWING);
    match coupling {
        Coupling::Outlined => x.iter().zip(noise.normals(x.len())).map(|(x, z)| x + OUTLINED_STD * z).collect(),
        Coupling::Slanted => x.to_vec(),
        other => degrade(other, x, &mut noise),
    }
}

/// The mean of |a - b| over pixels.
fn apart(a: &[f32], b: &[f32]) -> f64 {
    let sum: f64 = a.iter().zip(b).map(|(a, b)| f64::from((a - b).abs())).sum();
    sum / a.len().max(1) as f64
}

/// Of one picture four, by other noise.
fn several(store: Store, model: Memo<ModelId>, source: Memo<Option<Vec<f32>>>) -> Vec<El> {
    let of = Memo::new(move |_| (model.get(), weights(store, model.get()), store.codes_of(model.get())));
    follow(move || {
        let ((model, _, Some((latent, _))), Some(x)) = (of.get(), source.get()) else { return };
        // Another family takes its place in a moment.
        if store.family_of(model) != FamilyId::PAIRS || latent <= PIXELS {
            return;
        }
        let (seed, k) = (store.sample.with(|sample| sample.seed), store.picture.get());
        let code = |j: u64| {
            let index = if j == 0 { k as u64 } else { OF_DRAWING * j + k as u64 };
            Stream::new(seed, Purpose::Sample, index).normals(latent - PIXELS)
        };
        let z = (0..MADE as u64).flat_map(|j| [&x[..], &code(j)].concat()).collect();
        store.hand.ask(Ask { model, z, classes: class(store, k, true).repeat(MADE) });
    });
    let made = move || store.hand.pixels.get().filter(|all| all.len() == MADE * PIXELS);
    let spread = move || {
        let made = made()?;
        let rows: Vec<&[f32]> = made.chunks_exact(PIXELS).collect();
        let all: f64 = rows[1..].iter().map(|row| apart(rows[0], row)).sum::<f64>() / (MADE - 1) as f64;
        Some(format!("they differ by {} a pixel", text::brief(all, 2)))
    };
    let title = el("span", "title").child(el("span", "what").text("made of it, of four z"));
    vec![
        tiles(
            || "Four pictures that are made of it, each of noise z of its own",
            [2, MADE],
            move || made().map(|all| all.to_vec()),
        ),
        el("figcaption", "").child(title).child(el("span", "legend quiet").live_text(spread)),
    ]
}

/// There and back, as a picture of either set, with noise on what lies between.
fn there_and_back(store: Store, model: Memo<ModelId>, source: Memo<Option<Vec<f32>>>) -> Vec<El> {
    let of = Memo::new(move |_| (model.get(), weights(store, model.get()), store.codes_of(model.get())));
    let noise = RwSignal::new(0.0);
    let ask = move |which: Codes, rows: [&[f32]; 2], ways: [f32; 2]| {
        let (model, _, codes) = of.get();
        // Another family takes its place in a moment.
        if codes.is_none_or(|(latent, _)| latent != PIXELS + 1) || store.family_of(model) != FamilyId::CYCLE {
            return;
        }
        let z = rows.iter().zip(ways).flat_map(|(x, way)| [*x, &[way]].concat()).collect();
        which.ask(Ask { model, z, classes: vec![0.0; 2 * CLASSES] });
    };
    follow(move || {
        if let Some(x) = source.get() {
            ask(store.hand, [&x, &x], [0.0, 1.0]);
        }
    });
    let two = |all: Option<Arc<Vec<f32>>>| all.filter(|all| all.len() == 2 * PIXELS);
    follow(move || {
        let Some(there) = two(store.hand.pixels.get()) else { return };
        let grain = Stream::new(0, Purpose::Source, OF_DRAWING).normals(2 * PIXELS);
        let between: Vec<f32> = there.iter().zip(grain).map(|(x, z)| x + noise.get() as f32 * z).collect();
        ask(store.map, [&between[..PIXELS], &between[PIXELS..]], [1.0, 0.0]);
    });
    let all = move || {
        let (there, back) = (two(store.hand.pixels.get())?, two(store.map.pixels.get())?);
        Some([&there[..PIXELS], &back[..PIXELS], &there[PIXELS..], &back[PIXELS..]].concat())
    };
    let error = move || {
        let (x, back) = (source.get()?, two(store.map.pixels.get())?);
        let [there, other] = [0, 1].map(|k| text::brief(apart(&x, &back[k * PIXELS..(k + 1) * PIXELS]), 2));
        Some(format!("G, and back: off by {there}; F, and back: {other}"))
    };
    let slider = line("Noise on what lies between", [0.0, 0.5, 0.05], move || noise.get(), move |to| noise.set(to))
        .live_attr("aria-valuetext", move || format!("noise of {} on the picture between", text::brief(noise.get(), 2)))
        .attr("title", "What is hidden in the picture between is lost under a little noise");
    vec![
        tiles(|| "G(x) and F(G(x)) above, F(x) and G(F(x)) below", [2, 4], all),
        el("figcaption", "")
            .child(el("span", "title").child(el("span", "what").live_text(error)))
            .child(el("span", "legend").child(slider)),
    ]
}
