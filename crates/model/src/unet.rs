//! A convolutional U-Net (Ronneberger et al., 2015; Ho et al., 2020) on 2×2 patches: 14 × 14, 7 × 7, 14 × 14.
//!
//! Activations are [batch, height, width, channels], and a convolution is an affine map of the 3 × 3 neighbours: Burn's
//! own convolutions for a GPU, with all ways of matrix multiplication that they choose from, would be a third of its code.

use super::{
    condition::FEATURES,
    grid::neighbours,
    kernel::{Activation, affine},
    layers::{Dense, normalise},
    parameters::{Builder, Init},
    raw::{Raw, Sizes, bounded},
};
use burn::tensor::{Tensor, activation::silu};
use data::sets::{PIXELS, SIDE};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Sizes of a [`UNet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UNetConfig {
    /// Channels at 14 × 14, a multiple of 8; twice as many at 7 × 7.
    pub channels: usize,
    /// Residual blocks at each of the three places.
    pub depth: usize,
}

impl Sizes for UNetConfig {
    fn check(&self) -> Result<(), String> {
        bounded(self.depth, &[self.channels])?;
        if !self.channels.is_multiple_of(8) {
            return Err("the channels of a U-Net are a multiple of 8".into());
        }
        Ok(())
    }

    fn largest_activation(&self) -> usize {
        2 * self.channels * (SIDE / 2).pow(2)
    }

    fn cost(&self) -> u64 {
        let [places, channels, depth] = [(SIDE / 2).pow(2), self.channels, self.depth].map(|n| n as u64);
        let square = channels * channels;
        // Two convolutions a block, in three places; down, up and merged; in and out.
        let within = depth * (2 * 2 + 2) * places * square;
        let between = places * square / 2 + 2 * 2 * places * square;
        9 * (within + between + 2 * 4 * places * channels)
    }

    fn build(&self, p: &mut Builder) -> Rc<dyn Raw> {
        Rc::new(UNet::new(p, self))
    }
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

    /// [batch, height, width, inputs] → [batch, height / stride, width / stride, outputs]
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [outputs, inputs, _, _] = self.weight.dims();
        let weight = self.weight.clone().permute([2, 3, 1, 0]).reshape([9 * inputs, outputs]);
        affine(neighbours(x, self.stride), weight, self.bias.clone(), Activation::None)
    }
}

/// Every place twice in both directions.
fn doubled(x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let apart = x.reshape([batch, height, 1, width, 1, channels]);
    apart.expand([batch, height, 2, width, 2, channels]).reshape([batch, 2 * height, 2 * width, channels])
}

/// h + conv(silu(modulate(conv(silu(norm h)))))
#[derive(Clone, Debug)]
struct UNetBlock {
    first: Conv,
    condition: Dense,
    second: Conv,
}

/// Normalised over all places and the channels of each of 8 groups.
fn group_norm(x: Tensor<4>) -> Tensor<4> {
    let [batch, height, width, channels] = x.dims();
    let (places, size) = (height * width, channels / 8);
    let grouped = x.reshape([batch, places, 8, size]).swap_dims(1, 2).reshape([batch, 8, places * size]);
    let normal = normalise(grouped).reshape([batch, 8, places, size]).swap_dims(1, 2);
    normal.reshape([batch, height, width, channels])
}

impl UNetBlock {
    fn new(p: &mut Builder, channels: usize, hidden: usize) -> Self {
        Self {
            first: Conv::new(p, "first", channels, channels, 1),
            condition: Dense::zero(p, "condition", hidden, 2 * channels),
            second: Conv::with(p, "second", channels, channels, 1, Init::Zero),
        }
    }

    fn forward(&self, x: Tensor<4>, condition: &Tensor<2>) -> Tensor<4> {
        let [batch, _, _, channels] = x.dims();
        let both = self.condition.forward(condition.clone()).reshape([batch, 1, 1, 2 * channels]);
        let part = |i: usize| both.clone().narrow(3, i * channels, channels);
        let h = group_norm(self.first.forward(silu(group_norm(x.clone())))) * (part(0) + 1.0) + part(1);
        x + self.second.forward(silu(h))
    }
}

/// Down, middle, up, with one skip.
#[derive(Clone, Debug)]
pub struct UNet {
    embed: Dense,
    input: Conv,
    outer: Vec<UNetBlock>,
    down: Conv,
    inner: Vec<UNetBlock>,
    up: Conv,
    merge: Conv,
    last: Vec<UNetBlock>,
    output: Conv,
}

impl UNet {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &UNetConfig) -> Self {
        let UNetConfig { channels, depth } = *config;
        let hidden = 2 * channels;
        let blocks = |p: &mut Builder, name: &str, channels| {
            p.scope(name, |p| (0..depth).map(|i| p.scope(i, |p| UNetBlock::new(p, channels, hidden))).collect())
        };
        Self {
            embed: Dense::new(p, "embed", FEATURES, hidden),
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
}

impl Raw for UNet {
    fn forward(&self, x: Tensor<2>, features: Tensor<2>) -> Tensor<2> {
        let (batch, half) = (x.dims()[0], SIDE / 2);
        let condition = silu(self.embed.forward(features));
        let through = |blocks: &[UNetBlock], h| blocks.iter().fold(h, |h, block| block.forward(h, &condition));
        let folded = x.reshape([batch, half, 2, half, 2]).permute([0, 1, 3, 2, 4]).reshape([batch, half, half, 4]);
        let skip = through(&self.outer, self.input.forward(folded));
        let h = through(&self.inner, self.down.forward(skip.clone()));
        let h = self.up.forward(doubled(h));
        let h = through(&self.last, self.merge.forward(Tensor::cat(vec![h, skip], 3)));
        let f = self.output.forward(silu(group_norm(h)));
        f.reshape([batch, half, half, 2, 2]).permute([0, 1, 3, 2, 4]).reshape([batch, PIXELS])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::upload;
    use burn::tensor::{Device, module::conv2d, ops::ConvOptions};
    use flow::rng::{Purpose, Stream};

    fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn a_convolution_is_that_of_burn() {
        let device = Device::flex();
        let random = |index, count| Stream::new(1, Purpose::Noise, index).normals(count);
        for (side, stride) in [(14, 1), (14, 2), (7, 1)] {
            let x = upload(random(0, 2 * side * side * 3), [2, side, side, 3], &device);
            let conv = Conv {
                weight: upload(random(1, 5 * 3 * 9), [5, 3, 3, 3], &device),
                bias: upload(random(2, 5), [5], &device),
                stride,
            };
            let options = ConvOptions::new([stride; 2], [1, 1], [1, 1], 1);
            let channels_first = x.clone().permute([0, 3, 1, 2]);
            let expected = conv2d(channels_first, conv.weight.clone(), Some(conv.bias.clone()), options);
            let pairs = numbers(conv.forward(x)).into_iter().zip(numbers(expected.permute([0, 2, 3, 1])));
            pairs.for_each(|(found, expected)| assert!((found - expected).abs() < 1e-4, "{found} {expected}"));
        }
    }

    #[test]
    fn doubling_repeats_every_place() {
        let x = upload(vec![1.0, 2.0, 3.0, 4.0], [1, 2, 2, 1], &Device::flex());
        let expected = [1.0, 1.0, 2.0, 2.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0, 3.0, 3.0, 4.0, 4.0];
        assert_eq!(numbers(doubled(x)), expected);
    }
}
