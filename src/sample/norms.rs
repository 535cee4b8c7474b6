//! How large the state and every reading of it are: the norms of the picture looked at closely.

use super::{panels::title, seen};
use crate::{
    dom::{El, el},
    store::{Path, Store},
    text,
};
use data::sets::PIXELS;
use flow::{norm::Norm, prediction::Reading};
use leptos::prelude::*;
use protocol::link::Show;

/// What is listed, in the order of the formulas.
const ROWS: [Show; 5] = [
    Show::State,
    Show::Reading(Reading::Data),
    Show::Reading(Reading::Noise),
    Show::Reading(Reading::Velocity),
    Show::Reading(Reading::Score),
];

/// ‖x_t‖, ‖x̂_1‖, ‖x̂_0‖, ‖u‖ and ‖s‖ at the t shown.
pub fn norms(store: Store) -> El {
    let norm = move |show: Show| {
        let k = store.picture.get();
        let (frame, path) = (store.player.trail.shown.get()?, store.player.path.get()?);
        // Of a model that starts from pictures, x_0 is no noise.
        let known =
            if path.family.has_path() { path.gaussian || !Store::needs_noise(show) } else { show == Show::State };
        let (values, limit) = seen::read(&frame, path, show, k * PIXELS..(k + 1) * PIXELS).filter(|_| known)?;
        let scale = if show == Show::State { f64::from(limit) } else { 1.0 };
        Some(text::brief(scale * values.square().sqrt(), 3))
    };
    let row = move |show: Show| {
        let (symbol, what) = title(show);
        let norm_of = el("span", "norm").text("‖").children(symbol).text("‖");
        let value = el("dd", "").live_text(move || norm(show).unwrap_or("–".into()));
        el("div", "").child(el("dt", "").child(norm_of).text(" ").text(what)).child(value)
    };
    let heading = move || {
        let t = store.player.trail.shown.with(|frame| frame.as_ref().map(|frame| (frame.index, frame.t)));
        t.map_or("Norms".into(), |(index, t)| format!("Norms at step {index}, t = {}", text::decimal(t, 3)))
    };
    let about = move || {
        let of_noise = |path: Path| path.gaussian && path.family.has_path();
        let noise =
            if store.player.path.get().is_none_or(of_noise) { " x_0, pure noise, has a norm of about 28." } else { "" };
        format!("Of picture {}, 784 numbers.{noise}", store.picture.get() + 1)
    };
    el("article", "")
        .child(el("h2", "").live_text(heading))
        .child(el("dl", "figures figure small").children(ROWS.map(row)))
        .child(el("p", "quiet").live_text(about))
}
