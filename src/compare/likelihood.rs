//! How likely test pictures, and the pictures that they have drawn, are to the models of the lanes.

use crate::{
    dom::{El, button, el},
    form::Number,
    glossary::term,
    picture::{Palette, Pixels, picture},
    store::{Store, Weighed},
    text,
};
use data::sets::PIXELS;
use flow::likelihood::standard_error;
use leptos::prelude::*;
use protocol::{catalogue::ModelId, likelihood::Weight};
use std::sync::Arc;

/// The button, the progress, and what each model says of the pictures.
pub fn likelihoods(store: Store) -> El {
    let scales = store.scales;
    let running = Memo::new(move |_| scales.is_running());
    let able = Memo::new(move |_| store.lane_models().iter().any(|model| store.tells_density(*model)));
    // One button with two names, so that the focus stays where it is.
    let press = move || if running.get_untracked() { scales.stop() } else { store.weigh_lanes() };
    let press = button("button", press)
        .live_attr("disabled", move || !running.get() && !able.get())
        .live_text(move || if running.get() { "Cancel" } else { "Measure likelihood" });
    let tests = Signal::derive(move || scales.tests.get().to_string());
    let tests = Number::new("Test pictures", "weighed", tests, move |text| scales.take_tests(text));
    let title = el("div", "title")
        .child(el("h2", "").text("Likelihood"))
        .child(press)
        .live(move || if running.get() { meter(store) } else { Vec::new() })
        .child(el("p", "quiet").attr("aria-live", "polite").live_text(move || said(store)));
    let about = " each model pays for the first test pictures of its set, the least likely first, and for the chosen picture as it has \
        drawn it. A normalising flow says it exactly, a flow or a DDPM by the change of variables along its ODE, of which ± is the \
        error of an estimated divergence.";
    let found = move || store.scales.models.get().into_iter().enumerate().map(move |(k, model)| of(store, k, model));
    el("section", "likelihood")
        .attr("aria-label", "Likelihood")
        .child(title)
        .child(el("p", "quiet").text("How many ").child(term("bits")).text(about))
        .child(el("div", "tests").child(tests.draw()))
        .live(move || found().collect::<Vec<_>>())
        .live(move || none(store))
}

/// How far it has come.
fn meter(store: Store) -> Vec<El> {
    let share = Memo::new(move |_| match store.scales.progress.get() {
        Weighed::Running(share) => share,
        _ => 0.0,
    });
    let bar = el("progress", "")
        .attr("aria-label", "Progress of the likelihoods")
        .attr("max", "1")
        .live_attr("value", move || format!("{:.3}", share.get()));
    let words = move || {
        let left = store.scales.left().map(|left| format!(", {} left", text::duration(left))).unwrap_or_default();
        format!("{:.0} %{left}", 100.0 * share.get())
    };
    vec![bar, el("span", "quiet figure").live_text(words)]
}

/// What a screen reader hears of it: its end.
fn said(store: Store) -> String {
    let count = store.scales.weights.with(Vec::len);
    match store.scales.progress.get() {
        Weighed::None | Weighed::Running(_) => String::new(),
        Weighed::Finished => format!("Measured, {count} pictures."),
        Weighed::Stopped => format!("Stopped after {count} pictures."),
    }
}

/// Models of the lanes that tell no density.
fn none(store: Store) -> Option<El> {
    let silent = |model: &ModelId| !store.tells_density(*model);
    let names: Vec<_> = store.lane_models().iter().filter(|model| silent(model)).map(|it| store.name_of(*it)).collect();
    let words = format!("None for {}: no density is known of what it draws.", names.join(" and "));
    (!names.is_empty()).then(|| el("p", "quiet").text(&words))
}

/// So many of the least likely are shown.
const SHOWN: usize = 12;

/// The least likely test pictures of a model's, then what it has drawn.
fn least(weights: &[Weight], place: usize) -> Vec<Weight> {
    let (mut tests, drawn): (Vec<_>, Vec<_>) =
        weights.iter().filter(|weight| weight.place == place).partition(|weight| weight.index.is_some());
    tests.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    tests.into_iter().take(SHOWN).chain(drawn).cloned().collect()
}

/// “2.44 ± 0.03 bits a pixel of 8 test pictures”
fn summary(weights: &[Weight], place: usize) -> String {
    let own: Vec<_> = weights.iter().filter(|weight| weight.place == place).collect();
    let tests: Vec<f64> = own.iter().filter(|weight| weight.index.is_some()).map(|weight| weight.bits).collect();
    if tests.is_empty() {
        return String::new();
    }
    let mean = tests.iter().sum::<f64>() / tests.len() as f64;
    let error = standard_error(&tests).map(|error| format!(" ± {error:.2}")).unwrap_or_default();
    let exactly = if own.iter().all(|weight| weight.error.is_none() && weight.converged) { ", exactly" } else { "" };
    let open = own.iter().filter(|weight| !weight.converged).count();
    let open = if open > 0 { format!("; of {open} (~) with too few steps") } else { String::new() };
    let pictures = if tests.len() == 1 { "1 test picture".into() } else { format!("{} test pictures", tests.len()) };
    let shown = if tests.len() > SHOWN { format!("; below, the {SHOWN} least likely") } else { String::new() };
    format!("{mean:.2}{error} bits a pixel of {pictures}{exactly}{open}{shown}")
}

fn of(store: Store, place: usize, model: ModelId) -> El {
    let shown = Memo::new(move |_| store.scales.weights.with(|weights| least(weights, place)));
    let said = move || store.scales.weights.with(|weights| summary(weights, place));
    let name = store.name_of(model);
    let row = move || shown.get().into_iter().map(|weight| item(store, model, weight)).collect::<Vec<_>>();
    el("div", "weights")
        .child(el("h3", "").text(&name).child(el("span", "quiet figure").live_text(said)))
        .child(el("ol", "weighed").attr("aria-label", &format!("Pictures by bits a pixel under {name}")).live(row))
}

/// A picture with what it costs.
fn item(store: Store, model: ModelId, weight: Weight) -> El {
    let class = text::class(store.data_of(model), weight.label);
    let what = match weight.index {
        Some(index) => format!("Test picture {}, {class}", index + 1),
        None => format!("As it has drawn it, {class}"),
    };
    let error = weight.error.map(|error| format!(" ± {error:.2}")).unwrap_or_default();
    let open = if weight.converged { "" } else { "~" };
    let words = format!("{open}{:.2}{error}", weight.bits);
    let name = format!("{what}: {words} bits a pixel");
    let of = Arc::new(weight.pixels);
    let pixels = move || Some(Pixels { of: of.clone(), range: 0..PIXELS, palette: Palette::Grey });
    let below = if weight.index.is_none() { "drawn" } else { "" };
    el("li", below)
        .child(picture(move || name.clone(), pixels))
        .child(el("span", "figure quiet").attr("aria-hidden", "true").text(&words))
}
