//! Icons: one path each on a grid of 16 × 16.

use super::dom::{El, button, svg};

pub const FIRST: &str = "M3 3h2v10H3zM13 3v10L6 8z";
pub const BACK: &str = "M12 3v10L5 8z";
pub const PLAY: &str = "M4 2.5v11L13.5 8z";
pub const PAUSE: &str = "M4 3h3v10H4zM9 3h3v10H9z";
pub const FORWARD: &str = "M4 3v10l7-5z";
pub const LAST: &str = "M11 3h2v10h-2zM3 3v10l7-5z";
pub const CLOSE: &str = "M4 3l4 4 4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z";
pub const PRESENT: &str = "M1 2h14v9H9v2h2v1H5v-1h2v-2H1zM2.5 3.5v6h11v-6z";
pub const CONTRAST: &str = "M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13zM8 3v10a5 5 0 0 1 0-10z";

/// An icon in the colour of the text around it; its button carries the name.
pub fn draw(path: impl Fn() -> &'static str + 'static) -> El {
    svg("svg")
        .attr("viewBox", "0 0 16 16")
        .attr("width", "16")
        .attr("height", "16")
        .attr("aria-hidden", "true")
        .attr("fill", "currentColor")
        .attr("fill-rule", "evenodd")
        .child(svg("path").live_attr("d", path))
}

/// A button that is an icon with a name.
pub fn press(path: &'static str, name: &str, title: &str, act: impl FnMut() + 'static) -> El {
    button("icon", act).attr("aria-label", name).attr("title", title).child(draw(move || path))
}
