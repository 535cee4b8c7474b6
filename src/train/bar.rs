//! The bar of training: its verbs, how far it is, how fast, and how long it takes.

use super::outlook;
use crate::{
    bar,
    dom::{El, button, el},
    store::{Phase, Store},
    text,
};
use leptos::prelude::*;
use protocol::{message::TrainReport, outlook::Milestone};

/// Train, pause, resume, reset; the way to the goal; the numbers.
pub fn bar(store: Store) -> El {
    let training = store.training;
    let none = move || training.phase.get() == Phase::None;
    let verb = move || match training.phase.get() {
        Phase::None => "Train",
        Phase::Starting | Phase::Running => "Pause",
        Phase::Paused => "Resume",
    };
    let act = move || match training.phase.get_untracked() {
        Phase::None => store.train(),
        Phase::Starting | Phase::Running => training.pause(),
        Phase::Paused if training.stray.with_untracked(Option::is_some) => training.go_on(),
        Phase::Paused => training.resume(),
    };
    let verbs = el("div", "verbs")
        .child(button("button primary main", act).live_text(verb))
        .child(button("button", move || store.reset()).live_attr("disabled", none).text("Reset"));
    bar::bar(verbs, way(store), readouts(store))
}

/// A line from no step to the goal, with the marks between.
fn way(store: Store) -> El {
    let goal = Memo::new(move |_| outlook::goal(store));
    let share = Memo::new(move |_| goal.with(|goal| goal.share(store.training.step())));
    let spoken = move || {
        let (next, when) = outlook::next(store);
        format!("{:.0} %; {next}: {when}", share.get() * 100.0)
    };
    let mark = move |mark: &Milestone| {
        let at = goal.with(|goal| goal.share(mark.step));
        let name = if mark.name.is_empty() { format!("{} steps", text::count(mark.step)) } else { mark.name.into() };
        el("span", if at < 1.0 { "mark" } else { "mark last" })
            .style("--at", &format!("{at:.4}"))
            .child(el("span", "").text(&name))
    };
    let line = el("div", "line")
        .attr("role", "progressbar")
        .attr("aria-label", "Training")
        .attr("aria-valuemin", "0")
        .attr("aria-valuemax", "100")
        .live_attr("aria-valuenow", move || format!("{:.0}", share.get() * 100.0))
        .live_attr("aria-valuetext", spoken)
        .live_style("--share", move || format!("{:.4}", share.get()));
    let marks = move || goal.with(|goal| goal.marks().iter().map(mark).collect::<Vec<_>>());
    el("div", "spine way").child(line).child(el("div", "marks").attr("aria-hidden", "true").live(marks))
}

/// Steps, what comes next and when, and the rate.
fn readouts(store: Store) -> El {
    let report = store.training.report;
    let of = move |read: fn(&TrainReport) -> String| report.with(|report| report.as_ref().map_or("–".into(), read));
    let row = |name: El, value: El| el("div", "").child(name).child(value);
    let steps = row(el("dt", "").text("steps"), el("dd", "").live_text(move || of(|it| text::count(it.step))));
    let next = row(
        el("dt", "").live_text(move || outlook::next(store).0),
        el("dd", "").live_text(move || outlook::next(store).1),
    );
    let rate = row(
        el("dt", "").text("steps a second"),
        el("dd", "").live_text(move || of(|it| text::brief(it.steps_per_second, 2))),
    );
    el("dl", "readouts figure").child(next).child(steps).child(rate)
}
