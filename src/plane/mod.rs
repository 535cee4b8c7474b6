//! What the plane shows, as data: pure functions from numbers to [`mark`]s, which a canvas or [`svg`] draws.

pub mod camera;
pub mod colour;
pub mod layers;
pub mod mark;
pub mod svg;
