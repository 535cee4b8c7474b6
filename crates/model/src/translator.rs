//! A network from pictures to pictures: it looks at the window of every place, mixes what it saw across places and within them, and
//! paints the 4 × 4 pixels of a place by what it and its eight neighbours have become.

use super::{
    grid::{PATCH, PLACES, WINDOW, around, windows},
    layers::{Dense, normal},
    parameters::{Builder, Init},
    patches,
    perceptron::Perceptron,
    raw::bounded,
};
use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// Sizes of a [`Translator`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TranslatorConfig {
    /// Numbers of a place.
    pub width: usize,
    /// Width of every hidden layer.
    pub hidden: usize,
    /// Times that places are mixed.
    pub depth: usize,
}

impl TranslatorConfig {
    /// A sentence if the sizes make no network.
    pub fn check(&self) -> Result<(), String> {
        bounded(self.depth, &[self.width, self.hidden])
    }

    /// Multiplications of a picture, but for what it is told beside.
    pub fn cost(&self) -> u64 {
        let [places, window, pixels, width, hidden, depth] =
            [PLACES, WINDOW, PATCH * PATCH, self.width, self.hidden, self.depth].map(|n| n as u64);
        let [look, paint] = [window * hidden + hidden * width, 9 * width * hidden + hidden * pixels];
        places * (look + paint + depth * 4 * hidden * width)
    }
}

/// h + across(normal h), then h + within(normal h).
#[derive(Clone, Debug)]
struct Block {
    across: [Dense; 2],
    within: [Dense; 2],
}

impl Block {
    fn new(p: &mut Builder, config: &TranslatorConfig) -> Self {
        let TranslatorConfig { width, hidden, .. } = *config;
        let mut pair =
            |name, outer| p.scope(name, |p| [Dense::new(p, "in", outer, hidden), Dense::new(p, "out", hidden, outer)]);
        Self { across: pair("across", PLACES), within: pair("within", width) }
    }

    fn forward(&self, h: Tensor<3>) -> Tensor<3> {
        let through = |layers: &[Dense; 2], h| layers[1].of_silu(layers[0].forward(h));
        let h = h.clone() + through(&self.across, normal(h).swap_dims(1, 2)).swap_dims(1, 2);
        h.clone() + through(&self.within, normal(h))
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Translator {
    width: usize,
    look: Perceptron,
    position: Tensor<2>,
    beside: Option<Dense>,
    blocks: Vec<Block>,
    paint: Perceptron,
}

impl Translator {
    /// One that is told so many numbers `beside` the picture. Takes its parameters from `p`.
    pub fn new(p: &mut Builder, name: &str, config: &TranslatorConfig, beside: usize) -> Self {
        let TranslatorConfig { width, hidden, depth } = *config;
        p.scope(name, |p| Self {
            width,
            look: Perceptron::new(p, "look", &[WINDOW, hidden, width]),
            position: p.tensor("position", [PLACES, width], Init::Normal(0.02)),
            beside: (beside > 0).then(|| Dense::new(p, "beside", beside, width)),
            blocks: p.scope("block", |p| (0..depth).map(|i| p.scope(i, |p| Block::new(p, config))).collect()),
            paint: Perceptron::new(p, "paint", &[9 * width, hidden, PATCH * PATCH]),
        })
    }

    /// x: [rows, 784], what it is told beside: [rows, numbers], if anything → [rows, 784], any numbers.
    pub fn forward(&self, x: Tensor<2>, beside: Option<Tensor<2>>) -> Tensor<2> {
        let (rows, width) = (x.dims()[0], self.width);
        let mut h = self.look.forward(windows(x)).reshape([rows, PLACES, width]) + self.position.clone().unsqueeze();
        if let Some((layer, beside)) = self.beside.as_ref().zip(beside) {
            h = h + layer.forward(beside).reshape([rows, 1, width]);
        }
        let h = normal(self.blocks.iter().fold(h, |h, block| block.forward(h)));
        let around = around(h.reshape([rows * PLACES, width]), width);
        patches::join(self.paint.forward(around).reshape([rows, PLACES, PATCH * PATCH]), PATCH)
    }
}
