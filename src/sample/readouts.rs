//! The numbers of the frame shown.

use crate::{
    dom::{El, el},
    glossary::term,
    store::Store,
    text,
};
use flow::schedule::Coefficients;
use leptos::prelude::*;
use protocol::message::Frame;

/// Frame, t, network evaluations, milliseconds and the two coefficients of the path.
pub fn readouts(store: Store) -> El {
    let at = move |read: fn(&Coefficients) -> f64| {
        move || {
            let path = store.player.path.get();
            let t = store.player.trail.shown.with(|frame| frame.as_ref().map(|frame| frame.t));
            path.zip(t).map_or("–".into(), |(path, t)| text::decimal(read(&path.schedule.at(t)), 3))
        }
    };
    let of = move |read: fn(&Frame) -> String| {
        move || store.player.trail.shown.with(|frame| frame.as_ref().map_or("–".into(), |frame| read(frame)))
    };
    let has_path = Memo::new(move |_| store.family().has_path());
    let adaptive = Memo::new(move |_| store.sample.with(|sample| sample.sampler.is_adaptive()));
    let tried = move || (adaptive.get() && has_path.get()).then(|| readout("tried", of(|it| it.tried.to_string())));
    el("dl", "readouts figure")
        .live_class("adaptive", move || adaptive.get() && has_path.get())
        .child(readout("frame", of(|it| format!("{} of {}", it.index, it.steps))))
        .child(readout("t", of(|it| text::decimal(it.t, 3))))
        .child(readout("nfe", of(|it| text::count(it.nfe as u64))))
        .live(move || has_path.get().then(|| readout("alpha_t", at(|it| it.alpha_t))))
        .live(move || has_path.get().then(|| readout("sigma_t", at(|it| it.sigma_t))))
        .live(tried)
        .child(readout("ms", of(|it| text::decimal(it.ms, 1))))
}

/// A number under the symbol of its term.
pub fn readout(key: &str, value: impl Fn() -> String + 'static) -> El {
    el("div", "").child(el("dt", "").child(term(key))).child(el("dd", "").attr("data-term", key).live_text(value))
}
