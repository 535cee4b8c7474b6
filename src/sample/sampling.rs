//! How the pictures come about: the sampler and what it takes, the time grid, guidance.

use crate::{
    dom::{El, el},
    form::{Choice, Entry, Nudge, Number, Slider, more},
    store::Store,
};
use flow::{
    keyed::Keyed,
    sampler::{MAX_STOCHASTICITY, SAMPLERS, Sampler, SamplerKind},
    time::Grid,
};
use leptos::prelude::*;
use protocol::message::MAX_GUIDANCE;

/// Sampler, stochasticity or tolerance, time grid, guidance and the times between which it acts. Put into `column`.
pub fn fields(store: Store, column: El) -> El {
    let has_path = Memo::new(move |_| store.family().has_path());
    column.live(move || if has_path.get() { along_a_path(store) } else { vec![in_one_pass()] })
}

/// Of a model that draws in one pass there is nothing to choose.
fn in_one_pass() -> El {
    let words = "This model draws in one pass: no sampler, no guidance. The frames show the pictures of t z, from the middle of \
                 all codes at t = 0 to each picture's own code z at t = 1.";
    el("p", "note one-pass").text(words)
}

fn along_a_path(store: Store) -> Vec<El> {
    let sampler = Memo::new(move |_| store.sample.with(|sample| sample.sampler));
    let unfit = Memo::new(move |_| unfit(store));
    let samplers = move || {
        let disabled = |key| unfit.with(|unfit| unfit.iter().any(|(other, _)| other.key == key));
        SAMPLERS.iter().map(|it| Entry { disabled: disabled(it.key), ..Entry::new(it.key, it.name) }).collect()
    };
    let noise = Memo::new(move |_| noise(&sampler.get()));
    let adaptive = Memo::new(move |_| sampler.get().is_adaptive());
    let stochasticity = move |(symbol, max)| {
        let value = Signal::derive(move || store.sample.with(|it| it.stochasticity.min(max)));
        slider("Stochasticity", "stochasticity", value, symbol, max).draw(store)
    };
    let guidance = Signal::derive(move || store.sample.with(|it| it.guidance));
    let value = store.sample_of(|it| it.sampler.to_string());
    let choice = Choice::new("Sampler", "sampler", value, samplers, store.take("sampler"));
    let sampling = el("div", "fields")
        .child(choice.roomy().hint(move || sampler.get().about).draw())
        .live(move || not_for_this_model(unfit))
        .live(move || noise.get().map(stochasticity))
        .live(move || adaptive.get().then(|| tolerance(store)))
        .child(slider("Guidance", "guidance", guidance, "w", MAX_GUIDANCE).draw(store))
        .child(rare(store));
    vec![sampling]
}

/// What is seldom changed: how the times lie, and the times between which guidance acts.
fn rare(store: Store) -> El {
    let ends = Memo::new(move |_| store.sample.with(|sample| (sample.guided, sample.grid)));
    let differs = move || ends.get() != ([0.0, 1.0], Grid::default());
    more(|| "Time grid, guidance interval", differs, |inside| inside.child(grid(store)).child(guided(store)))
}

fn slider(label: &'static str, key: &str, value: Signal<f64>, symbol: &'static str, max: f64) -> Slider {
    Slider { label, key: key.into(), value, range: [0.0, max, 0.1], symbol, name: None, take: None }
}

/// How the times of the frames lie.
pub fn grid(store: Store) -> El {
    let grids = || Grid::all().map(|grid| Entry::new(grid, grid.name())).collect();
    Choice::new("Time grid", "grid", store.sample_of(|it| it.grid.to_string()), grids, store.take("grid")).draw()
}

/// The samplers that make no sense with these weights, and why.
fn unfit(store: Store) -> Vec<(&'static Sampler, String)> {
    let path = store.path_of(store.sample.with(|sample| sample.model));
    let why = |sampler: &&'static Sampler| Some((*sampler, sampler.fits(path.schedule.0, path.gaussian).err()?));
    SAMPLERS.iter().filter_map(why).collect()
}

/// The symbol of a sampler's stochasticity and how far it goes; `None` where there is nothing to choose.
pub fn noise(sampler: &Sampler) -> Option<(&'static str, f64)> {
    match sampler.kind {
        SamplerKind::DdimEta => Some(("η", 1.0)),
        SamplerKind::Ancestral => None,
        _ => sampler.is_stochastic().then_some(("κ", MAX_STOCHASTICITY)),
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
    Number::new("Tolerance", "tolerance", store.sample_of(|it| it.tolerance.to_string()))
        .nudge(Nudge::Decades)
        .hint("Error allowed in one step.")
        .draw(store)
}

/// The first and the last t at which guidance acts.
pub fn guided(store: Store) -> El {
    let ends = Memo::new(move |_| store.sample.with(|sample| sample.guided));
    let summary = move || match ends.get() {
        [0.0, 1.0] => "Guidance only between…".into(),
        [from, to] => format!("Guidance between t = {from} and {to}"),
    };
    let from = move |text: &str| store.set("guided", &format!("{text}-{}", ends.get_untracked()[1]));
    let to = move |text: &str| store.set("guided", &format!("{}-{text}", ends.get_untracked()[0]));
    let end = move |label, key, value| Number::new(label, key, store.sample_of(value)).nudge(Nudge::By(0.05));
    let pair = el("div", "pair")
        .child(end("From t", "guided-from", |it| it.guided[0].to_string()).take(from).draw(store))
        .child(end("To t", "guided-to", |it| it.guided[1].to_string()).take(to).draw(store));
    more(summary, move || ends.get() != [0.0, 1.0], |inside| inside.child(pair))
}
