//! How training stands, in numbers.

use crate::{
    app::{
        store::{Phase, Store},
        text,
    },
    data::sets::DataSet,
    lab::protocol::TrainReport,
};
use leptos::prelude::*;

/// Steps, rates, time, data and size.
#[component]
pub fn Figures() -> impl IntoView {
    let store = expect_context::<Store>();
    let report = store.training.report;
    let of =
        move |read: fn(&TrainReport) -> String| move || report.with(|report| report.as_ref().map_or("–".into(), read));
    let steps = move || {
        let done = of(|it| text::count(it.step))();
        match store.training.until.get() {
            Some(until) => format!("{done} of {}", text::count(until)),
            None => done,
        }
    };
    let images = move || {
        let batch = store.training.spec.with(|spec| spec.as_ref().map(|spec| spec.batch)).unwrap_or_default();
        let rate = report.with(|report| report.as_ref().map(|report| report.steps_per_second));
        rate.map_or("–".into(), |rate| text::brief(rate * batch as f64, 3))
    };
    let set = move || store.training.spec.with(|spec| spec.as_ref().map_or(store.recipe.get().data, |spec| spec.data));
    let arrived = move || report.with(|report| report.as_ref().map_or(0, |report| report.images));
    let share = move || format!("{:.4}", arrived() as f64 / set().train_size() as f64);
    view! {
        <article>
            <h2>{move || phase(store.training.phase.get())}</h2>
            <dl class="figures figure">
                <div><dt>"Steps"</dt><dd>{steps}</dd></div>
                <div><dt>"Time"</dt><dd>{of(|it| text::duration(it.seconds))}</dd></div>
                <div><dt>"Steps a second"</dt><dd>{of(|it| text::brief(it.steps_per_second, 3))}</dd></div>
                <div><dt>"Images a second"</dt><dd>{images}</dd></div>
                <div><dt>"Parameters"</dt><dd>{of(|it| text::count(it.parameters as u64))}</dd></div>
            </dl>
        </article>
        <article>
            <h2>{move || set().name()}</h2>
            <div class="meter" style:--share=share></div>
            <p class="figure quiet">{move || arrived_text(arrived(), set())}</p>
        </article>
    }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::None => "Not started",
        Phase::Starting => "Starting",
        Phase::Running => "Training",
        Phase::Paused => "Paused",
    }
}

fn arrived_text(images: usize, set: DataSet) -> String {
    format!("{} of {} images have arrived", text::count(images as u64), text::count(set.train_size() as u64))
}
