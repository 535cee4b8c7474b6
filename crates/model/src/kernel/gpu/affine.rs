//! y = φ(x) W + b, and its gradients: δx = φ'(x) δy Wᵀ, δW = φ(x)ᵀ δy, δb = Σ δy.
//!
//! Each is a matrix product C = A B in tiles: a workgroup of 8 × 8 units computes 32 × 32 numbers of C, 16 a unit, from
//! tiles of A and B that all of its units load together.

use super::{
    super::operations::Activation,
    buffers::{LONGEST, empty, read, rows, sizes, write},
};
use burn::backend::Shape;
use burn_cubecl::{cubecl, tensor::CubeTensor};
use cubecl::prelude::*;

/// Side of a tile, and how many products are summed between two loads.
const TILE: usize = 32;
/// Units along one side of a workgroup.
const SIDE: usize = 8;
/// Numbers of C a unit computes along one side: those at its own place, then every [`SIDE`]-th.
const EACH: usize = TILE / SIDE;
/// Numbers from one row of a tile in shared memory to the next; odd, so that a column lies in different banks.
const LINE: usize = TILE + 1;

/// The tile of a matrix of `height` × `width` numbers that begins at (`top`, `left`), zero outside, φ applied. In the
/// tile, what the products are summed over comes first: `turned` exchanges rows and columns on the way.
#[cube]
fn load(
    from: &[f32],
    tile: &mut [f32],
    top: usize,
    left: usize,
    height: usize,
    width: usize,
    #[comptime] turned: bool,
    #[comptime] silu: bool,
) {
    for step in 0..comptime!(TILE * TILE / (SIDE * SIDE)) {
        let place = step * comptime!(SIDE * SIDE) + UNIT_POS as usize;
        let i = place / comptime!(TILE);
        let j = place % comptime!(TILE);
        let mut value = 0.0f32;
        if top + i < height && left + j < width {
            value = from[(top + i) * width + left + j];
        }
        if comptime!(silu) {
            value = value * sigmoid(value);
        }
        if comptime!(turned) {
            tile[j * comptime!(LINE) + i] = value;
        } else {
            tile[i * comptime!(LINE) + j] = value;
        }
    }
}

/// s(x) = 1 / (1 + exp(-x))
#[cube]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + clamp(-x, -87.0, 87.0).exp())
}

/// Adds the product of two tiles to this unit's numbers.
#[cube]
fn multiply(a: &[f32], b: &[f32], sums: &mut Array<f32>) {
    for k in 0..comptime!(TILE) {
        let mut left = Array::<f32>::new(comptime!(EACH));
        let mut right = Array::<f32>::new(comptime!(EACH));
        #[unroll]
        for i in 0..comptime!(EACH) {
            left[i] = a[k * comptime!(LINE) + UNIT_POS_Y as usize + i * comptime!(SIDE)];
            right[i] = b[k * comptime!(LINE) + UNIT_POS_X as usize + i * comptime!(SIDE)];
        }
        #[unroll]
        for i in 0..comptime!(EACH) {
            #[unroll]
            for j in 0..comptime!(EACH) {
                sums[i * comptime!(EACH) + j] += left[i] * right[j];
            }
        }
    }
}

/// The tile of a factor of C that begins at `edge` of the `edges` rows or columns which C has of it, and at `k` of the
/// `depth` that the products are summed over; if it is `turned`, these come last in it.
#[cube]
fn load_factor(
    from: &[f32],
    tile: &mut [f32],
    edge: usize,
    k: usize,
    edges: usize,
    depth: usize,
    #[comptime] turned: bool,
    #[comptime] silu: bool,
) {
    if comptime!(turned) {
        load(from, tile, edge, k, edges, depth, true, silu);
    } else {
        load(from, tile, k, edge, depth, edges, false, silu);
    }
}

/// Where this workgroup's tile of C begins: row and column.
#[cube]
fn corner() -> (usize, usize) {
    (CUBE_POS_Y as usize * comptime!(TILE), CUBE_POS_X as usize * comptime!(TILE))
}

/// Row and column of this unit's number (i, j).
#[cube]
fn place(top: usize, left: usize, i: usize, j: usize) -> (usize, usize) {
    (top + UNIT_POS_Y as usize + i * comptime!(SIDE), left + UNIT_POS_X as usize + j * comptime!(SIDE))
}

/// This unit's numbers of C = φ(A) B, `height` × `width`, sums of `depth` products; of B, if asked for and at C's upper
/// edge, the sum of this unit's column.
#[cube]
fn product(
    a_from: &[f32],
    b_from: &[f32],
    sums: &mut Array<f32>,
    height: usize,
    width: usize,
    depth: usize,
    #[comptime] a_turned: bool,
    #[comptime] b_turned: bool,
    #[comptime] silu: bool,
    #[comptime] columns: bool,
) -> f32 {
    let mut a = Shared::<[f32]>::new_slice(comptime!(TILE * LINE));
    let mut b = Shared::<[f32]>::new_slice(comptime!(TILE * LINE));
    let (top, left) = corner();
    let unit = UNIT_POS as usize;
    let mut column_sum = 0.0f32;
    let mut k = 0usize;
    while k < depth {
        load_factor(a_from, &mut a, top, k, height, depth, a_turned, silu);
        load_factor(b_from, &mut b, left, k, width, depth, b_turned, false);
        sync_cube();
        multiply(&a, &b, sums);
        if comptime!(columns) {
            if top == 0 && unit < comptime!(TILE) {
                for i in 0..comptime!(TILE) {
                    column_sum += b[i * comptime!(LINE) + unit];
                }
            }
        }
        sync_cube();
        k += comptime!(TILE);
    }
    column_sum
}

#[cube(launch_unchecked)]
fn forward_kernel(
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    y: &mut [f32],
    rows: usize,
    inputs: usize,
    outputs: usize,
    #[comptime] silu: bool,
) {
    let (top, left) = corner();
    let mut sums = Array::<f32>::new(comptime!(EACH * EACH));
    product(x, weight, &mut sums, rows, outputs, inputs, true, false, silu, false);
    #[unroll]
    for i in 0..comptime!(EACH) {
        #[unroll]
        for j in 0..comptime!(EACH) {
            let (row, column) = place(top, left, i, j);
            if row < rows && column < outputs {
                y[row * outputs + column] = sums[i * comptime!(EACH) + j] + bias[column];
            }
        }
    }
}

#[cube(launch_unchecked)]
fn input_kernel(
    dy: &[f32],
    x: &[f32],
    weight: &[f32],
    dx: &mut [f32],
    rows: usize,
    inputs: usize,
    outputs: usize,
    #[comptime] silu: bool,
) {
    let (top, left) = corner();
    let mut sums = Array::<f32>::new(comptime!(EACH * EACH));
    product(dy, weight, &mut sums, rows, inputs, outputs, true, true, false, false);
    #[unroll]
    for i in 0..comptime!(EACH) {
        #[unroll]
        for j in 0..comptime!(EACH) {
            let (row, column) = place(top, left, i, j);
            if row < rows && column < inputs {
                let place = row * inputs + column;
                let mut value = sums[i * comptime!(EACH) + j];
                if comptime!(silu) {
                    let s = sigmoid(x[place]);
                    value = value * s * (1.0 + x[place] * (1.0 - s));
                }
                dx[place] = value;
            }
        }
    }
}

#[cube(launch_unchecked)]
fn parameters_kernel(
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
    db: &mut [f32],
    rows: usize,
    inputs: usize,
    outputs: usize,
    #[comptime] silu: bool,
) {
    let (top, left) = corner();
    let unit = UNIT_POS as usize;
    let mut sums = Array::<f32>::new(comptime!(EACH * EACH));
    // The workgroups at the upper edge of δW also sum the columns of δy that they hold.
    let column_sum = product(x, dy, &mut sums, inputs, outputs, rows, false, false, silu, true);
    if top == 0 && unit < comptime!(TILE) && left + unit < outputs {
        db[left + unit] = column_sum;
    }
    #[unroll]
    for i in 0..comptime!(EACH) {
        #[unroll]
        for j in 0..comptime!(EACH) {
            let (row, column) = place(top, left, i, j);
            if row < inputs && column < outputs {
                dw[row * outputs + column] = sums[i * comptime!(EACH) + j];
            }
        }
    }
}

/// One workgroup for every tile of a matrix.
fn tiles(height: usize, width: usize) -> CubeCount {
    let (down, across) = (height.div_ceil(TILE), width.div_ceil(TILE));
    assert!(down <= LONGEST, "a matrix of {height} rows is too tall for a GPU");
    CubeCount::Static(across as u32, down as u32, 1)
}

fn units() -> CubeDim {
    CubeDim::new_2d(SIDE as u32, SIDE as u32)
}

/// The shape of `tensor` with `last` for its last size.
fn widened(tensor: &CubeTensor, last: usize) -> Shape {
    let mut shape = tensor.meta.shape().clone();
    let end = shape.num_dims() - 1;
    shape[end] = last;
    shape
}

pub fn forward(x: CubeTensor, weight: CubeTensor, bias: CubeTensor, act: Activation) -> CubeTensor {
    let ([count, _], [inputs, outputs]) = (rows(&x), sizes(&weight));
    let y = empty(&x, widened(&x, outputs));
    let client = y.client.clone();
    // SAFETY: every index is compared with these sizes before it is used.
    unsafe {
        forward_kernel::launch_unchecked(
            &client,
            tiles(count, outputs),
            units(),
            read(x),
            read(weight),
            read(bias),
            write(&y),
            count,
            inputs,
            outputs,
            act == Activation::Silu,
        );
    }
    y
}

pub fn input(dy: CubeTensor, x: CubeTensor, weight: CubeTensor, act: Activation) -> CubeTensor {
    let ([count, _], [inputs, outputs]) = (rows(&dy), sizes(&weight));
    let dx = empty(&x, x.meta.shape().clone());
    let client = dx.client.clone();
    // SAFETY: every index is compared with these sizes before it is used.
    unsafe {
        input_kernel::launch_unchecked(
            &client,
            tiles(count, inputs),
            units(),
            read(dy),
            read(x),
            read(weight),
            write(&dx),
            count,
            inputs,
            outputs,
            act == Activation::Silu,
        );
    }
    dx
}

pub fn parameters(dy: CubeTensor, x: CubeTensor, act: Activation) -> [CubeTensor; 2] {
    let ([count, inputs], [_, outputs]) = (rows(&x), rows(&dy));
    let (dw, db) = (empty(&x, [inputs, outputs]), empty(&x, [outputs]));
    let client = dw.client.clone();
    // SAFETY: every index is compared with these sizes before it is used.
    unsafe {
        parameters_kernel::launch_unchecked(
            &client,
            tiles(inputs, outputs),
            units(),
            read(x),
            read(dy),
            write(&dw),
            write(&db),
            count,
            inputs,
            outputs,
            act == Activation::Silu,
        );
    }
    [dw, db]
}
