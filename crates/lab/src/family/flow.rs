//! min_θ E |y_θ(x_t, t) - y(x_0, x_1)|², where y is the reading of the loss. For the velocity that is
//! conditional flow matching (Lipman et al., 2023), for the noise the simple loss of DDPM (Ho et al., 2020).

use super::lesson::{Among, Lesson, Pass, Row, Slope};
use crate::batch::Batch;
use burn::tensor::{Device, Tensor};
use data::sets::PIXELS;
use model::{
    adam::{Adam, Decays},
    browser::mean,
    condition::{Condition, WIDTH},
    network::{Config, Network},
    parameters::upload,
};
use protocol::message::TrainSpec;

/// Everything that differs from step to step, but for the rates: x_t, the targets, the conditions.
pub fn input(batch: Batch, config: &Config) -> Vec<f32> {
    let mut input = batch.pictures;
    input.extend(config.rows(batch.reading, &batch.times, &batch.labels));
    input
}

/// mean |y_θ(x_t) - target|² over pixels and the pictures that `row` takes of the `size` of an [`input`], [1].
fn loss_of(network: &Network, row: &mut Row, size: usize) -> Tensor<1> {
    let (x_t, target, rows) = (row.take(size, PIXELS), row.take(size, PIXELS), row.take(size, WIDTH));
    let error = network.read(x_t, &Condition::of(rows)) - target;
    mean(error.clone() * error)
}

/// mean |y_θ(x_t) - target|² over batch and pixels, [1].
pub fn loss(network: &Network, config: &Config, batch: Batch, device: &Device) -> Tensor<1> {
    let size = batch.times.len();
    let numbers = input(batch, config);
    let length = numbers.len();
    loss_of(network, &mut Row::new(&upload(numbers, [length], device), 0), size)
}

/// The loss at `theta` on the pictures that `row` takes of the `size` of an [`input`], and its gradient.
pub fn slope(config: &Config, theta: Tensor<1>, row: &mut Row, size: usize) -> Slope {
    Slope::at(theta, |p| {
        let loss = loss_of(&Network::new(p, config), row, size);
        (loss.clone(), [loss])
    })
}

/// One step of `adam` on an [`input`] of `size` pictures with the rates behind it; the loss before it.
pub fn descend(config: &Config, adam: &mut Adam, input: &Tensor<1>, size: usize) -> Tensor<1> {
    let mut row = Row::new(input, 1);
    let Slope { gradient, terms } = slope(config, adam.theta.clone(), &mut row, size);
    adam.update(gradient, row.rates(0));
    terms
}

/// One network that learns a reading.
pub struct Velocities<'a> {
    pub spec: &'a TrainSpec,
    pub config: &'a Config,
    pub data: Among<'a>,
}

impl Lesson for Velocities<'_> {
    fn passes(&self) -> Vec<Pass> {
        vec![Pass { learner: 0, decays: Decays::default() }]
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        input(Batch::draw(self.spec, self.data.images, self.data.among, step), self.config)
    }

    fn slope(&self, learners: &[Adam], row: &mut Row, _pass: usize) -> Slope {
        slope(self.config, learners[0].theta.clone(), row, self.spec.batch)
    }
}
