//! The Train view: samples and loss while it learns, the recipe on one side and the figures on the other.

mod controls;
mod figures;
mod loss;
mod previews;
mod recipe;

use crate::app::{
    dom::{El, el, follow},
    store::Store,
};

/// The whole view.
pub fn view(store: Store) -> Vec<El> {
    follow(move || store.time_architectures());
    let stage = el("section", "stage long").attr("aria-label", "Training");
    let settings = el("section", "settings").attr("aria-label", "Recipe").children(recipe::recipe(store));
    vec![
        stage.child(previews::previews(store)).child(loss::loss(store)),
        controls::bar(store),
        controls::controls(store, settings),
        el("section", "aside").attr("aria-label", "Figures").children(figures::figures(store)),
    ]
}
