//! How the error of each lane falls with its cost, measured in the worker.

use crate::{
    chart::{Chart, Series},
    dom::{El, button, el},
    store::{Progress, Store},
    text,
};
use leptos::prelude::*;
use protocol::message::{REFERENCE_STEPS, SampleSpec, StudyPoint};

/// The lines of the lanes in the style sheet.
const CLASSES: [&str; 4] = ["lane a", "lane b", "lane c", "lane d"];

/// The button, the progress, the chart and its numbers.
pub fn error_study(store: Store) -> El {
    let study = store.study;
    let running = Memo::new(move |_| study.is_running());
    let able =
        Memo::new(move |_| store.routes().iter().flatten().any(|route| store.family_of(route.spec.model).has_path()));
    // One button with two names, so that the focus stays where it is.
    let press = move || if running.get_untracked() { study.stop() } else { store.study_lanes() };
    let some = Memo::new(move |_| study.points.with(|points| !points.is_empty()));
    let press = button("button", press)
        .live_attr("disabled", move || !running.get() && !able.get())
        .live_text(move || if running.get() { "Cancel" } else { "Measure error" });
    let title = el("div", "title")
        .child(el("h2", "").text("Error over cost"))
        .child(press)
        .live(move || if running.get() { meter(store) } else { Vec::new() })
        .child(el("p", "quiet").attr("aria-live", "polite").live_text(move || said(store)));
    let about = format!(
        "Root mean square difference of the pixels (−1 to 1) at t = 1, for up to four of the pictures, from \
         {REFERENCE_STEPS} steps of Heun; for samplers with noise, from as many steps of the same sampler on the same \
         Brownian path. Each lane takes 2 to 128 steps; the adaptive sampler takes tolerances from 0.1 to 0.00001."
    );
    let found = move || if some.get() { vec![curves(store), tables(store)] } else { Vec::new() };
    el("section", "error").attr("aria-label", "Error").child(title).child(el("p", "quiet").text(&about)).live(found)
}

/// How far the study has come.
fn meter(store: Store) -> Vec<El> {
    let progress = Memo::new(move |_| match store.study.progress.get() {
        Progress::Running { done, total } if total > 0 => Some((done, total)),
        _ => None,
    });
    let value = move || progress.get().map(|(done, _)| done.to_string());
    let max = move || progress.get().map_or(1, |(_, total)| total).to_string();
    let words = move || progress.get().map_or("starting".into(), |(done, total)| format!("{done} of {total}"));
    let bar = el("progress", "")
        .attr("aria-label", "Progress of the measurement")
        .live_attr("max", max)
        .live_attr("value", value);
    vec![bar, el("span", "quiet figure").live_text(words)]
}

/// What a screen reader hears of the study: its end.
fn said(store: Store) -> String {
    let count = store.study.points.with(Vec::len);
    let changed = move || {
        let now = store.routes();
        let same = |(lane, spec): &(usize, SampleSpec)| {
            now.get(*lane).is_some_and(|route| route.as_ref().is_some_and(|route| route.spec == *spec))
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
    let mut own = Vec::<StudyPoint>::new();
    for point in points.iter().filter(|point| point.lane == place) {
        own.insert(own.partition_point(|other| other.nfe <= point.nfe), *point);
    }
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

fn curves(store: Store) -> El {
    let lines = Memo::new(move |_| {
        let (lanes, points) = (store.study.lanes.get(), store.study.points.get());
        let line = |(place, (lane, spec)): (usize, &(usize, SampleSpec))| Series {
            class: CLASSES[*lane % CLASSES.len()],
            label: Some(label(*lane, spec)),
            points: finite(&points, place),
        };
        lanes.iter().enumerate().map(line).collect::<Vec<_>>()
    });
    let name = move || {
        let last = |line: &Series| {
            let ((nfe, error), label) = (line.points.last()?, line.label.as_ref()?);
            Some(format!("{label} {} after {nfe} evaluations", text::brief(*error, 2)))
        };
        let ends: Vec<_> = lines.with(|lines| lines.iter().filter_map(last).collect());
        format!("Error over network evaluations, both axes logarithmic: {}", ends.join("; "))
    };
    Chart { lines, log: Signal::stored(true), log_x: true, x_label: "NFE", y_label: "error" }.draw(name)
}

/// The numbers of the chart, a table a lane.
fn tables(store: Store) -> El {
    el("div", "tables").live(move || {
        store
            .study
            .lanes
            .with(|lanes| lanes.iter().enumerate().map(|(place, lane)| table(store, place, lane)).collect::<Vec<_>>())
    })
}

fn table(store: Store, place: usize, (lane, spec): &(usize, SampleSpec)) -> El {
    let rows = move || store.study.points.with(|points| of(points, place).iter().map(row).collect::<Vec<_>>());
    let words = format!("{}, w = {}", label(*lane, spec), text::brief(spec.guidance, 3));
    el("table", &format!("figure {}", CLASSES[lane % CLASSES.len()]))
        .child(el("caption", "").child(el("span", "swatch")).text(&words))
        .html("<thead><tr><th scope=\"col\">Steps</th><th scope=\"col\">NFE</th><th scope=\"col\">Error</th></tr></thead>")
        .child(el("tbody", "").live(rows))
}

fn row(StudyPoint { steps, nfe, error, .. }: &StudyPoint) -> El {
    let error = if error.is_finite() { text::brief(*error, 3) } else { "not finite".into() };
    let cell = |text: &str| el("td", "").text(text);
    el("tr", "").child(cell(&steps.to_string())).child(cell(&text::count(*nfe as u64))).child(cell(&error))
}
