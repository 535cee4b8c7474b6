//! One panel of a figure: what is drawn, and what is said about it.

use super::{colour::Theme, layers::heat::Scale, mark::Mark};

/// What a panel is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The plane, seen through the camera.
    Plane,
    /// (t, x)
    Line,
}

/// What the colours of a map mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Legend {
    pub name: String,
    pub low: f64,
    pub high: f64,
    /// How values stand on the bar; `None` for a map with a sign, from blue through nothing to red.
    pub scale: Option<Scale>,
}

/// What is said about a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    pub kind: Kind,
    pub title: String,
    /// What it shows, in words and numbers.
    pub words: String,
    pub legend: Option<Legend>,
}

/// A panel at one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    pub head: Head,
    pub marks: Vec<Mark>,
}

/// How fine a drawing is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detail {
    /// Cells of a heat map to a side.
    pub cells: usize,
    pub theme: Theme,
    /// The place under the pointer.
    pub hover: Option<[f64; 2]>,
}
