//! min_θ E |y_θ(x_t, t) - y(x_0, x_1)|², where y is the reading of the loss. For the velocity that is
//! conditional flow matching (Lipman et al., 2023), for the noise the simple loss of DDPM (Ho et al., 2020).

use super::lesson::{self, Among, Lesson, Pass, Row};
use crate::batch::Batch;
use burn::tensor::{Device, Tensor};
use data::sets::PIXELS;
use model::{
    adam::{Adam, Decays},
    condition::{Condition, WIDTH},
    kernel::RATES,
    network::{Config, Network},
    parameters::{Builder, upload},
};
use protocol::message::TrainSpec;

/// Everything that differs from step to step, but for the rates: x_t, the targets, the conditions.
pub fn input(batch: Batch, config: &Config) -> Vec<f32> {
    let mut input = batch.pictures;
    input.extend(config.rows(batch.reading, &batch.times, &batch.labels));
    input
}

/// mean |y_θ(x_t) - target|² over pixels and the `size` pictures of an [`input`], [1].
fn loss_of(network: &Network, input: &Tensor<1>, size: usize) -> Tensor<1> {
    let part = |start: usize, width: usize| input.clone().narrow(0, start, size * width).reshape([size, width]);
    let (x_t, target) = (part(0, PIXELS), part(size * PIXELS, PIXELS));
    let error = network.read(x_t, &Condition::of(part(2 * size * PIXELS, WIDTH))) - target;
    (error.clone() * error).mean()
}

/// mean |y_θ(x_t) - target|² over batch and pixels, [1].
pub fn loss(network: &Network, config: &Config, batch: Batch, device: &Device) -> Tensor<1> {
    let size = batch.times.len();
    let numbers = input(batch, config);
    let length = numbers.len();
    loss_of(network, &upload(numbers, [length], device), size)
}

/// The loss on an [`input`] of `size` pictures, for a graph and for the report.
fn pays(config: &Config, input: &Tensor<1>, size: usize) -> impl FnOnce(&mut Builder) -> (Tensor<1>, [Tensor<1>; 1]) {
    move |p| {
        let loss = loss_of(&Network::new(p, config), input, size);
        (loss.clone(), [loss])
    }
}

/// The loss at `theta` on an [`input`] of `size` pictures, and its gradient.
pub fn gradient(config: &Config, theta: Tensor<1>, input: &Tensor<1>, size: usize) -> [Tensor<1>; 2] {
    let (gradient, [loss]) = lesson::gradient(theta, pays(config, input, size));
    [loss, gradient]
}

/// One step of `adam` on an [`input`] of `size` pictures with the rates behind it; the loss before it.
pub fn descend(config: &Config, adam: &mut Adam, input: &Tensor<1>, size: usize) -> Tensor<1> {
    let theta = adam.theta.clone();
    descend_at(theta, config, adam, input, size)
}

/// The same with the gradient taken at `theta`.
pub fn descend_at(theta: Tensor<1>, config: &Config, adam: &mut Adam, input: &Tensor<1>, size: usize) -> Tensor<1> {
    let rates = input.clone().narrow(0, input.dims()[0] - RATES, RATES);
    let [loss] = lesson::descend_at(theta, adam, rates, pays(config, input, size));
    loss
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

    fn learn(&self, learners: &mut [Adam], row: Row) -> Tensor<1> {
        descend(self.config, &mut learners[0], row.numbers, self.spec.batch)
    }
}
