//! What decides a trained model.

use crate::{
    app::{
        form::{Choice, Entry, Nudge, Number},
        store::{Phase, Store},
        text,
    },
    data::sets::DataSet,
    flow::{coupling::Coupling, draw::Draw, keyed::Keyed, prediction::Reading, schedule::SCHEDULES},
    lab::protocol::TrainSpec,
    model::catalogue::Architecture,
};
use leptos::prelude::*;

/// Data set, model, batch size, seed, learning rate, label drop, path and loss; fixed while a training exists.
#[component]
pub fn Recipe() -> impl IntoView {
    let store = expect_context::<Store>();
    let of = move |read: fn(&TrainSpec) -> String| Signal::derive(move || store.recipe.with(read));
    let fixed = Signal::derive(move || store.training.phase.get() != Phase::None);
    let sets = Signal::derive(|| DataSet::ALL.map(|set| Entry::new(set, set.name())).to_vec());
    let sizes = Signal::derive(|| Architecture::ALL.map(|size| Entry::new(size, capital(size.key()))).to_vec());
    let of_some =
        move |read: fn(&TrainSpec) -> &'static str| Signal::derive(move || Some(store.recipe.with(read).to_string()));
    let schedules = Signal::derive(|| SCHEDULES.iter().map(|it| Entry::new(it.key(), it.name())).collect());
    let losses = Signal::derive(|| Reading::all().map(|it| Entry::new(it, loss(it))).collect());
    let couplings = Signal::derive(|| Coupling::all().map(|it| Entry::new(it, it.name())).collect());
    let draws = Signal::derive(|| Draw::all().map(|it| Entry::new(it, it.name())).collect());
    view! {
        <Choice label="Data set" key="data" value=of(|it| it.data.to_string()) entries=sets on_choose=store.take("data") disabled=fixed />
        <Choice label="Model" key="size" value=of(|it| it.architecture.to_string()) entries=sizes on_choose=store.take("size")
            disabled=fixed roomy=true hint=Signal::derive(move || estimate(store)) />
        <div class="pair">
            <Number label="Batch size" key="batch" nudge=Nudge::By(8.0) value=of(|it| it.batch.to_string()) disabled=fixed />
            <Number label="Seed" key="train-seed" value=of(|it| it.seed.to_string()) disabled=fixed />
        </div>
        <div class="pair">
            <Number label="Learning rate" key="rate" nudge=Nudge::Decades value=of(|it| it.learning_rate.to_string()) disabled=fixed />
            <Number label="Label drop" key="drop" nudge=Nudge::By(0.05) value=of(|it| it.label_drop.to_string()) disabled=fixed />
        </div>
        <Choice label="Schedule" key="schedule" value=of(|it| it.schedule.to_string()) entries=schedules
            on_choose=store.take("schedule") disabled=fixed roomy=true hint=of_some(|it| it.schedule.lecture()) />
        <Choice label="Loss" key="loss" value=of(|it| it.loss.to_string()) entries=losses on_choose=store.take("loss")
            disabled=fixed roomy=true hint=of_some(|it| learns(it.loss)) />
        <Choice label="Coupling" key="coupling" value=of(|it| it.coupling.to_string()) entries=couplings
            on_choose=store.take("coupling") disabled=fixed roomy=true hint=of_some(|it| it.coupling.about()) />
        <Choice label="Draw of t" key="draw" value=of(|it| it.draw.to_string()) entries=draws on_choose=store.take("draw")
            disabled=fixed roomy=true hint=of_some(|it| it.draw.about()) />
        <p class="note fixed" aria-live="polite">
            {move || fixed.get().then_some("The recipe stays as it is until Reset.")}
        </p>
    }
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
    let (architecture, batch) = store.recipe.with(|recipe| (recipe.architecture, recipe.batch));
    let about = architecture.about();
    let about = capital(about.split_once(": ").map_or(about, |(_, about)| about));
    let timed = store.pace.with(|pace| pace.iter().find(|pace| pace.architecture == architecture).copied());
    let running = store.training.report.with(|report| report.as_ref().map(|report| report.steps_per_second));
    // Larger batches take longer in proportion, as near as matters here.
    let per_image = match (running, timed) {
        (Some(rate), _) if rate > 0.0 => Some(1.0 / rate / batch as f64),
        (_, Some(pace)) => Some(pace.step_ms / 1000.0 / pace.batch as f64),
        _ => None,
    };
    // What is expected is known for steps of 32 images; what counts is how many images are seen.
    let lasts = |steps: u64| per_image.map(|seconds| text::duration(seconds * (32 * steps) as f64));
    let plain = TrainSpec::default();
    let usual = store.recipe.with(|it| {
        (it.schedule, it.loss, it.coupling, it.draw) == (plain.schedule, plain.loss, plain.coupling, plain.draw)
    });
    Some(match (lasts(architecture.readable_after()), lasts(architecture.clean_after())) {
        // How long another path takes was not measured.
        (Some(_), _) if !usual => {
            let thousand = lasts(1000).unwrap_or_default();
            format!("{about}. On this device, 32 000 images take about {thousand}.")
        }
        (Some(readable), Some(clean)) => {
            format!("{about}. On this device: readable after about {readable}, clean after {clean}.")
        }
        _ => format!("{about}. Timing it on this device…"),
    })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
