//! The device of a worker: WebGPU in the worker that links it, else the CPU.

use crate::lab::protocol::DeviceReport;
use burn::tensor::Device;

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
    let info = setup.adapter.get_info();
    let name = [info.name, info.driver, info.driver_info].into_iter().find(|text| !text.trim().is_empty());
    let name = name.unwrap_or_else(|| "adapter without a name".into());
    Ok((device, DeviceReport { gpu: true, name: format!("WebGPU, {name}") }))
}
