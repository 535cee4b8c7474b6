//! A variational autoencoder (Kingma & Welling, 2014): q(z|x) = N(mu(x), diag exp(log_var(x))) from an encoder, p(x|z) from a
//! decoder, both perceptrons.

use super::{classes::beside, parameters::Builder, perceptron::Perceptron};
use burn::tensor::Tensor;
use data::sets::{CLASSES, PIXELS};
use flow::elbo::Likelihood;
use serde::{Deserialize, Serialize};

/// Sizes of a [`Vae`], and what its output means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaeConfig {
    /// Numbers of z.
    pub latent: usize,
    /// Width of the layer next to the pixels; the one next to z is half as wide.
    pub hidden: usize,
    /// Whether both networks are told the class.
    pub labels: bool,
    pub likelihood: Likelihood,
}

/// Encoder and decoder.
#[derive(Clone, Debug)]
pub struct Vae {
    config: VaeConfig,
    encoder: Perceptron,
    decoder: Perceptron,
}

/// log_var stays within ± this: exp of more is no number any training comes back from.
const MAX_LOG_VAR: f32 = 10.0;

impl Vae {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &VaeConfig) -> Self {
        let VaeConfig { latent, hidden, labels, .. } = *config;
        let (told, half) = (if labels { CLASSES } else { 0 }, hidden.div_ceil(2));
        Self {
            config: *config,
            encoder: Perceptron::new(p, "encoder", &[PIXELS + told, hidden, half, 2 * latent]),
            decoder: Perceptron::new(p, "decoder", &[latent + told, half, hidden, PIXELS]),
        }
    }

    pub fn config(&self) -> &VaeConfig {
        &self.config
    }

    /// mu and log_var of pictures x: [rows, 784], with their classes, one-hot [rows, 10]: each [rows, latent].
    pub fn encode(&self, x: Tensor<2>, classes: &Tensor<2>) -> [Tensor<2>; 2] {
        let both = self.encoder.forward(beside(x, classes, self.config.labels));
        let latent = self.config.latent;
        [both.clone().narrow(1, 0, latent), both.narrow(1, latent, latent).clamp(-MAX_LOG_VAR, MAX_LOG_VAR)]
    }

    /// What the decoder says of every pixel, [rows, 784]: the logit of white, or the mean.
    pub fn decode(&self, z: Tensor<2>, classes: &Tensor<2>) -> Tensor<2> {
        self.decoder.forward(beside(z, classes, self.config.labels))
    }

    /// The pictures that z stand for, the mean of p(x|z), pixels in [-1, 1] for the Bernoulli.
    pub fn pictures(&self, z: Tensor<2>, classes: &Tensor<2>) -> Tensor<2> {
        let output = self.decode(z, classes);
        match self.config.likelihood {
            // 2 / (1 + exp(-l)) - 1
            Likelihood::Bernoulli => (output * 0.5).tanh(),
            Likelihood::Gaussian => output,
        }
    }
}
