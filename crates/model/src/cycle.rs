//! CycleGAN (Zhu et al., 2017): G translates from a set X to a set Y, F back, and each set has a critic that judges every place.
//! A code is a picture and the way: 0 for G, 1 for F.

use super::{
    blueprint::{Blueprint, OnePass, check_cost, check_length},
    browser::tanh,
    judge::{Judge, Sight},
    pairs::{first, on_the_way},
    parameters::{Builder, Entry, entries},
    translator::{Translator, TranslatorConfig},
};
use burn::tensor::Tensor;
use data::sets::PIXELS;
use flow::{adversarial::Objective, family::FamilyId, rng::Stream};
use serde::{Deserialize, Serialize};

/// Sizes of [`Translators`] and their [`Critics`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CycleConfig {
    /// Of each of both.
    pub network: TranslatorConfig,
    /// What the critics' numbers mean.
    pub adversarial: Objective,
}

impl CycleConfig {
    fn sight(&self) -> Sight {
        Sight { pictures: 1, hidden: self.network.hidden, told: false, wide: true }
    }
}

impl Blueprint for CycleConfig {
    fn family(&self) -> FamilyId {
        FamilyId::CYCLE
    }

    /// A picture and the way.
    fn latent(&self) -> usize {
        PIXELS + 1
    }

    /// The class is that of the picture.
    fn labels(&self) -> bool {
        true
    }

    fn check(&self) -> Result<(), String> {
        self.network.check()?;
        check_length(self)?;
        check_cost(self)
    }

    fn cost(&self) -> u64 {
        2 * (self.network.cost() + self.sight().cost())
    }

    fn learners(&self) -> Vec<Vec<Entry>> {
        vec![entries(|p| Translators::new(p, self)), entries(|p| Critics::new(p, self))]
    }
}

/// G and F. Neither begins near the identity: there the way back would be found at once, and every change would cost more than it
/// gains.
#[derive(Clone, Debug)]
pub struct Translators {
    there: Translator,
    back: Translator,
}

impl Translators {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &CycleConfig) -> Self {
        let [there, back] = ["there", "back"].map(|name| Translator::new(p, name, &config.network, 0));
        Self { there, back }
    }

    /// G(x): [rows, 784] → [rows, 784], data in [-1, 1].
    pub fn there(&self, x: Tensor<2>) -> Tensor<2> {
        tanh(self.there.forward(x, None))
    }

    /// F(y), alike.
    pub fn back(&self, y: Tensor<2>) -> Tensor<2> {
        tanh(self.back.forward(y, None))
    }
}

/// D_X and D_Y.
#[derive(Clone, Debug)]
pub struct Critics {
    of_x: Judge,
    of_y: Judge,
}

impl Critics {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &CycleConfig) -> Self {
        let [of_x, of_y] = ["x", "y"].map(|name| Judge::new(p, name, config.sight()));
        Self { of_x, of_y }
    }

    /// Logits of pictures of X, real or made, at every place: [rows, 784] → [rows, 49].
    pub fn of_x(&self, x: Tensor<2>) -> Tensor<2> {
        judged(&self.of_x, x)
    }

    /// The same of Y.
    pub fn of_y(&self, y: Tensor<2>) -> Tensor<2> {
        judged(&self.of_y, y)
    }
}

fn judged(judge: &Judge, x: Tensor<2>) -> Tensor<2> {
    let classes = super::classes::untold(&x);
    judge.logits([x], &classes)
}

/// All of them.
#[derive(Debug)]
pub struct Cycle {
    config: CycleConfig,
    translators: Translators,
    critics: Critics,
}

impl Cycle {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &CycleConfig) -> Self {
        Self { config: *config, translators: Translators::new(p, config), critics: Critics::new(p, config) }
    }
}

/// The way of codes, [rows, 1].
fn way(given: &Tensor<2>) -> Tensor<2> {
    given.clone().narrow(1, PIXELS, 1)
}

/// One or the other, by the way: [rows, any] each.
fn by(way: Tensor<2>, there: Tensor<2>, back: Tensor<2>) -> Tensor<2> {
    there * -(way.clone() - 1.0) + back * way
}

impl OnePass for Cycle {
    fn blueprint(&self) -> &dyn Blueprint {
        &self.config
    }

    fn pictures(&self, given: Tensor<2>, _classes: &Tensor<2>) -> Tensor<2> {
        let x = first(given.clone());
        by(way(&given), self.translators.there(x.clone()), self.translators.back(x))
    }

    fn frame(&self, given: Tensor<2>, classes: &Tensor<2>, t: f64) -> (Tensor<2>, Option<Tensor<2>>) {
        (on_the_way(first(given.clone()), self.pictures(given, classes), t), None)
    }

    /// By the critic of the set to which a code is translated.
    fn logits(&self, y: Tensor<2>, given: &Tensor<2>, _classes: &Tensor<2>) -> Option<(Objective, Tensor<2>)> {
        let logits = by(way(given), self.critics.of_y(y.clone()), self.critics.of_x(y));
        Some((self.config.adversarial, logits))
    }

    /// There.
    fn code(&self, _stream: &mut Stream) -> Vec<f32> {
        vec![0.0]
    }

    /// x → y → x' and y → x → y'.
    fn rows(&self, given: Tensor<2>, of_set: Tensor<2>, _classes: &Tensor<2>) -> Vec<Tensor<2>> {
        let (x, translators) = (first(given), &self.translators);
        let (there, here) = (translators.there(x.clone()), translators.back(of_set.clone()));
        vec![x, there.clone(), translators.back(there), of_set, here.clone(), translators.there(here)]
    }
}
