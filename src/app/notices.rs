//! Where errors are said.

use super::{
    icon::{self, Icon},
    store::Store,
};
use leptos::prelude::*;

/// The alert region. It is always there, so that a screen reader hears what appears in it.
#[component]
pub fn Notices() -> impl IntoView {
    let alerts = expect_context::<Store>().alerts;
    view! {
        <div class="notices" role="alert">
            <For each=move || alerts.all() key=|(key, _)| *key let((key, sentence))>
                <p>
                    <span>{sentence}</span>
                    <button class="icon" type="button" aria-label="Dismiss" on:click=move |_| alerts.dismiss(key)>
                        {Icon(icon::CLOSE).draw()}
                    </button>
                </p>
            </For>
        </div>
    }
}
