//! Time, from noise to data: the ruler on which everything above stands.

use super::track::track;
use crate::{
    dom::{El, el, svg},
    store::{Frames, Store},
    text,
};
use flow::{
    schedule::{Coefficients, ScheduleId},
    time::uniform_grid,
};
use leptos::prelude::*;

/// The ruler is drawn in these units and stretched to its place.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 64.0;
/// More ticks than this would be a grey bar.
const MOST_TICKS: usize = 125;

/// The curves of alpha_t and sigma_t, a marker at t, ticks from there to the slider over the frames.
pub fn spine(store: Store) -> El {
    let player = store.player;
    let points = Memo::new(move |_| store.points());
    let steps = Memo::new(move |_| points.with(Vec::len) - 1);
    let schedule = Memo::new(move |_| store.schedule_of(store.sample.with(|sample| sample.model)));
    let shown = Memo::new(move |_| player.trail.shown.with(|frame| frame.as_ref().map_or(0.0, |frame| frame.t)));
    let has_path = Memo::new(move |_| store.family().has_path());
    let index = move || player.wanted().min(steps.get());
    let done = move || player.trail.computed.get().saturating_sub(1) as f64 / steps.get() as f64;
    // What sigma_t is divided by to fit: 1 but for schedules whose noise is larger than that.
    let loudest = Memo::new(move |_| schedule.get().start().max(1.0));
    let at = move || schedule.get().at(shown.get());
    let sigma = move |c: Coefficients| c.sigma_t / loudest.get();
    let unit = move || (loudest.get() > 1.0).then(|| format!("/{}", text::brief(loudest.get(), 3)));
    let spoken = move || {
        let index = index();
        let t = points.with(|points| points.get(index).copied()).unwrap_or(1.0);
        format!("frame {index} of {}, t = {t:.2}", steps.get())
    };
    let curves = stretched(&format!("0 0 {WIDTH} {HEIGHT}"))
        .child(svg("path").attr("class", "curve sigma").live_attr("d", move || curve(schedule.get(), sigma)))
        .child(svg("path").attr("class", "curve alpha").live_attr("d", move || curve(schedule.get(), |c| c.alpha_t)));
    let dot =
        |class: &str, value: Box<dyn Fn() -> f64>| el("span", class).live_style("--value", move || share(value()));
    let plot = el("div", "plot")
        .attr("aria-hidden", "true")
        .child(curves)
        .child(el("span", "name sigma").html("σ<sub>t</sub>").live_text(unit).text(" noise"))
        .html("<span class=\"name alpha\">α<sub>t</sub> data</span><span class=\"marker\"></span>")
        .child(dot("dot sigma", Box::new(move || sigma(at()))))
        .child(dot("dot alpha", Box::new(move || at().alpha_t)));
    let computed = move || points.with(|points| ticks(points, player.trail.computed.get().saturating_sub(1)));
    let all = move || points.with(|points| ticks(points, steps.get()));
    let ticks = stretched(&format!("0 0 {WIDTH} 8"))
        .attr("class", "ticks")
        .attr("aria-hidden", "true")
        .child(svg("path").live_attr("d", all))
        .child(svg("path").attr("class", "done").live_attr("d", computed));
    let ends = Memo::new(move |_| store.family().sampling.ends());
    let end = move |t: usize| {
        let words = move || format!(" = {t} {}", ends.get()[t]);
        el("span", "").html("<i>t</i>").live_text(words)
    };
    let ends = el("div", "ends figure").attr("aria-hidden", "true").child(end(0)).child(end(1));
    el("div", "spine")
        .live_style("--t", move || share(shown.get()))
        .live_style("--done", move || share(done().min(1.0)))
        .child(plot)
        .child(ticks)
        .child(track(player, "Frame", steps, index, spoken))
        .live_class("one-pass", move || !has_path.get())
        .child(ends)
}

fn share(t: f64) -> String {
    format!("{t:.4}")
}

/// A drawing that is stretched to its place.
fn stretched(view: &str) -> El {
    svg("svg").attr("viewBox", view).attr("preserveAspectRatio", "none")
}

/// A function of t with values in [0, 1] as a path.
fn curve(schedule: ScheduleId, f: impl Fn(Coefficients) -> f64) -> String {
    let points = 48;
    let point = |i| {
        let t = uniform_grid(i, points);
        format!("{:.1} {:.1}", t * WIDTH, (1.0 - f(schedule.at(t))) * HEIGHT)
    };
    format!("M{}", (0..=points).map(point).collect::<Vec<_>>().join("L"))
}

/// A line from the t of each of frames 0 to `last`, or of every so many of them, to its place on the slider, where
/// frames are as far apart as they are in number.
fn ticks(points: &[f64], last: usize) -> String {
    let steps = points.len() - 1;
    let every = steps.div_ceil(MOST_TICKS).max(1);
    let tick = |i| format!("M{:.1} 0L{:.1} 8", points[i] * WIDTH, uniform_grid(i, steps) * WIDTH);
    (0..=last.min(steps)).step_by(every).map(tick).collect()
}
