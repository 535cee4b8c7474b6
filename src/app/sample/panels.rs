//! The chosen picture closely: where it is, where it is bound, and how it moves.

use super::{gallery::name, seen};
use crate::{
    app::{
        formula::symbol,
        picture::{Palette, Picture, Pixels},
        store::Store,
        text,
    },
    data::sets::PIXELS,
    flow::prediction::Reading,
    lab::link::Show,
    web::canvas,
};
use leptos::prelude::*;
use std::sync::Arc;

/// x_t, the predicted x_1 and a third reading, side by side.
#[component]
pub fn Panels() -> impl IntoView {
    let store = expect_context::<Store>();
    // The first two are there already.
    let third = Memo::new(move |_| match store.showing() {
        Show::State | Show::Reading(Reading::Data) => Show::Reading(Reading::Velocity),
        other => other,
    });
    view! {
        <div class="panels">
            <Panel show=Show::State />
            <Panel show=Show::Reading(Reading::Data) />
            {move || view! { <Panel show=third.get() /> }}
        </div>
    }
}

/// The symbol of a picture and what it is.
pub fn title(show: Show) -> (AnyView, &'static str) {
    match show {
        Show::State => (symbol("xt"), "the state"),
        Show::Reading(Reading::Data) => (symbol("hatone"), "the data it predicts"),
        Show::Reading(Reading::Noise) => (symbol("hatzero"), "the noise it predicts"),
        Show::Reading(Reading::Velocity) => (view! { <math><mi>"u"</mi></math> }.into_any(), "its velocity"),
        Show::Reading(Reading::Score) => (view! { <math><mi>"s"</mi></math> }.into_any(), "its score"),
    }
}

#[component]
fn Panel(show: Show) -> impl IntoView {
    let store = expect_context::<Store>();
    let read = move || {
        let k = store.picture.get();
        let (frame, path) = (store.player.shown.get()?, store.player.path.get()?);
        seen::read(&frame, path, show, k * PIXELS..(k + 1) * PIXELS)
    };
    let limit = Memo::new(move |_| read().map_or(1.0, |(_, limit)| limit));
    let ends = move |sign: f64| text::brief(sign * f64::from(limit.get()), 2);
    let ramp = match seen::palette(show, 1.0) {
        Palette::Grey => "linear-gradient(to right, #000, #fff)".into(),
        Palette::Diverging { .. } => canvas::legend(),
    };
    let what = move || match store.player.shown.with(Option::is_some) && read().is_none() {
        true => format!("no {} at t = 1", seen::name(show)),
        false => seen::name(show).into(),
    };
    let (symbol, title) = title(show);
    view! {
        <figure class="panel">
            <Picture
                name=Signal::derive(move || format!("{}, {}", name(store, store.picture.get()), what()))
                pixels=move || {
                    let (values, limit) = read()?;
                    let palette = seen::palette(show, limit);
                    Some(Pixels { of: Arc::new(values), part: Vec::as_slice, range: 0..PIXELS, palette })
                }
            />
            <figcaption>
                <span class="title">{symbol}" "{title}</span>
                <span class="legend figure">
                    <span>{move || ends(-1.0)}</span>
                    <span class="ramp" style:background=ramp></span>
                    <span>{move || ends(1.0)}</span>
                </span>
            </figcaption>
        </figure>
    }
}
