//! A variational autoencoder (Kingma & Welling, 2014): q(z|x) = N(mu(x), diag exp(log_var(x))) from an encoder, p(x|z) from a
//! decoder, both perceptrons.

use super::{
    blueprint::{Blueprint, OnePass, check_length, check_sizes},
    browser::tanh,
    classes::{beside, untold},
    coder::{Coder, CoderConfig},
    layers::softplus,
    parameters::{Builder, Entry, entries},
    perceptron::Perceptron,
};
use burn::tensor::Tensor;
use data::sets::{CLASSES, PIXELS};
use flow::{
    elbo::{GAUSSIAN_STD, Likelihood},
    family::FamilyId,
};
use serde::{Deserialize, Serialize};
use std::{f64::consts::PI, rc::Rc};

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

impl Blueprint for VaeConfig {
    fn family(&self) -> FamilyId {
        FamilyId::VAE
    }

    fn latent(&self) -> usize {
        self.latent
    }

    fn labels(&self) -> bool {
        self.labels
    }

    fn check(&self) -> Result<(), String> {
        check_sizes(self.latent, self.hidden)?;
        check_length(self)
    }

    fn learners(&self) -> Vec<Vec<Entry>> {
        vec![entries(|p| Vae::new(p, self))]
    }
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

    /// -ln p(x|z) and KL(q(z|x) ‖ N(0, I)), each the mean over pictures `x`: [rows, 784], z drawn with ε: [rows, latent].
    pub fn nats(&self, x: Tensor<2>, epsilon: Tensor<2>, classes: &Tensor<2>) -> [Tensor<1>; 2] {
        let [mu, log_var] = self.encode(x.clone(), classes);
        let output = self.decode(sampled(&mu, &log_var, epsilon), classes);
        [reconstruction(self.config.likelihood, x, output), kl(mu, log_var)]
    }
}

/// -ln p of pixels x by what a decoder says of each, [rows, 784], the mean over rows: [1].
pub fn reconstruction(likelihood: Likelihood, x: Tensor<2>, output: Tensor<2>) -> Tensor<1> {
    let rows = x.dims()[0] as f64;
    match likelihood {
        Likelihood::Bernoulli => (softplus(output.clone()) - output * ((x + 1.0) * 0.5)).sum() / rows,
        Likelihood::Gaussian => {
            let error = (x - output) / GAUSSIAN_STD;
            let rest = PIXELS as f64 * libm::log(GAUSSIAN_STD * (2.0 * PI).sqrt());
            (error.clone() * error).sum() / (2.0 * rows) + rest
        }
    }
}

/// The mean of p by what a decoder says of each pixel, for the Bernoulli in [-1, 1].
pub fn shown(likelihood: Likelihood, output: Tensor<2>) -> Tensor<2> {
    match likelihood {
        // 2 / (1 + exp(-l)) - 1
        Likelihood::Bernoulli => tanh(output * 0.5),
        Likelihood::Gaussian => output,
    }
}

/// mu + exp(log_var / 2) ε
pub fn sampled(mu: &Tensor<2>, log_var: &Tensor<2>, epsilon: Tensor<2>) -> Tensor<2> {
    mu.clone() + (log_var.clone() * 0.5).exp() * epsilon
}

/// KL(N(mu, exp(log_var)) ‖ N(0, I)) = (mu² + exp(log_var) - log_var - 1) / 2, summed over z, the mean over rows: [1].
pub fn kl(mu: Tensor<2>, log_var: Tensor<2>) -> Tensor<1> {
    let rows = mu.dims()[0] as f64;
    (mu.clone() * mu + log_var.clone().exp() - log_var - 1.0).sum() / (2.0 * rows)
}

impl OnePass for Vae {
    fn blueprint(&self) -> &dyn Blueprint {
        &self.config
    }

    /// The mean of p(x|z).
    fn pictures(&self, z: Tensor<2>, classes: &Tensor<2>) -> Tensor<2> {
        shown(self.config.likelihood, self.decode(z, classes))
    }

    fn codes(&self, x: Tensor<2>, classes: &Tensor<2>) -> Option<Tensor<2>> {
        let [mu, _] = self.encode(x, classes);
        Some(mu)
    }

    fn bound(&self, x: Tensor<2>, epsilon: Tensor<2>, classes: &Tensor<2>) -> Option<Tensor<1>> {
        let [reconstruction, kl] = self.nats(x, epsilon, classes);
        Some(reconstruction + kl)
    }
}

impl CoderConfig for VaeConfig {
    const FAMILY: FamilyId = FamilyId::LATENT;

    fn numbers(&self) -> usize {
        self.latent
    }

    fn fits(&self) -> Result<(), String> {
        if self.labels { Err("the autoencoder of a latent flow is not told the class".into()) } else { Ok(()) }
    }

    fn coder(&self, p: &mut Builder) -> Rc<dyn Coder> {
        Rc::new(Vae::new(p, self))
    }
}

impl Coder for Vae {
    /// z ~ q(z|x).
    fn data(&self, x: Tensor<2>, epsilon: Tensor<2>) -> Tensor<2> {
        let classes = untold(&x);
        let [mu, log_var] = self.encode(x, &classes);
        sampled(&mu, &log_var, epsilon)
    }

    fn draw(&self, state: Tensor<2>) -> Tensor<2> {
        let classes = untold(&state);
        self.pictures(state, &classes)
    }

    fn told(&self, state: Tensor<2>) -> Tensor<2> {
        state
    }
}
