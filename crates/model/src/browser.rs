//! What Burn takes from the machine that it runs on: the order of sums, which goes by the width of its vectors, and the
//! functions of its system's library. Where a browser's very bytes are wanted natively
//! ([`as_in_browsers`](crate::kernel::cpu::as_in_browsers)), these are a browser's.

use super::{kernel::cpu::imitates, parameters::upload};
use burn::tensor::Tensor;

/// Vectors of four numbers, eight of them under way, as Burn's sum is compiled for wasm.
const LANES: usize = 4;
const UNDER_WAY: usize = 8;

/// The sum of all numbers.
pub fn total<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    let sum = x.clone().sum();
    exactly(sum, || added(&numbers(x)))
}

/// The mean of all numbers.
pub fn mean<const D: usize>(x: Tensor<D>) -> Tensor<1> {
    let (mean, count) = (x.clone().mean(), x.shape().num_elements());
    exactly(mean, || added(&numbers(x)) / count as f32)
}

/// The largest of the means of the rows.
pub fn largest_mean(x: Tensor<2>) -> Tensor<1> {
    let (largest, width) = (x.clone().mean_dim(1).max(), x.dims()[1]);
    exactly(largest, || {
        let rows = numbers(x);
        rows.chunks_exact(width).map(|row| added(row) / width as f32).fold(f32::MIN, f32::max)
    })
}

/// tanh of every number; where a gradient is wanted, always that of the system.
pub fn tanh(x: Tensor<2>) -> Tensor<2> {
    one_by_one(x, Tensor::tanh, libm::tanhf)
}

/// e^x of every number, in the same way.
pub fn exp(x: Tensor<2>) -> Tensor<2> {
    one_by_one(x, Tensor::exp, libm::expf)
}

/// What the system's function gives, or else a browser's.
fn one_by_one(x: Tensor<2>, system: fn(Tensor<2>) -> Tensor<2>, browser: fn(f32) -> f32) -> Tensor<2> {
    if !imitates() || x.is_autodiff() {
        return system(x);
    }
    let (shape, device) = (x.dims(), x.device());
    upload(numbers(x).into_iter().map(browser).collect(), shape, &device)
}

/// One number with the gradient of `x`, and of the value that a browser would get, where that is wanted.
fn exactly(x: Tensor<1>, value: impl FnOnce() -> f32) -> Tensor<1> {
    if !imitates() {
        return x;
    }
    let own = numbers(x.clone())[0];
    (x - own) + value()
}

/// Read at once, as the CPU allows.
fn numbers<const D: usize>(x: Tensor<D>) -> Vec<f32> {
    x.into_data().try_to_vec().unwrap_or_default()
}

/// The sum in the order in which Burn's Flex adds on wasm.
fn added(x: &[f32]) -> f32 {
    let add = |sum: &mut [f32; LANES], x: &[f32]| sum.iter_mut().zip(x).for_each(|(sum, x)| *sum += x);
    let plus = |a: [f32; LANES], b: [f32; LANES]| std::array::from_fn::<f32, LANES, _>(|i| a[i] + b[i]);
    let mut s = [[0.0; LANES]; UNDER_WAY];
    let (many, rest) = x.split_at(x.len() - x.len() % (LANES * UNDER_WAY));
    for (i, four) in many.chunks_exact(LANES).enumerate() {
        add(&mut s[i % UNDER_WAY], four);
    }
    let mut sum = plus(plus(plus(s[0], s[1]), plus(s[2], s[3])), plus(plus(s[4], s[5]), plus(s[6], s[7])));
    let (fours, ones) = rest.split_at(rest.len() - rest.len() % LANES);
    fours.chunks_exact(LANES).for_each(|four| add(&mut sum, four));
    let [a, b, c, d] = sum;
    ((a + c) + (b + d)) + ones.iter().copied().sum::<f32>()
}
