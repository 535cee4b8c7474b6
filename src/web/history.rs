//! The address bar. Only the query ever changes, so the page lives at any path.

use wasm_bindgen::JsValue;

/// The query of the page's address, with its `?`.
pub fn query() -> String {
    web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default()
}

/// The whole address with this query, for a link.
pub fn address(query: &str) -> String {
    let Some(location) = web_sys::window().map(|window| window.location()) else { return query.into() };
    format!("{}{}{query}", location.origin().unwrap_or_default(), location.pathname().unwrap_or_default())
}

/// Writes the query into the address bar without a new entry in the history.
pub fn replace(query: &str) {
    with_history(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(query)));
}

/// The same with a new entry, so that Back undoes it.
pub fn push(query: &str) {
    with_history(|history| history.push_state_with_url(&JsValue::NULL, "", Some(query)));
}

fn with_history(write: impl FnOnce(web_sys::History) -> Result<(), JsValue>) {
    // Browsers refuse when asked too often; the next change writes the address anyway.
    let _ = web_sys::window().and_then(|window| window.history().ok()).map(write);
}
