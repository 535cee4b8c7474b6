//! Patience: what is done, or given up, after so many seconds.

use js_sys::Promise;
use wasm_bindgen::{JsCast, closure::Closure};

/// Does something after so many seconds; the page may end before.
pub fn after(seconds: i32, act: impl FnOnce() + 'static) {
    let act = Closure::once_into_js(act);
    let _ = web_sys::window().map(|window| {
        window.set_timeout_with_callback_and_timeout_and_arguments_0(act.unchecked_ref(), seconds * 1_000)
    });
}

/// A promise of nothing after so many seconds.
pub fn pause(seconds: i32) -> Promise {
    Promise::new(&mut |resolve, _| after(seconds, move || drop(resolve.call0(&wasm_bindgen::JsValue::NULL))))
}
