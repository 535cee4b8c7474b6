//! What decides the pictures.

use super::ways::Ways;
use crate::{
    app::{
        clock::Delay,
        form::{Choice, Entry, Number, WeightsFile},
        header,
        store::Store,
        text,
    },
    data::sets::{CLASSES, DataSet},
    lab::{link::Link, protocol::SampleSpec},
    model::catalogue::ModelId,
    web::history,
};
use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Model, digit, seed, pictures, steps, the way to sample, and the link that carries them.
#[component]
pub fn Settings() -> impl IntoView {
    let store = expect_context::<Store>();
    let of = move |read: fn(&SampleSpec) -> String| Signal::derive(move || store.sample.with(read));
    let models = Memo::new(move |_| ModelId::ALL.map(|model| model_entry(store, model)).to_vec());
    let data = Memo::new(move |_| store.data_of(store.sample.with(|sample| sample.model)));
    view! {
        <div class="model">
            <Choice label="Model" key="model" value=of(|it| it.model.to_string()) entries=models.into() on_choose=store.take("model")
                roomy=true hint=Signal::derive(move || about(store)) />
            <WeightsFile small=true />
        </div>
        <DigitAndSeed data />
        <div class="pair">
            <Number label="Pictures" key="pictures" value=of(|it| it.pictures.to_string()) />
            <Number label="Steps" key="steps" value=of(|it| it.steps.to_string()) />
        </div>
        <Ways />
        <CopyLink />
        <p class="note promise">{move || header::promise(store)}{move || hash(store)}</p>
    }
}

/// The class of the pictures, named as `data` names it, and the seed of their noise.
#[component]
pub fn DigitAndSeed(data: Memo<DataSet>) -> impl IntoView {
    let store = expect_context::<Store>();
    let of = move |read: fn(&SampleSpec) -> String| Signal::derive(move || store.sample.with(read));
    let digits = Signal::derive(move || digit_entries(data.get()));
    view! {
        <Choice label="Digit" key="digit" value=of(|it| it.digit.map_or("any".into(), |digit| digit.to_string()))
            entries=digits on_choose=store.take("digit") />
        <div class="seed">
            <Number label="Seed" key="seed" value=of(|it| it.seed.to_string()) />
            <button class="button" type="button" on:click=move |_| store.take("seed")(fresh_seed().to_string())>"New seed"</button>
        </div>
    }
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

pub fn model_entry(store: Store, model: ModelId) -> Entry {
    let name = match model {
        ModelId::Shipped(DataSet::Mnist) => "MNIST digits",
        ModelId::Shipped(DataSet::Fashion) => "Fashion-MNIST",
        ModelId::Ddpm => "MNIST digits, DDPM",
        ModelId::Trained => "trained here",
        ModelId::File => "from file",
    };
    Entry { disabled: model == ModelId::Trained && !store.has(model), ..Entry::new(model, name) }
}

fn digit_entries(data: DataSet) -> Vec<Entry> {
    let name = |label: usize| match data {
        DataSet::Mnist => label.to_string(),
        DataSet::Fashion => format!("{label} {}", data.classes()[label]),
    };
    let all = (0..CLASSES).map(|label| Entry::new(label, name(label)));
    [Entry::new("any", "any")].into_iter().chain(all).collect()
}

/// What is known about the weights in use.
fn about(store: Store) -> Option<String> {
    let report = store.report_of(store.sample.with(|sample| sample.model))?;
    let millions = text::brief(report.parameters as f64 / 1e6, 2);
    let (size, reading, schedule) = (report.architecture, report.loss, report.schedule.name());
    Some(format!("{size}, {millions} M parameters; learned the {reading}; schedule {schedule}"))
}

/// Any seed, from the system's own randomness; short enough to be read aloud.
fn fresh_seed() -> u64 {
    getrandom::u64().unwrap_or_else(|_| js_sys::Date::now() as u64) % 1_000_000
}

/// Copies the address of what is seen.
#[component]
pub fn CopyLink() -> impl IntoView {
    let store = expect_context::<Store>();
    let said = RwSignal::new("");
    // Where the clipboard is refused, the address itself, to copy by hand.
    let by_hand = RwSignal::new(None::<String>);
    let silence = Delay::new();
    let copy = move |_| {
        let address = history::address(&store.link.with_untracked(Link::to_query));
        spawn_local(async move {
            // Without a secure context there is no clipboard at all, and asking for it would throw.
            let copied = match window().is_secure_context() {
                true => JsFuture::from(window().navigator().clipboard().write_text(&address)).await.is_ok(),
                false => false,
            };
            said.set(if copied { "Copied." } else { "The clipboard is closed to this page; copy this:" });
            by_hand.set((!copied).then_some(address));
            silence.run(if copied { 3_000 } else { 60_000 }, move || {
                said.set("");
                by_hand.set(None);
            });
        });
    };
    view! {
        <div class="field copy">
            <button class="button primary" type="button" on:click=copy>"Copy link"</button>
            <p class="note" aria-live="polite">{move || said.get()}</p>
            {move || {
                by_hand.get().map(|address| {
                    view! {
                        <input class="address" type="text" readonly aria-label="Link" prop:value=address
                            on:focus:target=|event| event.target().select() />
                    }
                })
            }}
        </div>
    }
}
