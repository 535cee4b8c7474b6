//! Learned fields of the plane: a small network trained on points, and what the page is shown of it.

pub mod protocol;
