//! The worker's side of the browser: its shell, its device, what it fetches. On anything but wasm it is empty.
#![cfg(target_arch = "wasm32")]

pub mod device;
pub mod fetch;
pub mod shell;
pub mod yielding;
