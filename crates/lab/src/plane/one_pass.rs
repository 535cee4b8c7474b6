//! Models that draw points in one pass, x = s G(z) with z ~ N(0, I) of two numbers: autoencoders, adversaries and layers that
//! can be undone.
//!
//! Networks see x / s, s the root mean square of the data, and are small perceptrons. An autoencoder's p(x|z) is
//! N(s G(z), (s [`STD`])² I), of which its samples are drawn. Layers that can be undone tell the density of every point.

use super::marginals::Marginals;
use crate::{
    at_once::numbers,
    family::{
        Lesson, Pass, Row, Slope,
        gan::{CRITIC, GENERATOR, passes, slope_of_critic, slope_of_generator},
        normalising,
        vae::pass,
    },
};
use burn::tensor::{Device, Tensor};
use data::sets::CLASSES;
use flow::{
    adversarial::Objective,
    family::FamilyKind,
    likelihood::gaussian,
    rng::{Purpose, Stream},
    schedule::ScheduleId,
};
use model::{
    adam::Adam,
    coupling::{Couplings, Halving, Layout},
    parameters::{Builder, Entry, entries, upload},
    perceptron::Perceptron,
    vae::{kl, sampled},
};
use protocol::plane::{NODES, PlaneRecipe};
use std::{f64::consts::PI, ops::Range, rc::Rc};

/// Numbers of z.
pub const LATENT: usize = 2;
/// Width of a pixel of the plane, so to say: the standard deviation of p(x|z), in units of s.
pub const STD: f64 = 0.1;
/// Width of both hidden layers.
const WIDTH: usize = 64;

/// Coupling layers, in turns of the one coordinate and of the other.
const LAYERS: Layout = Layout { layers: 8, hidden: 48, halvings: &[Halving { outer: 1, inner: 1 }], labels: false };

fn generator(p: &mut Builder) -> Perceptron {
    Perceptron::new(p, "generator", &[LATENT, WIDTH, WIDTH, 2])
}

fn critic(p: &mut Builder) -> Perceptron {
    Perceptron::new(p, "critic", &[2, WIDTH, WIDTH, 1])
}

/// Points have no classes.
fn no_classes(rows: usize) -> Tensor<2> {
    Tensor::zeros([rows, CLASSES], &Device::flex())
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
        match self.kind() {
            Kind::Adversaries => vec![entries(generator), entries(critic)],
            Kind::Autoencoder => vec![entries(autoencoder)],
            Kind::Layers => vec![entries(|p| Couplings::new(p, &LAYERS))],
        }
    }

    /// Points of the data, as networks see them.
    fn data(&self, stream: &mut Stream) -> Vec<f32> {
        (0..self.recipe.batch).flat_map(|_| self.ends.data(stream).map(|x| (x / self.scale) as f32)).collect()
    }

    fn kind(&self) -> Kind {
        match self.recipe.family.kind {
            FamilyKind::Gan => Kind::Adversaries,
            FamilyKind::Normalising => Kind::Layers,
            // The only one else that learns from points.
            _ => Kind::Autoencoder,
        }
    }

    /// −ln p(x|z) and the KL term, means over the batch, in nats a point.
    fn nats(&self, [decoder, encoder]: &[Perceptron; 2], x: Tensor<2>, epsilon: Tensor<2>) -> [Tensor<1>; 2] {
        let n = x.dims()[0] as f64;
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
        let (maker, std) = match self.kind() {
            Kind::Adversaries => (Maker::Network(generator(&mut builder)), 0.0),
            Kind::Autoencoder => (Maker::Network(autoencoder(&mut builder)[0].clone()), STD * self.scale),
            Kind::Layers => (Maker::Layers(Couplings::new(&mut builder, &LAYERS)), 0.0),
        };
        let judge = |theta: &Tensor<1>| (critic(&mut Builder::inference(theta.clone())), self.recipe.adversarial);
        Artist { maker, std, scale: self.scale, critic: theta.get(CRITIC).map(judge) }
    }

    fn autoencoder(&self, learners: &[Adam], row: &mut Row) -> Slope {
        let n = self.recipe.batch;
        let (x, epsilon) = (row.take(n, 2), row.take(n, LATENT));
        Slope::at(learners[0].theta.clone(), |p| {
            let [reconstruction, kl] = self.nats(&autoencoder(p), x, epsilon);
            (reconstruction.clone() + kl.clone() * self.recipe.beta, [reconstruction, kl])
        })
    }

    fn layers(&self, learners: &[Adam], row: &mut Row) -> Slope {
        let x = row.take(self.recipe.batch, 2);
        Slope::at(learners[0].theta.clone(), |p| {
            let [nats, noise] = nats_of(&Couplings::new(p, &LAYERS), x).map(Tensor::mean);
            // Of x itself, which is s times as wide as what the layers see.
            let nats = nats + 2.0 * libm::log(self.scale);
            (nats.clone(), [nats, noise])
        })
    }

    fn adversary(&self, learners: &[Adam], row: &mut Row, pass: usize) -> Slope {
        let (n, objective) = (self.recipe.batch, self.recipe.adversarial);
        // The numbers of every pass begin with points, of which the generator's needs none.
        let (real, z) = (row.take(n, 2), row.take(n, LATENT));
        if pass < self.recipe.critic_steps {
            let made = generator(&mut Builder::inference(learners[GENERATOR].theta.clone())).forward(z);
            let logits = |p: &mut Builder| critic(p).forward(Tensor::cat(vec![real, made], 0));
            return slope_of_critic(objective, &learners[CRITIC], logits);
        }
        let frozen = learners[CRITIC].theta.clone();
        slope_of_generator(objective, &learners[GENERATOR], |p| {
            let made = generator(p).forward(z);
            critic(&mut Builder::frozen(frozen)).forward(made)
        })
    }
}

impl Lesson for OnePassLesson {
    fn passes(&self) -> Vec<Pass> {
        // Few inputs ask for larger weights than the 784 of a picture.
        let bound = self.recipe.adversarial.bound().map_or(f32::MAX, |bound| 10.0 * bound as f32);
        match self.kind() {
            Kind::Adversaries => passes(self.recipe.critic_steps, bound),
            Kind::Autoencoder => vec![pass()],
            Kind::Layers => vec![normalising::pass()],
        }
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        let [mut choose, mut noise] =
            [Purpose::Batch, Purpose::Noise].map(|purpose| Stream::new(self.recipe.seed, purpose, step));
        let codes = self.recipe.batch * LATENT;
        let pass = |_: &Pass| [self.data(&mut choose), noise.normals(codes)].concat();
        self.passes().iter().flat_map(pass).collect()
    }

    fn slope(&self, learners: &[Adam], row: &mut Row, pass: usize) -> Slope {
        match self.kind() {
            Kind::Adversaries => self.adversary(learners, row, pass),
            Kind::Autoencoder => self.autoencoder(learners, row),
            Kind::Layers => self.layers(learners, row),
        }
    }
}

/// What models that draw in one pass are made of.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Autoencoder,
    Adversaries,
    Layers,
}

/// −ln p of each of the rows `x` of layers, and the part of it that z costs, in nats: [rows, 1] each.
fn nats_of(layers: &Couplings, x: Tensor<2>) -> [Tensor<2>; 2] {
    let rows = x.dims()[0];
    let [z, log] = layers.undo(x, &no_classes(rows), 1.0);
    let noise = (z.clone() * z).sum_dim(1) * 0.5 + libm::log(2.0 * PI);
    [noise.clone() + log, noise]
}

/// z of a particle, and the noise of its point.
pub type Code = [f64; 2 * LATENT];

/// What makes points of z.
#[derive(Clone)]
enum Maker {
    Network(Perceptron),
    Layers(Couplings),
}

/// The part of a model that draws, and the critic beside it, if there is one.
#[derive(Clone)]
pub struct Artist {
    maker: Maker,
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

    /// The points at t, flat: those of t z, or of z behind the first t of all layers.
    pub fn points(&self, codes: &[Code], t: f64) -> Vec<f64> {
        let times = |share: f64| {
            let rows = codes.iter().flat_map(|z| [z[0], z[1]].map(|z| (share * z) as f32)).collect();
            upload(rows, [codes.len(), LATENT], &Device::flex())
        };
        let drawn = numbers(match &self.maker {
            Maker::Network(network) => network.forward(times(t)),
            Maker::Layers(layers) => layers.apply(times(1.0), &no_classes(codes.len()), t),
        });
        let point = |(x, draw): (&[f32; 2], &Code)| {
            [0, 1].map(|k| self.scale * f64::from(x[k]) + t * self.std * draw[LATENT + k])
        };
        drawn.as_chunks::<2>().0.iter().zip(codes).flat_map(point).collect()
    }

    /// Where the nodes of a grid of noise are at t, flat; nothing where there are no layers that bend it.
    pub fn bent(&self, nodes: &[f64], t: f64) -> Vec<f64> {
        let Maker::Layers(layers) = &self.maker else { return vec![] };
        let z = upload(nodes.iter().map(|z| *z as f32).collect(), [nodes.len() / 2, 2], &Device::flex());
        let bent = numbers(layers.apply(z, &no_classes(nodes.len() / 2), t));
        bent.into_iter().map(|x| self.scale * f64::from(x)).collect()
    }

    /// Rows of a small perceptron that cost as much as a frame of so many points.
    pub fn rows(&self, points: usize) -> usize {
        match self.maker {
            Maker::Network(_) => points,
            // Eight layers, the perceptron of each about half as large; and the grid goes through them as well.
            Maker::Layers(_) => 4 * (points + NODES * NODES),
        }
    }

    /// Whether it knows the density of points.
    pub fn is_dense(&self) -> bool {
        matches!(self.maker, Maker::Layers(_))
    }

    /// ln p of points, flat; nothing where no density is known.
    pub fn log_density(&self, points: &[f64]) -> Option<Vec<f64>> {
        let Maker::Layers(layers) = &self.maker else { return None };
        let rows = points.iter().map(|x| (x / self.scale) as f32).collect();
        let [nats, _] = nats_of(layers, upload(rows, [points.len() / 2, 2], &Device::flex()));
        Some(numbers(nats).into_iter().map(|nats| -f64::from(nats) - 2.0 * libm::log(self.scale)).collect())
    }

    /// The way of the point `x` from noise, at each of these times, flat, with ln p_t along it.
    pub fn way(&self, x: [f64; 2], times: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
        let Maker::Layers(layers) = &self.maker else { return None };
        let at = |x: [f64; 2]| upload(x.map(|x| (x / self.scale) as f32).to_vec(), [1, 2], &Device::flex());
        let [z, _] = layers.undo(at(x), &no_classes(1), 1.0);
        let (mut path, mut log_density) = (vec![], vec![]);
        for t in times {
            let now = layers.apply(z.clone(), &no_classes(1), *t);
            let [z, stretched] = layers.undo(now.clone(), &no_classes(1), *t).map(numbers);
            path.extend(numbers(now).into_iter().map(|x| self.scale * f64::from(x)));
            let z = [z[0], z[1]].map(f64::from);
            log_density.push(gaussian(&z, 1.0) - f64::from(stretched[0]) - 2.0 * libm::log(self.scale));
        }
        Some((path, log_density))
    }

    /// What the critic says of points, flat; nothing where there is none.
    pub fn verdicts(&self, points: &[f64]) -> Vec<f32> {
        let Some((critic, objective)) = &self.critic else { return vec![] };
        let rows = points.iter().map(|x| (x / self.scale) as f32).collect();
        let logits = critic.forward(upload(rows, [points.len() / 2, 2], &Device::flex()));
        numbers(logits).into_iter().map(|l| objective.verdict(f64::from(l)) as f32).collect()
    }
}
