//! What decides a trained model.

use super::outlook;
use crate::{
    dom::{El, el},
    form::{Choice, Entry, Nudge, Number},
    store::{Phase, Store},
    text,
};
use data::sets::DataSet;
use flow::{coupling::Coupling, draw::Draw, keyed::Keyed, prediction::Reading, schedule::SCHEDULES};
use leptos::prelude::*;
use protocol::{
    catalogue::Architecture,
    message::TrainSpec,
    outlook::{Goal, Mark},
};

/// Far above this, models learn badly or not at all.
const BOLD: f64 = 0.03;

/// Data set, model, batch size, seed, learning rate, label drop, path and loss; fixed while a training exists.
pub fn recipe(store: Store) -> Vec<El> {
    let fixed = Signal::derive(move || store.training.phase.get() != Phase::None);
    let of = move |read: fn(&TrainSpec) -> String| store.recipe_of(read);
    let choice = move |label, key, value, entries: fn() -> Vec<Entry>| {
        Choice::new(label, key, of(value), entries, store.take(key)).disabled(fixed)
    };
    // One with a line or two that say what is chosen.
    let explained = move |label, key, value, entries, about: fn(&TrainSpec) -> &'static str| {
        choice(label, key, value, entries).roomy().hint(move || store.recipe.with(about)).draw()
    };
    let number =
        move |label, key, nudge, value| Number::new(label, key, of(value)).nudge(nudge).disabled(fixed).draw(store);
    let note = move || fixed.get().then_some("The recipe stays as it is until Reset.");
    let bold = move || {
        let rate = store.recipe.with(|it| it.learning_rate);
        (rate > BOLD).then_some("So large a learning rate often ruins a training; 0.003 is usual.")
    };
    vec![
        choice(
            "Data set",
            "data",
            |it| it.data.to_string(),
            || DataSet::ALL.map(|set| Entry::new(set, set.name())).to_vec(),
        )
        .draw(),
        choice(
            "Model",
            "size",
            |it| it.architecture.to_string(),
            || Architecture::ALL.map(|size| Entry::new(size, capital(size.key()))).to_vec(),
        )
        .roomy()
        .hint(move || estimate(store))
        .draw(),
        el("div", "pair")
            .child(number("Batch size", "batch", Nudge::By(8.0), |it| it.batch.to_string()))
            .child(number("Seed", "train-seed", Nudge::Whole, |it| it.seed.to_string())),
        el("div", "pair")
            .child(number("Learning rate", "rate", Nudge::Decades, |it| it.learning_rate.to_string()))
            .child(number("Label drop", "drop", Nudge::By(0.05), |it| it.label_drop.to_string())),
        el("p", "note bold").attr("aria-live", "polite").live_text(bold),
        explained("Schedule", "schedule", |it| it.schedule.to_string(), schedules, |it| it.schedule.citation()),
        explained("Loss", "loss", |it| it.loss.to_string(), losses, |it| learns(it.loss)),
        explained("Coupling", "coupling", |it| it.coupling.to_string(), couplings, |it| it.coupling.about()),
        explained("Draw of t", "draw", |it| it.draw.to_string(), draws, |it| it.draw.about()),
        el("p", "note fixed").attr("aria-live", "polite").live_text(note),
    ]
}

fn schedules() -> Vec<Entry> {
    SCHEDULES.iter().map(|it| Entry::new(it.key(), it.name())).collect()
}

fn losses() -> Vec<Entry> {
    Reading::all().map(|it| Entry::new(it, loss(it))).collect()
}

fn couplings() -> Vec<Entry> {
    Coupling::all().map(|it| Entry::new(it, it.name())).collect()
}

fn draws() -> Vec<Entry> {
    Draw::all().map(|it| Entry::new(it, it.name())).collect()
}

/// The name of the loss that compares this reading.
fn loss(reading: Reading) -> &'static str {
    match reading {
        Reading::Velocity => "velocity (flow matching)",
        Reading::Noise => "noise (DDPM)",
        Reading::Data => "data",
        Reading::Score => "score (weighted)",
    }
}

/// What the network learns by it.
fn learns(reading: Reading) -> &'static str {
    match reading {
        Reading::Velocity => "Learns how fast each pixel changes.",
        Reading::Noise => "Learns which noise is in x_t.",
        Reading::Data => "Learns which picture is in x_t.",
        Reading::Score => "Learns the way to likelier pictures.",
    }
}

/// What is expected of the model, and how long it takes at the pace of this device.
fn estimate(store: Store) -> Option<String> {
    let spec = outlook::spec(store);
    let about = spec.architecture.about();
    let about = capital(about.split_once(": ").map_or(about, |(_, about)| about));
    let goal = Goal::of(&spec, None);
    let said = |mark: &Mark| {
        let lasts = text::estimate(outlook::lasts(store, mark.step)?);
        Some(match mark.name {
            "" => format!("{} steps in {lasts}", text::count(mark.step)),
            name => format!("{name} in {lasts}"),
        })
    };
    let all: Option<Vec<_>> = goal.marks().iter().map(said).collect();
    Some(match all {
        Some(all) => format!("{about}. On this device: {}.", all.join(", ")),
        None => format!("{about}. Timing it on this device…"),
    })
}

/// With a capital in front. These are our own words, in plain letters.
fn capital(text: &str) -> String {
    let mut text = text.to_string();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
