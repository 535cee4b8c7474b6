//! The device of a worker: WebGPU in the worker that links it, else the CPU.

use burn::tensor::Device;
use protocol::message::DeviceReport;

/// The CPU, by Burn's Flex: the same bytes in every browser.
#[cfg(not(feature = "gpu"))]
pub async fn open(_lost: impl Fn(String) + Clone + Send + Sync + 'static) -> Result<(Device, DeviceReport), String> {
    Ok((Device::flex(), DeviceReport { gpu: false, name: "CPU".into() }))
}

/// WebGPU. `lost` hears of every error that nobody awaits: without it they would only be logged,
/// and the run go on with garbage.
#[cfg(feature = "gpu")]
pub async fn open(lost: impl Fn(String) + Clone + Send + Sync + 'static) -> Result<(Device, DeviceReport), String> {
    let opened = Device::wgpu_options().tasks_max(64).init_with_setup_async().await;
    let (device, setup) = opened.map_err(|error| format!("WebGPU could not be started: {error}"))?;
    let uncaptured = lost.clone();
    setup.device.on_uncaptured_error(std::sync::Arc::new(move |error| uncaptured(format!("WebGPU error: {error}"))));
    setup.device.set_device_lost_callback(move |_, message| lost(format!("the GPU was lost: {message}")));
    let name = adapter_name().await.unwrap_or_else(|_| "adapter without a name".into());
    Ok((device, DeviceReport { gpu: true, name: format!("WebGPU, {name}") }))
}

/// The browser's own words for the adapter: wgpu does not hand them on.
#[cfg(feature = "gpu")]
async fn adapter_name() -> Result<String, wasm_bindgen::JsValue> {
    use js_sys::{Function, Promise, Reflect};
    use wasm_bindgen::JsCast;
    let get = |from: &_, key: &str| Reflect::get(from, &key.into());
    let gpu = get(&get(&js_sys::global(), "navigator")?, "gpu")?;
    let request: Function = get(&gpu, "requestAdapter")?.dyn_into()?;
    let promise: Promise = request.call0(&gpu)?.dyn_into()?;
    let info = get(&wasm_bindgen_futures::JsFuture::from(promise).await?, "info")?;
    let text = |key| get(&info, key).ok().and_then(|text| text.as_string()).filter(|text| !text.is_empty());
    let words: Vec<String> = ["vendor", "architecture"].into_iter().filter_map(text).collect();
    Ok(text("description").unwrap_or(if words.is_empty() { "adapter without a name".into() } else { words.join(" ") }))
}
