//! Whether sums are those of a browser, to the byte.

use std::cell::Cell;

thread_local! {
    static AS_IN_BROWSERS: Cell<bool> = const { Cell::new(cfg!(target_arch = "wasm32")) };
}

/// From now on what this thread computes natively is added up and rounded as in a browser, if `on`; else as fast as can be.
/// In a browser it always is.
pub fn as_in_browsers(on: bool) {
    AS_IN_BROWSERS.set(on || cfg!(target_arch = "wasm32"));
}

/// Whether this machine is to do as a browser does, and is none.
pub fn imitates() -> bool {
    cfg!(not(target_arch = "wasm32")) && AS_IN_BROWSERS.get()
}
