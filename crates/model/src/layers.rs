//! The few layers that the networks share.

use super::{
    kernel::{Activation, EPSILON, affine, modulated},
    parameters::{Builder, Init},
};
use burn::tensor::Tensor;

/// y = x W + b, W: [inputs, outputs].
#[derive(Clone, Debug)]
pub struct Dense {
    weight: Tensor<2>,
    bias: Tensor<1>,
}

impl Dense {
    /// W ~ N(0, 1 / inputs), b = 0.
    pub fn new(p: &mut Builder, name: &str, inputs: usize, outputs: usize) -> Self {
        Self::with(p, name, inputs, outputs, Init::Normal(1.0 / (inputs as f64).sqrt()))
    }

    /// W = 0, b = 0: what it feeds begins as if it were not there.
    pub fn zero(p: &mut Builder, name: &str, inputs: usize, outputs: usize) -> Self {
        Self::with(p, name, inputs, outputs, Init::Zero)
    }

    fn with(p: &mut Builder, name: &str, inputs: usize, outputs: usize, init: Init) -> Self {
        p.scope(name, |p| Self {
            weight: p.tensor("weight", [inputs, outputs], init),
            bias: p.tensor("bias", [outputs], Init::Zero),
        })
    }

    /// [..., inputs] → [..., outputs]
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        affine(x, self.weight.clone(), self.bias.clone(), Activation::None)
    }

    /// What a slope by y is by x: g Wᵀ, [..., outputs] → [..., inputs].
    pub fn back<const D: usize>(&self, g: Tensor<D>) -> Tensor<D> {
        let inputs = self.weight.dims()[0];
        affine(g.clone(), self.weight.clone().transpose(), Tensor::zeros([inputs], &g.device()), Activation::None)
    }

    /// silu, then this layer.
    pub fn of_silu<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        affine(x, self.weight.clone(), self.bias.clone(), Activation::Silu)
    }
}

/// (x - mean) / sqrt(variance + ε) over the last axis, without learned scale: the condition scales.
pub fn normalise<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let centred = x.clone() - x.mean_dim(D - 1);
    let variance = (centred.clone() * centred.clone()).mean_dim(D - 1);
    centred / (variance + EPSILON).sqrt()
}

/// The same of tokens in one kernel, whose sums go in one order everywhere: [batch, tokens, width].
pub fn normal(h: Tensor<3>) -> Tensor<3> {
    let [batch, _, width] = h.dims();
    let none = Tensor::zeros([batch, 2 * width], &h.device());
    modulated(h, none, 0)
}

/// ln(1 + exp(l)), without overflow.
pub fn softplus<const D: usize>(l: Tensor<D>) -> Tensor<D> {
    l.clone().clamp_min(0.0) + (-l.abs()).exp().log1p()
}
