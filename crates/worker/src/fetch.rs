//! The world of a session in a browser: files beside the page, and the clock.

use js_sys::Uint8Array;
use lab::world::World;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, Response};

/// The files beside the worker's script, which lies beside the page.
pub struct Beside(pub DedicatedWorkerGlobalScope);

impl Beside {
    async fn load(&self, path: &str) -> Result<Result<Vec<u8>, u16>, JsValue> {
        let response: Response = JsFuture::from(self.0.fetch_with_str(path)).await?.dyn_into()?;
        if !response.ok() {
            return Ok(Err(response.status()));
        }
        let buffer = JsFuture::from(response.array_buffer()?).await?;
        Ok(Ok(Uint8Array::new(&buffer).to_vec()))
    }
}

impl World for Beside {
    async fn fetch(&self, path: &str) -> Result<Vec<u8>, String> {
        match self.load(path).await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(status)) => Err(format!("{path} could not be loaded: the server answered {status}")),
            Err(_) => Err(format!("{path} could not be loaded: the connection failed")),
        }
    }

    fn now(&self) -> f64 {
        self.0.performance().map_or(0.0, |performance| performance.now())
    }
}
