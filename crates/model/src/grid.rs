//! A picture as a grid of 7 × 7 places of 4 × 4 pixels each, and what lies around a place.

use burn::tensor::Tensor;
use data::sets::{PIXELS, SIDE};

/// Pixels along a place, and places along a picture.
pub const PATCH: usize = 4;
pub const ACROSS: usize = SIDE / PATCH;
/// Places of a picture.
pub const PLACES: usize = ACROSS * ACROSS;
/// Pixels of the window of a place, 8 × 8, and how far it reaches beyond the place on each side.
pub const WINDOW: usize = 4 * PATCH * PATCH;
const MARGIN: usize = PATCH / 2;
/// What is seen beyond a picture.
const BLACK: f64 = -1.0;

/// The window of every place: [rows, 784] → [rows × 49, 64].
pub fn windows(x: Tensor<2>) -> Tensor<2> {
    let (rows, device, wide) = (x.dims()[0], x.device(), SIDE + 2 * MARGIN);
    let dark = |shape: [usize; 3]| Tensor::<3>::full(shape, BLACK, &device);
    let x = x.reshape([rows, SIDE, SIDE]);
    let x = Tensor::cat(vec![dark([rows, MARGIN, SIDE]), x, dark([rows, MARGIN, SIDE])], 1);
    let x = Tensor::cat(vec![dark([rows, wide, MARGIN]), x, dark([rows, wide, MARGIN])], 2);
    let count = wide / PATCH;
    let blocks = x.reshape([rows, count, PATCH, count, PATCH]).permute([0, 1, 3, 2, 4]);
    let blocks = blocks.reshape([rows, count, count, PATCH * PATCH]);
    let at = |k: usize| blocks.clone().narrow(1, k / 2, ACROSS).narrow(2, k % 2, ACROSS);
    Tensor::cat((0..4).map(at).collect(), 3).reshape([rows * PLACES, WINDOW])
}

/// The 3 × 3 neighbours of every `stride`-th place, zero beyond the edges, [.., channels] → [.., 9 × channels].
pub fn neighbours(x: Tensor<4>, stride: usize) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let zeros = |height, width| Tensor::zeros([batch, height, width, channels], &x.device());
    let (row, column) = (zeros(1, width), zeros(1 + height + stride, 1));
    // Below and to the right enough that every shift can be cut into whole strides.
    let tall = Tensor::cat([vec![row.clone(), x.clone()], vec![row; stride]].concat(), 1);
    let wide = Tensor::cat([vec![column.clone(), tall], vec![column; stride]].concat(), 2);
    let (rows, columns) = (height.div_ceil(stride), width.div_ceil(stride));
    let shifted = |i: usize| {
        let (top, left) = (i / 3, i % 3);
        let part = wide.clone().narrow(1, top, rows * stride).narrow(2, left, columns * stride);
        let apart = part.reshape([batch, rows, stride, columns, stride * channels]);
        apart.narrow(2, 0, 1).narrow(4, 0, channels).reshape([batch, rows, columns, channels])
    };
    Tensor::cat((0..9).map(shifted).collect(), 3)
}

/// Every place of 7 × 7 with its eight neighbours, zero beyond the picture: [rows × 49, width] → [rows × 49, 9 width].
pub fn around(places: Tensor<2>, width: usize) -> Tensor<2> {
    let rows = places.dims()[0] / PLACES;
    neighbours(places.reshape([rows, ACROSS, ACROSS, width]), 1).reshape([rows * PLACES, 9 * width])
}

/// Every place cut into 2 × 2, of a quarter of its channels each: [rows, side, side, 4 n] → [rows, 2 side, 2 side, n].
pub fn quartered(x: Tensor<4>) -> Tensor<4> {
    let [rows, height, width, channels] = x.dims();
    let n = channels / 4;
    let apart = x.reshape([rows, height, width, 2, 2, n]).permute([0, 1, 3, 2, 4, 5]);
    apart.reshape([rows, 2 * height, 2 * width, n])
}

/// Pixels of a picture are those of its places.
const _: () = assert!(PLACES * PATCH * PATCH == PIXELS);
