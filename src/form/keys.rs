//! What controls change.

/// A state whose settings have the keys of a link.
pub trait Keys: Copy + 'static {
    /// Changes one setting; a sentence if the text is no value of it.
    fn set(self, key: &str, text: &str) -> Result<(), String>;
}
