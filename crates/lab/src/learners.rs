//! Learners, and the steps that they have taken: what every training is made of, of pictures and of points.

use super::family::{Lesson, Pass, Row};
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
        let (passes, device) = (lesson.passes(), self.device());
        let Self { all, repeated } = self;
        let numbers = numbers(lesson, &passes, all, rate);
        repeated.run(numbers, &device, |numbers| {
            let mut row = Row::new(numbers, passes.len());
            let slopes = passes.iter().enumerate().map(|(k, pass)| {
                let slope = lesson.slope(all, &mut row, k);
                all[pass.learner].update(slope.gradient, row.rates(k));
                slope.terms
            });
            let terms = slopes.collect();
            told(&passes, terms)
        })
    }

    /// One vector of every learner, as one: learner after learner.
    pub fn joined(&self, of: fn(&Adam) -> Tensor<1>) -> Tensor<1> {
        match &self.all[..] {
            [only] => of(only),
            all => Tensor::cat(all.iter().map(of).collect(), 0),
        }
    }
}

/// What `lesson` draws for the next step, with the rates of every pass behind it.
pub fn numbers(lesson: &dyn Lesson, passes: &[Pass], learners: &mut [Adam], rate: f64) -> Vec<f32> {
    let step = learners.first().map_or(0, |first| first.step);
    let mut numbers = lesson.draw(step);
    for pass in passes {
        numbers.extend(learners[pass.learner].rates(rate, pass.decays));
    }
    numbers
}

/// What is reported of the terms of all passes: those of the last pass of each learner.
pub fn told(passes: &[Pass], terms: Vec<Tensor<1>>) -> Tensor<1> {
    let is_last = |k: usize| passes[k + 1..].iter().all(|later| later.learner != passes[k].learner);
    let mut told: Vec<_> = terms.into_iter().enumerate().filter(|(k, _)| is_last(*k)).map(|(_, terms)| terms).collect();
    if told.len() == 1 { told.remove(0) } else { Tensor::cat(told, 0) }
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
