//! How fast drawings are.

/// How long drawings take.
#[derive(Clone, Copy, Default)]
pub struct Pace {
    /// The last fine one, in milliseconds.
    pub fine: f64,
    /// When something last changed.
    pub changed: f64,
}
