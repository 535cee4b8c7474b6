//! Layers of the plane, one a file: each a pure function from numbers to marks.
//!
//! Clouds are flat, x, y, x, y, …; values on a lattice are one a cell. Where two lists should be of one length, what the
//! longer has too much is left out.

pub mod arrows;
pub mod axes;
pub mod conditional;
pub mod contours;
pub mod grid;
pub mod guidance;
pub mod handles;
pub mod heat;
pub mod line;
pub mod particles;
pub mod residual;
pub mod through;
pub mod trajectories;
