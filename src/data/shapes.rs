//! Data sets of the plane. Each is a Gaussian mixture, so that the truth about it is known at every t.

use crate::flow::keyed::Keyed;
use serde::{Deserialize, Serialize};

/// Most parts of a data set.
pub const MAX_PARTS: usize = 512;
/// Largest size of a coordinate of a centre.
pub const REACH: f64 = 8.0;
/// Smallest and largest standard deviation of a part.
pub const STDS: [f64; 2] = [0.02, 3.0];
/// Largest weight of a part; the smallest is 0.
pub const MAX_WEIGHT: f64 = 100.0;

/// One Gaussian of a data set, `weight` · N(`centre`, `std`² I).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Weights need not sum to 1.
    pub weight: f64,
    pub centre: [f64; 2],
    pub std: f64,
    /// 0 or 1, for guidance.
    pub class: u8,
}

/// A data set of the plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Shape {
    /// Gaussians that a person moves.
    Mixture,
    #[default]
    Moons,
    Spirals,
    Checkerboard,
    Rings,
    /// A letter or digit.
    Letter,
    /// Points that a person painted or loaded.
    Points,
}

impl Keyed for Shape {
    const WHAT: &'static str = "data set of the plane";

    fn all() -> impl Iterator<Item = Self> {
        [Self::Mixture, Self::Moons, Self::Spirals, Self::Checkerboard, Self::Rings, Self::Letter, Self::Points]
            .into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Mixture => "mixture",
            Self::Moons => "moons",
            Self::Spirals => "spirals",
            Self::Checkerboard => "checkerboard",
            Self::Rings => "rings",
            Self::Letter => "letter",
            Self::Points => "points",
        }
    }
}

crate::serde_by_key!(Shape);
