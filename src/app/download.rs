//! Files out of the page and into it.

use super::store::{MAX_FILE, Store};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, HtmlAnchorElement, HtmlInputElement, Url};

/// Offers bytes as a file; `None` if the browser will not.
pub fn save(name: &str, bytes: &[u8]) -> Option<()> {
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes))).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let anchor: HtmlAnchorElement = document().create_element("a").ok()?.dyn_into().ok()?;
    anchor.set_href(&url);
    anchor.set_download(name);
    anchor.click();
    // The browser needs the address until the download has begun.
    set_timeout(move || drop(Url::revoke_object_url(&url)), Duration::from_secs(60));
    Some(())
}

/// Opens the weights file that was chosen in `input`.
pub fn open(store: Store, input: &HtmlInputElement) {
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    // So that the same file can be chosen again.
    input.set_value("");
    let name = file.name();
    if file.size() > MAX_FILE {
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
