//! How the condition reaches a network: a scale and a shift of normalised activations a block,
//! h ← (1 + scale(t, y)) normalise(h) + shift(t, y) (Perez et al., 2018; Peebles & Xie, 2023).

use super::{
    condition::FEATURES,
    layers::{Linear, normalise},
    parameters::Builder,
};
use burn::tensor::{Tensor, activation::silu};

/// All scales and shifts of a network, computed at once from the condition.
#[derive(Clone, Debug)]
pub struct Modulation {
    embed: Linear,
    project: Linear,
}

impl Modulation {
    /// For `sites` places of `width` channels.
    pub fn new(p: &mut Builder, hidden: usize, width: usize, sites: usize) -> Self {
        p.scope("modulation", |p| Self {
            embed: Linear::new(p, "embed", FEATURES, hidden),
            project: Linear::zero(p, "project", hidden, 2 * width * sites),
        })
    }

    /// The scales and shifts for a batch, [batch, 2 × width × sites].
    pub fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        self.project.forward(silu(self.embed.forward(features)))
    }
}

/// Applies the scale and shift of `site` to `h`, [batch, tokens, width].
pub fn modulate(h: Tensor<3>, modulation: &Tensor<2>, site: usize) -> Tensor<3> {
    let [batch, _, width] = h.dims();
    let part = |i: usize| {
        let start = (2 * site + i) * width;
        modulation.clone().slice([0..batch, start..start + width]).reshape([batch, 1, width])
    };
    normalise(h) * (part(0) + 1.0) + part(1)
}
