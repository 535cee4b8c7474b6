//! One panel of a figure: what is drawn, and what is said about it.

use super::{
    colour::Theme,
    mark::{Colour, Mark},
};

/// What a panel is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelKind {
    /// The plane, seen through the camera.
    Plane,
    /// (t, x)
    Line,
}

/// How something looks that a legend names.
#[derive(Clone, Debug, PartialEq)]
pub enum Sign {
    /// The colours of a map from its `low` to its `high` number, evenly spaced.
    Ramp {
        low: f64,
        high: f64,
        colours: Vec<Colour>,
    },
    Dot(Colour),
    Line(Colour),
    Arrow(Colour),
}

/// One colour, arrow or map of a panel, and what it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Legend {
    pub name: String,
    pub sign: Sign,
}

/// What is said about a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct PanelHead {
    pub kind: PanelKind,
    pub title: String,
    /// What matters most in words and numbers, short enough for two lines.
    pub words: String,
    /// The rest, for whoever wants to know; often empty.
    pub details: String,
    /// What is to be seen, for whoever cannot see it.
    pub spoken: String,
    /// One for every colour, arrow and map.
    pub legends: Vec<Legend>,
}

impl PanelHead {
    /// The name of its picture: title, words, and what is to be seen.
    pub fn label(&self) -> String {
        let parts = [&self.title, &self.words, &self.details, &self.spoken];
        let parts: Vec<&str> = parts.into_iter().map(|part| part.trim_end_matches('.')).collect();
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(". ")
    }
}

/// A panel at one frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    pub head: PanelHead,
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
