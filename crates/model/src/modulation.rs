//! How the condition reaches a network: a scale and a shift of normalised activations a block,
//! h ← (1 + scale(t, y)) normalise(h) + shift(t, y) (Perez et al., 2018; Peebles & Xie, 2023).

use super::{condition::FEATURES, layers::Dense, parameters::Builder};
use burn::tensor::Tensor;

/// All scales and shifts of a network, computed at once from the condition.
#[derive(Clone, Debug)]
pub struct Modulation {
    embed: Dense,
    project: Dense,
}

impl Modulation {
    /// For `sites` places of `width` channels.
    pub fn new(p: &mut Builder, hidden: usize, width: usize, sites: usize) -> Self {
        p.scope("modulation", |p| Self {
            embed: Dense::new(p, "embed", FEATURES, hidden),
            project: Dense::zero(p, "project", hidden, 2 * width * sites),
        })
    }

    /// The scales and shifts for a batch, [batch, 2 × width × sites].
    pub fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        self.project.of_silu(self.embed.forward(features))
    }
}

/// Applies the scale and shift of `site` to `h`, [batch, tokens, width].
pub fn modulate(h: Tensor<3>, modulation: &Tensor<2>, site: usize) -> Tensor<3> {
    super::kernel::modulated(h, modulation.clone(), site)
}
