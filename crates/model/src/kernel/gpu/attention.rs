//! y = P v in each head, P = softmax(q kᵀ / sqrt(d)), q, k and v side by side; its gradients:
//! δv = Pᵀ δy, δS = P (δP - Σ_keys P δP), δP = δy vᵀ, δq = δS k / sqrt(d), δk = δSᵀ q / sqrt(d).
//!
//! A unit for every row of q in every head, which goes through the keys once and corrects what it has summed whenever
//! it meets a larger score (Milakov & Gimelshein, 2018), so that P is never stored and tokens can be many. For δk and δv
//! a unit for every row of k, with what the rows of q have left of their softmax.

use super::buffers::{empty, grid, read, sizes, write};
use burn_cubecl::{cubecl, kernel::into_contiguous, tensor::CubeTensor};
use cubecl::prelude::*;

/// Units of a workgroup.
const UNITS: usize = 64;
/// Most channels of a head that a unit keeps at once; of wider heads it goes through the keys again.
const KEPT: usize = 64;
/// Below every score.
const LEAST: f32 = -1e30;

/// Σ_i a[i] b[i] over `size` numbers.
#[cube]
fn dot(a: &[f32], from_a: usize, b: &[f32], from_b: usize, size: usize) -> f32 {
    let mut sum = 0.0f32;
    for i in 0..size {
        sum += a[from_a + i] * b[from_b + i];
    }
    sum
}

/// The larger of the `largest` score so far and a new one; what sums over the scores so far shrink by; the new one's weight.
#[cube]
fn meet(largest: f32, score: f32) -> (f32, f32, f32) {
    let larger = max(largest, score);
    (larger, (largest - larger).exp(), (score - larger).exp())
}

/// Where a row's numbers begin: of q, of the first k of its picture and head, and of y.
#[cube]
fn places(row: usize, tokens: usize, heads: usize, size: usize) -> (usize, usize, usize) {
    let width = heads * size;
    let picture = row / (tokens * heads);
    let head = row / tokens % heads;
    let token = row % tokens;
    let of_picture = picture * tokens;
    let query = (of_picture + token) * 3 * width + head * size;
    let key = of_picture * 3 * width + width + head * size;
    let output = (of_picture + token) * width + head * size;
    (query, key, output)
}

#[cube(launch_unchecked)]
fn forward_kernel(
    qkv: &[f32],
    y: &mut [f32],
    count: usize,
    tokens: usize,
    heads: usize,
    scale: f32,
    #[comptime] size: usize,
    #[comptime] kept: usize,
) {
    let row = ABSOLUTE_POS;
    if row < count {
        let width = heads * size;
        let (query, key, output) = places(row, tokens, heads, size);
        #[unroll]
        for chunk in 0..comptime!(size.div_ceil(kept)) {
            let first = comptime!(chunk * kept);
            let channels = comptime!(kept.min(size - first));
            let mut sums = Array::<f32>::new(channels);
            let mut largest = LEAST.runtime();
            let mut total = 0.0f32;
            for other in 0..tokens {
                let at = key + other * 3 * width;
                let score = dot(qkv, query, qkv, at, size) * scale;
                let (larger, shrink, weight) = meet(largest, score);
                total = total * shrink + weight;
                for i in 0..channels {
                    sums[i] = sums[i] * shrink + weight * qkv[at + width + first + i];
                }
                largest = larger;
            }
            for i in 0..channels {
                y[output + first + i] = sums[i] / total;
            }
        }
    }
}

/// δq; and for every row the logarithm of the softmax's denominator and Σ_keys P δP.
#[cube(launch_unchecked)]
fn query_kernel(
    dy: &[f32],
    qkv: &[f32],
    d: &mut [f32],
    statistics: &mut [f32],
    count: usize,
    tokens: usize,
    heads: usize,
    scale: f32,
    #[comptime] size: usize,
    #[comptime] kept: usize,
) {
    let row = ABSOLUTE_POS;
    if row < count {
        let width = heads * size;
        let (query, key, output) = places(row, tokens, heads, size);
        let mut largest = LEAST.runtime();
        let mut total = 0.0f32;
        let mut mean = 0.0f32;
        for other in 0..tokens {
            let at = key + other * 3 * width;
            let score = dot(qkv, query, qkv, at, size) * scale;
            let (larger, shrink, weight) = meet(largest, score);
            total = total * shrink + weight;
            mean = mean * shrink + weight * dot(dy, output, qkv, at + width, size);
            largest = larger;
        }
        mean = mean / total;
        let denominator = largest + total.ln();
        statistics[2 * row] = denominator;
        statistics[2 * row + 1] = mean;
        #[unroll]
        for chunk in 0..comptime!(size.div_ceil(kept)) {
            let first = comptime!(chunk * kept);
            let channels = comptime!(kept.min(size - first));
            let mut sums = Array::<f32>::new(channels);
            for other in 0..tokens {
                let at = key + other * 3 * width;
                let p = (dot(qkv, query, qkv, at, size) * scale - denominator).exp();
                let ds = p * (dot(dy, output, qkv, at + width, size) - mean) * scale;
                for i in 0..channels {
                    sums[i] += ds * qkv[at + first + i];
                }
            }
            for i in 0..channels {
                d[query + first + i] = sums[i];
            }
        }
    }
}

/// δk and δv.
#[cube(launch_unchecked)]
fn key_kernel(
    dy: &[f32],
    qkv: &[f32],
    statistics: &[f32],
    d: &mut [f32],
    count: usize,
    tokens: usize,
    heads: usize,
    scale: f32,
    #[comptime] size: usize,
    #[comptime] kept: usize,
) {
    let row = ABSOLUTE_POS;
    if row < count {
        let width = heads * size;
        let token = row % tokens;
        // The places of the first row of q in this picture and head, and of this row's k.
        let (queries, keys, outputs) = places(row - token, tokens, heads, size);
        let key = keys + token * 3 * width;
        #[unroll]
        for chunk in 0..comptime!(size.div_ceil(kept)) {
            let first = comptime!(chunk * kept);
            let channels = comptime!(kept.min(size - first));
            let mut dk = Array::<f32>::new(channels);
            let mut dv = Array::<f32>::new(channels);
            for other in 0..tokens {
                let query = queries + other * 3 * width;
                let output = outputs + other * width;
                let statistic = 2 * (row - token + other);
                let p = (dot(qkv, query, qkv, key, size) * scale - statistics[statistic]).exp();
                let dp = dot(dy, output, qkv, key + width, size);
                let ds = p * (dp - statistics[statistic + 1]) * scale;
                for i in 0..channels {
                    dk[i] += ds * qkv[query + first + i];
                    dv[i] += p * dy[output + first + i];
                }
            }
            for i in 0..channels {
                d[key + first + i] = dk[i];
                d[key + width + first + i] = dv[i];
            }
        }
    }
}

pub fn forward(qkv: CubeTensor, heads: usize) -> CubeTensor {
    let [batch, tokens, triple] = sizes(&qkv);
    let (count, size) = (batch * heads * tokens, triple / 3 / heads);
    let y = empty(&qkv, [batch, tokens, triple / 3]);
    let client = y.client.clone();
    // SAFETY: rows stay below `count`, and so all that they read and write is within the two tensors.
    unsafe {
        forward_kernel::launch_unchecked(
            &client,
            grid(count.div_ceil(UNITS)),
            CubeDim::new_1d(UNITS as u32),
            read(qkv),
            write(&y),
            count,
            tokens,
            heads,
            1.0 / (size as f32).sqrt(),
            size,
            size.min(KEPT),
        );
    }
    y
}

/// δqkv
pub fn input(dy: CubeTensor, qkv: CubeTensor, heads: usize) -> CubeTensor {
    let [batch, tokens, triple] = sizes(&qkv);
    let (count, size) = (batch * heads * tokens, triple / 3 / heads);
    let (dy, qkv) = (into_contiguous(dy), into_contiguous(qkv));
    let (d, statistics) = (empty(&qkv, [batch, tokens, triple]), empty(&qkv, [count, 2]));
    let (client, scale, kept) = (d.client.clone(), 1.0 / (size as f32).sqrt(), size.min(KEPT));
    let units = CubeDim::new_1d(UNITS as u32);
    // SAFETY: as above; the two kernels write different parts of `d`, and between them all of it.
    unsafe {
        query_kernel::launch_unchecked(
            &client,
            grid(count.div_ceil(UNITS)),
            units,
            read(dy.clone()),
            read(qkv.clone()),
            write(&d),
            write(&statistics),
            count,
            tokens,
            heads,
            scale,
            size,
            kept,
        );
        key_kernel::launch_unchecked(
            &client,
            grid(count.div_ceil(UNITS)),
            units,
            read(dy),
            read(qkv),
            read(statistics),
            write(&d),
            count,
            tokens,
            heads,
            scale,
            size,
            kept,
        );
    }
    d
}
