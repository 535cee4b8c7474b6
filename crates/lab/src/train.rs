//! Training: min_θ E |y_θ(x_t, t) - y(x_0, x_1)|², where y is the reading of the loss. For the velocity that is
//! conditional flow matching (Lipman et al., 2023), for the noise the simple loss of DDPM (Ho et al., 2020).

use super::batch::{self, Batch};
use burn::tensor::{Device, Tensor};
use data::{images::Images, sets::PIXELS};
use model::{
    adam::{Adam, Rates},
    condition::{Condition, WIDTH},
    kernel::Repeated,
    network::{Config, Network},
    parameters::{Builder, initial, upload},
};
use protocol::message::TrainSpec;

/// Steps over which the learning rate rises to its value, on pictures and on points.
pub const WARM_UP: u64 = 100;

/// The state of a training.
#[derive(Clone)]
pub struct Trainer {
    pub spec: TrainSpec,
    pub config: Config,
    /// Steps over which the learning rate falls to zero along a half cosine; `None` keeps it.
    pub decay: Option<u64>,
    pub adam: Adam,
    repeated: Repeated,
}

/// Everything that differs from step to step, as one row of numbers: x_t, the targets, the conditions, the rates.
pub fn input(batch: Batch, config: &Config, rates: Rates) -> Vec<f32> {
    let mut input = batch.pictures;
    input.extend(config.rows(batch.reading, &batch.times, &batch.labels));
    input.extend(rates);
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
    let numbers = input(batch, config, Rates::default());
    let length = numbers.len();
    loss_of(network, &upload(numbers, [length], device), size)
}

/// The loss at `theta` on an [`input`] of `size` pictures, and its gradient.
pub fn gradient(config: &Config, theta: Tensor<1>, input: &Tensor<1>, size: usize) -> [Tensor<1>; 2] {
    let mut builder = Builder::training(theta);
    let loss = loss_of(&Network::new(&mut builder, config), input, size);
    let gradient = builder.into_gradient(&loss.backward());
    [loss.inner(), gradient]
}

/// One step of `adam` on an [`input`] of `size` pictures; the loss before it.
pub fn descend(config: &Config, adam: &mut Adam, input: &Tensor<1>, size: usize) -> Tensor<1> {
    let theta = adam.theta.clone();
    descend_at(config, adam, theta, input, size)
}

/// The same with the gradient taken at `theta`.
pub fn descend_at(config: &Config, adam: &mut Adam, theta: Tensor<1>, input: &Tensor<1>, size: usize) -> Tensor<1> {
    let [loss, gradient] = gradient(config, theta, input, size);
    let rates = Rates::default().len();
    adam.update(gradient, input.clone().narrow(0, input.dims()[0] - rates, rates));
    loss
}

/// The share of a learning rate that is left at `step`, down to none at `end`: half a cosine.
pub fn fall(step: u64, end: u64) -> f64 {
    let done = (step as f64 / end as f64).min(1.0);
    (1.0 + libm::cos(std::f64::consts::PI * done)) / 2.0
}

impl Trainer {
    /// Fresh weights from the seed of `spec`.
    pub fn new(spec: TrainSpec, config: Config, device: &Device) -> Self {
        let theta = initial(&config.entries(), spec.seed);
        let size = theta.len();
        Self::with(spec, config, None, Adam::new(upload(theta, [size], device)))
    }

    /// A training that goes on from `adam`.
    pub fn with(spec: TrainSpec, config: Config, decay: Option<u64>, adam: Adam) -> Self {
        Self { spec, config, decay, adam, repeated: Repeated::default() }
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.adam.step
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

    /// One step on `images`, of which the first [`needs`](Self::needs) must be there. The loss stays
    /// on the device: reading it costs a wait.
    pub fn train(&mut self, images: &Images) -> Tensor<1> {
        let among = self.needs().min(images.len());
        let batch = Batch::draw(&self.spec, images, among, self.step());
        let rate = self.learning_rate();
        let (size, rates, device) = (batch.times.len(), self.adam.rates(rate), self.adam.device());
        let (config, adam) = (&self.config, &mut self.adam);
        let input = input(batch, config, rates);
        self.repeated.run(input, &device, |input| descend(config, adam, input, size))
    }

    /// The network with the moving average of the weights: what sampling uses.
    pub fn average(&self) -> Network {
        Network::inference(&self.config, self.adam.average())
    }
}
