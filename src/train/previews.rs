//! What the model draws while it learns: one picture of each class from fixed seeds.

use crate::{
    dom::{El, el},
    picture::{Palette, Pixels, picture},
    store::Store,
    text,
};
use data::sets::{CLASSES, PIXELS};
use leptos::prelude::*;

/// Ten pictures and the step they come from.
pub fn previews(store: Store) -> El {
    let preview = store.training.preview;
    let data = Memo::new(move |_| {
        store.training.spec.with(|spec| spec.as_ref().map_or(store.recipe.get().data, |spec| spec.data))
    });
    let name = move |k: usize| {
        let class = text::class(data.get(), k as u8);
        match preview.with(|preview| preview.as_ref().map(|preview| preview.step)) {
            Some(step) => format!("Picture {}, {class}, training step {step}", k + 1),
            None => format!("Picture {}, {class}, not drawn yet", k + 1),
        }
    };
    let pixels = move |k: usize| {
        Some(Pixels { of: preview.get()?, range: k * PIXELS..(k + 1) * PIXELS, palette: Palette::Grey })
    };
    let item = move |k: usize| {
        let canvas = picture(move || name(k), move || pixels(k));
        let caption = el("span", "caption").live_text(move || data.get().classes()[k]);
        el("li", "").child(el("div", "cover").child(canvas)).child(caption)
    };
    let said = move || match preview.with(|preview| preview.as_ref().map(|preview| text::count(preview.step))) {
        Some(step) => format!("after step {step}, from the same noise each time"),
        None if store.recipe.with(|it| it.coupling.is_gaussian()) => {
            "ten pictures will stand here, drawn from noise as soon as it trains".into()
        }
        None => "ten pictures will stand here, drawn from those of its coupling as soon as it trains".into(),
    };
    let caption =
        el("figcaption", "").child(el("h2", "").text("What it draws")).child(el("p", "quiet figure").live_text(said));
    let gallery = el("ol", "gallery").children((0..CLASSES).map(item));
    el("figure", "previews").live_class("blank", move || preview.with(Option::is_none)).child(caption).child(gallery)
}
