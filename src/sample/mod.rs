//! The Sample view: pictures, time under them, settings on one side and formulas on the other.

pub mod absent;
mod code;
mod codes;
mod formula;
pub mod gallery;
pub mod keys;
mod lead;
mod line;
mod norms;
mod pad;
pub mod panels;
pub mod readouts;
pub mod sampling;
mod save;
pub mod seen;
pub mod settings;
mod show;
mod spine;
mod styles;
pub mod track;
mod translation;
pub mod transport;
mod words;

use crate::{
    bar,
    dom::{El, el},
    store::Store,
};
use leptos::prelude::*;

/// The whole view.
pub fn view(store: Store) -> Vec<El> {
    keys::listen(store.player);
    let seen = seen::Seen::memo(store);
    let stage = absent::absent(
        store,
        move || store.sample.with(|sample| sample.model),
        el("section", "stage").attr("aria-label", "Pictures"),
    )
    .child(lead::lead(store))
    .child(gallery::gallery(store, seen))
    .child(show::show(store, seen))
    .child(panels::panels(store));
    let settings = el("section", "settings").attr("aria-label", "Settings");
    vec![
        stage,
        bar::bar(transport::transport(store.player), spine::spine(store), readouts::readouts(store)),
        settings::settings(store, settings),
        formula::formulas(store, el("section", "aside").attr("aria-label", "Formulas")),
    ]
}
