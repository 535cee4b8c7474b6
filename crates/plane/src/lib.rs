//! What the plane shows, as data: pure functions from numbers to [`mark`]s, which a canvas or [`svg`] draws.

pub mod asked;
pub mod camera;
pub mod colour;
pub mod course;
mod draft;
pub mod error;
pub mod figure;
pub mod floor;
pub mod layers;
pub mod learned;
pub mod link;
pub mod mark;
pub mod modes;
pub mod panel;
pub mod panels;
pub mod settings;
pub mod spec;
pub mod svg;
pub mod tour;
pub mod truth;
