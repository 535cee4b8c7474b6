//! The mathematics, for points, slices and tensors alike.
//!
//! Time runs from noise (t = 0) to data (t = 1); x_0 ~ N(0, I) is noise, x_1 is data.

pub mod brownian;
pub mod empirical;
pub mod field;
pub mod formula;
pub mod guidance;
pub mod keyed;
pub mod mixture;
pub mod path;
pub mod prediction;
pub mod rng;
pub mod sampler;
pub mod schedule;
pub mod state;
pub mod time;
