//! The file input for weights.

use crate::app::store::Store;
use js_sys::Uint8Array;
use leptos::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlInputElement;

/// A file larger than this is no weights file of ours and is not read.
const MAX_BYTES: f64 = 64.0 * 1024.0 * 1024.0;

/// A button that opens a weights file.
#[component]
pub fn WeightsFile(
    /// Less prominent.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let store = expect_context::<Store>();
    view! {
        <label class="button file" class:small=small>
            "Load weights"
            <input
                type="file"
                accept=".safetensors"
                on:change:target=move |event| open(store, &event.target())
            />
        </label>
    }
}

/// Opens the weights file that was chosen in `input`.
fn open(store: Store, input: &HtmlInputElement) {
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    // So that the same file can be chosen again.
    input.set_value("");
    let name = file.name();
    if file.size() > MAX_BYTES {
        let size = file.size() / 1024.0 / 1024.0;
        return store.alerts.say(format!("“{name}” has {size:.0} MB; a weights file has at most 64 MB."));
    }
    spawn_local(async move {
        match JsFuture::from(file.array_buffer()).await {
            Ok(buffer) => store.open(name, Uint8Array::new(&buffer).to_vec()),
            Err(_) => store.alerts.say(format!("“{name}” could not be read.")),
        }
    });
}
