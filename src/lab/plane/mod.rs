//! Learned fields of the plane: a small network trained on points, and what the page is shown of it.

pub mod ends;
pub mod protocol;

#[cfg(feature = "compute")]
pub mod density;
#[cfg(feature = "compute")]
pub mod distance;
#[cfg(feature = "compute")]
pub mod learning;
#[cfg(feature = "compute")]
pub mod objective;
#[cfg(feature = "compute")]
pub mod pace;
#[cfg(feature = "compute")]
pub mod pairing;
#[cfg(feature = "compute")]
pub mod round;
#[cfg(feature = "compute")]
pub mod snapshot;
