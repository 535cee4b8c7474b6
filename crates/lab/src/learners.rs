//! Learners, and the steps that they have taken: what every training is made of, of pictures and of points.

use super::family::{Lesson, Row};
use burn::tensor::{Device, Tensor};
use model::{
    adam::Adam,
    kernel::Repeated,
    parameters::{Entry, initial, upload},
};
use std::ops::{Deref, DerefMut};

/// At least one. They are what they deref to.
#[derive(Clone)]
pub struct Learners {
    all: Vec<Adam>,
    repeated: Repeated,
}

impl Learners {
    /// Before the first step, one for each list of entries, with the weights of `seed`.
    pub fn fresh(entries: &[Vec<Entry>], seed: u64, device: &Device) -> Self {
        let learner = |(k, entries): (usize, &Vec<Entry>)| {
            // Learners that begin alike would draw the same weights from the same seed.
            let theta = initial(entries, seed.wrapping_add(k as u64));
            let size = theta.len();
            Adam::new(upload(theta, [size], device))
        };
        Self::of(entries.iter().enumerate().map(learner).collect())
    }

    /// Those that are there already.
    pub fn of(all: Vec<Adam>) -> Self {
        Self { all, repeated: Repeated::default() }
    }

    /// Steps done: the first learner takes one pass a step.
    pub fn step(&self) -> u64 {
        self.all.first().map_or(0, |first| first.step)
    }

    /// Where they compute.
    pub fn device(&self) -> Device {
        self.all.first().map_or_else(Device::flex, Adam::device)
    }

    /// One step of a lesson at this learning rate: the terms that its family reports, which stay on the device, since
    /// reading them costs a wait.
    pub fn take(&mut self, lesson: &dyn Lesson, rate: f64) -> Tensor<1> {
        let (mut input, passes, device) = (lesson.draw(self.step()), lesson.passes(), self.device());
        for pass in &passes {
            input.extend(self.all[pass.learner].rates(rate, pass.decays));
        }
        let Self { all, repeated } = self;
        repeated.run(input, &device, |input| lesson.learn(all, Row::new(input, passes.len())))
    }

    /// One vector of every learner, as one: learner after learner.
    pub fn joined(&self, of: fn(&Adam) -> Tensor<1>) -> Tensor<1> {
        match &self.all[..] {
            [only] => of(only),
            all => Tensor::cat(all.iter().map(of).collect(), 0),
        }
    }
}

impl Deref for Learners {
    type Target = [Adam];

    fn deref(&self) -> &[Adam] {
        &self.all
    }
}

impl DerefMut for Learners {
    fn deref_mut(&mut self) -> &mut [Adam] {
        &mut self.all
    }
}
