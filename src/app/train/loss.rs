//! The loss of every batch so far, raw and smoothed.

use crate::app::{
    chart::{Chart, Line},
    store::{Loss as Point, Store},
    text,
};
use leptos::prelude::*;

/// More points than this are not told apart.
const MOST_POINTS: usize = 600;

/// The curve and how its y axis runs.
#[component]
pub fn Loss() -> impl IntoView {
    let store = expect_context::<Store>();
    let log = RwSignal::new(true);
    // The losses are too many to compare; a report says that there are new ones.
    let lines = Memo::new(move |_| {
        store.training.report.track();
        store.training.losses.with_value(|losses| lines(losses.all()))
    });
    let last = move || {
        lines.with(|lines| lines.iter().find_map(|line| line.points.last().copied().filter(|_| line.class == "strong")))
    };
    let name = move || match last() {
        Some((step, loss)) => format!("Loss after {step} steps: {loss:.3}, smoothed; lower is better"),
        None => "Loss: no step yet".into(),
    };
    view! {
        <figure class="loss">
            <figcaption>
                <h2>"Loss"</h2>
                <p class="quiet figure">
                    {move || last().map_or_else(|| format!("mean squared error of the {}", store.recipe.with(|it| it.loss)), |(step, loss)| format!("{loss:.3} after {} steps", text::count(step as u64)))}
                </p>
                <button class="button small" type="button" aria-pressed=move || log.get().to_string() on:click=move |_| log.update(|log| *log = !*log)>
                    "log axis"
                </button>
            </figcaption>
            <Chart lines=lines.into() log=log name=Signal::derive(name) x_label="step" y_label="loss" />
        </figure>
    }
}

fn lines(losses: &[Point]) -> Vec<Line> {
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
        let mut both: Vec<_> = low.into_iter().chain(high).map(|loss| (loss.step as f64, loss.batch)).collect();
        both.sort_by(|a, b| a.0.total_cmp(&b.0));
        both.dedup();
        both
    };
    losses.chunks(stretch).flat_map(of).collect()
}

/// The smoothed loss at the end of each stretch.
fn every_few(losses: &[Point]) -> Vec<(f64, f64)> {
    let stretch = losses.len().div_ceil(MOST_POINTS).max(1);
    let last = |part: &[Point]| part.last().map(|loss| (loss.step as f64, loss.smooth()));
    losses.chunks(stretch).filter_map(last).collect()
}
