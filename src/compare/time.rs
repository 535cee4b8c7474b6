//! The one slider on which all lanes stand.

use crate::{
    bar::bar,
    dom::{El, el},
    sample::{readouts::readout, track::track, transport::transport},
    store::{Frames, Store},
    text,
};
use leptos::prelude::*;
use protocol::comparison::Lock;

/// The slider over the positions, and the buttons that move along it.
pub fn time(store: Store) -> El {
    let compare = store.compare;
    let steps = Memo::new(move |_| store.sample.with(|sample| sample.steps));
    let lock = Memo::new(move |_| store.comparison.with(|it| it.lock));
    let position = Memo::new(move |_| compare.wanted().min(steps.get()));
    // The points of lane A's grid are the places on the slider.
    let points = Memo::new(move |_| {
        let model = store.comparison.with(|it| it.lanes.first().map(|lane| lane.model)).unwrap_or_default();
        let (grid, steps) = store.sample.with(|sample| (sample.grid, sample.steps));
        grid.points(steps, store.schedule_of(model).0)
    });
    let spoken = move || {
        let (n, of) = (position.get(), steps.get());
        match lock.get() {
            Lock::Time => {
                let t = points.with(|points| points.get(n).copied()).unwrap_or(1.0);
                format!("step {n} of {of}, t = {}", text::decimal(t, 2))
            }
            Lock::Nfe => format!("{n} of {of} evaluations"),
        }
    };
    let first = move || match lock.get() {
        Lock::Time => "t = 0 noise",
        Lock::Nfe => "0 evaluations",
    };
    let last = move || match lock.get() {
        Lock::Time => "t = 1 data".into(),
        Lock::Nfe => format!("{} evaluations", text::count(steps.get() as u64)),
    };
    let ends = el("div", "ends figure")
        .attr("aria-hidden", "true")
        .child(el("span", "").live_text(first))
        .child(el("span", "").live_text(last));
    let spine = el("div", "spine")
        .live_style("--done", move || format!("{:.4}", position.get() as f64 / steps.get() as f64))
        .child(track(compare, "Frame", steps, move || position.get(), spoken))
        .child(ends);
    let n = move || format!("{} of {}", position.get(), steps.get());
    let t = move || points.with(|points| points.get(position.get()).map_or("–".into(), |t| text::decimal(*t, 3)));
    let numbers = move || match lock.get() {
        Lock::Time => vec![readout("frame", n), readout("t", t)],
        Lock::Nfe => vec![readout("nfe", n)],
    };
    bar(transport(compare), spine, el("dl", "readouts figure").live(numbers))
}
