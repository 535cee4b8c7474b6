//! A perceptron mixer (Tolstikhin et al., 2021): one perceptron across the patches, one within each.

use super::{
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

/// Sizes of a [`Mixer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixerConfig {
    /// Side of a patch, a divisor of 28.
    pub patch: usize,
    /// Width of a token.
    pub width: usize,
    /// Blocks.
    pub depth: usize,
    /// Width inside the perceptron across tokens.
    pub across: usize,
    /// Width inside the perceptron within a token.
    pub within: usize,
}

impl MixerConfig {
    fn tokens(&self) -> usize {
        (SIDE / self.patch).pow(2)
    }
}

impl Sizes for MixerConfig {
    fn check(&self) -> Result<(), String> {
        bounded(self.depth, &[self.width, self.across, self.within]).and_then(|()| whole(self.patch))
    }

    fn largest_activation(&self) -> usize {
        (self.tokens() * self.width.max(self.within)).max(self.width * self.across)
    }

    fn cost(&self) -> u64 {
        let Self { patch, width, depth, across, within } = *self;
        let [tokens, patch, width, depth, both] =
            [self.tokens(), patch, width, depth, across + within].map(|n| n as u64);
        2 * tokens * width * (patch * patch + depth * both)
    }

    fn build(&self, p: &mut Builder) -> Rc<dyn Raw> {
        Rc::new(Mixer::new(p, self))
    }
}

#[derive(Clone, Debug)]
struct MixerBlock {
    across: [Dense; 2],
    within: [Dense; 2],
}

fn perceptron(layers: &[Dense; 2], h: Tensor<3>) -> Tensor<3> {
    layers[1].of_silu(layers[0].forward(h))
}

/// Tokens, `depth` blocks, patches again.
#[derive(Clone, Debug)]
pub struct Mixer {
    patch: usize,
    modulation: Modulation,
    input: Dense,
    position: Tensor<2>,
    blocks: Vec<MixerBlock>,
    output: Dense,
}

impl Mixer {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &MixerConfig) -> Self {
        let MixerConfig { patch, width, depth, across, within } = *config;
        let tokens = config.tokens();
        let pair = |p: &mut Builder, name: &str, outer, inner| {
            p.scope(name, |p| [Dense::new(p, "up", outer, inner), Dense::zero(p, "down", inner, outer)])
        };
        let block = |p: &mut Builder| MixerBlock {
            across: pair(p, "across", tokens, across),
            within: pair(p, "within", width, within),
        };
        Self {
            patch,
            modulation: Modulation::new(p, width.min(64), width, 2 * depth + 1),
            input: Dense::new(p, "input", patch * patch, width),
            position: p.tensor("position", [tokens, width], Init::Normal(0.3)),
            blocks: p.scope("block", |p| (0..depth).map(|i| p.scope(i, block)).collect()),
            output: Dense::zero(p, "output", width, patch * patch),
        }
    }
}

impl Raw for Mixer {
    fn forward(&self, x: Tensor<2>, features: Tensor<2>) -> Tensor<2> {
        let modulation = self.modulation.forward(features);
        let mut h = self.input.forward(patches::cut(x, self.patch)) + self.position.clone().unsqueeze();
        for (i, block) in self.blocks.iter().enumerate() {
            let turned = modulate(h.clone(), &modulation, 2 * i).swap_dims(1, 2);
            h = h + perceptron(&block.across, turned).swap_dims(1, 2);
            h = h.clone() + perceptron(&block.within, modulate(h, &modulation, 2 * i + 1));
        }
        let h = modulate(h, &modulation, 2 * self.blocks.len());
        patches::join(self.output.forward(h), self.patch)
    }
}
