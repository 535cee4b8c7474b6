//! Training: whatever a family learns in a step, with the rate that the step has, and the moving average of the weights.

use super::{
    batch,
    family::{self, Among},
};
use burn::tensor::{Device, Tensor};
use data::images::Images;
use model::{
    adam::Adam,
    design::{Design, Model},
    kernel::Repeated,
    parameters::{initial, upload},
};
use protocol::message::TrainSpec;

/// Steps over which the learning rate rises to its value, on pictures and on points.
pub const WARM_UP: u64 = 100;

/// The state of a training.
#[derive(Clone)]
pub struct Trainer {
    pub spec: TrainSpec,
    pub design: Design,
    /// Steps over which the learning rate falls to zero along a half cosine; `None` keeps it.
    pub decay: Option<u64>,
    /// One for each of the design's learners.
    pub learners: Vec<Adam>,
    repeated: Repeated,
}

/// The share of a learning rate that is left at `step`, down to none at `end`: half a cosine.
pub fn fall(step: u64, end: u64) -> f64 {
    let done = (step as f64 / end as f64).min(1.0);
    (1.0 + libm::cos(std::f64::consts::PI * done)) / 2.0
}

impl Trainer {
    /// Fresh weights from the seed of `spec`.
    pub fn new(spec: TrainSpec, design: Design, device: &Device) -> Self {
        let learners = design.learners().into_iter().enumerate().map(|(k, entries)| {
            // Learners that begin alike would draw the same weights from the same seed.
            let theta = initial(&entries, spec.seed.wrapping_add(k as u64));
            let size = theta.len();
            Adam::new(upload(theta, [size], device))
        });
        let learners = learners.collect();
        Self::with(spec, design, None, learners)
    }

    /// A training that goes on from `learners`.
    pub fn with(spec: TrainSpec, design: Design, decay: Option<u64>, learners: Vec<Adam>) -> Self {
        Self { spec, design, decay, learners, repeated: Repeated::default() }
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.learners.first().map_or(0, |first| first.step)
    }

    /// Where it computes.
    pub fn device(&self) -> Device {
        self.learners.first().map_or_else(Device::flex, Adam::device)
    }

    /// Images that must have arrived before the next step.
    pub fn needs(&self) -> usize {
        batch::reach(self.spec.data, self.step())
    }

    /// The learning rate of the next step.
    fn learning_rate(&self) -> f64 {
        let (step, rate) = (self.step() as f64, self.spec.learning_rate);
        let warm = ((step + 1.0) / WARM_UP as f64).min(1.0);
        rate * warm * self.decay.map_or(1.0, |end| fall(self.step(), end))
    }

    /// One step on `images`, of which the first [`needs`](Self::needs) must be there: the terms that the family reports.
    /// They stay on the device, since reading them costs a wait.
    pub fn train(&mut self, images: &Images) -> Tensor<1> {
        let (step, rate) = (self.step(), self.learning_rate());
        let data = Among { images, among: self.needs().min(images.len()) };
        let lesson = family::lesson(&self.spec, &self.design, data);
        family::take(&*lesson, &mut self.learners, &mut self.repeated, rate, step)
    }

    /// How many steps learner `k` has taken once the training has taken `step`.
    pub fn steps_of(spec: &TrainSpec, design: &Design, k: usize, step: u64) -> u64 {
        let none = Images::default();
        let passes = family::lesson(spec, design, Among { images: &none, among: 0 }).passes();
        step * passes.iter().filter(|pass| pass.learner == k).count() as u64
    }

    /// The moving average of all weights, learner after learner.
    pub fn theta(&self) -> Tensor<1> {
        self.joined(Adam::average)
    }

    /// One vector of every learner, as one: learner after learner.
    pub fn joined(&self, of: fn(&Adam) -> Tensor<1>) -> Tensor<1> {
        match &self.learners[..] {
            [only] => of(only),
            all => Tensor::cat(all.iter().map(of).collect(), 0),
        }
    }

    /// The model with the moving average of the weights: what sampling uses.
    pub fn average(&self) -> Model {
        Model::inference(&self.design, self.theta())
    }
}
