//! What a browser answers when it is asked for something to be stored.

use crate::client::reason;
use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// What a promise comes to, as this type; the browser's own words where it comes to none.
pub async fn done<T: JsCast>(promise: Promise) -> Result<T, String> {
    cast(JsFuture::from(promise).await.map_err(|error| words(&error))?)
}

/// An answer as this type.
pub fn cast<T: JsCast>(value: JsValue) -> Result<T, String> {
    value.dyn_into().map_err(|_| "the browser gave no answer, or another than was asked for".into())
}

/// The name of an error's kind.
pub fn name(error: &JsValue) -> Option<String> {
    Reflect::get(error, &"name".into()).ok()?.as_string()
}

/// What an error says of itself.
pub fn words(error: &JsValue) -> String {
    let said = reason(error).filter(|said| !said.is_empty()).or_else(|| name(error));
    said.unwrap_or_else(|| "the browser gave no reason".into())
}

/// Whether an object has a function of this name.
pub fn has(object: &JsValue, key: &str) -> bool {
    Reflect::get(object, &key.into()).is_ok_and(|it| it.is_function())
}
