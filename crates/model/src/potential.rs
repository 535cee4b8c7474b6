//! A scalar φ(y, t) whose slope by the point y is what a flow or a score needs, F = ∇_y φ, so that the field it tells is one
//! without curl:
//!
//! h_1 = W_1 y + b_1,  h_{k+1} = W_{k+1} a(h_k) + b_{k+1},  φ = w · a(h_n),  with a(h) = (h + sqrt(1 + h²)) / 2;
//! g_n = w ⊙ a'(h_n),  g_k = W_{k+1}ᵀ g_{k+1} ⊙ a'(h_k),  F = W_1ᵀ g_1.
//!
//! The slope is written out, since what is learned is a function of it: gradients by θ then pass through it as through any
//! network. a is the softplus of Barron, 2021: smooth, and made of a root alone, which every machine rounds alike.

use super::{layers::Dense, parameters::Builder};
use burn::tensor::Tensor;

/// The layers, of which the last one gives the scalar.
#[derive(Clone, Debug)]
pub struct Potential(Vec<Dense>);

/// a(h), and a'(h) = (1 + h / sqrt(1 + h²)) / 2.
fn squareplus(h: Tensor<2>) -> [Tensor<2>; 2] {
    let root = (h.clone() * h.clone() + 1.0).sqrt();
    [(h.clone() + root.clone()) * 0.5, (h / root) * 0.5 + 0.5]
}

impl Potential {
    /// Of `inputs` numbers, over `depth` hidden layers of `width`; zero in the beginning. Takes its parameters from `p`.
    pub fn new(p: &mut Builder, inputs: usize, width: usize, depth: usize) -> Self {
        let mut layers = vec![Dense::new(p, "input", inputs, width)];
        layers.extend((1..depth).map(|i| p.scope("hidden", |p| Dense::new(p, &i.to_string(), width, width))));
        layers.push(Dense::zero(p, "output", width, 1));
        Self(layers)
    }

    /// a(h_n), and a' of every hidden layer, the first one first.
    fn climb(&self, rows: Tensor<2>) -> (Tensor<2>, Vec<Tensor<2>>) {
        let (mut a, mut slopes) = (rows, vec![]);
        for layer in &self.0[..self.0.len() - 1] {
            let [value, slope] = squareplus(layer.forward(a));
            slopes.push(slope);
            a = value;
        }
        (a, slopes)
    }

    /// φ: [rows, inputs] → [rows, 1].
    pub fn value(&self, rows: Tensor<2>) -> Tensor<2> {
        self.0[self.0.len() - 1].forward(self.climb(rows).0)
    }

    /// ∂φ by the inputs: [rows, inputs] → [rows, inputs].
    pub fn slope(&self, rows: Tensor<2>) -> Tensor<2> {
        let ones = Tensor::ones([rows.dims()[0], 1], &rows.device());
        let (_, slopes) = self.climb(rows);
        let back = self.0[1..].iter().rev().zip(slopes.into_iter().rev());
        self.0[0].back(back.fold(ones, |g, (layer, slope)| layer.back(g) * slope))
    }
}
