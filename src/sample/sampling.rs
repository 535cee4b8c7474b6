//! How the pictures come about: the sampler and what it takes, the time grid, guidance.

use crate::{
    dom::{El, el},
    form::{Nudge, Number, Offer, choice, field, more, number, slider},
    store::Store,
};
use flow::{
    sampler::{SAMPLERS, Sampler, SamplerKind},
    time::Grid,
};
use leptos::prelude::*;
use protocol::{
    sampling::{SETTINGS, SampleSpec},
    setting::{Control, Setting, entry},
};

pub const SAMPLER: &Setting<SampleSpec> = entry(SETTINGS, "sampler");
pub const GUIDANCE: &Setting<SampleSpec> = entry(SETTINGS, "guidance");
pub const STOCHASTICITY: &Setting<SampleSpec> = entry(SETTINGS, "stochasticity");
pub const GRID: &Setting<SampleSpec> = entry(SETTINGS, "grid");
const REAL: &Setting<SampleSpec> = entry(SETTINGS, "real");
const TOLERANCE: &Setting<SampleSpec> = entry(SETTINGS, "tolerance");
const GUIDED: &Setting<SampleSpec> = entry(SETTINGS, "guided");

/// Sampler, stochasticity or tolerance, time grid, guidance and the times between which it acts. Put into `column`.
pub fn fields(store: Store, column: El) -> El {
    let has_path = Memo::new(move |_| store.family().has_path());
    column.live(move || if has_path.get() { along_a_path(store) } else { vec![in_one_pass(store)] })
}

/// Of a model that draws in one pass there is nothing to choose.
fn in_one_pass(store: Store) -> El {
    el("p", "note one-pass").live_text(move || store.family().sampling.way())
}

fn along_a_path(store: Store) -> Vec<El> {
    let has_readings = Memo::new(move |_| store.family().has_readings());
    let real = Memo::new(move |_| has_readings.get() && store.sample.with(|sample| sample.real));
    let of_real = move || {
        real.get().then(|| {
            el("p", "note").text(
                "Every frame is x_t of a picture and its own noise. No sampler takes part; the network is asked at every t.",
            )
        })
    };
    let sampler = Memo::new(move |_| store.sample.with(|sample| sample.sampler));
    let unfit = Memo::new(move |_| unfit(store));
    let samplers = move || {
        let disabled = |key| unfit.with(|unfit| unfit.iter().any(|(other, _)| other.key == key));
        SAMPLERS.iter().map(|it| Offer { disabled: disabled(it.key), ..Offer::new(it.key, it.name) }).collect()
    };
    let noise = Memo::new(move |_| noise(&sampler.get()));
    let adaptive = Memo::new(move |_| sampler.get().is_adaptive());
    let way = el("div", "fields")
        .child(choice(store, SAMPLER).entries(samplers).roomy().hint(move || sampler.get().about).draw())
        .live(move || not_for_this_model(unfit))
        .live(move || noise.get().map(|(symbol, range)| slider(store, STOCHASTICITY, symbol, range).draw()))
        .live(move || adaptive.get().then(|| tolerance(store)))
        .live_class("away", move || real.get());
    let sampling = el("div", "fields")
        .live(move || has_readings.get().then(|| field(store, REAL)).flatten())
        .live(of_real)
        .child(way)
        .children(field(store, GUIDANCE))
        .child(rare(store));
    vec![sampling]
}

/// What is seldom changed: how the times lie, and the times between which guidance acts.
fn rare(store: Store) -> El {
    let ends = Memo::new(move |_| store.sample.with(|sample| (sample.guided, sample.grid)));
    let differs = move || ends.get() != ([0.0, 1.0], Grid::default());
    more(|| "Time grid, guidance interval", differs, |inside| inside.children(field(store, GRID)).child(guided(store)))
}

/// The samplers that make no sense with these weights, and why.
fn unfit(store: Store) -> Vec<(&'static Sampler, String)> {
    let path = store.path_of(store.sample.with(|sample| sample.model));
    let why = |sampler: &&'static Sampler| Some((*sampler, sampler.fits(path.schedule.0, path.gaussian).err()?));
    SAMPLERS.iter().filter_map(why).collect()
}

/// What a sampler's stochasticity is called, and its range on a line; `None` where there is nothing to choose.
pub fn noise(sampler: &Sampler) -> Option<(&'static str, [f64; 3])> {
    let Control::Slider { symbol, range: [low, high, step] } = STOCHASTICITY.control else { return None };
    match sampler.kind {
        // Of η no more than 1 is used.
        SamplerKind::DdimEta => Some(("η", [low, 1.0, step])),
        SamplerKind::Ancestral => None,
        _ => sampler.is_stochastic().then_some((symbol, [low, high, step])),
    }
}

/// What the list of samplers offers but does not allow.
fn not_for_this_model(unfit: Memo<Vec<(&'static Sampler, String)>>) -> Option<El> {
    let some = Memo::new(move |_| unfit.with(|unfit| !unfit.is_empty()));
    let summary = move || format!("Not for this model: {}", unfit.with(Vec::len));
    some.get().then(|| more(summary, || false, |inside| inside.live(move || reasons(unfit.get()))))
}

/// One line for each reason, with all who have it.
fn reasons(unfit: Vec<(&'static Sampler, String)>) -> Vec<El> {
    let mut lines: Vec<(String, Vec<&'static str>)> = Vec::new();
    for (sampler, why) in unfit {
        match lines.iter_mut().find(|(other, _)| *other == why) {
            Some((_, names)) => names.push(sampler.name),
            None => lines.push((why, vec![sampler.name])),
        }
    }
    let line = |(why, names): (String, Vec<_>)| {
        let who = el("b", "").text(&names.join(", "));
        el("p", "why").child(who).text(&format!(": {why}."))
    };
    lines.into_iter().map(line).collect()
}

/// What the adaptive sampler keeps to.
pub fn tolerance(store: Store) -> El {
    number(store, TOLERANCE).hint("Error allowed in one step.").draw()
}

/// The first and the last t at which guidance acts.
pub fn guided(store: Store) -> El {
    let ends = Memo::new(move |_| store.sample.with(|sample| sample.guided));
    let summary = move || match ends.get() {
        [0.0, 1.0] => "Guidance only between…".into(),
        [from, to] => format!("Guidance between t = {from} and {to}"),
    };
    let from = move |text: &str| store.set(GUIDED.key, &format!("{text}-{}", ends.get_untracked()[1]));
    let to = move |text: &str| store.set(GUIDED.key, &format!("{}-{text}", ends.get_untracked()[0]));
    let value = move |end: usize| Signal::derive(move || ends.get()[end].to_string());
    let pair = el("div", "pair")
        .child(Number::new("From t", "guided-from", value(0), from).nudge(Nudge::By(0.05)).draw())
        .child(Number::new("To t", "guided-to", value(1), to).nudge(Nudge::By(0.05)).draw());
    more(summary, move || ends.get() != [0.0, 1.0], |inside| inside.child(pair))
}
