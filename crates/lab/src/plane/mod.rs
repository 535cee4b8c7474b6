//! Learned fields of the plane: a small network trained on points, and what the page is shown of it.

pub mod marginals;

pub mod density;
pub mod distance;
pub mod drawing;
pub mod learning;
pub mod objective;
pub mod one_pass;
pub mod pace;
pub mod pairing;
pub mod round;
pub mod snapshot;
pub mod taught;
