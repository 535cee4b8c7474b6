//! What every kind of raw network F has: sizes that decide it, and what it makes of a picture. A kind is one file, and a line
//! of [`Body`](super::network::Body).

use super::parameters::Builder;
use burn::tensor::Tensor;
use data::sets::{PIXELS, SIDE};
use std::{fmt::Debug, rc::Rc};

/// Largest width, depth or count that a file may ask for: with the bounds on θ and on activations, it keeps a
/// hostile file from filling memory.
pub const MAX_SIZE: usize = 4096;
/// Longest θ.
pub const MAX_PARAMETERS: usize = 16 << 20;
/// Most multiplications of one picture, but for the modulation: nine times those of the largest model that ships.
pub const MAX_COST: u64 = 1 << 27;
/// Most blocks.
const MAX_DEPTH: usize = 64;

/// The sizes of a raw network.
pub trait Sizes {
    /// Numbers of a row that it takes and gives.
    fn numbers(&self) -> usize {
        PIXELS
    }

    /// A sentence if they make no network; files are not trusted.
    fn check(&self) -> Result<(), String>;

    /// Numbers of the largest activation of one picture, for sizes that are in bounds.
    fn largest_activation(&self) -> usize;

    /// Multiplications of one picture but for the modulation, for sizes that are in bounds; on the web a `usize` would not
    /// hold those of the largest.
    fn cost(&self) -> u64;

    /// The network, with parameters from `p`.
    fn build(&self, p: &mut Builder) -> Rc<dyn Raw>;
}

/// A raw network with its parameters.
pub trait Raw: Debug {
    /// x: [batch, numbers], features: [batch, FEATURES] → F: [batch, numbers].
    fn forward(&self, x: Tensor<2>, features: Tensor<2>) -> Tensor<2>;
}

/// A sentence if there are too many blocks, or a width is too large, or there is none.
pub fn bounded(depth: usize, widths: &[usize]) -> Result<(), String> {
    if !(1..=MAX_DEPTH).contains(&depth) {
        return Err(format!("a network has 1 to {MAX_DEPTH} blocks, not {depth}"));
    }
    if widths.iter().any(|width| !(1..=MAX_SIZE).contains(width)) {
        return Err(format!("every size of a network is from 1 to {MAX_SIZE}"));
    }
    Ok(())
}

/// A sentence if patches of this side do not make up a picture.
pub fn whole(patch: usize) -> Result<(), String> {
    let divides = patch > 0 && SIDE.is_multiple_of(patch);
    if divides { Ok(()) } else { Err(format!("a patch of side {patch} does not divide {SIDE}")) }
}
