//! The work: training, sampling, and the language in which the page asks for them.

pub mod plane;

pub mod batch;
pub mod checkpoint;
pub mod evaluate;
mod fallback;
pub mod measure;
pub mod sample;
pub mod session;
pub mod source;
pub mod study;
pub mod train;
pub mod training;
pub mod world;
