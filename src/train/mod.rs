//! The Train view: samples and loss while it learns, the recipe on one side and the figures on the other.

mod bar;
mod controls;
mod figures;
mod left;
mod loss;
mod outlook;
mod previews;
mod recipe;
mod shelf;
mod stray;

use crate::{
    dom::{El, el, follow},
    store::Store,
};

/// The whole view.
pub fn view(store: Store) -> Vec<El> {
    follow(move || store.time_architectures());
    let milestones = el("p", "unseen").attr("aria-live", "polite").live_text(move || outlook::spoken(store));
    let stage = el("section", "stage").attr("aria-label", "Training").child(milestones).child(stray::stray(store));
    let settings =
        el("section", "settings").attr("aria-label", "Recipe").child(left::left(store)).children(recipe::recipe(store));
    vec![
        stage.child(previews::previews(store)).child(loss::loss(store)),
        bar::bar(store),
        controls::controls(store, settings),
        el("section", "aside").attr("aria-label", "Figures").children(figures::figures(store)),
    ]
}
