//! The chosen picture closely: where it is, where it is bound, and how it moves.

use super::{code, codes, gallery::name, seen, styles, translation, words};
use crate::{
    dom::{El, el, svg},
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
        DrawnBy::Translation => translation::panels(store),
        DrawnBy::Styles => styles::panels(store),
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
        let verdicts = verdicts(store).filter(|_| show == Show::State)?;
        let mean = verdicts.iter().map(|verdict| f64::from(*verdict)).sum::<f64>() / verdicts.len() as f64;
        let colour = if verdicts.len() > 1 && tells(store) { "; in colour: taken for made" } else { "" };
        Some(format!(" = {}{colour}", text::decimal(mean, 3)))
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
    let places = Memo::new(move |_| {
        show == Show::State && tells(store) && verdicts(store).is_some_and(|it| it.len() == PLACES * PLACES)
    });
    let over = move || places.get().then(|| judged_places(store));
    el("figure", "panel")
        .child(el("div", "over").child(picture(name, pixels)).live(over))
        .child(el("figcaption", "").child(title).child(legend(limit, &ramp)))
}

/// What a critic says of the chosen picture, or of each of its places.
fn verdicts(store: Store) -> Option<Vec<f32>> {
    let (frame, k) = (store.player.trail.shown.get()?, store.picture.get());
    let each = frame.verdicts.len() / frame.labels.len().max(1);
    frame.verdicts.get(k * each..(k + 1) * each).filter(|all| !all.is_empty()).map(<[f32]>::to_vec)
}

/// Whether a critic's numbers are drawn to 1 for real ones and to 0 for made ones.
fn tells(store: Store) -> bool {
    let recipe = store.recipe_behind(store.sample.with(|sample| sample.model));
    recipe.is_none_or(|recipe| recipe.adversarial.tells_shares())
}

/// Places along a picture that a critic judges one by one.
const PLACES: usize = 7;

/// In colour where it takes a place for made, the more the surer it is.
fn judged_places(store: Store) -> El {
    let verdicts = Memo::new(move |_| verdicts(store).unwrap_or_default());
    let square = move |at: usize| {
        svg("rect")
            .attr("x", &(at % PLACES).to_string())
            .attr("y", &(at / PLACES).to_string())
            .attr("width", "1")
            .attr("height", "1")
            .live_style("opacity", move || {
                let verdict = verdicts.with(|all| all.get(at).copied().unwrap_or(1.0));
                format!("{:.2}", 0.7 * (1.0 - 2.0 * verdict).clamp(0.0, 1.0).sqrt())
            })
    };
    let name = move || {
        let made = verdicts.with(|all| all.iter().filter(|verdict| **verdict < 0.5).count());
        format!("The critic takes {made} of {} places for made", PLACES * PLACES)
    };
    svg("svg")
        .attr("class", "dots places")
        .attr("viewBox", "0 0 7 7")
        .attr("role", "img")
        .live_attr("aria-label", name)
        .children((0..PLACES * PLACES).map(square))
}

/// The colours from -limit to limit.
pub fn legend(limit: Memo<f32>, ramp: &str) -> El {
    let end = move |sign: f64| el("span", "").live_text(move || text::brief(sign * f64::from(limit.get()), 2));
    el("span", "legend figure").child(end(-1.0)).child(el("span", "ramp").style("background", ramp)).child(end(1.0))
}
