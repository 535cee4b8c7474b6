//! How training stands, in numbers.

use crate::{
    dom::{El, el},
    store::{Phase, Store},
    text,
};
use data::sets::DataSet;
use leptos::prelude::*;
use protocol::message::TrainReport;

/// Steps, rates, time, data and size.
pub fn figures(store: Store) -> [El; 2] {
    let report = store.training.report;
    let of = move |read: fn(&TrainReport) -> String| report.with(|report| report.as_ref().map_or("–".into(), read));
    let steps = move || {
        let done = of(|it| text::count(it.step));
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
    let row = |name: &str, value: Box<dyn Fn() -> String>| {
        el("div", "").child(el("dt", "").text(name)).child(el("dd", "").live_text(value))
    };
    let rows = [
        row("Steps", Box::new(steps)),
        row("Time", Box::new(move || of(|it| text::duration(it.seconds)))),
        row("Steps a second", Box::new(move || of(|it| text::brief(it.steps_per_second, 3)))),
        row("Images a second", Box::new(images)),
        row("Parameters", Box::new(move || of(|it| text::count(it.parameters as u64)))),
    ];
    [
        el("article", "")
            .child(el("h2", "").live_text(move || phase(store.training.phase.get())))
            .child(el("dl", "figures figure").children(rows)),
        el("article", "")
            .child(el("h2", "").live_text(move || set().name()))
            .child(el("div", "meter").live_style("--share", share))
            .child(el("p", "figure quiet").live_text(move || arrived_text(arrived(), set()))),
    ]
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
