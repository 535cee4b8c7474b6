//! What all lanes share.

use crate::{
    app::{
        form::{Choice, Entry, Number, WeightsFile},
        header,
        sample::{
            settings::{CopyLink, DigitAndSeed},
            ways::{Guided, Tolerance},
        },
        store::Store,
    },
    flow::{keyed::Keyed, time::Grid},
    lab::{comparison::Lock, protocol::SampleSpec},
};
use leptos::prelude::*;

/// Lock, digit, seed, pictures, steps, time grid, tolerance, the times between which guidance acts, and the link that carries them.
#[component]
pub fn Settings() -> impl IntoView {
    let store = expect_context::<Store>();
    let of = move |read: fn(&SampleSpec) -> String| Signal::derive(move || store.sample.with(read));
    let lock = Memo::new(move |_| store.comparison.with(|it| it.lock));
    let locks = Signal::derive(|| Lock::all().map(|lock| Entry::new(lock, name(lock))).collect());
    // The first lane gives the classes their names.
    let data = Memo::new(move |_| {
        store
            .comparison
            .with(|it| it.lanes.first().map(|lane| lane.model))
            .map(|it| store.data_of(it))
            .unwrap_or_default()
    });
    let grids = Signal::derive(|| Grid::all().map(|grid| Entry::new(grid, grid.name())).collect());
    let adaptive =
        Memo::new(move |_| store.comparison.with(|it| it.lanes.iter().any(|lane| lane.sampler.is_adaptive())));
    view! {
        <Choice label="Lock" key="lock" value=Signal::derive(move || lock.get().to_string()) entries=locks
            on_choose=store.take("lock") roomy=true hint=Signal::derive(move || Some(about(lock.get()).to_string())) />
        <DigitAndSeed data />
        <div class="pair">
            <Number label="Pictures" key="pictures" value=of(|it| it.pictures.to_string()) hint="Ten at most here." />
            <Number label="Steps" key="steps" value=of(|it| it.steps.to_string()) />
        </div>
        <Choice label="Time grid" key="grid" value=of(|it| it.grid.to_string()) entries=grids on_choose=store.take("grid") />
        {move || adaptive.get().then(|| view! { <Tolerance /> })}
        <Guided />
        <WeightsFile small=true />
        <CopyLink />
        <p class="note promise">{move || header::promise(store)}</p>
    }
}

fn name(lock: Lock) -> &'static str {
    match lock {
        Lock::Time => "same t",
        Lock::Nfe => "same NFE",
    }
}

fn about(lock: Lock) -> &'static str {
    match lock {
        Lock::Time => "Every lane takes all steps and is seen at the same time.",
        Lock::Nfe => "Every lane may spend one network evaluation for each of the steps.",
    }
}
