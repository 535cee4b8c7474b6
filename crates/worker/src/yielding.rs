//! Letting messages in between two units of work.

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::MessageChannel;

/// Waits for one turn of the event loop. A waker's yield only reaches the microtask queue, where no
/// message arrives, and timers are clamped to 4 ms; a message to ourselves is neither.
pub async fn turn() {
    let Ok(channel) = MessageChannel::new() else { return };
    let promise = Promise::new(&mut |resolve: Function, _| {
        let answer = Closure::once_into_js(move || resolve.call0(&wasm_bindgen::JsValue::NULL));
        channel.port1().set_onmessage(Some(answer.unchecked_ref()));
        let _ = channel.port2().post_message(&wasm_bindgen::JsValue::NULL);
    });
    let _ = JsFuture::from(promise).await;
    channel.port1().close();
}
