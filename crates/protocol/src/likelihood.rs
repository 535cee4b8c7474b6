//! How likely pictures are to models: what is asked of the worker, and what it tells.

use crate::catalogue::ModelId;
use data::sets::PIXELS;
use serde::{Deserialize, Serialize};

/// Most test pictures that are measured under a model: all of a set.
pub const MAX_TESTS: usize = 10_000;

/// What is measured under a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeighSpec {
    pub model: ModelId,
    /// So many of the first test pictures of its set, at most [`MAX_TESTS`].
    pub tests: usize,
    /// A picture that it has drawn.
    pub drawn: Option<DrawnPicture>,
}

impl WeighSpec {
    /// A sentence if it asks for what is not there.
    pub fn check(&self) -> Result<(), String> {
        if self.tests > MAX_TESTS {
            return Err(format!("at most {MAX_TESTS} test pictures are measured, not {}", self.tests));
        }
        let whole = |it: &DrawnPicture| it.pixels.len() == PIXELS && it.pixels.iter().all(|x| x.is_finite());
        let sound = self.drawn.as_ref().is_none_or(whole);
        sound.then_some(()).ok_or_else(|| format!("a picture is {PIXELS} finite numbers"))
    }
}

/// A picture that a model has drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawnPicture {
    /// [784], black at -1, white at 1.
    pub pixels: Vec<f32>,
    pub label: u8,
}

/// What a picture costs under a model: -log2 p in bits a pixel of bytes, from above, since bytes are spread between their levels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// The place of its spec in what was asked.
    pub place: usize,
    /// Its number among the test pictures; none of what was drawn.
    pub index: Option<usize>,
    pub label: u8,
    /// [784]
    pub pixels: Vec<f32>,
    pub bits: f64,
    /// Standard error over the probes of the divergence; none where nothing is estimated.
    pub error: Option<f64>,
    /// Whether twice as many steps give the same within [`TOLERANCE`].
    pub converged: bool,
}

/// Bits a pixel by which twice as many steps may change what a picture costs.
pub const TOLERANCE: f64 = 0.05;
