//! Every picture of the trajectory at the t shown.

use super::seen::{self, Seen};
use crate::{
    dom::{El, el, follow},
    picture::{Pixels, picture},
    store::Store,
    text,
};
use data::sets::PIXELS;
use leptos::prelude::*;
use std::{cell::Cell, sync::Arc};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

/// The grid. Click a picture, or go to it with the up and down keys, to see it closely below.
pub fn gallery(store: Store, seen: Memo<Option<Arc<Seen>>>) -> El {
    let pictures = Memo::new(move |_| store.sample.with(|sample| sample.pictures));
    grid(move || pictures.get(), move |k| item(store, k, seen))
}

/// As many pictures as `count` says, in columns.
pub fn grid(count: impl Fn() -> usize + Copy + 'static, item: impl Fn(usize) -> El + 'static) -> El {
    el("ol", "gallery")
        .live_style("--wide", move || columns(count())[0].to_string())
        .live_style("--narrow", move || columns(count())[1].to_string())
        .live_style("--rows-wide", move || count().div_ceil(columns(count())[0]).to_string())
        .live_style("--rows-narrow", move || count().div_ceil(columns(count())[1]).to_string())
        .times(count, item)
}

/// Columns on a wide and on a narrow page. Ten where they fit, so that equal digits stand in columns.
fn columns(pictures: usize) -> [usize; 2] {
    match pictures {
        0..=5 => [pictures.max(3), 3],
        6..=10 => [pictures, 5],
        11..=30 => [10, 5],
        _ => [16, 8],
    }
}

fn item(store: Store, k: usize, seen: Memo<Option<Arc<Seen>>>) -> El {
    let suffix = move || seen.with(|seen| seen.as_ref().map(|seen| seen.suffix()).unwrap_or_default());
    let pixels = move || {
        let of = seen.get()?;
        let palette = seen::palette(of.show, of.limit);
        Some(Pixels { of, range: k * PIXELS..(k + 1) * PIXELS, palette })
    };
    let canvas = picture(move || name(store, k) + &suffix(), pixels);
    look(store, k, None, &format!("Look closely at picture {}", k + 1), canvas)
}

/// A picture among others of the view, or of a `lane` of it, behind a button that looks at it closely.
pub fn look(store: Store, k: usize, lane: Option<usize>, name: &str, canvas: El) -> El {
    let in_lane = lane.is_some();
    let chosen = Memo::new(move |_| k == if in_lane { store.compared_picture() } else { store.picture.get() });
    let last = move || untrack(|| if in_lane { store.shared() } else { store.sample.get() }).pictures - 1;
    let on_key = move |event: Event| {
        let next = match event.unchecked_ref::<KeyboardEvent>().key().as_str() {
            "ArrowUp" => k.saturating_sub(1),
            "ArrowDown" => (k + 1).min(last()),
            _ => return,
        };
        event.prevent_default();
        store.look_at(next);
    };
    let lane = lane.map(|lane| lane.to_string());
    let button = el("button", "look")
        .attr("type", "button")
        .attr("aria-label", name)
        .live_attr("aria-pressed", move || chosen.get().to_string())
        .live_attr("tabindex", move || if chosen.get() { "0" } else { "-1" })
        .on("keydown", on_key);
    let button = match &lane {
        Some(lane) => button.attr("data-lane", lane),
        None => button,
    };
    let own = button.clone();
    let choose = move || {
        store.look_at(k);
        if !in_lane && k == store.picture.get_untracked() {
            own.focus();
        }
    };
    let on_cover = choose.clone();
    let item = el("li", "")
        .live_class("chosen", move || chosen.get())
        .child(button.clone().on("click", move |_| choose()))
        .child(el("div", "cover").on("click", move |_| on_cover()).child(canvas));
    // The focus follows the choice, but only where the focus was in the same row.
    let before = Cell::new(true);
    follow(move || {
        let now = chosen.get();
        let came = !before.replace(now) && now;
        let here = |it: Element| it.class_list().contains("look") && it.get_attribute("data-lane") == lane;
        if came && document().active_element().is_some_and(here) {
            button.focus();
        }
    });
    item
}

/// “Picture 3, digit 7, frame 12 of 50, t = 0.24”
pub fn name(store: Store, k: usize) -> String {
    let data = store.data_of(store.sample.with(|sample| sample.model));
    store.player.trail.shown.with(|frame| {
        let there = frame.as_ref().and_then(|frame| frame.labels.get(k).map(|label| (frame, *label)));
        match there {
            Some((frame, label)) => {
                let class = text::class(data, label);
                format!("Picture {}, {class}, frame {} of {}, t = {:.2}", k + 1, frame.index, frame.steps, frame.t)
            }
            None => format!("Picture {}, not computed yet", k + 1),
        }
    })
}
