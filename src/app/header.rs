//! The head of the page: its name, its views, its device, its theme.

use super::{
    icon::{self, Icon},
    store::Store,
    theme,
};
use crate::lab::link::{Link, View};
use leptos::prelude::*;

/// The bar across the top.
#[component]
pub fn Header() -> impl IntoView {
    let store = expect_context::<Store>();
    let link = move |view: View| {
        let href = move || store.link.with(|link| Link { view, ..link.clone() }.to_query());
        let current = move || (store.view.get() == view).then_some("page");
        let go = move |event: leptos::ev::MouseEvent| {
            // A click with a modifier opens a tab of its own, as any link does.
            if event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key()) {
                event.prevent_default();
                store.go(view);
            }
        };
        view! { <a href=href aria-current=current on:click=go>{view.name()}</a> }
    };
    view! {
        <header class="bar">
            <h1>"flowstep"</h1>
            <nav aria-label="Views">{View::ALL.map(link).collect_view()}</nav>
            <p class="device" role="status" title=move || promise(store)>{move || device(store)}</p>
            <button class="icon" type="button" aria-label="Switch theme" title="Light or dark" on:click=|_| theme::switch()>
                {Icon(icon::CONTRAST).draw()}
            </button>
        </header>
    }
}

fn device(store: Store) -> String {
    match store.device.get() {
        Some(device) => device.name,
        None if store.failed.get() => "no device".into(),
        None => "starting".into(),
    }
}

/// Which of the two promises about a link holds here.
pub fn promise(store: Store) -> &'static str {
    match store.device.with(|device| device.as_ref().map(|device| device.gpu)) {
        Some(true) => "WebGPU: the same link gives the same picture, up to rounding that differs between devices.",
        Some(false) => "CPU: the same link gives the same bytes in every browser.",
        None => "The worker that computes is starting.",
    }
}
