//! The file input for weights.

use crate::app::{download, store::Store};
use leptos::{html, prelude::*};

/// A button that opens a weights file.
#[component]
pub fn WeightsFile(
    /// For those who want to open it by other means.
    #[prop(optional)]
    node: NodeRef<html::Input>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    view! {
        <label class="button file">
            "Load weights"
            <input
                type="file"
                accept=".safetensors"
                node_ref=node
                on:change:target=move |event| download::open(store, &event.target())
            />
        </label>
    }
}
