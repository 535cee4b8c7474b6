//! The few operations of which the networks consist, each one pass over memory and one entry in Burn's graph, with its
//! gradient written out. Burn's own operations are kept for what is cheap; these are the ones that a profile names.
//!
//! An operation is a method of [`Kernels`], written for each of Burn's backends ([`cpu`], [`gpu`]) and, once for all,
//! for its autodiff decorator ([`graph`]); Burn's dispatch chooses by the device of the tensors.

pub mod cpu;
#[cfg(feature = "gpu")]
pub mod gpu;
mod graph;
mod operations;
mod repeat;

pub use operations::{Activation, Descent, EPSILON, Gradients, Kernels, RATES, To};
pub use repeat::Repeated;

use burn::tensor::Tensor;

/// y = φ(x) W + b, x: [..., inputs], W: [inputs, outputs] → [..., outputs].
pub fn affine<const D: usize>(x: Tensor<D>, weight: Tensor<2>, bias: Tensor<1>, act: Activation) -> Tensor<D> {
    let [x, weight, bias] = [x.into_dispatch(), weight.into_dispatch(), bias.into_dispatch()];
    Tensor::from_dispatch(<burn::backend::Dispatch as Kernels>::affine(x, weight, bias, act))
}

/// (1 + scale) (h - mean) / sqrt(variance + ε) + shift over the channels of h: [batch, tokens, width]; scale and shift
/// are the pair number `site` of modulation: [batch, 2 × width × sites].
pub fn modulated(h: Tensor<3>, modulation: Tensor<2>, site: usize) -> Tensor<3> {
    let (h, modulation) = (h.into_dispatch(), modulation.into_dispatch());
    Tensor::from_dispatch(<burn::backend::Dispatch as Kernels>::modulated(h, modulation, site))
}

/// softmax(q kᵀ / sqrt(d)) v in each of `heads` heads, qkv: [batch, tokens, 3 × width], d = width / heads
/// → [batch, tokens, width].
pub fn attended(qkv: Tensor<3>, heads: usize) -> Tensor<3> {
    Tensor::from_dispatch(<burn::backend::Dispatch as Kernels>::attended(qkv.into_dispatch(), heads))
}

/// One step of Adam against a gradient g, shortened to `clip` where it is longer, on [θ, m, v, θ̄]:
/// m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², θ ← θ - rate m / (root sqrt(v) + ε) within ± bound, θ̄ ← decay θ̄ + (1 - decay) θ,
/// with the [`RATES`] numbers [rate, root, decay, β₁, β₂, clip, bound]. On a GPU the four change in place, so a clone of one of them
/// changes too.
pub fn adam(state: [Tensor<1>; 4], gradient: Tensor<1>, rates: Tensor<1>) -> [Tensor<1>; 4] {
    let [theta, m, v, ema] = state.map(Tensor::into_dispatch);
    let (gradient, rates) = (gradient.into_dispatch(), rates.into_dispatch());
    let (theta, m, v, ema) = <burn::backend::Dispatch as Descent>::adam(theta, m, v, ema, gradient, rates);
    [theta, m, v, ema].map(Tensor::from_dispatch)
}
