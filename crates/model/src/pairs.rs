//! pix2pix (Isola et al., 2017): a generator makes y of a picture x and noise z, and a critic sees x beside y and judges every place.

use super::{
    blueprint::{Blueprint, OnePass, check_cost, check_length, check_sizes},
    browser::tanh,
    classes::beside,
    judge::{Judge, Sight},
    parameters::{Builder, Entry, entries},
    translator::{Translator, TranslatorConfig},
};
use burn::tensor::Tensor;
use data::sets::{CLASSES, PIXELS};
use flow::{adversarial::Objective, family::FamilyId, rng::Stream};
use serde::{Deserialize, Serialize};

/// Sizes of a [`Painter`] and its [`Witness`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairsConfig {
    /// Numbers of z.
    pub latent: usize,
    pub network: TranslatorConfig,
    /// Whether both networks are told the class.
    pub labels: bool,
    /// What the critic's numbers mean.
    pub adversarial: Objective,
}

impl PairsConfig {
    fn sight(&self) -> Sight {
        Sight { pictures: 2, hidden: self.network.hidden, told: self.labels, wide: false }
    }
}

impl Blueprint for PairsConfig {
    fn family(&self) -> FamilyId {
        FamilyId::PAIRS
    }

    /// x, then z.
    fn latent(&self) -> usize {
        PIXELS + self.latent
    }

    /// The class is that of x.
    fn labels(&self) -> bool {
        true
    }

    fn check(&self) -> Result<(), String> {
        check_sizes(self.latent, self.network.hidden)?;
        self.network.check()?;
        check_length(self)?;
        check_cost(self)
    }

    fn cost(&self) -> u64 {
        self.network.cost() + self.sight().cost()
    }

    fn learners(&self) -> Vec<Vec<Entry>> {
        vec![entries(|p| Painter::new(p, self)), entries(|p| Witness::new(p, self))]
    }
}

/// G: pictures and noise to pictures.
#[derive(Clone, Debug)]
pub struct Painter {
    labels: bool,
    network: Translator,
}

impl Painter {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &PairsConfig) -> Self {
        let told = config.latent + if config.labels { CLASSES } else { 0 };
        Self { labels: config.labels, network: Translator::new(p, "generator", &config.network, told) }
    }

    /// G(x, z), x beside z: [rows, 784 + latent], classes: one-hot [rows, 10] → pictures in [-1, 1], [rows, 784].
    pub fn pictures(&self, given: Tensor<2>, classes: &Tensor<2>) -> Tensor<2> {
        let z = given.clone().narrow(1, PIXELS, given.dims()[1] - PIXELS);
        tanh(self.network.forward(first(given), Some(beside(z, classes, self.labels))))
    }
}

/// The picture that codes begin with: [rows, 784 + any] → [rows, 784].
pub fn first(given: Tensor<2>) -> Tensor<2> {
    given.narrow(1, 0, PIXELS)
}

/// D: logits of a picture beside what it is made of.
#[derive(Clone, Debug)]
pub struct Witness(Judge);

impl Witness {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &PairsConfig) -> Self {
        Self(Judge::new(p, "critic", config.sight()))
    }

    /// l(x, y) at every place, y: [rows, 784], x beside z: [rows, 784 + latent] → [rows, 49].
    pub fn logits(&self, y: Tensor<2>, given: Tensor<2>, classes: &Tensor<2>) -> Tensor<2> {
        self.0.logits([first(given), y], classes)
    }
}

/// Both of them.
#[derive(Debug)]
pub struct Pairs {
    config: PairsConfig,
    painter: Painter,
    witness: Witness,
}

impl Pairs {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &PairsConfig) -> Self {
        Self { config: *config, painter: Painter::new(p, config), witness: Witness::new(p, config) }
    }
}

/// x + t (y - x): [rows, 784] each.
pub fn on_the_way(x: Tensor<2>, y: Tensor<2>, t: f64) -> Tensor<2> {
    x * (1.0 - t) + y * t
}

impl OnePass for Pairs {
    fn blueprint(&self) -> &dyn Blueprint {
        &self.config
    }

    fn pictures(&self, given: Tensor<2>, classes: &Tensor<2>) -> Tensor<2> {
        self.painter.pictures(given, classes)
    }

    fn frame(&self, given: Tensor<2>, classes: &Tensor<2>, t: f64) -> (Tensor<2>, Option<Tensor<2>>) {
        (on_the_way(first(given.clone()), self.pictures(given, classes), t), None)
    }

    fn logits(&self, y: Tensor<2>, given: &Tensor<2>, classes: &Tensor<2>) -> Option<(Objective, Tensor<2>)> {
        Some((self.config.adversarial, self.witness.logits(y, given.clone(), classes)))
    }

    /// z alone.
    fn code(&self, stream: &mut Stream) -> Vec<f32> {
        stream.normals(self.config.latent)
    }

    fn rows(&self, given: Tensor<2>, of_set: Tensor<2>, classes: &Tensor<2>) -> Vec<Tensor<2>> {
        vec![first(given.clone()), self.pictures(given, classes), of_set]
    }
}
