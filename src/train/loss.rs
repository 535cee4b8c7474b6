//! The loss of every batch so far, raw and smoothed.

use crate::{
    chart::{Chart, Line},
    dom::{El, button, el},
    glossary::term,
    store::{Loss as Point, Store},
    text,
};
use flow::prediction::Reading;
use leptos::prelude::*;

/// More points than this are not told apart.
const MOST_POINTS: usize = 600;

/// The curve and how its y axis runs.
pub fn loss(store: Store) -> El {
    let log = RwSignal::new(true);
    // The losses are too many to compare; a report says that there are new ones.
    let lines = Memo::new(move |_| {
        store.training.report.track();
        store.training.losses.with_value(|losses| lines(losses.all()))
    });
    let last = move || {
        lines.with(|lines| lines.iter().find_map(|line| line.points.last().copied().filter(|_| line.class == "strong")))
    };
    let first = move || store.training.losses.with_value(|losses| losses.all().first().map(|loss| loss.batch));
    let name = move || match (last(), first()) {
        (Some((step, loss)), Some(first)) => {
            format!("Loss after {step} steps: {loss:.3}, smoothed, from {first:.3} at the first; lower is better")
        }
        _ => "Loss: no step yet".into(),
    };
    let none = Memo::new(move |_| last().is_none());
    let yet = move || {
        let words = "The loss of every batch will stand here as a thin line, and its running mean as a thick one.";
        none.get().then(|| el("p", "yet").text(words))
    };
    let floor =
        move || store.training.spec.with(|spec| spec.as_ref().map_or(store.recipe.get().loss, |spec| spec.loss));
    let now = move || match last() {
        Some((step, loss)) => format!("{loss:.3} after {} steps", text::count(step as u64)),
        None => format!("mean squared error of the {}", store.recipe.with(|it| it.loss)),
    };
    let log_axis = button("button small", move || log.update(|log| *log = !*log))
        .live_attr("aria-pressed", move || log.get().to_string())
        .text("log axis");
    let caption = el("figcaption", "")
        .child(el("h2", "").text("Loss"))
        .child(el("p", "quiet figure").live_text(now))
        .child(log_axis);
    let chart = Chart { lines, log: log.into(), log_x: false, x_label: "step", y_label: "loss" };
    el("figure", "loss").child(caption).child(chart.draw(name).live(yet)).child(why(floor))
}

/// Why no training brings the loss to 0.
fn why(loss: impl Fn() -> Reading + 'static) -> El {
    let answers = move || match loss() {
        Reading::Velocity => "velocities",
        Reading::Noise => "noises",
        Reading::Data => "pictures",
        Reading::Score => "scores",
    };
    el("p", "quiet why")
        .text("It does not go to 0: many pairs of noise and picture pass through the same ")
        .child(term("x_t"))
        .text(", and the best answer there is the mean of their ")
        .live_text(answers)
        .text(". What is left is how far they lie from it.")
}

/// Before there is a step, the axes of a usual training.
const EXPECTED: [(f64, f64); 2] = [(0.0, 1.5), (1_500.0, 0.15)];

fn lines(losses: &[Point]) -> Vec<Line> {
    if losses.is_empty() {
        return vec![Line { class: "none", label: None, points: EXPECTED.to_vec() }];
    }
    let label = losses.last().map(|loss| text::decimal(loss.smooth(), 3));
    vec![
        Line { class: "raw", label: None, points: extremes(losses) },
        Line { class: "strong", label, points: every_few(losses) },
    ]
}

/// The smallest and largest of each stretch, so that no spike disappears.
fn extremes(losses: &[Point]) -> Vec<(f64, f64)> {
    let stretch = if losses.len() <= MOST_POINTS { 1 } else { losses.len().div_ceil(MOST_POINTS / 2) };
    let of = |part: &[Point]| {
        let by_loss = |a: &&Point, b: &&Point| a.batch.total_cmp(&b.batch);
        let (low, high) = (part.iter().min_by(by_loss), part.iter().max_by(by_loss));
        let (Some(low), Some(high)) = (low, high) else { return Vec::new() };
        let (first, second) = if low.step <= high.step { (low, high) } else { (high, low) };
        let both = [first, second].map(|loss| (loss.step as f64, loss.batch));
        both[usize::from(first.step == second.step)..].to_vec()
    };
    losses.chunks(stretch).flat_map(of).collect()
}

/// The smoothed loss at the end of each stretch.
fn every_few(losses: &[Point]) -> Vec<(f64, f64)> {
    let stretch = losses.len().div_ceil(MOST_POINTS).max(1);
    let last = |part: &[Point]| part.last().map(|loss| (loss.step as f64, loss.smooth()));
    losses.chunks(stretch).filter_map(last).collect()
}
