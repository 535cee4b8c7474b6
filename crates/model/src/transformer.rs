//! A patch transformer (Peebles & Xie, 2023): attention between patches, a perceptron within each.

use super::{
    kernel::attended,
    layers::Dense,
    modulation::{Modulation, modulate},
    parameters::{Builder, Init},
    patches,
    raw::{Raw, Sizes, bounded, whole},
};
use burn::tensor::Tensor;
use data::sets::SIDE;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Sizes of a [`Transformer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransformerConfig {
    /// Side of a patch, a divisor of 28.
    pub patch: usize,
    /// Width of a token, a multiple of `heads`.
    pub width: usize,
    /// Blocks.
    pub depth: usize,
    /// Attention heads.
    pub heads: usize,
}

impl TransformerConfig {
    fn tokens(&self) -> usize {
        (SIDE / self.patch).pow(2)
    }
}

impl Sizes for TransformerConfig {
    fn check(&self) -> Result<(), String> {
        bounded(self.depth, &[self.width, self.heads]).and_then(|()| whole(self.patch))?;
        let Self { width, heads, .. } = *self;
        if width % heads != 0 {
            return Err(format!("a width of {width} does not divide into {heads} heads"));
        }
        Ok(())
    }

    fn largest_activation(&self) -> usize {
        (self.tokens() * 4 * self.width).max(self.heads * self.tokens().pow(2))
    }

    fn cost(&self) -> u64 {
        let [tokens, patch, width, depth] = [self.tokens(), self.patch, self.width, self.depth].map(|n| n as u64);
        2 * tokens * width * (patch * patch + depth * (6 * width + tokens))
    }

    fn build(&self, p: &mut Builder) -> Rc<dyn Raw> {
        Rc::new(Transformer::new(p, self))
    }
}

#[derive(Clone, Debug)]
struct TransformerBlock {
    heads: usize,
    qkv: Dense,
    attended: Dense,
    up: Dense,
    down: Dense,
}

/// Tokens, `depth` blocks, patches again.
#[derive(Clone, Debug)]
pub struct Transformer {
    patch: usize,
    modulation: Modulation,
    input: Dense,
    position: Tensor<2>,
    blocks: Vec<TransformerBlock>,
    output: Dense,
}

impl TransformerBlock {
    fn new(p: &mut Builder, width: usize, heads: usize) -> Self {
        Self {
            heads,
            qkv: Dense::new(p, "qkv", width, 3 * width),
            attended: Dense::zero(p, "attended", width, width),
            up: Dense::new(p, "up", width, 4 * width),
            down: Dense::zero(p, "down", 4 * width, width),
        }
    }

    fn forward(&self, h: Tensor<3>, modulation: &Tensor<2>, site: usize) -> Tensor<3> {
        let qkv = self.qkv.forward(modulate(h.clone(), modulation, site));
        let h = h + self.attended.forward(attended(qkv, self.heads));
        h.clone() + self.down.of_silu(self.up.forward(modulate(h, modulation, site + 1)))
    }
}

impl Transformer {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &TransformerConfig) -> Self {
        let TransformerConfig { patch, width, depth, heads } = *config;
        let tokens = config.tokens();
        Self {
            patch,
            modulation: Modulation::new(p, width.min(64), width, 2 * depth + 1),
            input: Dense::new(p, "input", patch * patch, width),
            position: p.tensor("position", [tokens, width], Init::Normal(0.3)),
            blocks: p.scope("block", |p| {
                (0..depth).map(|i| p.scope(i, |p| TransformerBlock::new(p, width, heads))).collect()
            }),
            output: Dense::zero(p, "output", width, patch * patch),
        }
    }
}

impl Raw for Transformer {
    fn forward(&self, x: Tensor<2>, features: Tensor<2>) -> Tensor<2> {
        let modulation = self.modulation.forward(features);
        let mut h = self.input.forward(patches::cut(x, self.patch)) + self.position.clone().unsqueeze();
        for (i, block) in self.blocks.iter().enumerate() {
            h = block.forward(h, &modulation, 2 * i);
        }
        let h = modulate(h, &modulation, 2 * self.blocks.len());
        patches::join(self.output.forward(h), self.patch)
    }
}
