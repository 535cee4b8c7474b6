//! One step of Adam in two kernels, in place.

use super::{
    super::{BETA_1, BETA_2, CLIP, TINY},
    empty, grid, read, write,
};
use burn_cubecl::{cubecl, kernel::into_contiguous, tensor::CubeTensor};
use cubecl::prelude::*;

/// Units of a workgroup.
const UNITS: usize = 256;
/// Workgroups that sum squares, and so partial sums.
const PARTS: usize = 64;
/// Parameters that one unit updates.
const EACH: usize = 4;

/// The sum of g² over every [`PARTS`]-th stretch of g.
#[cube(launch_unchecked)]
fn squares_kernel(gradient: &[f32], parts: &mut [f32], count: usize) {
    let mut shared = Shared::<[f32]>::new_slice(comptime!(UNITS));
    let unit = UNIT_POS as usize;
    let mut sum = 0.0f32;
    let mut i = ABSOLUTE_POS;
    while i < count {
        sum += gradient[i] * gradient[i];
        i += comptime!(UNITS * PARTS);
    }
    shared[unit] = sum;
    #[unroll]
    for level in 0..comptime!(UNITS.trailing_zeros()) {
        let half = comptime!(UNITS >> (level as usize + 1));
        sync_cube();
        if unit < half {
            shared[unit] = shared[unit] + shared[unit + half];
        }
    }
    if unit == 0 {
        parts[CUBE_POS] = shared[0];
    }
}

#[cube(launch_unchecked)]
fn update_kernel(
    theta: &mut [f32],
    m: &mut [f32],
    v: &mut [f32],
    ema: &mut [f32],
    gradient: &[f32],
    parts: &[f32],
    rates: &[f32],
    count: usize,
) {
    let mut square = 0.0f32;
    for i in 0..comptime!(PARTS) {
        square += parts[i];
    }
    let shrink = 1.0 / max(square.sqrt() / comptime!(CLIP), 1.0);
    let rate = rates[0];
    let root = rates[1];
    let decay = rates[2];
    for step in 0..comptime!(EACH) {
        let i = CUBE_POS * comptime!(UNITS * EACH) + step * comptime!(UNITS) + UNIT_POS as usize;
        if i < count {
            let g = gradient[i] * shrink;
            let first = m[i] * comptime!(BETA_1) + g * comptime!(1.0 - BETA_1);
            let second = v[i] * comptime!(BETA_2) + g * g * comptime!(1.0 - BETA_2);
            let stepped = theta[i] - first / (second.sqrt() * root + comptime!(TINY)) * rate;
            m[i] = first;
            v[i] = second;
            theta[i] = stepped;
            ema[i] = ema[i] * decay + stepped * (1.0 - decay);
        }
    }
}

pub fn update(state: [CubeTensor; 4], gradient: CubeTensor, rates: CubeTensor) -> [CubeTensor; 4] {
    let state = state.map(into_contiguous);
    let count = gradient.meta.num_elements();
    let (gradient, parts) = (into_contiguous(gradient), empty(&gradient, [PARTS]));
    let client = gradient.client.clone();
    let units = CubeDim::new_1d(UNITS as u32);
    let [theta, m, v, ema] = state.each_ref().map(write);
    // SAFETY: indices stay below `count`, the length of all five vectors.
    unsafe {
        squares_kernel::launch_unchecked(
            &client,
            CubeCount::Static(PARTS as u32, 1, 1),
            units,
            read(gradient.clone()),
            write(&parts),
            count,
        );
        update_kernel::launch_unchecked(
            &client,
            grid(count.div_ceil(UNITS * EACH)),
            units,
            theta,
            m,
            v,
            ema,
            read(gradient),
            read(parts),
            read(rates),
            count,
        );
    }
    state
}
