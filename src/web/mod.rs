//! The browser: the worker and its page-side client, fetch, yielding, canvas.

pub mod canvas;
pub mod client;
pub mod history;

#[cfg(feature = "compute")]
pub mod fetch;
#[cfg(feature = "compute")]
pub mod worker;
#[cfg(feature = "compute")]
pub mod yielding;
