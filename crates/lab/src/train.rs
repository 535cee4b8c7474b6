//! Training on pictures: whatever a family learns in a step, with the rate that the step has, and the moving average of the
//! weights.

use super::{
    batch,
    family::{self, Among},
    learners::Learners,
    rate::{fall, warm},
};
use burn::tensor::{Device, Tensor};
use data::images::Images;
use model::{
    adam::Adam,
    design::{Design, Model},
};
use protocol::message::TrainSpec;

/// The state of a training.
#[derive(Clone)]
pub struct Trainer {
    pub spec: TrainSpec,
    pub design: Design,
    /// Steps over which the learning rate falls to zero along a half cosine; `None` keeps it.
    pub decay: Option<u64>,
    /// One for each of the design's learners.
    pub learners: Learners,
}

impl Trainer {
    /// Fresh weights from the seed of `spec`.
    pub fn new(spec: TrainSpec, design: Design, device: &Device) -> Self {
        let learners = Learners::fresh(&design.learners(), spec.seed, device);
        Self { spec, design, decay: None, learners }
    }

    /// A training that goes on from `learners`.
    pub fn with(spec: TrainSpec, design: Design, decay: Option<u64>, learners: Vec<Adam>) -> Self {
        Self { spec, design, decay, learners: Learners::of(learners) }
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.learners.step()
    }

    /// Where it computes.
    pub fn device(&self) -> Device {
        self.learners.device()
    }

    /// Images that must have arrived before the next step.
    pub fn needs(&self) -> usize {
        batch::reach(self.spec.data, self.step())
    }

    /// The learning rate of the next step.
    fn learning_rate(&self) -> f64 {
        let step = self.step();
        self.spec.learning_rate * warm(step) * self.decay.map_or(1.0, |end| fall(step, end))
    }

    /// One step on `images`, of which the first [`needs`](Self::needs) must be there: the terms that the family reports.
    /// They stay on the device, since reading them costs a wait.
    pub fn train(&mut self, images: &Images) -> Tensor<1> {
        let rate = self.learning_rate();
        let data = Among { images, among: self.needs().min(images.len()) };
        let lesson = family::lesson(&self.spec, &self.design, data);
        self.learners.take(&*lesson, rate)
    }

    /// How many steps learner `k` has taken once the training has taken `step`.
    pub fn steps_of(spec: &TrainSpec, design: &Design, k: usize, step: u64) -> u64 {
        let none = Images::default();
        let passes = family::lesson(spec, design, Among { images: &none, among: 0 }).passes();
        step * passes.iter().filter(|pass| pass.learner == k).count() as u64
    }

    /// The moving average of all weights, learner after learner.
    pub fn theta(&self) -> Tensor<1> {
        self.learners.joined(Adam::average)
    }

    /// The model with the moving average of the weights: what sampling uses.
    pub fn average(&self) -> Model {
        Model::inference(&self.design, self.theta())
    }
}
