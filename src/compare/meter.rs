//! How far a measurement has come, and how long it still takes.

use crate::{
    dom::{El, el},
    store::{Gauge, Measured},
    text,
};
use leptos::prelude::*;

/// The bar, called `name`, and the words beside it.
pub fn meter(gauge: Gauge, name: &str) -> Vec<El> {
    let share = Memo::new(move |_| match gauge.progress.get() {
        Measured::Running(share) => share,
        _ => 0.0,
    });
    let bar = el("progress", "")
        .attr("aria-label", name)
        .attr("max", "1")
        .live_attr("value", move || format!("{:.3}", share.get()));
    let words = move || {
        let left = gauge.left().map(|left| format!(", {} left", text::duration(left))).unwrap_or_default();
        format!("{:.0} %{left}", 100.0 * share.get())
    };
    vec![bar, el("span", "quiet figure").live_text(words)]
}
