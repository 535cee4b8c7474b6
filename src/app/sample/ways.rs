//! How the pictures come about: the sampler and what it takes, the time grid, guidance.

use crate::{
    app::{
        form::{Choice, Entry, More, Nudge, Number, Slider},
        store::Store,
    },
    flow::{
        keyed::Keyed,
        sampler::{Kind, MAX_STOCHASTICITY, SAMPLERS, Sampler},
        time::Grid,
    },
    lab::protocol::{MAX_GUIDANCE, SampleSpec},
};
use leptos::prelude::*;

/// Sampler, stochasticity or tolerance, time grid, guidance and the times between which it acts.
#[component]
pub fn Ways() -> impl IntoView {
    let store = expect_context::<Store>();
    let of = move |read: fn(&SampleSpec) -> String| Signal::derive(move || store.sample.with(read));
    let sampler = Memo::new(move |_| store.sample.with(|sample| sample.sampler));
    let unfit = Memo::new(move |_| unfit(store));
    let samplers = Signal::derive(move || {
        let disabled = |key| unfit.with(|unfit| unfit.iter().any(|(other, _)| other.key == key));
        SAMPLERS.iter().map(|it| Entry { disabled: disabled(it.key), ..Entry::new(it.key, it.name) }).collect()
    });
    let noise = Memo::new(move |_| noise(&sampler.get()));
    let adaptive = Memo::new(move |_| sampler.get().is_adaptive());
    let grids = Signal::derive(|| Grid::all().map(|grid| Entry::new(grid, grid.name())).collect());
    view! {
        <Choice label="Sampler" key="sampler" value=of(|it| it.sampler.to_string()) entries=samplers on_choose=store.take("sampler")
            roomy=true hint=Signal::derive(move || Some(sampler.get().about.to_string())) />
        <Unfit samplers=unfit />
        {move || noise.get().map(|(symbol, max)| view! {
            <Slider label="Stochasticity" key="stochasticity" symbol max step=0.1
                value=Signal::derive(move || store.sample.with(|it| it.stochasticity.min(max))) />
        })}
        {move || adaptive.get().then(|| view! { <Tolerance /> })}
        <Choice label="Time grid" key="grid" value=of(|it| it.grid.to_string()) entries=grids on_choose=store.take("grid") />
        <Slider label="Guidance" key="guidance" symbol="w" max=MAX_GUIDANCE step=0.1
            value=Signal::derive(move || store.sample.with(|it| it.guidance)) />
        <Guided />
    }
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
        Kind::DdimEta => Some(("η", 1.0)),
        Kind::Ancestral => None,
        _ => sampler.is_stochastic().then_some(("κ", MAX_STOCHASTICITY)),
    }
}

/// What the list of samplers offers but does not allow.
#[component]
fn Unfit(samplers: Memo<Vec<(&'static Sampler, String)>>) -> impl IntoView {
    let some = Memo::new(move |_| samplers.with(|samplers| !samplers.is_empty()));
    let summary = Signal::derive(move || format!("Not for this model: {}", samplers.with(Vec::len)));
    // One line for each reason, with all who have it.
    let reasons = move || {
        let mut lines: Vec<(String, Vec<&'static str>)> = Vec::new();
        for (sampler, why) in samplers.get() {
            match lines.iter_mut().find(|(other, _)| *other == why) {
                Some((_, names)) => names.push(sampler.name),
                None => lines.push((why, vec![sampler.name])),
            }
        }
        let line = |(why, names): (String, Vec<_>)| view! { <p class="why"><b>{names.join(", ")}</b>": "{why}"."</p> };
        lines.into_iter().map(line).collect_view()
    };
    move || {
        some.get().then(|| {
            view! {
                <More summary>{reasons}</More>
            }
        })
    }
}

/// What the adaptive sampler keeps to.
#[component]
pub fn Tolerance() -> impl IntoView {
    let store = expect_context::<Store>();
    let value = Signal::derive(move || store.sample.with(|sample| sample.tolerance.to_string()));
    view! { <Number label="Tolerance" key="tolerance" nudge=Nudge::Decades value hint="Error allowed in one step." /> }
}

/// The first and the last t at which guidance acts.
#[component]
pub fn Guided() -> impl IntoView {
    let store = expect_context::<Store>();
    let ends = Memo::new(move |_| store.sample.with(|sample| sample.guided));
    let differs = Memo::new(move |_| ends.get() != [0.0, 1.0]);
    let summary = Signal::derive(move || match ends.get() {
        [0.0, 1.0] => "Guidance only between…".into(),
        [from, to] => format!("Guidance between t = {from} and {to}"),
    });
    let from = move |text: String| store.set("guided", &format!("{text}-{}", ends.get_untracked()[1]));
    let to = move |text: String| store.set("guided", &format!("{}-{text}", ends.get_untracked()[0]));
    view! {
        <More summary differs=differs>
            <div class="pair">
                <Number label="From t" key="guided-from" nudge=Nudge::By(0.05) on_take=from
                    value=Signal::derive(move || ends.get()[0].to_string()) />
                <Number label="To t" key="guided-to" nudge=Nudge::By(0.05) on_take=to
                    value=Signal::derive(move || ends.get()[1].to_string()) />
            </div>
        </More>
    }
}
