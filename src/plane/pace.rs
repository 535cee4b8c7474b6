//! How fast drawings are.

/// How long drawings take.
#[derive(Clone, Copy)]
pub struct DrawingTimes {
    /// The last fine one, in milliseconds.
    pub fine: f64,
    /// When something last changed.
    pub changed: f64,
}

impl DrawingTimes {
    /// Nothing is known yet, so a figure begins coarsely: its first drawing falls together with the layout of the page.
    pub const UNKNOWN: Self = Self { fine: f64::INFINITY, changed: 0.0 };
}
