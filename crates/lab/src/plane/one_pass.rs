//! Models that draw points in one pass, x = s G(z) with z ~ N(0, I) of two numbers: autoencoders and adversaries.
//!
//! Networks see x / s, s the root mean square of the data, and are small perceptrons. An autoencoder's p(x|z) is
//! N(s G(z), (s [`STD`])² I), of which its samples are drawn.

use super::marginals::Marginals;
use crate::family::{
    Lesson, Pass, Row, descend,
    gan::{CRITIC, GENERATOR, descend_critic, descend_generator, passes},
    vae::pass,
};
use burn::tensor::{Device, Tensor};
use flow::{
    adversarial::Objective,
    family::FamilyKind,
    rng::{Purpose, Stream},
    schedule::ScheduleId,
};
use model::{
    adam::Adam,
    parameters::{Builder, Entry, entries, upload},
    perceptron::Perceptron,
    vae::{kl, sampled},
};
use protocol::plane::PlaneRecipe;
use std::{f64::consts::PI, ops::Range, rc::Rc};

/// Numbers of z.
pub const LATENT: usize = 2;
/// Width of a pixel of the plane, so to say: the standard deviation of p(x|z), in units of s.
pub const STD: f64 = 0.1;
/// Width of both hidden layers.
const WIDTH: usize = 64;

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

/// What is learned of points, and from what.
#[derive(Clone)]
pub struct OnePassLesson {
    recipe: PlaneRecipe,
    ends: Rc<Marginals>,
    /// s
    scale: f64,
}

impl OnePassLesson {
    /// Of `recipe`, whose family is none of flows, and whose ends are `ends`.
    pub fn new(recipe: &PlaneRecipe, ends: Rc<Marginals>) -> Self {
        Self { recipe: recipe.clone(), scale: ends.sizes()[0], ends }
    }

    /// On which the frames lie.
    pub fn schedule(&self) -> ScheduleId {
        self.recipe.schedule
    }

    /// The parameters of each learner.
    pub fn entries(&self) -> Vec<Vec<Entry>> {
        if self.adversaries() { vec![entries(generator), entries(critic)] } else { vec![entries(autoencoder)] }
    }

    /// Points of the data, as networks see them.
    fn data(&self, stream: &mut Stream) -> Vec<f32> {
        (0..self.recipe.batch).flat_map(|_| self.ends.data(stream).map(|x| (x / self.scale) as f32)).collect()
    }

    fn adversaries(&self) -> bool {
        match self.recipe.family.kind {
            FamilyKind::Gan => true,
            FamilyKind::Vae | FamilyKind::Flow => false,
        }
    }

    /// −ln p(x|z) and the KL term, means over the batch, in nats a point.
    fn nats(&self, [decoder, encoder]: &[Perceptron; 2], x: Tensor<2>, epsilon: Tensor<2>) -> [Tensor<1>; 2] {
        let n = self.recipe.batch as f64;
        let both = encoder.forward(x.clone());
        let (mu, log_var) = (both.clone().narrow(1, 0, LATENT), both.narrow(1, LATENT, LATENT).clamp(-10.0, 10.0));
        let error = (x - decoder.forward(sampled(&mu, &log_var, epsilon))) / STD;
        // Of x itself, which is s times as wide as what the networks see.
        let rest = 2.0 * libm::log(STD * self.scale * (2.0 * PI).sqrt());
        let reconstruction = (error.clone() * error).sum() / (2.0 * n) + rest;
        [reconstruction, kl(mu, log_var)]
    }

    /// What draws with the weights `theta` of each learner.
    pub fn artist(&self, theta: &[Tensor<1>]) -> Artist {
        let mut builder = Builder::inference(theta[GENERATOR].clone());
        let (network, std) = match self.adversaries() {
            true => (generator(&mut builder), 0.0),
            false => (autoencoder(&mut builder)[0].clone(), STD * self.scale),
        };
        let judge = |theta: &Tensor<1>| (critic(&mut Builder::inference(theta.clone())), self.recipe.adversarial);
        Artist { network, std, scale: self.scale, critic: theta.get(CRITIC).map(judge) }
    }

    fn learn_codes(&self, learners: &mut [Adam], row: &mut Row) -> Tensor<1> {
        let n = self.recipe.batch;
        let (x, epsilon) = (row.take(n, 2), row.take(n, LATENT));
        let terms = descend(&mut learners[0], row.rates(0), |p| {
            let [reconstruction, kl] = self.nats(&autoencoder(p), x, epsilon);
            (reconstruction.clone() + kl.clone() * self.recipe.beta, [reconstruction, kl])
        });
        Tensor::cat(terms.to_vec(), 0)
    }

    fn learn_adversaries(&self, learners: &mut [Adam], row: &mut Row) -> Tensor<1> {
        let (n, objective, steps) = (self.recipe.batch, self.recipe.adversarial, self.recipe.critic_steps);
        let mut last = None;
        for pass in 0..steps {
            let (real, z) = (row.take(n, 2), row.take(n, LATENT));
            let made = generator(&mut Builder::inference(learners[GENERATOR].theta.clone())).forward(z);
            let logits = |p: &mut Builder| critic(p).forward(Tensor::cat(vec![real, made], 0));
            last = Some(descend_critic(objective, &mut learners[CRITIC], row.rates(pass), n, logits));
        }
        // The numbers of its pass begin with points, as those of the critic's do.
        let (_, z) = (row.take(n, 2), row.take(n, LATENT));
        let frozen = learners[CRITIC].theta.clone();
        let made = descend_generator(objective, &mut learners[GENERATOR], row.rates(steps), |p| {
            let made = generator(p).forward(z);
            critic(&mut Builder::frozen(frozen)).forward(made)
        });
        Tensor::cat(last.into_iter().chain([made]).collect(), 0)
    }
}

impl Lesson for OnePassLesson {
    fn passes(&self) -> Vec<Pass> {
        // Few inputs ask for larger weights than the 784 of a picture.
        let bound = self.recipe.adversarial.bound().map_or(f32::MAX, |bound| 10.0 * bound as f32);
        if self.adversaries() { passes(self.recipe.critic_steps, bound) } else { vec![pass()] }
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        let [mut choose, mut noise] =
            [Purpose::Batch, Purpose::Noise].map(|purpose| Stream::new(self.recipe.seed, purpose, step));
        let codes = self.recipe.batch * LATENT;
        let pass = |_: &Pass| [self.data(&mut choose), noise.normals(codes)].concat();
        self.passes().iter().flat_map(pass).collect()
    }

    fn learn(&self, learners: &mut [Adam], mut row: Row) -> Tensor<1> {
        match self.adversaries() {
            true => self.learn_adversaries(learners, &mut row),
            false => self.learn_codes(learners, &mut row),
        }
    }
}

/// z of a particle, and the noise of its point.
pub type Code = [f64; 2 * LATENT];

/// The part of a model that draws, and the critic beside it, if there is one.
#[derive(Clone)]
pub struct Artist {
    network: Perceptron,
    /// Of the noise on top, 0 where there is none.
    std: f64,
    scale: f64,
    critic: Option<(Perceptron, Objective)>,
}

impl Artist {
    /// The codes of particles `range` of `seed`: particle i draws from stream (seed, sample, i).
    pub fn codes(seed: u64, range: Range<usize>) -> Vec<Code> {
        let code = |i: usize| {
            let draws = Stream::new(seed, Purpose::Sample, i as u64).normals64(2 * LATENT);
            std::array::from_fn(|k| draws[k])
        };
        range.map(code).collect()
    }

    /// The points of t z, flat.
    pub fn points(&self, codes: &[Code], t: f64) -> Vec<f64> {
        let rows = codes.iter().flat_map(|z| [z[0], z[1]].map(|z| (t * z) as f32)).collect();
        let drawn = numbers(self.network.forward(upload(rows, [codes.len(), LATENT], &Device::flex())));
        let point = |(x, draw): (&[f32; 2], &Code)| {
            [0, 1].map(|k| self.scale * f64::from(x[k]) + t * self.std * draw[LATENT + k])
        };
        drawn.as_chunks::<2>().0.iter().zip(codes).flat_map(point).collect()
    }

    /// What the critic says of points, flat; nothing where there is none.
    pub fn verdicts(&self, points: &[f64]) -> Vec<f32> {
        let Some((critic, objective)) = &self.critic else { return vec![] };
        let rows = points.iter().map(|x| (x / self.scale) as f32).collect();
        let logits = critic.forward(upload(rows, [points.len() / 2, 2], &Device::flex()));
        numbers(logits).into_iter().map(|l| objective.verdict(f64::from(l)) as f32).collect()
    }
}

/// Read at once, as only the CPU allows, on which these networks always are.
pub(super) fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().unwrap_or_default()
}
