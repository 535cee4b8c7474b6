//! The work: training, sampling and studies, one unit at a time, as the commands of `protocol` ask for it.

pub mod plane;

pub mod batch;
pub mod checkpoint;
pub mod evaluate;
mod fallback;
pub mod family;
pub mod measure;
pub mod preview;
pub mod sample;
pub mod session;
pub mod source;
pub mod study;
pub mod train;
pub mod training;
pub mod walk;
pub mod world;
