//! A convolutional U-Net (Ronneberger et al., 2015; Ho et al., 2020) on 2×2 patches: 14 × 14, 7 × 7, 14 × 14.

use super::{
    condition::FEATURES,
    layers::{Linear, normalise},
    parameters::{Builder, Init},
};
use crate::data::sets::{PIXELS, SIDE};
use burn::tensor::{
    Tensor,
    activation::silu,
    module::{conv2d, interpolate},
    ops::{ConvOptions, InterpolateMode, InterpolateOptions},
};
use serde::{Deserialize, Serialize};

/// Sizes of a [`UNet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UNetConfig {
    /// Channels at 14 × 14, a multiple of 8; twice as many at 7 × 7.
    pub channels: usize,
    /// Residual blocks at each of the three places.
    pub depth: usize,
}

/// A 3 × 3 convolution with bias.
#[derive(Clone, Debug)]
struct Conv {
    weight: Tensor<4>,
    bias: Tensor<1>,
    stride: usize,
}

impl Conv {
    fn new(p: &mut Builder, name: &str, inputs: usize, outputs: usize, stride: usize) -> Self {
        Self::with(p, name, inputs, outputs, stride, Init::Normal(1.0 / (9.0 * inputs as f64).sqrt()))
    }

    fn with(p: &mut Builder, name: &str, inputs: usize, outputs: usize, stride: usize, init: Init) -> Self {
        p.scope(name, |p| Self {
            weight: p.tensor("weight", [outputs, inputs, 3, 3], init),
            bias: p.tensor("bias", [outputs], Init::Zero),
            stride,
        })
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let options = ConvOptions::new([self.stride; 2], [1, 1], [1, 1], 1);
        conv2d(x, self.weight.clone(), Some(self.bias.clone()), options)
    }
}

/// h + conv(silu(modulate(conv(silu(norm h)))))
#[derive(Clone, Debug)]
struct Block {
    first: Conv,
    condition: Linear,
    second: Conv,
}

fn group_norm(x: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let grouped = x.reshape([batch, 8, channels / 8 * height * width]);
    normalise(grouped).reshape([batch, channels, height, width])
}

impl Block {
    fn new(p: &mut Builder, channels: usize, hidden: usize) -> Self {
        Self {
            first: Conv::new(p, "first", channels, channels, 1),
            condition: Linear::zero(p, "condition", hidden, 2 * channels),
            second: Conv::with(p, "second", channels, channels, 1, Init::Zero),
        }
    }

    fn forward(&self, x: Tensor<4>, condition: &Tensor<2>) -> Tensor<4> {
        let [batch, channels, _, _] = x.dims();
        let both = self.condition.forward(condition.clone()).reshape([batch, 2 * channels, 1, 1]);
        let part = |i: usize| both.clone().slice([0..batch, i * channels..(i + 1) * channels]);
        let h = group_norm(self.first.forward(silu(group_norm(x.clone())))) * (part(0) + 1.0) + part(1);
        x + self.second.forward(silu(h))
    }
}

/// Down, middle, up, with one skip.
#[derive(Clone, Debug)]
pub struct UNet {
    embed: Linear,
    input: Conv,
    outer: Vec<Block>,
    down: Conv,
    inner: Vec<Block>,
    up: Conv,
    merge: Conv,
    last: Vec<Block>,
    output: Conv,
}

impl UNet {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &UNetConfig) -> Self {
        let UNetConfig { channels, depth } = *config;
        let hidden = 2 * channels;
        let blocks = |p: &mut Builder, name: &str, channels| {
            p.scope(name, |p| (0..depth).map(|i| p.scope(i, |p| Block::new(p, channels, hidden))).collect())
        };
        Self {
            embed: Linear::new(p, "embed", FEATURES, hidden),
            input: Conv::new(p, "input", 4, channels, 1),
            outer: blocks(p, "outer", channels),
            down: Conv::new(p, "down", channels, 2 * channels, 2),
            inner: blocks(p, "inner", 2 * channels),
            up: Conv::new(p, "up", 2 * channels, channels, 1),
            merge: Conv::new(p, "merge", 2 * channels, channels, 1),
            last: blocks(p, "last", channels),
            output: Conv::with(p, "output", channels, 4, 1, Init::Zero),
        }
    }

    /// x: [batch, 784], features: [batch, FEATURES] → F: [batch, 784].
    pub fn forward(&self, x: Tensor<2>, features: Tensor<2>) -> Tensor<2> {
        let (batch, half) = (x.dims()[0], SIDE / 2);
        let condition = silu(self.embed.forward(features));
        let through = |blocks: &[Block], h| blocks.iter().fold(h, |h, block| block.forward(h, &condition));
        let folded = x.reshape([batch, half, 2, half, 2]).permute([0, 2, 4, 1, 3]).reshape([batch, 4, half, half]);
        let skip = through(&self.outer, self.input.forward(folded));
        let h = through(&self.inner, self.down.forward(skip.clone()));
        let wide = InterpolateOptions::new(InterpolateMode::Nearest).with_output_size([half, half]);
        let h = self.up.forward(interpolate(h, wide));
        let h = through(&self.last, self.merge.forward(Tensor::cat(vec![h, skip], 1)));
        let f = self.output.forward(silu(group_norm(h)));
        f.reshape([batch, 2, 2, half, half]).permute([0, 3, 1, 4, 2]).reshape([batch, PIXELS])
    }
}
