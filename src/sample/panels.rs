//! The chosen picture closely: where it is, where it is bound, and how it moves.

use super::{code, codes, gallery::name, seen, words};
use crate::{
    dom::{El, el},
    formula::term,
    glossary,
    picture::{Palette, Pixels, picture},
    store::Store,
    text,
};
use data::sets::PIXELS;
use flow::{family::DrawnBy, prediction::Reading};
use leptos::prelude::*;
use protocol::link::Show;
use std::sync::Arc;
use web::canvas;

/// x_t, the predicted x_1 and a third reading, side by side.
pub fn panels(store: Store) -> El {
    // The first two are there already.
    let third = Memo::new(move |_| match store.showing() {
        Show::State | Show::Reading(Reading::Data) => Show::Reading(Reading::Velocity),
        other => other,
    });
    let way = Memo::new(move |_| store.family().sampling);
    let has_readings = Memo::new(move |_| store.family().has_readings());
    let book = Memo::new(move |_| store.words_of(store.sample.with(|sample| sample.model)));
    let others = move || match way.get() {
        DrawnBy::Path => vec![],
        DrawnBy::Codes => match book.get() {
            Some(0) => vec![code::panel(store)],
            Some(words) => words::panels(store, words),
            None => vec![],
        },
        DrawnBy::Latent | DrawnBy::Layers => codes::panels(store),
    };
    el("div", "panels")
        .child(panel(store, Show::State))
        .live(move || has_readings.get().then(|| panel(store, Show::Reading(Reading::Data))))
        .live(move || has_readings.get().then(|| panel(store, third.get())))
        .live(others)
}

/// The symbol of a picture and what it is.
pub fn title(show: Show) -> (Option<El>, &'static str) {
    match show {
        Show::State => (term("xt", "x_t"), "the state"),
        Show::Reading(Reading::Data) => (term("hatone", "hat_x_1"), "the data it predicts"),
        Show::Reading(Reading::Noise) => (term("hatzero", "hat_x_0"), "the noise it predicts"),
        Show::Reading(Reading::Velocity) => (Some(glossary::term("velocity")), "its velocity"),
        Show::Reading(Reading::Score) => (Some(glossary::term("score")), "its score"),
    }
}

fn panel(store: Store, show: Show) -> El {
    let read = move || {
        let k = store.picture.get();
        let (frame, path) = (store.player.trail.shown.get()?, store.player.path.get()?);
        seen::read(&frame, path, show, k * PIXELS..(k + 1) * PIXELS)
    };
    let limit = Memo::new(move |_| read().map_or(1.0, |(_, limit)| limit));
    let ramp = match seen::palette(show, 1.0) {
        Palette::Grey => canvas::GREYS.into(),
        Palette::Diverging { .. } => canvas::legend(),
    };
    let what = move || match store.player.trail.shown.with(Option::is_some) && read().is_none() {
        true => format!("no {} at t = 1", seen::name(show)),
        false => seen::name(show).into(),
    };
    let pixels = move || {
        let (values, limit) = read()?;
        let palette = seen::palette(show, limit);
        Some(Pixels { of: Arc::new(values), range: 0..PIXELS, palette })
    };
    let (symbol, title) = title(show);
    let verdict = move || {
        let frame = store.player.trail.shown.get().filter(|_| show == Show::State)?;
        let verdict = frame.verdicts.get(store.picture.get())?;
        Some(format!(" = {}", text::decimal(f64::from(*verdict), 3)))
    };
    let judged = Memo::new(move |_| verdict().is_some());
    let cost = move || {
        let frame = store.player.trail.shown.get().filter(|_| show == Show::State)?;
        let bits = frame.costs.get(store.picture.get())?;
        Some(format!(" {} bits a pixel", text::decimal(f64::from(*bits), 2)))
    };
    let is_dense = Memo::new(move |_| cost().is_some());
    let title = el("span", "title")
        .children(symbol)
        .child(
            el("span", "what")
                .live_text(move || if judged.get() || is_dense.get() { " ".into() } else { format!(" {title}") }),
        )
        .live(move || judged.get().then(|| el("span", "verdict").child(glossary::term("critic")).live_text(verdict)))
        .live(move || {
            is_dense.get().then(|| {
                el("span", "verdict")
                    .attr("title", "−log p of this picture, exactly, before its pixels are cut to −1 and 1")
                    .live_text(cost)
            })
        });
    let name = move || format!("{}, {}", name(store, store.picture.get()), what());
    el("figure", "panel")
        .child(picture(name, pixels))
        .child(el("figcaption", "").child(title).child(legend(limit, &ramp)))
}

/// The colours from -limit to limit.
pub fn legend(limit: Memo<f32>, ramp: &str) -> El {
    let end = move |sign: f64| el("span", "").live_text(move || text::brief(sign * f64::from(limit.get()), 2));
    el("span", "legend figure").child(end(-1.0)).child(el("span", "ramp").style("background", ramp)).child(end(1.0))
}
