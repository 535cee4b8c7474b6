//! The numbers of the frame shown.

use crate::{
    app::{
        dom::{El, el},
        store::Store,
        text,
    },
    flow::schedule::Coefficients,
    lab::protocol::Frame,
};
use leptos::prelude::*;

/// Frame, t, network evaluations, milliseconds and the two coefficients of the path.
pub fn readouts(store: Store) -> El {
    let at = move |read: fn(&Coefficients) -> f64| {
        move || {
            let path = store.player.path.get();
            let t = store.player.shown.with(|frame| frame.as_ref().map(|frame| frame.t));
            path.zip(t).map_or("–".into(), |(path, t)| text::decimal(read(&path.schedule.at(t)), 3))
        }
    };
    let of = move |read: fn(&Frame) -> String| {
        move || store.player.shown.with(|frame| frame.as_ref().map_or("–".into(), |frame| read(frame)))
    };
    let adaptive = Memo::new(move |_| store.sample.with(|sample| sample.sampler.is_adaptive()));
    let tried = move || {
        let title = "steps tried for this frame, those included that were too long";
        adaptive.get().then(|| said(title, "tried", of(|it| it.tried.to_string())))
    };
    el("dl", "readouts figure")
        .live_class("adaptive", move || adaptive.get())
        .child(said("frame shown, of all", "frame", of(|it| format!("{} of {}", it.index, it.steps))))
        .child(said("time, from noise (0) to data (1)", "<i>t</i>", of(|it| text::decimal(it.t, 3))))
        .child(said("network evaluations so far", "NFE", of(|it| text::count(it.nfe as u64))))
        .child(said("weight of the data", "<i>α<sub>t</sub></i>", at(|it| it.alpha_t)))
        .child(said("weight of the noise", "<i>σ<sub>t</sub></i>", at(|it| it.sigma_t)))
        .live(tried)
        .child(said("time this frame took to compute", "ms", of(|it| text::decimal(it.ms, 1))))
}

fn said(title: &str, name: &str, value: impl Fn() -> String + 'static) -> El {
    let value = el("dd", "").live_text(value);
    el("div", "").attr("title", title).child(el("dt", "").html(name)).child(value)
}
