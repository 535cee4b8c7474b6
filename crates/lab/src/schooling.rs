//! How a classifier learns: cross entropy, Adam with a rate that falls to zero, pictures moved and bent.

use super::{at_once::numbers, augment::augmented, family::gradient};
use burn::tensor::{Device, Tensor, activation::log_softmax};
use data::{
    images::Images,
    sets::{CLASSES, DataSet, PIXELS},
};
use flow::rng::{Purpose, Stream};
use model::{
    adam::{Adam, Decays},
    classes::one_hot,
    classifier::{Classifier, ClassifierConfig},
    parameters::{Builder, initial, upload},
};
use serde::Serialize;

/// Everything that decides what a classifier learns.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Lessons {
    pub data: DataSet,
    pub batch: usize,
    /// Steps, by the last of which the learning rate is zero.
    pub steps: u64,
    pub learning_rate: f64,
    pub seed: u64,
}

/// Pictures that are judged together.
const TOGETHER: usize = 100;
/// Steps in which the rate rises.
const WARM: u64 = 100;

/// A classifier that learns, on the CPU.
pub struct Schooling {
    lessons: Lessons,
    config: ClassifierConfig,
    adam: Adam,
}

impl Schooling {
    /// Before the first step.
    pub fn new(lessons: Lessons, config: ClassifierConfig) -> Self {
        let theta = initial(&Classifier::entries(&config), lessons.seed);
        let size = theta.len();
        Self { lessons, config, adam: Adam::new(upload(theta, [size], &Device::flex())) }
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.adam.step
    }

    /// One step on `images`: the mean of -ln p of their classes.
    pub fn learn(&mut self, images: &Images) -> f32 {
        let Lessons { data, batch, steps, learning_rate, seed } = self.lessons;
        let (step, device) = (self.step(), Device::flex());
        let mut choose = Stream::new(seed, Purpose::Batch, step);
        let mut bend = Stream::new(seed, Purpose::Augment, step);
        let chosen: Vec<usize> = (0..batch).map(|_| choose.below(images.len())).collect();
        let picture = |&i: &usize| augmented(&images.x_1(i).collect::<Vec<_>>(), data, &mut bend);
        let x = upload(chosen.iter().flat_map(picture).collect(), [batch, PIXELS], &device);
        let labels: Vec<u8> = chosen.iter().map(|&i| images.label(i)).collect();
        let y: Tensor<2> = upload(one_hot(&labels), [batch, CLASSES], &device);
        let (slope, [loss]) = gradient(self.adam.theta.clone(), |p| {
            let [_, logits] = Classifier::new(p, &self.config).forward(x);
            let loss = -(log_softmax(logits, 1) * y).sum() / batch as f64;
            (loss.clone(), [loss])
        });
        let warm = ((step + 1) as f64 / WARM as f64).min(1.0);
        let left = 1.0 - step as f64 / steps as f64;
        let rates = self.adam.rates(learning_rate * warm * left, Decays { beta_2: 0.999, ..Decays::default() });
        self.adam.update(slope, upload(rates.to_vec(), [rates.len()], &device));
        numbers(loss)[0]
    }

    /// The moving average of the weights.
    pub fn theta(&self) -> Vec<f32> {
        numbers(self.adam.average())
    }
}

/// The share of `images` whose class a classifier sees.
pub fn accuracy(config: &ClassifierConfig, theta: &[f32], images: &Images) -> f64 {
    let classifier = of(config, theta);
    let right = (0..images.len()).step_by(TOGETHER).map(|first| {
        let chosen: Vec<usize> = (first..images.len().min(first + TOGETHER)).collect();
        let x = chosen.iter().flat_map(|&i| images.x_1(i)).collect();
        let [_, logits] = classifier.forward(upload(x, [chosen.len(), PIXELS], &Device::flex()));
        let seen = numbers(logits);
        let is_right = |(i, logits): &(&usize, &[f32])| largest(logits) == images.label(**i);
        chosen.iter().zip(seen.chunks_exact(CLASSES)).filter(is_right).count()
    });
    right.sum::<usize>() as f64 / images.len().max(1) as f64
}

/// The classifier of these weights, on the CPU.
pub fn of(config: &ClassifierConfig, theta: &[f32]) -> Classifier {
    let theta = upload(theta.to_vec(), [theta.len()], &Device::flex());
    Classifier::new(&mut Builder::inference(theta), config)
}

/// The class with the largest of its logits, the first of those that are alike.
pub fn largest(logits: &[f32]) -> u8 {
    let mut best = 0;
    for (k, logit) in logits.iter().enumerate() {
        if *logit > logits[best] {
            best = k;
        }
    }
    best as u8
}
