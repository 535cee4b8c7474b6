//! The Compare view: samplings side by side.

use leptos::prelude::*;

/// The whole view.
#[component]
pub fn CompareView() -> impl IntoView {
    view! {
        <section class="stage" aria-label="Comparison"></section>
    }
}
