//! The controls of a settings column. Each changes one key of the link.

mod able;
mod choice;
mod field;
pub mod file;
pub mod keys;
mod more;
mod number;
mod slider;

pub use choice::{Choice, Offer};
pub use field::{choice, field, number, slider};
pub use file::weights_file;
pub use more::more;
pub use number::{Nudge, Number};
