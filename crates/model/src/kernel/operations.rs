//! What a backend has to offer: the operations as traits that Burn's dispatch chooses an implementation of.

use burn::backend::{Backend, backend_extension, tensor::FloatTensor};

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
/// Added to Adam's sqrt(v̂).
pub const TINY: f32 = 1e-8;
/// Numbers that [`adam`](super::adam) takes besides the gradient.
pub const RATES: usize = 7;

/// Of which inputs of an affine map the gradient is wanted.
#[derive(Clone, Copy, Debug)]
pub struct To {
    pub x: bool,
    /// Frozen weights cost no gradient.
    pub weight: bool,
}

/// The operations; see [`affine`](super::affine), [`modulated`](super::modulated) and [`attended`](super::attended).
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

    /// δx, and δW with δb, as far as they are wanted; from x and what was kept
    fn affine_all(
        dy: FloatTensor<Self>,
        x: (FloatTensor<Self>, Option<FloatTensor<Self>>),
        weight: FloatTensor<Self>,
        act: Activation,
        to: To,
    ) -> (Option<FloatTensor<Self>>, Option<[FloatTensor<Self>; 2]>);

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

/// What is not differentiated; see [`adam`](super::adam).
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
