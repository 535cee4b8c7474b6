//! The compute worker: see `worker::shell`. On anything but wasm there is nothing for it to do.

fn main() {
    #[cfg(target_arch = "wasm32")]
    worker::shell::start();
}
