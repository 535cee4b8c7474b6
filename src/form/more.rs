//! What is seldom changed.

use crate::dom::{El, Words, el};
use leptos::prelude::*;

/// Controls behind a line of text. They open by themselves once `differs`, so that nothing in force is hidden.
pub fn more<W: Words>(
    summary: impl Fn() -> W + 'static,
    differs: impl Fn() -> bool + Send + Sync + 'static,
    inside: impl FnOnce(El) -> El,
) -> El {
    // Never closed by itself: that would take a field away from under the person who types into it.
    let open = Memo::new(move |before: Option<&bool>| differs() || before == Some(&true));
    let line = el("summary", "").live_text(summary);
    inside(el("details", "more").live_attr("open", move || open.get()).child(line))
}
