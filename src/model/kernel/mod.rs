//! The few operations of which the networks consist, each one pass over memory and one entry in Burn's graph, with its
//! gradient written out. Burn's own operations are kept for what is cheap; these are the ones that a profile names.
//!
//! An operation is a method of [`Kernels`], written for each of Burn's backends ([`cpu`], [`gpu`]) and, once for all,
//! for its autodiff decorator ([`graph`]); Burn's dispatch chooses by the device of the tensors.

pub mod cpu;
#[cfg(feature = "gpu")]
pub mod gpu;
mod graph;
mod repeat;

pub use repeat::Repeated;

use burn::{
    backend::{Backend, backend_extension, tensor::FloatTensor},
    tensor::Tensor,
};

/// What is applied to every input of an affine map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// φ(x) = x
    None,
    /// φ(x) = x / (1 + exp(-x))
    Silu,
}

/// Added to a variance before its root is taken.
pub const EPSILON: f32 = 1e-5;
/// Adam's decay of m.
pub const BETA_1: f32 = 0.9;
/// Adam's decay of v.
pub const BETA_2: f32 = 0.99;
/// Added to Adam's sqrt(v̂).
pub const TINY: f32 = 1e-8;
/// Largest norm of a gradient that is followed unchanged.
pub const CLIP: f32 = 1.0;

/// The operations; [`affine`], [`modulated`] and [`attended`] say what they are.
#[backend_extension(Flex, Cube: cfg(feature = "gpu"), Autodiff)]
pub trait Kernels: Backend {
    fn affine(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        act: Activation,
    ) -> FloatTensor<Self>;

    fn modulated(h: FloatTensor<Self>, modulation: FloatTensor<Self>, site: usize) -> FloatTensor<Self>;

    fn attended(qkv: FloatTensor<Self>, heads: usize) -> FloatTensor<Self>;
}

/// Their gradients: from δy, the gradient by the output, and the inputs, the gradients by the inputs.
pub trait Gradients: Kernels {
    /// y, and what the gradient wants to keep besides the inputs
    fn affine_keeping(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        act: Activation,
    ) -> (FloatTensor<Self>, Option<FloatTensor<Self>>);

    /// δx if `to_x`; δW, δb, from x and what was kept
    fn affine_all(
        dy: FloatTensor<Self>,
        x: (FloatTensor<Self>, Option<FloatTensor<Self>>),
        weight: FloatTensor<Self>,
        act: Activation,
        to_x: bool,
    ) -> (Option<FloatTensor<Self>>, [FloatTensor<Self>; 2]);

    /// δh, δmodulation (zero for the other sites)
    fn modulated_both(
        dy: FloatTensor<Self>,
        h: FloatTensor<Self>,
        modulation: FloatTensor<Self>,
        site: usize,
    ) -> [FloatTensor<Self>; 2];

    /// δqkv
    fn attended_input(dy: FloatTensor<Self>, qkv: FloatTensor<Self>, heads: usize) -> FloatTensor<Self>;
}

/// What is not differentiated; [`adam`] says what it is.
#[backend_extension(Flex, Cube: cfg(feature = "gpu"))]
pub trait Descent: Backend {
    fn adam(
        theta: FloatTensor<Self>,
        m: FloatTensor<Self>,
        v: FloatTensor<Self>,
        ema: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        rates: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}

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

/// One step of Adam against a gradient g, shortened to [`CLIP`] where it is longer, on [θ, m, v, θ̄]:
/// m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g², θ ← θ - rate m / (root sqrt(v) + ε), θ̄ ← decay θ̄ + (1 - decay) θ,
/// with rates = [rate, root, decay]. On a GPU the four change in place, so a clone of one of them changes too.
pub fn adam(state: [Tensor<1>; 4], gradient: Tensor<1>, rates: Tensor<1>) -> [Tensor<1>; 4] {
    let [theta, m, v, ema] = state.map(Tensor::into_dispatch);
    let (gradient, rates) = (gradient.into_dispatch(), rates.into_dispatch());
    let (theta, m, v, ema) = <burn::backend::Dispatch as Descent>::adam(theta, m, v, ema, gradient, rates);
    [theta, m, v, ema].map(Tensor::from_dispatch)
}
