//! The slider over the frames.

use crate::{
    dom::{El, el, value_of},
    store::Frames,
};
use leptos::prelude::*;

/// A slider called `name` from 0 to `steps` that stands at `index` and says `spoken`.
pub fn track(
    frames: impl Frames,
    name: &str,
    steps: Memo<usize>,
    index: impl Fn() -> usize + 'static,
    spoken: impl Fn() -> String + 'static,
) -> El {
    let place = move || {
        // The browser clips the value to the range, so the range must be there first.
        steps.track();
        index().to_string()
    };
    el("input", "frames")
        .attr("type", "range")
        .attr("aria-label", name)
        .live_attr("aria-valuetext", spoken)
        .attr("min", "0")
        .live_attr("max", move || steps.get().to_string())
        .attr("step", "1")
        .live_property("value", place)
        .on("input", move |event| {
            if let Ok(index) = value_of(&event).parse() {
                frames.seek(index);
            }
        })
}
