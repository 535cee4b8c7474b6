//! What tells a lane from the others: sampler, model, guidance, stochasticity.

use crate::{
    dom::{El, el},
    form::{Choice, Entry, Slider},
    sample::{sampling, settings::model_entries},
    store::Store,
    text,
};
use flow::{keyed::Keyed, sampler::SamplerId};
use leptos::prelude::*;
use protocol::{
    comparison::{Comparison, Lane},
    message::MAX_GUIDANCE,
};

/// The controls of one lane: whose pictures these are, and how they are steered.
pub fn controls(store: Store, lane: usize) -> [El; 2] {
    // A lane that is being removed keeps its last values.
    let way = Memo::new(move |before: Option<&Lane>| {
        let now = store.comparison.with(|it| it.lanes.get(lane).copied());
        now.or(before.copied()).unwrap_or(Comparison::default().lanes[0])
    });
    let change = move |change: &dyn Fn(&mut Lane)| {
        store.change_lanes(|lanes| lanes.get_mut(lane).into_iter().for_each(change));
    };
    let choose_sampler = move |key: String| match SamplerId::find(&key) {
        Ok(sampler) => change(&|lane| lane.sampler = sampler),
        Err(sentence) => store.alerts.say(sentence),
    };
    let choose_model = move |key: String| match key.parse() {
        Ok(model) => change(&|lane| lane.model = model),
        Err(sentence) => store.alerts.say(sentence),
    };
    let model = Memo::new(move |_| way.get().model);
    let samplers = Memo::new(move |_| samplers(store, way.get()));
    let models = Memo::new(move |_| model_entries(store));
    let noise = Memo::new(move |_| sampling::noise(&way.get().sampler));
    let has_path = Memo::new(move |_| store.family_of(way.get().model).has_path());
    let choice = |label: &'static str, key, value, entries: Memo<Vec<Entry>>, take: Box<dyn Fn(String)>| {
        let key = format!("lane-{lane}-{key}");
        Choice::new(label, key, value, move || entries.get(), take).named(name(label, lane)).draw()
    };
    let slider = move |label: &'static str, key: &str, value, symbol, max, take: Box<dyn Fn(f64)>| {
        let (key, name) = (format!("lane-{lane}-{key}"), Some(name(label, lane)));
        Slider { label, key, value, range: [0.0, max, 0.1], symbol, name, take: Some(take) }.draw(store)
    };
    let stochasticity = move |(symbol, max)| {
        let value = Signal::derive(move || way.get().stochasticity.min(max));
        let take = move |kappa: f64| change(&|lane| lane.stochasticity = kappa);
        slider("Stochasticity", "stochasticity", value, symbol, max, Box::new(take))
    };
    let (sampler, model) =
        (Signal::derive(move || way.get().sampler.to_string()), Signal::derive(move || model.get().to_string()));
    let guidance = Signal::derive(move || way.get().guidance);
    let guide = move |w: f64| change(&|lane| lane.guidance = w);
    [
        el("div", "ways")
            .child(choice("Sampler", "sampler", sampler, samplers, Box::new(choose_sampler)))
            .child(choice("Model", "model", model, models, Box::new(choose_model))),
        el("div", "knobs")
            .live(move || match has_path.get() {
                true => slider("Guidance", "guidance", guidance, "w", MAX_GUIDANCE, Box::new(guide)),
                false => el("p", "note")
                    .text("Drawn in one pass: no sampler, no guidance; the frames are the pictures of t z."),
            })
            .live(move || noise.get().filter(|_| has_path.get()).map(stochasticity)),
    ]
}

fn name(what: &str, lane: usize) -> String {
    format!("{what} of lane {}", text::letter(lane))
}

/// Every sampler; those that make no sense with the lane's model say why and cannot be chosen.
fn samplers(store: Store, way: Lane) -> Vec<Entry> {
    let path = store.path_of(way.model);
    if !path.family.has_path() {
        return vec![Entry::new(way.sampler, "in one pass")];
    }
    let entry = |sampler: SamplerId| match sampler.fits(path.schedule.0, path.gaussian) {
        Ok(()) => Entry::new(sampler, sampler.name),
        Err(why) => Entry { disabled: true, ..Entry::new(sampler, format!("{}: {why}", sampler.name)) },
    };
    SamplerId::all().map(entry).collect()
}
