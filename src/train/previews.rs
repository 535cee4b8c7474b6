//! What the model draws while it learns: rows of ten pictures, one of each class, from fixed seeds.

use crate::{
    dom::{El, el},
    picture::{Palette, Pixels, picture},
    sample::{keys, track::track, transport::transport},
    store::{Frames, Store},
    text,
};
use data::sets::{CLASSES, PIXELS};
use flow::family::FamilyId;
use leptos::prelude::*;

/// The rows of the family and the step they come from.
pub fn previews(store: Store) -> El {
    let previews = store.training.previews;
    let preview = Memo::new(move |_| previews.shown());
    let family = Memo::new(move |_| {
        store
            .training
            .spec
            .with(|spec| spec.as_ref().map(|spec| spec.family))
            .unwrap_or_else(|| store.recipe.get().family)
    });
    let step = move || preview.with(|preview| preview.as_ref().map(|preview| text::count(preview.step)));
    let said = move || match (step(), family.get().has_readings()) {
        (Some(step), _) if family.get().translates() => format!("after step {step}, of the same pictures each time"),
        (Some(step), _) => format!("after step {step}, from the same noise each time"),
        (None, _) if family.get().translates() => {
            "what it makes of pictures will stand here as soon as it trains".into()
        }
        (None, false) => "pictures will stand here, drawn from noise as soon as it trains".into(),
        (None, true) if store.recipe.with(|it| it.coupling.is_gaussian()) => {
            "ten pictures will stand here, drawn from noise as soon as it trains".into()
        }
        (None, true) => "ten pictures will stand here, drawn from those of its coupling as soon as it trains".into(),
    };
    let caption =
        el("figcaption", "").child(el("h2", "").text("What it draws")).child(el("p", "quiet figure").live_text(said));
    let rows = move || match family.get().rows {
        [_] => row(store, 0, None),
        rows => {
            let row = |(i, name): (usize, &&'static str)| row(store, i, Some(name));
            el("div", "rows").style("--count", &rows.len().to_string()).children(rows.iter().enumerate().map(row))
        }
    };
    let steps = move || (!family.get().has_path()).then(|| steps(store, family.get()));
    el("figure", "previews")
        .live_class("blank", move || preview.with(Option::is_none))
        .child(caption)
        .live(rows)
        .live(steps)
}

/// Ten pictures, under a name where there are several rows.
fn row(store: Store, row: usize, name: Option<&'static str>) -> El {
    let preview = Memo::new(move |_| store.training.previews.shown());
    let data = Memo::new(move |_| {
        store.training.spec.with(|spec| spec.as_ref().map_or(store.recipe.get().data, |spec| spec.data))
    });
    let of_row = name.map(|name| format!(", {name}")).unwrap_or_default();
    let title = move |k: usize, of_row: &str| {
        let class = text::class(data.get(), k as u8);
        match preview.with(|preview| preview.as_ref().map(|preview| preview.step)) {
            Some(step) => format!("Picture {}, {class}{of_row}, training step {step}", k + 1),
            None => format!("Picture {}, {class}{of_row}, not drawn yet", k + 1),
        }
    };
    let pixels = move |k: usize| {
        let first = (row * CLASSES + k) * PIXELS;
        Some(Pixels { of: preview.get()?, range: first..first + PIXELS, palette: Palette::Grey })
    };
    let said = move |k: usize| {
        let verdict = preview.with(|it| it.as_ref().and_then(|it| it.verdicts.get(row * CLASSES + k).copied()));
        verdict.map_or(data.get().classes()[k].into(), |d| format!("D {}", text::decimal(f64::from(d), 2)))
    };
    let item = move |k: usize| {
        let of_row = of_row.clone();
        let canvas = picture(move || title(k, &of_row), move || pixels(k));
        let caption = el("span", "caption").live_text(move || said(k));
        el("li", "").child(el("div", "cover").child(canvas)).child(caption)
    };
    let gallery = el("ol", "gallery").children((0..CLASSES).map(item));
    match name {
        None => gallery,
        Some(name) => el("div", "row").child(el("p", "quiet").text(name)).child(gallery),
    }
}

/// A slider over all that was drawn so far: steps of training, where no path is there to be stepped along.
fn steps(store: Store, family: FamilyId) -> El {
    let previews = store.training.previews;
    keys::listen(previews);
    let last = Memo::new(move |_| previews.last());
    let place = move || previews.wanted();
    let spoken = move || match previews.shown() {
        Some(preview) => format!("training step {}", preview.step),
        None => "nothing drawn yet".into(),
    };
    el("div", "steps")
        .attr("title", &format!("A {} draws in one pass, so that there is no path to step along", family.noun()))
        .child(transport(previews))
        .child(track(previews, "Training step", last, place, spoken))
        .child(el("span", "figure quiet").live_text(move || match previews.shown() {
            Some(preview) => format!("step {}", text::count(preview.step)),
            None => "–".into(),
        }))
}
