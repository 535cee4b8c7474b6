//! All pictures of a lane in a row.

use super::view::LaneView;
use crate::{
    dom::{El, el},
    picture::{Palette, Pixels, picture},
    sample::gallery::look,
    store::Store,
    text,
};
use data::sets::PIXELS;
use leptos::prelude::*;
use std::sync::Arc;

/// The row. Click a picture, or go to it with the up and down keys, to see it closely in every lane.
pub fn row(store: Store, lane: usize, view: Memo<Option<Arc<LaneView>>>) -> El {
    let pictures = Memo::new(move |_| store.shared().pictures);
    let item = move |k: usize| {
        let pixels = move || {
            let of = view.get()?;
            Some(Pixels { of, range: k * PIXELS..(k + 1) * PIXELS, palette: Palette::Grey })
        };
        let canvas = picture(move || LaneView::name(view.get(), lane, k), pixels);
        let name = format!("Look closely at picture {} of lane {}", k + 1, text::letter(lane));
        look(store, k, Some(lane), &name, canvas)
    };
    el("ol", "gallery").times(move || pictures.get(), item)
}
