//! The verbs of training.

use crate::{
    app::{
        form::WeightsFile,
        store::{Phase, Store},
        text,
    },
    model::catalogue::ModelId,
};
use leptos::prelude::*;

/// Train, pause, resume, reset; weights out and in.
#[component]
pub fn Controls() -> impl IntoView {
    let store = expect_context::<Store>();
    let training = store.training;
    let exists = Memo::new(move |_| training.exists());
    let none = move || training.phase.get() == Phase::None;
    let verb = move || match training.phase.get() {
        Phase::None => "Train",
        Phase::Starting | Phase::Running => "Pause",
        Phase::Paused => "Resume",
    };
    let act = move |_| match training.phase.get_untracked() {
        Phase::None => store.train(),
        Phase::Starting | Phase::Running => training.pause(),
        Phase::Paused => training.resume(),
    };
    // A link that names a trained model offers to train the same one again.
    let recipe =
        move || (none() && store.link.with(|link| link.trained) > 0).then(|| store.link.with(|link| link.trained));
    view! {
        <div class="verbs main">
            <button class="button primary" type="button" on:click=act>{verb}</button>
            <button class="button" type="button" disabled=none on:click=move |_| store.reset()>"Reset"</button>
        </div>
        {move || {
            recipe().map(|steps| {
                view! {
                    <button class="button" type="button" on:click=move |_| store.retrain()>
                        "Train the "{text::count(steps)}" steps of this link"
                    </button>
                }
            })
        }}
        <div class="verbs">
            <button class="button" type="button" disabled=move || !exists.get() on:click=move |_| store.sample_with(ModelId::Trained)>
                "Sample this model"
            </button>
        </div>
        <div class="verbs">
            <button class="button" type="button" disabled=move || !exists.get() on:click=move |_| training.download()>
                "Download weights"
            </button>
            <WeightsFile />
        </div>
        {move || loaded(store)}
    }
}

/// What was opened, and a way to look at it.
fn loaded(store: Store) -> Option<impl IntoView> {
    let report = store.report_of(ModelId::File)?;
    let parameters = text::count(report.parameters as u64);
    Some(view! {
        <div class="loaded">
            <p class="note" aria-live="polite">
                {format!("Loaded: {}, {}, {parameters} parameters, {} steps.", report.architecture, report.data.name(), text::count(report.steps))}
            </p>
            <button class="button" type="button" on:click=move |_| store.sample_with(ModelId::File)>"Sample the file"</button>
        </div>
    })
}
