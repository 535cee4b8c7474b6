//! A plain multilayer perceptron: affine maps with silu between them.

use super::{layers::Dense, parameters::Builder};
use burn::tensor::Tensor;

/// h ← W₁ x + b₁; h ← W_k silu(h) + b_k.
#[derive(Clone, Debug)]
pub struct Perceptron(Vec<Dense>);

impl Perceptron {
    /// From `sizes[0]` inputs over hidden layers to the last of `sizes`. Takes its parameters from `p`.
    pub fn new(p: &mut Builder, name: &str, sizes: &[usize]) -> Self {
        let layer = |p: &mut Builder, i: usize| Dense::new(p, &i.to_string(), sizes[i], sizes[i + 1]);
        Self(p.scope(name, |p| (0..sizes.len() - 1).map(|i| layer(p, i)).collect()))
    }

    /// [rows, inputs] → [rows, outputs]
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let h = self.0[0].forward(x);
        self.0[1..].iter().fold(h, |h, layer| layer.of_silu(h))
    }
}
