//! The file input for weights.

use crate::{
    dom::{El, el},
    store::Store,
};
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlInputElement};

/// A file larger than this is no weights file of ours and is not read.
const MAX_BYTES: f64 = 64.0 * 1024.0 * 1024.0;

/// A button that opens a weights file, in these classes.
pub fn weights_file(store: Store, class: &str) -> El {
    // No `accept`: phones know no such kind of file and would let nobody choose it.
    let input = el("input", "").attr("type", "file").on("change", move |event| {
        if let Some(input) = event.target() {
            open(store, input.unchecked_ref());
        }
    });
    el("label", class).text("Load weights").child(input)
}

/// Opens the weights file that was chosen in `input`.
fn open(store: Store, input: &HtmlInputElement) {
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    // So that the same file can be chosen again.
    input.set_value("");
    take(store, file);
}

/// Reads a file of weights and hands it to the store.
pub fn take(store: Store, file: File) {
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
