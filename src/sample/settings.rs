//! What decides the pictures.

use super::{sampling, save};
use crate::{
    dom::{El, button, el},
    form::{Offer, choice, field, keys::Keys, weights_file},
    header,
    share::{self, copy_link},
    store::Store,
    text,
};
use data::sets::{CLASSES, DataSet};
use flow::family::DrawnBy;
use leptos::prelude::*;
use protocol::{
    catalogue::ModelId,
    link::{Link, View},
    sampling::{SETTINGS, SampleSpec},
    setting::{Setting, entry},
    styles,
};

pub const MODEL: &Setting<SampleSpec> = entry(SETTINGS, "model");
const DIGIT: &Setting<SampleSpec> = entry(SETTINGS, "digit");
const SEED: &Setting<SampleSpec> = entry(SETTINGS, "seed");
pub const PICTURES: &Setting<SampleSpec> = entry(SETTINGS, "pictures");
pub const STEPS: &Setting<SampleSpec> = entry(SETTINGS, "steps");

/// Model, digit, seed, pictures, steps, the way to sample, and the link that carries them. Put into `column`.
pub fn settings(store: Store, column: El) -> El {
    let models = Memo::new(move |_| model_entries(store));
    let data = Memo::new(move |_| store.data_of(store.sample.with(|sample| sample.model)));
    let model = choice(store, MODEL).entries(move || models.get()).roomy().hint(move || about(store));
    let pair = el("div", "pair").children(field(store, PICTURES)).children(field(store, STEPS));
    let column = column
        .child(el("div", "model").child(model.draw()).child(weights_file(store, "button file small")))
        .children(digit_and_seed(store, data))
        .child(pair);
    sampling::fields(store, column)
        .child(copy_link(move || store.link.with_untracked(Link::to_query)))
        .child(share::pictures(store.alerts, "flowstep-sample", move |scale| save::draw(store, scale)))
        .child(el("p", "note promise").live_text(move || header::promise(store)).live_text(move || hash(store)))
}

/// The class of the pictures, named as `data` names it, and the seed of their noise.
pub fn digit_and_seed(store: Store, data: Memo<DataSet>) -> [El; 2] {
    let untold = Signal::derive(move || {
        store.codes_of(store.sample.with(|sample| sample.model)).is_some_and(|(_, labels)| !labels)
            && store.view.get() == View::Sample
    });
    let fresh = move || store.take(SEED.key)(fresh_seed().to_string());
    let digit = choice(store, DIGIT).entries(move || digit_entries(data.get())).disabled(Some(untold));
    let seed = el("div", "seed").children(field(store, SEED)).child(button("button", fresh).text("New seed"));
    [digit.draw(), seed]
}

/// Which weights exactly, since the name in the link does not say.
fn hash(store: Store) -> Option<String> {
    let report = store.report_of(store.sample.with(|sample| sample.model))?;
    Some(match report.hash.as_str() {
        // Weights that still change have no hash.
        "" => format!(" Weights of step {}.", text::count(report.steps)),
        hash => format!(" Weights {hash}."),
    })
}

/// Every model that there is, and those of the shelf by their names.
pub fn model_entries(store: Store) -> Vec<Offer> {
    let entry = |model: ModelId| {
        let disabled = model == ModelId::Trained && !store.has(model);
        Offer { disabled, ..Offer::new(model, store.name_of(model)) }
    };
    store.models_on_offer().into_iter().map(entry).collect()
}

fn digit_entries(data: DataSet) -> Vec<Offer> {
    let name = |label: usize| match data {
        DataSet::Mnist => label.to_string(),
        DataSet::Fashion => format!("{label} {}", data.classes()[label]),
    };
    let all = (0..CLASSES).map(|label| Offer::new(label, name(label)));
    [Offer::new("any", "any")].into_iter().chain(all).collect()
}

/// What is known about the weights in use.
fn about(store: Store) -> Option<String> {
    let report = store.report_of(store.sample.with(|sample| sample.model))?;
    let millions = text::brief(report.parameters as f64 / 1e6, 2);
    let (size, reading, schedule) = (report.architecture, report.loss, report.schedule.name());
    let (family, latent) = (report.family.name, report.latent);
    if !report.family.has_path() {
        let told = if report.labels { "told the class" } else { "not told the class" };
        let said = match report.family.sampling {
            // What pictures are made of has a class, whether networks are told or not.
            DrawnBy::Translation => format!("made of pictures that are {}", report.coupling),
            DrawnBy::Styles => format!("z of {} numbers; {told}", styles::numbers(latent)),
            _ => format!("z of {latent} numbers; {told}"),
        };
        return Some(format!("{family}, {size}, {millions} M parameters; {said}"));
    }
    if !report.family.has_readings() {
        let codes = match report.words {
            0 => format!("z of {latent} numbers"),
            words => format!("{latent} places, {words} words"),
        };
        return Some(format!(
            "{family}, {size}, {millions} M parameters; {codes}; learned the {reading}; schedule {schedule}"
        ));
    }
    Some(format!("{size}, {millions} M parameters; learned the {reading}; schedule {schedule}"))
}

/// Any seed, from the system's own randomness; short enough to be read aloud.
fn fresh_seed() -> u64 {
    getrandom::u64().unwrap_or_else(|_| js_sys::Date::now() as u64) % 1_000_000
}
