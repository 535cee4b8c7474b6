//! The address bar. Only the query ever changes, so the page lives at any path.

use wasm_bindgen::JsValue;
use web_sys::PopStateEvent;

/// The query of the page's address, with its `?`.
pub fn query() -> String {
    web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default()
}

/// The whole address with this query, for a link.
pub fn address(query: &str) -> String {
    let Some(location) = web_sys::window().map(|window| window.location()) else { return query.into() };
    format!("{}{}{query}", location.origin().unwrap_or_default(), location.pathname().unwrap_or_default())
}

/// What was put aside with this entry of the history; it survives a reload.
pub fn aside() -> Option<String> {
    state().as_string()
}

/// Writes the query into the address bar without a new entry in the history.
pub fn replace(query: &str) {
    with_history(|history| history.replace_state_with_url(&state(), "", Some(query)));
}

/// The same with a new entry, so that Back undoes it; what was put aside goes with it.
pub fn push(query: &str) {
    with_history(|history| history.push_state_with_url(&state(), "", Some(query)));
}

/// The same, with something put aside for which the address has no room.
pub fn push_with(query: &str, aside: &str) {
    with_history(|history| history.push_state_with_url(&JsValue::from_str(aside), "", Some(query)));
}

/// Goes to a view of the page, with a new entry in the history: whoever follows the address hears of it as of Back.
pub fn visit(query: &str) {
    push(query);
    let heard = PopStateEvent::new("popstate").ok().zip(web_sys::window());
    let _ = heard.map(|(event, window)| window.dispatch_event(&event));
}

fn state() -> JsValue {
    web_sys::window().and_then(|window| window.history().ok()?.state().ok()).unwrap_or(JsValue::NULL)
}

fn with_history(write: impl FnOnce(web_sys::History) -> Result<(), JsValue>) {
    // Browsers refuse when asked too often; the next change writes the address anyway.
    let _ = web_sys::window().and_then(|window| window.history().ok()).map(write);
}
