//! The mathematics, for points, slices and tensors alike.
//!
//! Time runs from noise (t = 0) to data (t = 1); x_0 ~ N(0, I) is noise, x_1 is data.

pub mod between;
pub mod bounded;
pub mod brownian;
pub mod coupling;
pub mod divergence;
pub mod draw;
pub mod empirical;
pub mod energy;
pub mod exp;
pub mod field;
#[cfg(test)]
mod fixture;
pub mod floor;
pub mod formula;
pub mod glossary;
pub mod guidance;
pub mod keyed;
pub mod lattice;
pub mod likelihood;
pub mod loss;
pub mod mixture;
pub mod norm;
pub mod path;
pub mod prediction;
pub mod reflow;
pub mod rng;
pub mod sampler;
pub mod schedule;
pub mod state;
pub mod time;
