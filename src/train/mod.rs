//! The Train view: samples and loss while it learns, the recipe on one side and the figures on the other.

mod bar;
mod controls;
mod figures;
mod loss;
mod outlook;
mod previews;
mod recipe;
mod shelf;
mod stray;

use crate::{
    dom::{El, el, follow},
    saved::saved,
    store::{Phase, Store},
    undo_key,
};
use leptos::prelude::*;
use protocol::recipe::TrainSpec;

/// The whole view.
pub fn view(store: Store) -> Vec<El> {
    follow(move || store.time_architectures());
    let milestones = el("p", "unseen").attr("aria-live", "polite").live_text(move || outlook::spoken(store));
    let idle = Signal::derive(move || store.training.phase.get() == Phase::None);
    undo_key::listen(move || store.saves.gone.with(Option::is_some), move || store.bring_back());
    let left =
        saved(store.saves, idle, about, ".time .main", move |id| store.resume_left(id), move || store.bring_back());
    let stage =
        el("section", "stage").attr("aria-label", "Training").child(milestones).child(left).child(stray::stray(store));
    let settings = el("section", "settings").attr("aria-label", "Recipe").children(recipe::recipe(store));
    vec![
        stage.child(previews::previews(store)).child(loss::loss(store)),
        bar::bar(store),
        controls::controls(store, settings),
        el("section", "aside").attr("aria-label", "Figures").children(figures::figures(store)),
    ]
}

/// The settings of a training in words.
fn about(recipe: &TrainSpec) -> String {
    format!("{}, {}, {}", recipe.family.0.name, recipe.architecture.name(), recipe.data.name())
}
