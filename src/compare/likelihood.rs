//! How likely test pictures, and the pictures that they have drawn, are to the models of the lanes.

use super::meter::meter;
use crate::{
    dom::{El, button, el},
    form::Number,
    glossary::term,
    picture::{Palette, Pixels, picture},
    store::{Measured, Store, Tally},
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
    let running = Memo::new(move |_| scales.gauge.is_running());
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
        .live(move || if running.get() { meter(scales.gauge, "Progress of the likelihoods") } else { Vec::new() })
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

/// What a screen reader hears of it: its end.
fn said(store: Store) -> String {
    let count: usize = store.scales.tallies.with(|tallies| tallies.iter().map(Tally::pictures).sum());
    match store.scales.gauge.progress.get() {
        Measured::None | Measured::Running(_) => String::new(),
        Measured::Finished => format!("Measured, {count} pictures."),
        Measured::Stopped => format!("Stopped after {count} pictures."),
    }
}

/// Models of the lanes that tell no density.
fn none(store: Store) -> Option<El> {
    let silent = |model: &ModelId| !store.tells_density(*model);
    let names: Vec<_> = store.lane_models().iter().filter(|model| silent(model)).map(|it| store.name_of(*it)).collect();
    let words = format!("None for {}: no density is known of what it draws.", names.join(" and "));
    (!names.is_empty()).then(|| el("p", "quiet").text(&words))
}

/// “2.44 ± 0.03 bits a pixel of 8 test pictures”
fn summary(tally: &Tally) -> String {
    let Tally { bits, least, open, estimated, .. } = tally;
    let Some(mean) = tally.mean() else { return String::new() };
    let error = standard_error(bits).map(|error| format!(" ± {error:.2}")).unwrap_or_default();
    let exactly = if *estimated { "" } else { ", exactly" };
    let open = if *open > 0 { format!("; of {open} (~) with too few steps") } else { String::new() };
    let count = text::count(bits.len() as u64);
    let pictures = if bits.len() == 1 { "1 test picture".into() } else { format!("{count} test pictures") };
    let shown =
        if bits.len() > least.len() { format!("; below, the {} least likely", least.len()) } else { String::new() };
    format!("{mean:.2}{error} bits a pixel of {pictures}{exactly}{open}{shown}")
}

fn of(store: Store, place: usize, model: ModelId) -> El {
    // Of what is seen one by one, only the few that are shown.
    let shown = Memo::new(move |_| {
        let seen = |tally: &Tally| tally.least.iter().chain(&tally.drawn).cloned().collect::<Vec<_>>();
        store.scales.tallies.with(|tallies| tallies.get(place).map(seen).unwrap_or_default())
    });
    let said = move || store.scales.tallies.with(|tallies| tallies.get(place).map(summary).unwrap_or_default());
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
