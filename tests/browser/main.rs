//! The built page in a real browser, served from below a sub-path of a static host.
//!
//! `make test` runs this; by hand: `trunk build && cargo test --test browser`.
#![cfg(not(target_arch = "wasm32"))]

mod axe;
mod bakeoff;
mod compare;
mod exports;
mod failures;
mod families;
mod golden;
mod gpu;
mod hope;
mod image;
mod inputs;
#[path = "../golden/kept.rs"]
mod kept;
mod layout;
mod link;
mod looks;
mod modes;
mod native;
mod page;
mod pictures;
mod plane;
mod plane_frames;
mod plane_learning;
mod reach;
mod recorder;
mod sample;
mod sampling;
mod saved;
mod server;
mod shelf;
mod sight;
mod starts;
mod train;
mod webdriver;
mod work;
