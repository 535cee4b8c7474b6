//! The browser: the worker and its page-side client, fetch, yielding, canvas.

#[cfg(feature = "page")]
pub mod canvas;
pub mod client;
#[cfg(feature = "page")]
pub mod door;
pub mod history;
#[cfg(feature = "page")]
pub mod painter;
pub mod probe;

#[cfg(feature = "compute")]
pub mod device;
#[cfg(feature = "compute")]
pub mod fetch;
#[cfg(feature = "compute")]
pub mod worker;
#[cfg(feature = "compute")]
pub mod yielding;
