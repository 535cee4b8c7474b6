//! Training: min_θ E |y_θ(x_t, t) - y(x_0, x_1)|², where y is the reading of the loss. For the velocity that is
//! conditional flow matching (Lipman et al., 2023), for the noise the simple loss of DDPM (Ho et al., 2020).

use super::{
    batch::{self, Batch},
    protocol::TrainSpec,
};
use crate::{
    data::{images::Images, sets::PIXELS},
    model::{
        adam::Adam,
        network::{Config, Network},
        parameters::{Builder, initial, upload},
    },
};
use burn::tensor::{Device, Tensor};

/// Steps over which the learning rate rises to its value.
const WARM_UP: u64 = 100;

/// The state of a training.
#[derive(Clone)]
pub struct Trainer {
    pub spec: TrainSpec,
    pub config: Config,
    /// Steps over which the learning rate falls to zero along a half cosine; `None` keeps it.
    pub decay: Option<u64>,
    pub adam: Adam,
}

/// mean |y_θ(x_t) - target|² over batch and pixels, [1].
pub fn loss(network: &Network, config: &Config, batch: &Batch, device: &Device) -> Tensor<1> {
    let size = batch.times.len();
    let pictures = upload::<2>(batch.pictures.clone(), [2 * size, PIXELS], device);
    let (x_t, target) = (pictures.clone().narrow(0, 0, size), pictures.narrow(0, size, size));
    let condition = config.condition(batch.reading, &batch.times, &batch.labels, device);
    let error = network.read(x_t, &condition) - target;
    (error.clone() * error).mean()
}

impl Trainer {
    /// Fresh weights from the seed of `spec`.
    pub fn new(spec: TrainSpec, config: Config, device: &Device) -> Self {
        let theta = initial(&config.entries(), spec.seed);
        let size = theta.len();
        Self { adam: Adam::new(upload(theta, [size], device)), spec, config, decay: None }
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
        let fall = self.decay.map_or(1.0, |end| {
            let done = (step / end as f64).min(1.0);
            (1.0 + libm::cos(std::f64::consts::PI * done)) / 2.0
        });
        rate * warm * fall
    }

    /// One step on `images`, of which the first [`needs`](Self::needs) must be there. The loss stays
    /// on the device: reading it costs a wait.
    pub fn train(&mut self, images: &Images) -> Tensor<1> {
        let among = self.needs().min(images.len());
        let batch = Batch::draw(&self.spec, images, among, self.step());
        let mut builder = Builder::training(self.adam.theta.clone());
        let network = Network::new(&mut builder, &self.config);
        let loss = loss(&network, &self.config, &batch, &self.adam.device());
        let gradient = builder.gradient(&loss.backward());
        self.adam.update(gradient, self.learning_rate());
        loss.inner()
    }

    /// The network with the moving average of the weights: what sampling uses.
    pub fn average(&self) -> Network {
        Network::inference(&self.config, self.adam.ema.clone())
    }
}
