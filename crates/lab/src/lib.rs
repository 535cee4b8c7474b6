//! The work: training, sampling and studies, one unit at a time, as the commands of `protocol` ask for it.

pub mod plane;

pub mod at_once;
mod augment;
pub mod batch;
pub mod checkpoint;
mod codes;
pub mod evaluate;
mod fallback;
pub mod family;
pub mod learners;
pub mod likelihood;
mod lost;
pub mod measure;
mod pace;
mod pictures;
mod pieces;
pub mod preview;
mod progress;
pub mod quality;
mod queue;
pub mod rate;
pub mod sample;
mod sampling;
pub mod schooling;
pub mod session;
pub mod source;
mod stock;
pub mod study;
pub mod train;
mod training;
pub mod walk;
mod weighing;
pub mod world;
