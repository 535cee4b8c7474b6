//! The work: training, sampling, and the language in which the page asks for them.

pub mod comparison;
pub mod link;
pub mod outlook;
pub mod plane;
pub mod protocol;

#[cfg(feature = "compute")]
pub mod batch;
#[cfg(feature = "compute")]
pub mod checkpoint;
#[cfg(feature = "compute")]
pub mod evaluate;
#[cfg(feature = "compute")]
mod fallback;
#[cfg(feature = "compute")]
pub mod measure;
#[cfg(feature = "compute")]
pub mod sample;
#[cfg(feature = "compute")]
pub mod session;
#[cfg(feature = "compute")]
pub mod source;
#[cfg(feature = "compute")]
pub mod study;
#[cfg(feature = "compute")]
pub mod train;
#[cfg(feature = "compute")]
pub mod training;
#[cfg(feature = "compute")]
pub mod world;
