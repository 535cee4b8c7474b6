//! Is there a GPU that Burn can use? Asked through `Reflect`, since no other code of the page needs WebGPU's types.

use super::patience;
use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// How long a browser may think about it; some never answer.
const PATIENCE_S: i32 = 4;

/// What a usable adapter computes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adapter {
    Hardware,
    /// WebGPU acted out by the CPU: right, but much slower than the CPU by itself.
    Software,
}

/// A usable adapter, or a sentence that says what is missing.
pub async fn adapter() -> Result<Adapter, String> {
    let none = || "This browser offers no WebGPU adapter.".to_string();
    let gpu = web_sys::window().and_then(|window| get(&window.navigator(), "gpu")).ok_or_else(none)?;
    let request: Function = get(&gpu, "requestAdapter").and_then(|it| it.dyn_into().ok()).ok_or_else(none)?;
    let promise: Promise = request.call0(&gpu).ok().and_then(|it| it.dyn_into().ok()).ok_or_else(none)?;
    let first = Promise::race(&Array::of2(&promise, &patience::pause(PATIENCE_S)));
    let adapter = JsFuture::from(first).await.ok().filter(|it| it.is_object()).ok_or_else(none)?;
    if has(&adapter, "timestamp-query") {
        Ok(if is_software(&adapter) { Adapter::Software } else { Adapter::Hardware })
    } else {
        // cubecl measures with timestamps and panics without them.
        Err("The WebGPU adapter of this browser lacks “timestamp-query”, which the computation needs.".into())
    }
}

/// As the browser says, or as the adapter's own names do where it does not.
fn is_software(adapter: &JsValue) -> bool {
    let info = get(adapter, "info");
    let says =
        |from: Option<&JsValue>| from.and_then(|it| get(it, "isFallbackAdapter")).is_some_and(|it| it.is_truthy());
    let name =
        |key: &str| info.as_ref().and_then(|info| get(info, key)?.as_string()).unwrap_or_default().to_lowercase();
    let names = ["vendor", "architecture", "device", "description"].map(name);
    let known = ["swiftshader", "llvmpipe", "lavapipe", "basic render", "software"];
    says(Some(adapter)) || says(info.as_ref()) || names.iter().any(|name| known.iter().any(|one| name.contains(one)))
}

fn has(adapter: &JsValue, feature: &str) -> bool {
    let Some(features) = get(adapter, "features") else { return false };
    let Some(has) = get(&features, "has").and_then(|it| it.dyn_into::<Function>().ok()) else { return false };
    has.call1(&features, &feature.into()).is_ok_and(|answer| answer.is_truthy())
}

fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    Reflect::get(object, &key.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}
