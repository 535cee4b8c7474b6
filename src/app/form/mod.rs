//! The controls of a settings column. Each changes one key of the link.

mod choice;
mod file;
mod more;
mod number;
mod slider;

pub use choice::{Choice, Entry};
pub use file::weights_file;
pub use more::more;
pub use number::{Nudge, Number};
pub use slider::Slider;

/// What a control changes by the keys of a link.
pub trait Keys: Copy + 'static {
    /// Changes one setting; a sentence if the text is no value of it.
    fn set(self, key: &str, text: &str) -> Result<(), String>;
}
