//! How the error of each lane falls with its cost, measured in the worker.

use crate::{
    app::{
        chart::{Chart, Line},
        store::{Progress, Store},
        text,
    },
    lab::protocol::{REFERENCE_STEPS, SampleSpec, StudyPoint},
};
use leptos::prelude::*;

/// The lines of the lanes in the style sheet.
const CLASSES: [&str; 4] = ["lane a", "lane b", "lane c", "lane d"];

/// The button, the progress, the chart and its numbers.
#[component]
pub fn ErrorStudy() -> impl IntoView {
    let store = expect_context::<Store>();
    let study = store.study;
    let running = Memo::new(move |_| study.is_running());
    let able = Memo::new(move |_| store.courses().iter().any(Option::is_some));
    // One button with two names, so that the focus stays where it is.
    let press = move |_| if running.get_untracked() { study.stop() } else { store.study_lanes() };
    let some = Memo::new(move |_| study.points.with(|points| !points.is_empty()));
    view! {
        <section class="error" aria-label="Error">
            <div class="title">
                <h2>"Error over cost"</h2>
                <button class="button" type="button" disabled=move || !running.get() && !able.get() on:click=press>
                    {move || if running.get() { "Cancel" } else { "Measure error" }}
                </button>
                {move || running.get().then(|| view! { <Meter /> })}
                <p class="quiet" aria-live="polite">{move || said(store)}</p>
            </div>
            <p class="quiet">
                "Root mean square difference of the pixels (−1 to 1) at t = 1, for up to four of the pictures, from "
                {REFERENCE_STEPS}" steps of Heun; for samplers with noise, from as many steps of the same sampler on the same Brownian path. "
                "Each lane takes 2 to 128 steps; the adaptive sampler takes tolerances from 0.1 to 0.00001."
            </p>
            {move || some.get().then(|| view! { <Curves /><Tables /> })}
        </section>
    }
}

/// How far the study has come.
#[component]
fn Meter() -> impl IntoView {
    let store = expect_context::<Store>();
    let progress = Memo::new(move |_| match store.study.progress.get() {
        Progress::Running { done, total } if total > 0 => Some((done, total)),
        _ => None,
    });
    let value = move || progress.get().map(|(done, _)| done.to_string());
    let max = move || progress.get().map_or(1, |(_, total)| total).to_string();
    let words = move || progress.get().map_or("starting".into(), |(done, total)| format!("{done} of {total}"));
    view! {
        <progress aria-label="Progress of the measurement" max=max value=value></progress>
        <span class="quiet figure">{words}</span>
    }
}

/// What a screen reader hears of the study: its end.
fn said(store: Store) -> String {
    let count = store.study.points.with(Vec::len);
    let changed = move || {
        let now = store.courses();
        let same = |(lane, spec): &(usize, SampleSpec)| {
            now.get(*lane).is_some_and(|course| course.as_ref().is_some_and(|course| course.spec == *spec))
        };
        !store.study.lanes.with(|lanes| lanes.iter().all(same))
    };
    let stale = move || if changed() { " The lanes have changed since." } else { "" };
    match store.study.progress.get() {
        Progress::None | Progress::Running { .. } => String::new(),
        Progress::Finished => format!("Measured, {count} points.{}", stale()),
        Progress::Stopped => format!("Stopped after {count} points.{}", stale()),
    }
}

/// The points of the lane at this place of the study, by rising cost.
fn of(points: &[StudyPoint], place: usize) -> Vec<StudyPoint> {
    let mut own: Vec<_> = points.iter().filter(|point| point.lane == place).copied().collect();
    own.sort_by_key(|point| point.nfe);
    own
}

/// What the chart can show of it.
fn finite(points: &[StudyPoint], place: usize) -> Vec<(f64, f64)> {
    let own = of(points, place).into_iter().filter(|point| point.error.is_finite());
    own.map(|point| (point.nfe as f64, point.error)).collect()
}

/// “A Euler”
fn label(lane: usize, spec: &SampleSpec) -> String {
    format!("{} {}", text::letter(lane), spec.sampler.name)
}

#[component]
fn Curves() -> impl IntoView {
    let store = expect_context::<Store>();
    let lines = Memo::new(move |_| {
        let (lanes, points) = (store.study.lanes.get(), store.study.points.get());
        let line = |(place, (lane, spec)): (usize, &(usize, SampleSpec))| Line {
            class: CLASSES[*lane % CLASSES.len()],
            // By its key, which is short enough to stand at the end of a line.
            label: Some(format!("{} {}", text::letter(*lane), spec.sampler.key)),
            points: finite(&points, place),
        };
        lanes.iter().enumerate().map(line).collect::<Vec<_>>()
    });
    let name = move || {
        let last = |line: &Line| {
            let ((nfe, error), label) = (line.points.last()?, line.label.as_ref()?);
            Some(format!("{label} {} after {nfe} evaluations", text::brief(*error, 2)))
        };
        let ends: Vec<_> = lines.with(|lines| lines.iter().filter_map(last).collect());
        format!("Error over network evaluations, both axes logarithmic: {}", ends.join("; "))
    };
    view! { <Chart lines=lines.into() log=true log_x=true name=Signal::derive(name) x_label="NFE" y_label="error" /> }
}

/// The numbers of the chart, a table a lane.
#[component]
fn Tables() -> impl IntoView {
    let store = expect_context::<Store>();
    let row = |StudyPoint { steps, nfe, error, .. }: StudyPoint| {
        let error = if error.is_finite() { text::brief(error, 3) } else { "not finite".into() };
        view! { <tr><td>{steps}</td><td>{text::count(nfe as u64)}</td><td>{error}</td></tr> }
    };
    let table = move |(place, (lane, spec)): (usize, (usize, SampleSpec))| {
        let rows = move || store.study.points.with(|points| of(points, place).into_iter().map(row).collect_view());
        view! {
            <table class=format!("figure {}", CLASSES[lane % CLASSES.len()])>
                <caption><span class="swatch"></span>{label(lane, &spec)}", w = "{text::brief(spec.guidance, 3)}</caption>
                <thead><tr><th scope="col">"Steps"</th><th scope="col">"NFE"</th><th scope="col">"Error"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
    };
    view! {
        <div class="tables">
            {move || store.study.lanes.get().into_iter().enumerate().map(table).collect_view()}
        </div>
    }
}
