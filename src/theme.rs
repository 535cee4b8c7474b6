//! Light or dark: the system's choice until the person makes another.

use super::clock;
use leptos::prelude::*;

const KEY: &str = "flowstep-theme";

/// Applies what was chosen on an earlier visit.
pub fn restore() {
    if let Some(theme) = storage().and_then(|it| it.get_item(KEY).ok().flatten()) {
        apply(&theme);
    }
}

/// Changes to the other theme and remembers it.
pub fn switch() {
    let theme = if clock::is_dark() { "light" } else { "dark" };
    apply(theme);
    // A browser without storage forgets, and that is all.
    let _ = storage().map(|it| it.set_item(KEY, theme));
}

fn apply(theme: &str) {
    if let Some(root) = root().filter(|_| matches!(theme, "light" | "dark")) {
        let _ = root.set_attribute("data-theme", theme);
    }
}

fn root() -> Option<web_sys::Element> {
    document().document_element()
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
