//! x_1: the image sets, read once and normalised once, and points as text.

pub mod cloud;
pub mod inline;
pub mod kind;
pub mod number;
pub mod points;
pub mod sets;
pub mod shapes;
pub mod table;
pub mod text;

pub mod idx;
pub mod images;
