//! The built page in real browsers, served from below a sub-path of a static host.
//!
//! `make test` runs this; by hand: `trunk build && cargo test --test browser`. What every engine must do is written once, for a
//! function that is given an [`engine::Engine`]; `-- ::firefox` runs that in Firefox alone, `-- --skip ::webkit` leaves one out.
//! The rest is Chromium's: what needs its protocol (emulated media and windows, pictures of looks), its WebGPU in software, or
//! tries the page's own logic, which is the same wasm everywhere.
#![cfg(not(target_arch = "wasm32"))]

mod axe;
mod bakeoff;
mod builds;
mod codes;
mod compare;
mod driver;
mod ends;
mod engine;
mod exports;
mod failures;
mod families;
mod generated;
mod golden;
mod gpu;
mod hope;
mod image;
mod inputs;
#[path = "../golden/kept.rs"]
mod kept;
mod kinds;
mod layout;
mod link;
mod looks;
mod made;
mod modes;
mod native;
mod numbers;
mod origin;
mod page;
mod pictures;
mod plane;
mod plane_frames;
mod plane_learning;
mod plane_saved;
mod qualities;
mod reach;
mod recorder;
mod returns;
mod sample;
mod sampling;
mod saved;
mod server;
mod shelf;
mod sight;
mod soak;
mod stale;
mod stalls;
mod starts;
mod stored;
mod train;
mod undone;
mod webdriver;
mod work;
