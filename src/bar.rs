//! The bar along the lower edge: what moves, where in time one is, and the numbers there. It is always in sight.

use super::{
    dom::{El, el},
    mode,
};

/// The bar of a view, which is a child of `main` as the stage is.
pub fn bar(transport: El, spine: El, readouts: El) -> El {
    el("section", "time").attr("aria-label", "Time").child(transport).child(spine).child(readouts).child(mode::out())
}
