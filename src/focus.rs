//! The focus is in sight: a browser scrolls to what the keyboard goes to, but not every one knows that the bar of time lies over
//! the end of the window (WebKit does not, where the window would have room).

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Scrolls what the focus goes to out from below the bar, for as long as there is a page.
pub fn listen() {
    window_event_listener(ev::focusin, |event| {
        let focused = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let bar = document().query_selector(".time").ok().flatten();
        if let Some((focused, bar)) = focused.zip(bar)
            && focused.matches(":focus-visible").unwrap_or_default()
            && !bar.contains(Some(&focused))
            && is_below(&focused, &bar)
        {
            // Its end above the end of the window, and as far above as its margin for scrolling says.
            focused.scroll_into_view_with_bool(false);
        }
    });
}

/// Whether any of `one` lies where `bar` is.
fn is_below(one: &Element, bar: &Element) -> bool {
    let (it, bar) = (one.get_bounding_client_rect(), bar.get_bounding_client_rect());
    it.bottom() > bar.top() && it.top() < bar.bottom() && it.right() > bar.left() && it.left() < bar.right()
}
