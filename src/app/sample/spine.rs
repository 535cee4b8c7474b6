//! Time, from noise to data: the ruler on which everything above stands.

use crate::{
    app::store::{Frames, Store},
    flow::{
        schedule::{Linear, Schedule},
        time::uniform_grid,
    },
};
use leptos::prelude::*;

/// The ruler is drawn in these units and stretched to its place.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 64.0;
/// More ticks than this would be a grey bar.
const MOST_TICKS: usize = 125;

/// Ticks, the curves of alpha_t and sigma_t, a marker at t, and the slider over the frames.
#[component]
pub fn Spine() -> impl IntoView {
    let store = expect_context::<Store>();
    let player = store.player;
    let steps = Memo::new(move |_| store.sample.with(|sample| sample.steps));
    let shown = Memo::new(move |_| player.shown.with(|frame| frame.as_ref().map_or(0.0, |frame| frame.t)));
    let index = move || player.wanted.get().min(steps.get());
    let done = move || player.computed.get().saturating_sub(1) as f64 / steps.get() as f64;
    let share = |t: f64| format!("{t:.4}");
    let at = move || Linear.at(shown.get());
    let spoken = move || format!("frame {} of {}, t = {:.2}", index(), steps.get(), uniform_grid(index(), steps.get()));
    view! {
        <div class="spine" style:--t=move || share(shown.get()) style:--done=move || share(done().min(1.0))>
            <div class="plot" aria-hidden="true">
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none">
                    <path class="curve sigma" d=curve(|t| Linear.at(t).sigma_t) />
                    <path class="curve alpha" d=curve(|t| Linear.at(t).alpha_t) />
                </svg>
                <span class="name sigma">"σ"<sub>"t"</sub>" noise"</span>
                <span class="name alpha">"α"<sub>"t"</sub>" data"</span>
                <span class="marker"></span>
                <span class="dot sigma" style:--value=move || share(at().sigma_t)></span>
                <span class="dot alpha" style:--value=move || share(at().alpha_t)></span>
            </div>
            <input
                class="frames"
                type="range"
                aria-label="Frame"
                aria-valuetext=spoken
                min="0"
                max=move || steps.get().to_string()
                step="1"
                prop:value=move || {
                    // The browser clips the value to the range, so the range must be there first.
                    steps.track();
                    index().to_string()
                }
                on:input=move |event| {
                    if let Ok(index) = event_target_value(&event).parse() {
                        player.seek(index);
                    }
                }
            />
            <svg class="ticks" viewBox=format!("0 0 {WIDTH} 8") preserveAspectRatio="none" aria-hidden="true">
                <path d=move || ticks(steps.get(), steps.get()) />
                <path class="done" d=move || ticks(player.computed.get().saturating_sub(1), steps.get()) />
            </svg>
            <div class="ends figure" aria-hidden="true">
                <span><i>"t"</i>" = 0 noise"</span>
                <span><i>"t"</i>" = 1 data"</span>
            </div>
        </div>
    }
}

/// A function of t with values in [0, 1] as a path.
fn curve(f: impl Fn(f64) -> f64) -> String {
    let points = 48;
    let point = |i| {
        let t = uniform_grid(i, points);
        format!("{:.1} {:.1}", t * WIDTH, (1.0 - f(t)) * HEIGHT)
    };
    format!("M{}", (0..=points).map(point).collect::<Vec<_>>().join("L"))
}

/// A tick at each of frames 0 to `last`, or at every so many of them.
fn ticks(last: usize, steps: usize) -> String {
    let every = steps.div_ceil(MOST_TICKS).max(1);
    let tick = |i| format!("M{:.1} 0v8", uniform_grid(i, steps) * WIDTH);
    (0..=last.min(steps)).step_by(every).map(tick).collect()
}
