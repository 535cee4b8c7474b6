//! The chosen picture closely: where it is, where it is bound, and how it moves.

use super::gallery::name;
use crate::{
    app::{
        formula::symbol,
        picture::{Palette, Picture, Pixels},
        store::Store,
        text,
    },
    data::sets::PIXELS,
    flow::{
        prediction,
        schedule::{Linear, Schedule},
    },
    lab::protocol::Frame,
    web::canvas,
};
use leptos::prelude::*;
use std::{ops::Range, sync::Arc};

/// One picture of a frame, by its place in the arrays.
type Part = fn(&Frame, Range<usize>) -> Option<Vec<f32>>;

fn state(frame: &Frame, range: Range<usize>) -> Option<Vec<f32>> {
    frame.x_t.get(range).map(<[f32]>::to_vec)
}

fn velocity(frame: &Frame, range: Range<usize>) -> Option<Vec<f32>> {
    frame.velocity.get(range).map(<[f32]>::to_vec)
}

/// Computed here, since the player does not keep it.
fn predicted(frame: &Frame, range: Range<usize>) -> Option<Vec<f32>> {
    let (x, u) = (state(frame, range.clone())?, velocity(frame, range)?);
    Some(prediction::data_from_velocity(&Linear.at(frame.t), &x, &u))
}

/// x_t, the predicted x_1 and the velocity, side by side.
#[component]
pub fn Panels() -> impl IntoView {
    let store = expect_context::<Store>();
    let limit = Memo::new(move |_| {
        let range = range(store);
        store.player.shown.with(|frame| {
            let velocity = frame.as_ref().and_then(|frame| frame.velocity.get(range));
            velocity.map_or(1.0, canvas::limit)
        })
    });
    let grey = Signal::derive(|| Palette::Grey);
    let diverging = Signal::derive(move || Palette::Diverging { limit: limit.get() });
    view! {
        <div class="panels">
            <Panel part=state palette=grey suffix="x_t" title="the state">
                {symbol("xt")}
            </Panel>
            <Panel part=predicted palette=grey suffix="predicted x_1" title="the data it predicts">
                {symbol("hatone")}
            </Panel>
            <Panel part=velocity palette=diverging suffix="velocity" title="its velocity">
                <math><mi>"u"</mi></math>
            </Panel>
        </div>
    }
}

#[component]
fn Panel(
    part: Part,
    palette: Signal<Palette>,
    suffix: &'static str,
    title: &'static str,
    children: Children,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let limit = move || match palette.get() {
        Palette::Grey => 1.0,
        Palette::Diverging { limit } => f64::from(limit),
    };
    let ramp = match palette.get_untracked() {
        Palette::Grey => "linear-gradient(to right, #000, #fff)".into(),
        Palette::Diverging { .. } => canvas::legend(),
    };
    view! {
        <figure class="panel">
            <Picture
                name=Signal::derive(move || format!("{}, {suffix}", name(store, store.picture.get())))
                pixels=move || {
                    let picture = part(&*store.player.shown.get()?, range(store))?;
                    Some(Pixels { of: Arc::new(picture), part: Vec::as_slice, range: 0..PIXELS, palette: palette.get() })
                }
            />
            <figcaption>
                <span class="title">{children()}" "{title}</span>
                <span class="legend figure">
                    <span>{move || text::decimal(-limit(), 0)}</span>
                    <span class="ramp" style:background=ramp></span>
                    <span>{move || text::decimal(limit(), 0)}</span>
                </span>
            </figcaption>
        </figure>
    }
}

/// Where the chosen picture lies in each array of a frame.
fn range(store: Store) -> Range<usize> {
    let k = store.picture.get();
    k * PIXELS..(k + 1) * PIXELS
}
