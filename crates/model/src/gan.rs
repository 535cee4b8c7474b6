//! A generator and a critic (Goodfellow et al., 2014), both perceptrons.

use super::{
    blueprint::{Blueprint, OnePass, check_length, check_sizes},
    browser::tanh,
    classes::beside,
    parameters::{Builder, Entry, entries},
    perceptron::Perceptron,
};
use burn::tensor::Tensor;
use data::sets::{CLASSES, PIXELS};
use flow::{adversarial::Objective, family::FamilyId, rng::Stream};
use serde::{Deserialize, Serialize};

/// Sizes of a [`Generator`] and its [`Critic`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GanConfig {
    /// Numbers of z.
    pub latent: usize,
    /// Width of the layer next to the pixels; the other one is half as wide.
    pub hidden: usize,
    /// Whether both networks are told the class.
    pub labels: bool,
    /// What the critic's numbers mean.
    #[serde(default)]
    pub adversarial: Objective,
}

impl GanConfig {
    /// Inputs of either network that say which class it is.
    fn class_inputs(&self) -> usize {
        if self.labels { CLASSES } else { 0 }
    }

    fn half(&self) -> usize {
        self.hidden.div_ceil(2)
    }
}

impl Blueprint for GanConfig {
    fn family(&self) -> FamilyId {
        FamilyId::GAN
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
        vec![entries(|p| Generator::new(p, self)), entries(|p| Critic::new(p, self))]
    }
}

/// The pictures of codes and one-hot classes, [rows, latent] and [rows, 10] → [rows, 784].
pub type Draws = Box<dyn Fn(Tensor<2>, &Tensor<2>) -> Tensor<2>>;

/// A generator that draws of codes alone, and a critic of pictures.
pub trait Duel: Blueprint {
    /// What the critic's numbers mean.
    fn objective(&self) -> Objective;

    /// The generator, its parameters from `p`.
    fn draws(&self, p: &mut Builder) -> Draws;

    /// The critic, its parameters from `p`.
    fn critic(&self, p: &mut Builder) -> Critic;

    /// Codes to learn from, [rows × latent].
    fn codes(&self, stream: &mut Stream, rows: usize) -> Vec<f32> {
        stream.normals(rows * self.latent())
    }
}

impl Duel for GanConfig {
    fn objective(&self) -> Objective {
        self.adversarial
    }

    fn draws(&self, p: &mut Builder) -> Draws {
        let generator = Generator::new(p, self);
        Box::new(move |z, classes| generator.pictures(z, classes))
    }

    fn critic(&self, p: &mut Builder) -> Critic {
        Critic::new(p, self)
    }
}

/// G: noise to pictures.
#[derive(Clone, Debug)]
pub struct Generator {
    config: GanConfig,
    network: Perceptron,
}

impl Generator {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &GanConfig) -> Self {
        let sizes = [config.latent + config.class_inputs(), config.half(), config.hidden, PIXELS];
        Self { config: *config, network: Perceptron::new(p, "generator", &sizes) }
    }

    /// G(z), z: [rows, latent], classes: one-hot [rows, 10] → pictures in [-1, 1], [rows, 784].
    pub fn pictures(&self, z: Tensor<2>, classes: &Tensor<2>) -> Tensor<2> {
        tanh(self.network.forward(beside(z, classes, self.config.labels)))
    }
}

/// D: pictures to logits.
#[derive(Clone, Debug)]
pub struct Critic {
    labels: bool,
    network: Perceptron,
}

impl Critic {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &GanConfig) -> Self {
        let sizes = [PIXELS + config.class_inputs(), config.hidden, config.half(), 1];
        Self { labels: config.labels, network: Perceptron::new(p, "critic", &sizes) }
    }

    /// l(x), x: [rows, 784] → [rows, 1]; what it means is up to the objective.
    pub fn logits(&self, x: Tensor<2>, classes: &Tensor<2>) -> Tensor<2> {
        self.network.forward(beside(x, classes, self.labels))
    }
}

/// Both of them.
#[derive(Debug)]
pub struct GanModel {
    generator: Generator,
    critic: Critic,
}

impl GanModel {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &GanConfig) -> Self {
        Self { generator: Generator::new(p, config), critic: Critic::new(p, config) }
    }
}

impl OnePass for GanModel {
    fn blueprint(&self) -> &dyn Blueprint {
        &self.generator.config
    }

    fn pictures(&self, z: Tensor<2>, classes: &Tensor<2>) -> Tensor<2> {
        self.generator.pictures(z, classes)
    }

    fn logits(&self, x: Tensor<2>, _z: &Tensor<2>, classes: &Tensor<2>) -> Option<(Objective, Tensor<2>)> {
        Some((self.generator.config.adversarial, self.critic.logits(x, classes)))
    }
}
