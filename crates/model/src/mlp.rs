//! A residual multilayer perceptron on all 784 pixels at once, the quickest step and the coarsest picture; or on the numbers of a
//! code, which have no order.

use super::{
    layers::Dense,
    modulation::{Modulation, modulate},
    parameters::Builder,
    raw::{Raw, Sizes, bounded},
};
use burn::tensor::Tensor;
use data::sets::PIXELS;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Sizes of a [`Mlp`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MlpConfig {
    /// Width of the residual stream.
    pub width: usize,
    /// Width inside a block.
    pub hidden: usize,
    /// Blocks.
    pub depth: usize,
}

impl Sizes for MlpConfig {
    fn check(&self) -> Result<(), String> {
        bounded(self.depth, &[self.width, self.hidden])
    }

    fn largest_activation(&self) -> usize {
        self.width.max(self.hidden)
    }

    fn cost(&self) -> u64 {
        self.on(PIXELS).cost()
    }

    fn build(&self, p: &mut Builder) -> Rc<dyn Raw> {
        Rc::new(Mlp::new(p, &self.on(PIXELS)))
    }
}

impl MlpConfig {
    /// The same sizes on rows of so many numbers.
    fn on(&self, numbers: usize) -> CodesConfig {
        let Self { width, hidden, depth } = *self;
        CodesConfig { numbers, width, hidden, depth }
    }
}

/// Sizes of a [`Mlp`] on codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodesConfig {
    /// Numbers of a code.
    pub numbers: usize,
    /// Width of the residual stream.
    pub width: usize,
    /// Width inside a block.
    pub hidden: usize,
    /// Blocks.
    pub depth: usize,
}

impl Sizes for CodesConfig {
    fn numbers(&self) -> usize {
        self.numbers
    }

    fn check(&self) -> Result<(), String> {
        bounded(self.depth, &[self.numbers, self.width, self.hidden])
    }

    fn largest_activation(&self) -> usize {
        self.width.max(self.hidden)
    }

    fn cost(&self) -> u64 {
        let [numbers, width, depth, hidden] = [self.numbers, self.width, self.depth, self.hidden].map(|n| n as u64);
        2 * width * (numbers + depth * hidden)
    }

    fn build(&self, p: &mut Builder) -> Rc<dyn Raw> {
        Rc::new(Mlp::new(p, self))
    }
}

/// x → h; h ← h + W₂ silu(W₁ modulate(h)) for each block; h → F.
#[derive(Clone, Debug)]
pub struct Mlp {
    modulation: Modulation,
    input: Dense,
    blocks: Vec<[Dense; 2]>,
    output: Dense,
}

impl Mlp {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &CodesConfig) -> Self {
        let CodesConfig { numbers, width, hidden, depth } = *config;
        let block = |p: &mut Builder, i: usize| {
            p.scope(i, |p| [Dense::new(p, "up", width, hidden), Dense::zero(p, "down", hidden, width)])
        };
        Self {
            modulation: Modulation::new(p, width.min(64), width, depth + 1),
            input: Dense::new(p, "input", numbers, width),
            blocks: p.scope("block", |p| (0..depth).map(|i| block(p, i)).collect()),
            output: Dense::zero(p, "output", width, numbers),
        }
    }
}

impl Raw for Mlp {
    fn forward(&self, x: Tensor<2>, features: Tensor<2>) -> Tensor<2> {
        let modulation = self.modulation.forward(features);
        let mut h = self.input.forward(x).unsqueeze_dim::<3>(1);
        for (site, [up, down]) in self.blocks.iter().enumerate() {
            h = h.clone() + down.of_silu(up.forward(modulate(h, &modulation, site)));
        }
        self.output.forward(modulate(h, &modulation, self.blocks.len())).squeeze_dim(1)
    }
}
