//! Time under the panels: the slider, the buttons, and where they stand.

use super::state::Plane;
use crate::{
    bar::bar,
    dom::{El, el},
    sample::{readouts::readout, track::track, transport::transport},
    store::Frames,
    text,
};
use flow::schedule::Coefficients;
use leptos::prelude::*;

/// The slider over the frames, play and step, and the numbers of this frame.
pub fn time(plane: Plane) -> El {
    let steps = Memo::new(move |_| plane.steps());
    let now = Memo::new(move |_| {
        plane.spec.with(|spec| {
            let frame = plane.wanted().min(spec.cloud.steps);
            (spec.times()[frame], spec.schedule)
        })
    });
    let t = move || now.get().0;
    let at = move || -> Coefficients {
        let (t, schedule) = now.get();
        schedule.at(schedule.clamp(t))
    };
    let spoken = move || format!("frame {} of {}, t = {:.2}", plane.wanted(), steps.get(), t());
    let number = |value: f64| text::decimal(value, 3);
    let readouts = el("dl", "readouts figure")
        .child(readout("frame", move || format!("{} of {}", plane.wanted(), steps.get())))
        .child(readout("t", move || number(t())))
        .child(readout("alpha_t", move || number(at().alpha_t)))
        .child(readout("sigma_t", move || number(at().sigma_t)));
    let share = move || format!("{:.4}", plane.wanted() as f64 / steps.get().max(1) as f64);
    let spine = el("div", "spine")
        .live_style("--done", share)
        .child(track(plane, "Time", steps, move || plane.wanted(), spoken))
        .html("<div class=\"ends figure\" aria-hidden=\"true\"><span><i>t</i> = 0 noise</span><span><i>t</i> = 1 data</span></div>");
    bar(transport(plane), spine, readouts)
}
