//! The page's side of the browser: the client of its worker, canvases, history. On anything but wasm it is empty.
#![cfg(target_arch = "wasm32")]

pub mod canvas;
pub mod client;
pub mod files;
pub mod history;
pub mod offline;
pub mod painter;
pub mod patience;
pub mod plane_module;
pub mod probe;
pub mod vault;
