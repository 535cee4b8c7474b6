//! The loss of every batch so far, raw and smoothed.

use crate::app::{
    chart::{Chart, Line},
    store::Store,
    text,
};
use leptos::prelude::*;

/// More points than this are not told apart.
const MOST_POINTS: usize = 600;
/// The smoothed loss forgets a batch to 1/e after so many others; fewer at the start, where it falls fast.
const MEMORY: f64 = 40.0;
const FIRST_MEMORY: f64 = 3.0;

/// The curve and how its y axis runs.
#[component]
pub fn Loss() -> impl IntoView {
    let store = expect_context::<Store>();
    let log = RwSignal::new(true);
    // The losses are too many to compare; a report says that there are new ones.
    let lines = Memo::new(move |_| {
        store.training.report.track();
        store.training.losses.with_value(|losses| lines(losses))
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
                    {move || last().map_or("mean squared error of the velocity".into(), |(step, loss)| format!("{loss:.3} after {} steps", text::count(step as u64)))}
                </p>
                <button class="button small" type="button" aria-pressed=move || log.get().to_string() on:click=move |_| log.update(|log| *log = !*log)>
                    "log axis"
                </button>
            </figcaption>
            <Chart lines=lines.into() log=log name=Signal::derive(name) x_label="step" y_label="loss" />
        </figure>
    }
}

fn lines(losses: &[(u64, f32)]) -> Vec<Line> {
    let raw: Vec<_> = losses.iter().map(|&(step, loss)| (step as f64, f64::from(loss))).collect();
    let smooth = smoothed(&raw);
    let label = smooth.last().map(|(_, loss)| text::decimal(*loss, 3));
    vec![
        Line { class: "raw", label: None, points: extremes(&raw) },
        Line { class: "strong", label, points: every_few(&smooth) },
    ]
}

/// The running mean that forgets, corrected for its short memory at the start.
fn smoothed(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let (mut sum, mut weight) = (0.0, 0.0);
    let mut mean = |i: usize, value: f64| {
        let keep = (-1.0 / MEMORY.min(FIRST_MEMORY + i as f64 / 10.0)).exp();
        if value.is_finite() {
            sum = sum * keep + value;
            weight = weight * keep + 1.0;
        }
        sum / weight
    };
    points.iter().enumerate().map(|(i, &(step, loss))| (step, mean(i, loss))).collect()
}

/// The smallest and largest of each stretch, so that no spike disappears.
fn extremes(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    if points.len() <= MOST_POINTS {
        return points.to_vec();
    }
    let stretch = points.len().div_ceil(MOST_POINTS / 2);
    let of = |part: &[(f64, f64)]| {
        let by_loss = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
        let (low, high) = (part.iter().min_by(by_loss), part.iter().max_by(by_loss));
        let mut both: Vec<_> = low.into_iter().chain(high).copied().collect();
        both.sort_by(|a, b| a.0.total_cmp(&b.0));
        both
    };
    points.chunks(stretch).flat_map(of).collect()
}

/// The last point of each stretch.
fn every_few(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let stretch = points.len().div_ceil(MOST_POINTS).max(1);
    points.chunks(stretch).filter_map(|part| part.last().copied()).collect()
}
