//! One step of Adam in two kernels, in place.

use super::{
    super::operations::TINY,
    buffers::{empty, grid, read, write},
};
use burn_cubecl::{cubecl, kernel::into_contiguous, tensor::CubeTensor};
use cubecl::prelude::*;
use std::cell::RefCell;

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
    let rate = rates[0];
    let root = rates[1];
    let decay = rates[2];
    let beta_1 = rates[3];
    let beta_2 = rates[4];
    let shrink = 1.0 / max(square.sqrt() / rates[5], 1.0);
    let bound = rates[6];
    for step in 0..comptime!(EACH) {
        let i = CUBE_POS * comptime!(UNITS * EACH) + step * comptime!(UNITS) + UNIT_POS as usize;
        if i < count {
            let g = gradient[i] * shrink;
            let first = m[i] * beta_1 + g * (1.0 - beta_1);
            let second = v[i] * beta_2 + g * g * (1.0 - beta_2);
            let free = theta[i] - first / (second.sqrt() * root + comptime!(TINY)) * rate;
            let stepped = max(min(free, bound), -bound);
            m[i] = first;
            v[i] = second;
            theta[i] = stepped;
            ema[i] = ema[i] * decay + stepped * (1.0 - decay);
        }
    }
}

/// Writes nothing. To cubecl it writes all of `state`.
#[cube(launch_unchecked)]
fn reprieve_kernel(state: &mut [f32], never: u32) {
    if never == 1 {
        state[ABSOLUTE_POS] = 0.0;
    }
}

thread_local! {
    /// While a recording is made: what its steps would change.
    static WATCHED: RefCell<Option<Vec<CubeTensor>>> = const { RefCell::new(None) };
}

/// From now on notes what [`update`] is given.
pub fn watch() {
    WATCHED.set(Some(vec![]));
}

/// What it was given since.
pub fn watched() -> Vec<CubeTensor> {
    WATCHED.take().unwrap_or_default()
}

/// A recording that failed leaves the buffers that it would have written marked as never written, though they hold what
/// they held before; this takes the mark away.
pub fn reprieve(state: Vec<CubeTensor>) {
    for part in state {
        // SAFETY: it writes nothing.
        unsafe {
            reprieve_kernel::launch_unchecked(
                &part.client,
                CubeCount::Static(1, 1, 1),
                CubeDim::new_1d(1),
                write(&part),
                0,
            );
        }
    }
}

pub fn update(state: [CubeTensor; 4], gradient: CubeTensor, rates: CubeTensor) -> [CubeTensor; 4] {
    let state = state.map(into_contiguous);
    WATCHED.with_borrow_mut(|watched| watched.iter_mut().for_each(|watched| watched.extend_from_slice(&state)));
    let count = gradient.meta.num_elements();
    let parts = empty(&gradient, [PARTS]);
    let gradient = into_contiguous(gradient);
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
