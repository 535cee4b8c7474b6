//! The controls of a settings column. Each changes one key of the link.

mod choice;
mod file;
mod more;
mod number;
mod slider;

pub use choice::{Choice, Entry};
pub use file::WeightsFile;
pub use more::More;
pub use number::{Nudge, Number};
pub use slider::Slider;
