//! The Train view: samples and loss while it learns, the recipe on one side and the figures on the other.

mod controls;
mod figures;
mod loss;
mod previews;
mod recipe;

use crate::app::store::Store;
use leptos::prelude::*;

/// The whole view.
#[component]
pub fn TrainView() -> impl IntoView {
    let store = expect_context::<Store>();
    Effect::new(move |_| store.time_architectures());
    view! {
        <section class="stage" aria-label="Training">
            <previews::Previews />
            <loss::Loss />
        </section>
        <section class="settings" aria-label="Recipe">
            <recipe::Recipe />
            <controls::Controls />
        </section>
        <section class="aside" aria-label="Figures">
            <figures::Figures />
        </section>
    }
}
