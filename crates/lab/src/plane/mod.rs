//! Training on points: small networks, and what the page is shown of them.

pub mod checkpoint;
pub mod contest;
pub mod density;
pub mod distance;
pub mod learning;
pub mod marginals;
pub mod objective;
pub mod one_pass;
pub mod pairing;
pub mod paths;
pub mod round;
pub mod snapshot;
