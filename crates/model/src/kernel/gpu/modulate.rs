//! y = (1 + scale) ĥ + shift, ĥ = (h - mean) r, r = 1 / sqrt(variance + 1e-5) over a token's channels; its gradients:
//! with γ = (1 + scale) δy, δh = r (γ - mean γ - ĥ mean(γ ĥ)), δscale = Σ_tokens δy ĥ, δshift = Σ_tokens δy.
//!
//! A workgroup a token; for the gradient by the modulation, a unit for every one of its numbers.

use super::{
    super::operations::EPSILON,
    buffers::{empty, grid, read, rows, sizes, write},
};
use burn_cubecl::{cubecl, kernel::into_contiguous, tensor::CubeTensor};
use cubecl::prelude::*;

/// Units of a token.
const UNITS: usize = 32;

/// The sum over the units of a workgroup of one number each.
#[cube]
fn total(part: f32, shared: &mut [f32]) -> f32 {
    sync_cube();
    shared[UNIT_POS as usize] = part;
    sync_cube();
    let mut sum = 0.0f32;
    for i in 0..comptime!(UNITS) {
        sum += shared[i];
    }
    sum
}

/// Mean and r of the token whose channels begin at `start`.
#[cube]
fn moments(h: &[f32], start: usize, width: usize, shared: &mut [f32]) -> (f32, f32) {
    let mut part = 0.0f32;
    let mut i = UNIT_POS as usize;
    while i < width {
        part += h[start + i];
        i += comptime!(UNITS);
    }
    let mean = total(part, shared) / f32::cast_from(width);
    let mut square = 0.0f32;
    let mut i = UNIT_POS as usize;
    while i < width {
        let from_mean = h[start + i] - mean;
        square += from_mean * from_mean;
        i += comptime!(UNITS);
    }
    let variance = total(square, shared) / f32::cast_from(width);
    (mean, 1.0 / (variance + comptime!(EPSILON)).sqrt())
}

/// `all` numbers of modulation a picture, of which `scale` begins at `site`, and `shift` follows.
#[cube(launch_unchecked)]
fn forward_kernel(
    h: &[f32],
    modulation: &[f32],
    y: &mut [f32],
    count: usize,
    tokens: usize,
    width: usize,
    all: usize,
    site: usize,
) {
    let mut shared = Shared::<[f32]>::new_slice(comptime!(UNITS));
    if CUBE_POS < count {
        let start = CUBE_POS * width;
        let scale = CUBE_POS / tokens * all + site;
        let (mean, r) = moments(h, start, width, &mut shared);
        let mut i = UNIT_POS as usize;
        while i < width {
            y[start + i] = (h[start + i] - mean) * r * (1.0 + modulation[scale + i]) + modulation[scale + width + i];
            i += comptime!(UNITS);
        }
    }
}

/// δh, and mean and r of every token for the kernel after this one.
#[cube(launch_unchecked)]
fn input_kernel(
    dy: &[f32],
    h: &[f32],
    modulation: &[f32],
    dh: &mut [f32],
    statistics: &mut [f32],
    count: usize,
    tokens: usize,
    width: usize,
    all: usize,
    site: usize,
) {
    let mut shared = Shared::<[f32]>::new_slice(comptime!(UNITS));
    if CUBE_POS < count {
        let start = CUBE_POS * width;
        let scale = CUBE_POS / tokens * all + site;
        let (mean, r) = moments(h, start, width, &mut shared);
        if UNIT_POS == 0 {
            statistics[2 * CUBE_POS] = mean;
            statistics[2 * CUBE_POS + 1] = r;
        }
        let mut first = 0.0f32;
        let mut second = 0.0f32;
        let mut i = UNIT_POS as usize;
        while i < width {
            let gamma = dy[start + i] * (1.0 + modulation[scale + i]);
            first += gamma;
            second += gamma * (h[start + i] - mean) * r;
            i += comptime!(UNITS);
        }
        let first = total(first, &mut shared) / f32::cast_from(width);
        let second = total(second, &mut shared) / f32::cast_from(width);
        let mut i = UNIT_POS as usize;
        while i < width {
            let gamma = dy[start + i] * (1.0 + modulation[scale + i]);
            dh[start + i] = r * (gamma - first - (h[start + i] - mean) * r * second);
            i += comptime!(UNITS);
        }
    }
}

#[cube(launch_unchecked)]
fn modulation_kernel(
    dy: &[f32],
    h: &[f32],
    statistics: &[f32],
    dm: &mut [f32],
    count: usize,
    tokens: usize,
    width: usize,
    all: usize,
    site: usize,
) {
    let place = ABSOLUTE_POS;
    if place < count {
        let picture = place / all;
        let column = place % all;
        let mut sum = 0.0f32;
        if column >= site && column < site + 2 * width {
            let is_scale = column < site + width;
            let channel = (column - site) % width;
            for token in 0..tokens {
                let row = picture * tokens + token;
                let gradient = dy[row * width + channel];
                if is_scale {
                    sum += gradient * (h[row * width + channel] - statistics[2 * row]) * statistics[2 * row + 1];
                } else {
                    sum += gradient;
                }
            }
        }
        dm[place] = sum;
    }
}

pub fn forward(h: CubeTensor, modulation: CubeTensor, site: usize) -> CubeTensor {
    let ([count, width], [_, tokens, _], [_, all]) = (rows(&h), sizes(&h), sizes(&modulation));
    let y = empty(&h, h.meta.shape().clone());
    let client = y.client.clone();
    // SAFETY: a workgroup beyond the last token does nothing, and `site` is one of the modulation's.
    unsafe {
        forward_kernel::launch_unchecked(
            &client,
            grid(count),
            CubeDim::new_1d(UNITS as u32),
            read(h),
            read(modulation),
            write(&y),
            count,
            tokens,
            width,
            all,
            2 * site * width,
        );
    }
    y
}

/// δh and δmodulation.
pub fn both(dy: CubeTensor, h: CubeTensor, modulation: CubeTensor, site: usize) -> [CubeTensor; 2] {
    let ([count, width], [_, tokens, _], [batch, all]) = (rows(&h), sizes(&h), sizes(&modulation));
    let (dy, h) = (into_contiguous(dy), into_contiguous(h));
    let (dh, statistics, dm) = (empty(&h, h.meta.shape().clone()), empty(&h, [count, 2]), empty(&h, [batch, all]));
    let (client, site) = (dh.client.clone(), 2 * site * width);
    // SAFETY: as above.
    unsafe {
        input_kernel::launch_unchecked(
            &client,
            grid(count),
            CubeDim::new_1d(UNITS as u32),
            read(dy.clone()),
            read(h.clone()),
            read(modulation),
            write(&dh),
            write(&statistics),
            count,
            tokens,
            width,
            all,
            site,
        );
        modulation_kernel::launch_unchecked(
            &client,
            grid((batch * all).div_ceil(64)),
            CubeDim::new_1d(64),
            read(dy),
            read(h),
            read(statistics),
            write(&dm),
            batch * all,
            tokens,
            width,
            all,
            site,
        );
    }
    [dh, dm]
}
