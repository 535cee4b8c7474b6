//! The page: views that read the [`store`] and call its verbs. It never touches a tensor.

mod chart;
mod clock;
mod compare;
mod download;
mod form;
mod formula;
mod header;
mod icon;
mod notices;
mod picture;
mod sample;
mod store;
mod text;
mod theme;
mod train;

use crate::lab::link::View;
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Puts the page in the place of the shell that index.html painted.
pub fn mount() {
    theme::restore();
    let root = document().get_element_by_id("app").and_then(|it| it.dyn_into::<HtmlElement>().ok());
    let Some(root) = root.or_else(|| document().body()) else { return };
    root.replace_children_with_node_0();
    mount_to(root.clone(), move || view! { <App root /> }).forget();
}

#[component]
fn App(root: HtmlElement) -> impl IntoView {
    let store = store::open();
    provide_context(store);
    let condition = Memo::new(move |_| store.condition());
    let root = StoredValue::new_local(root);
    Effect::new(move |_| {
        let key = condition.get().key();
        let html = document().document_element();
        for element in [html, root.with_value(|root| root.dyn_ref().cloned())].into_iter().flatten() {
            let _ = element.set_attribute("data-state", key);
        }
    });
    Effect::new(move |_| {
        let name = store.view.get().name();
        document().set_title(&format!("{name} – flowstep"));
    });
    view! {
        <header::Header />
        <notices::Notices />
        <main class=move || format!("view {}", store.view.get().key())>
            {move || match store.view.get() {
                View::Sample => view! { <sample::SampleView /> }.into_any(),
                View::Compare => view! { <compare::CompareView /> }.into_any(),
                View::Train => view! { <train::TrainView /> }.into_any(),
            }}
        </main>
    }
}
