//! Models that draw points in one pass, x = s G(z) with z ~ N(0, I) of two numbers: autoencoders and adversaries.
//!
//! Networks see x / s, s the root mean square of the data, and are small perceptrons. An autoencoder's p(x|z) is
//! N(s G(z), (s [`STD`])² I), of which its samples are drawn.

use super::marginals::Marginals;
use crate::{
    family::{Lesson, Pass, Row, critic_loss, generator_loss, take},
    train::WARM_UP,
};
use burn::tensor::{Device, Tensor};
use flow::{
    family::Kind,
    rng::{Purpose, Stream},
};
use model::{
    adam::{Adam, Decays},
    kernel::Repeated,
    parameters::{Builder, Entry, entries, initial, upload},
    perceptron::Perceptron,
};
use protocol::plane::PlaneRecipe;
use std::{f64::consts::PI, rc::Rc};

/// Numbers of z.
pub const LATENT: usize = 2;
/// Width of a pixel of the plane, so to say: the standard deviation of p(x|z), in units of s.
pub const STD: f64 = 0.1;
/// Width of both hidden layers.
const WIDTH: usize = 64;
/// Steps after which the learning rate falls as 1/sqrt(step).
const FALL: f64 = 4000.0;
const GENERATOR: usize = 0;
const CRITIC: usize = 1;

fn generator(p: &mut Builder) -> Perceptron {
    Perceptron::new(p, "generator", &[LATENT, WIDTH, WIDTH, 2])
}

fn critic(p: &mut Builder) -> Perceptron {
    Perceptron::new(p, "critic", &[2, WIDTH, WIDTH, 1])
}

/// Decoder first, so that both families draw with the beginning of θ.
fn autoencoder(p: &mut Builder) -> [Perceptron; 2] {
    [
        Perceptron::new(p, "decoder", &[LATENT, WIDTH, WIDTH, 2]),
        Perceptron::new(p, "encoder", &[2, WIDTH, WIDTH, 2 * LATENT]),
    ]
}

/// What a step draws: points of the data, and noise.
struct Points<'a> {
    recipe: &'a PlaneRecipe,
    ends: &'a Marginals,
    scale: f64,
}

impl Points<'_> {
    /// Points of the data, as networks see them.
    fn data(&self, stream: &mut Stream) -> Vec<f32> {
        (0..self.recipe.batch).flat_map(|_| self.ends.data(stream).map(|x| (x / self.scale) as f32)).collect()
    }

    fn adversaries(&self) -> bool {
        self.recipe.family.kind == Kind::Gan
    }

    /// −ln p(x|z) and the KL term, means over the batch, in nats a point.
    fn nats(&self, [decoder, encoder]: &[Perceptron; 2], x: Tensor<2>, epsilon: Tensor<2>) -> [Tensor<1>; 2] {
        let n = self.recipe.batch as f64;
        let both = encoder.forward(x.clone());
        let (mu, log_var) = (both.clone().narrow(1, 0, LATENT), both.narrow(1, LATENT, LATENT).clamp(-10.0, 10.0));
        let z = mu.clone() + (log_var.clone() * 0.5).exp() * epsilon;
        let error = (x - decoder.forward(z)) / STD;
        // Of x itself, which is s times as wide as what the networks see.
        let rest = 2.0 * libm::log(STD * self.scale * (2.0 * PI).sqrt());
        let reconstruction = (error.clone() * error).sum() / (2.0 * n) + rest;
        let kl = (mu.clone() * mu + log_var.clone().exp() - log_var - 1.0).sum() / (2.0 * n);
        [reconstruction, kl]
    }
}

impl Lesson for Points<'_> {
    fn passes(&self) -> Vec<Pass> {
        let decays = Decays { beta_2: 0.999, clip: f32::MAX, ..Decays::default() };
        if !self.adversaries() {
            return vec![Pass { learner: 0, decays }];
        }
        let decays = Decays { beta_1: 0.5, beta_2: 0.99, ..decays };
        // Few inputs ask for larger weights than the 784 of a picture.
        let bound = self.recipe.adversarial.bound().map_or(f32::MAX, |bound| 10.0 * bound as f32);
        let critic = Pass { learner: CRITIC, decays: Decays { bound, ..decays } };
        [vec![critic; self.recipe.critic_steps], vec![Pass { learner: GENERATOR, decays }]].concat()
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        let [mut choose, mut noise] =
            [Purpose::Batch, Purpose::Noise].map(|purpose| Stream::new(self.recipe.seed, purpose, step));
        let codes = self.recipe.batch * LATENT;
        let pass = |_: &Pass| [self.data(&mut choose), noise.normals(codes)].concat();
        self.passes().iter().flat_map(pass).collect()
    }

    fn learn(&self, learners: &mut [Adam], mut row: Row) -> Tensor<1> {
        let n = self.recipe.batch;
        let mut numbers = || (row.take(n, 2), row.take(n, LATENT));
        if !self.adversaries() {
            let (x, epsilon) = numbers();
            let mut builder = Builder::training(learners[0].theta.clone());
            let [reconstruction, kl] = self.nats(&autoencoder(&mut builder), x, epsilon);
            let loss = reconstruction.clone() + kl.clone() * self.recipe.beta;
            let gradient = builder.into_gradient(&loss.backward());
            learners[0].update(gradient, row.rates(0));
            return Tensor::cat(vec![reconstruction.inner(), kl.inner()], 0);
        }
        let mut terms = vec![];
        for pass in 0..self.recipe.critic_steps {
            let (real, z) = (row.take(n, 2), row.take(n, LATENT));
            let made = generator(&mut Builder::inference(learners[GENERATOR].theta.clone())).forward(z);
            let mut builder = Builder::training(learners[CRITIC].theta.clone());
            let logits = critic(&mut builder).forward(Tensor::cat(vec![real, made], 0));
            let loss = critic_loss(self.recipe.adversarial, logits.clone().narrow(0, 0, n), logits.narrow(0, n, n));
            let gradient = builder.into_gradient(&loss.backward());
            learners[CRITIC].update(gradient, row.rates(pass));
            terms = vec![loss.inner()];
        }
        let (_, z) = (row.take(n, 2), row.take(n, LATENT));
        let mut builder = Builder::training(learners[GENERATOR].theta.clone());
        let made = generator(&mut builder).forward(z);
        let logits = critic(&mut Builder::frozen(learners[CRITIC].theta.clone())).forward(made);
        let loss = generator_loss(self.recipe.adversarial, logits);
        let gradient = builder.into_gradient(&loss.backward());
        learners[GENERATOR].update(gradient, row.rates(self.recipe.critic_steps));
        terms.push(loss.inner());
        Tensor::cat(terms, 0)
    }
}

/// A model in training.
pub struct OnePass {
    recipe: PlaneRecipe,
    ends: Rc<Marginals>,
    scale: f64,
    learners: Vec<Adam>,
    repeated: Repeated,
    pub parameters: usize,
}

impl OnePass {
    /// Fresh weights from the seed of `recipe`, whose family is none of flows.
    pub fn new(recipe: &PlaneRecipe, ends: Rc<Marginals>) -> Self {
        let learners = match recipe.family.kind {
            Kind::Gan => vec![entries(generator), entries(critic)],
            Kind::Vae | Kind::Flow => vec![entries(autoencoder)],
        };
        let parameters = learners.iter().flatten().map(Entry::len).sum();
        let learner = |(k, entries): (usize, &Vec<Entry>)| {
            let theta = initial(entries, recipe.seed.wrapping_add(k as u64));
            let size = theta.len();
            Adam::new(upload(theta, [size], &Device::flex()))
        };
        Self {
            learners: learners.iter().enumerate().map(learner).collect(),
            scale: ends.sizes()[0],
            recipe: recipe.clone(),
            ends,
            repeated: Repeated::default(),
            parameters,
        }
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.learners[0].step
    }

    /// One step; the terms that its family reports, before it.
    pub fn train(&mut self) -> Vec<f32> {
        let step = self.step();
        let share = ((step as f64 + 1.0) / WARM_UP as f64).min(1.0) / (1.0 + step as f64 / FALL).sqrt();
        let points = Points { recipe: &self.recipe, ends: &self.ends, scale: self.scale };
        let rate = self.recipe.learning_rate * share;
        numbers(take(&points, &mut self.learners, &mut self.repeated, rate, step))
    }

    /// What draws, with the moving average of the weights.
    pub fn artist(&self) -> Artist {
        let theta = self.learners[GENERATOR].average();
        let mut builder = Builder::inference(theta);
        let (network, std) = match self.recipe.family.kind {
            Kind::Gan => (generator(&mut builder), 0.0),
            Kind::Vae | Kind::Flow => (autoencoder(&mut builder)[0].clone(), STD * self.scale),
        };
        Artist { network, std, scale: self.scale }
    }

    /// What the critic says of points, flat; nothing where there is none.
    pub fn verdicts(&self, points: &[f64]) -> Vec<f32> {
        let Some(learner) = self.learners.get(CRITIC) else { return vec![] };
        let critic = critic(&mut Builder::inference(learner.average()));
        let rows = points.iter().map(|x| (x / self.scale) as f32).collect();
        let logits = critic.forward(upload(rows, [points.len() / 2, 2], &Device::flex()));
        numbers(logits).into_iter().map(|l| self.recipe.adversarial.verdict(f64::from(l)) as f32).collect()
    }
}

/// The part of a model that draws.
#[derive(Clone)]
pub struct Artist {
    network: Perceptron,
    /// Of the noise on top, 0 where there is none.
    std: f64,
    scale: f64,
}

impl Artist {
    /// The points of t z of particles `range` of `seed`, flat: particle i has z and its noise from stream (seed, sample, i).
    pub fn points(&self, seed: u64, range: std::ops::Range<usize>, t: f64) -> Vec<f64> {
        let draws: Vec<[f64; 4]> = range
            .map(|i| {
                let draws = Stream::new(seed, Purpose::Sample, i as u64).normals64(4);
                std::array::from_fn(|k| draws[k])
            })
            .collect();
        let rows = draws.iter().flat_map(|z| [z[0], z[1]].map(|z| (t * z) as f32)).collect();
        let drawn = numbers(self.network.forward(upload(rows, [draws.len(), LATENT], &Device::flex())));
        let point = |(x, draw): (&[f32; 2], &[f64; 4])| {
            [0, 1].map(|k| self.scale * f64::from(x[k]) + t * self.std * draw[2 + k])
        };
        drawn.as_chunks::<2>().0.iter().zip(&draws).flat_map(point).collect()
    }
}

/// Read at once, as only the CPU allows, on which these networks always are.
fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap_or_default()
}
