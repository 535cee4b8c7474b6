//! StyleGAN (Karras et al., 2019) on 7 × 7, 14 × 14 and 28 × 28 places. A perceptron f makes a style w of noise z; a picture begins as one and
//! the same constant, and at every resolution its channels are given the mean and deviation that w asks for, and noise of their own.
//!
//! A code is three z, one for each resolution, and the noise of all places: three times the same z, or those of several pictures, mixed.

use super::{
    blueprint::{Blueprint, OnePass, check_cost, check_length, check_sizes},
    browser::tanh,
    classes::beside,
    gan::{Critic, Draws, Duel, GanConfig},
    grid::{neighbours, quartered},
    kernel::{Activation, EPSILON, affine},
    layers::{Dense, normal},
    parameters::{Builder, Entry, Init, entries, upload},
    perceptron::Perceptron,
    raw::MAX_SIZE,
};
use burn::tensor::Tensor;
use data::sets::{CLASSES, PIXELS};
use flow::{
    adversarial::Objective,
    family::FamilyId,
    rng::{Purpose, Stream},
};
use protocol::styles::{LEVELS, NOISE, SIDES};
use serde::{Deserialize, Serialize};

/// Places of the first resolution.
const COARSE: usize = SIDES[0] * SIDES[0];
/// Codes over which w̄ is the mean.
const MEAN_OF: usize = 64;
/// Width across places, and within f.
const ACROSS: usize = 96;

/// Sizes of a [`Generator`] and its critic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StyleConfig {
    /// Numbers of z.
    pub latent: usize,
    /// Numbers of w.
    pub style: usize,
    /// Channels at each resolution.
    pub channels: [usize; LEVELS],
    /// Width of the critic at the pixels.
    pub hidden: usize,
    /// Whether both networks are told the class.
    pub labels: bool,
    /// What the critic's numbers mean.
    pub adversarial: Objective,
}

impl StyleConfig {
    fn told(&self) -> usize {
        if self.labels { CLASSES } else { 0 }
    }

    fn of_critic(&self) -> GanConfig {
        let Self { latent, hidden, labels, adversarial, .. } = *self;
        GanConfig { latent, hidden, labels, adversarial }
    }
}

impl Blueprint for StyleConfig {
    fn family(&self) -> FamilyId {
        FamilyId::STYLE
    }

    fn latent(&self) -> usize {
        LEVELS * self.latent + NOISE
    }

    fn labels(&self) -> bool {
        self.labels
    }

    fn check(&self) -> Result<(), String> {
        check_sizes(self.latent, self.hidden)?;
        if [&[self.style][..], &self.channels].concat().iter().any(|size| !(1..=MAX_SIZE).contains(size)) {
            return Err(format!("every size of a network is from 1 to {MAX_SIZE}"));
        }
        check_length(self)?;
        check_cost(self)
    }

    fn cost(&self) -> u64 {
        let [first, second, third] = self.channels.map(|n| n as u64);
        let [a, b, c] = SIDES.map(|side| (side * side) as u64);
        let coarse = a * first * (2 * ACROSS as u64 + first + 4 * second);
        let finer = b * second * (9 * second + 4 * third) + c * third * (9 * third + 1);
        let of_style = (LEVELS * self.style * (self.latent + self.told() + self.style)) as u64;
        let critic: u64 = entries(|p| Critic::new(p, &self.of_critic())).iter().map(|entry| entry.len() as u64).sum();
        coarse + finer + of_style + critic
    }

    fn learners(&self) -> Vec<Vec<Entry>> {
        vec![entries(|p| Generator::new(p, self)), entries(|p| Critic::new(p, &self.of_critic()))]
    }
}

/// The deviation of each channel over all places and its mean become those of the style, [rows, 2 × channels], deviations first:
/// [rows, places, channels].
pub fn adain(h: Tensor<3>, style: Tensor<2>) -> Tensor<3> {
    let [rows, _, channels] = h.dims();
    let part = |i: usize| style.clone().narrow(1, i * channels, channels).reshape([rows, 1, channels]);
    normal(h.swap_dims(1, 2)).swap_dims(1, 2) * part(0) + part(1)
}

/// The mean of every row, its sum in one order everywhere: [rows, n] → [rows, 1].
fn mean_of(x: Tensor<2>) -> Tensor<2> {
    let (n, device) = (x.dims()[1], x.device());
    affine(x, Tensor::full([n, 1], 1.0 / n as f64, &device), Tensor::zeros([1], &device), Activation::None)
}

/// What a resolution adds: noise, and the style of its channels.
#[derive(Clone, Debug)]
struct Level {
    /// How strong noise is on each channel.
    noise: Tensor<1>,
    style: Dense,
}

impl Level {
    fn new(p: &mut Builder, style: usize, channels: usize) -> Self {
        Self {
            noise: p.tensor("noise", [channels], Init::Normal(0.1)),
            style: Dense::new(p, "style", style, 2 * channels),
        }
    }

    /// Noise: [rows, places], w: [rows, style] on h: [rows, places, channels].
    fn forward(&self, h: Tensor<3>, noise: Tensor<2>, w: Tensor<2>) -> Tensor<3> {
        let [rows, places, channels] = h.dims();
        let noise = noise.reshape([rows, places, 1]) * self.noise.clone().reshape([1, 1, channels]);
        let asked = self.style.forward(w);
        // A fresh style asks for a deviation near 1.
        let asked =
            Tensor::cat(vec![asked.clone().narrow(1, 0, channels) + 1.0, asked.narrow(1, channels, channels)], 1);
        adain(h + noise, asked)
    }
}

/// f and what paints.
#[derive(Clone, Debug)]
pub struct Generator {
    config: StyleConfig,
    mapping: Perceptron,
    constant: Tensor<2>,
    across: [Dense; 2],
    within: Dense,
    levels: Vec<Level>,
    /// From each resolution to the next one, and the 3 × 3 around a place there.
    grow: Vec<[Dense; 2]>,
    paint: Dense,
}

impl Generator {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &StyleConfig) -> Self {
        let StyleConfig { latent, style, channels, .. } = *config;
        p.scope("generator", |p| Self {
            config: *config,
            mapping: Perceptron::new(p, "mapping", &[latent + config.told(), style, style]),
            constant: p.tensor("constant", [COARSE, channels[0]], Init::Normal(1.0)),
            across: p.scope("across", |p| [Dense::new(p, "in", COARSE, ACROSS), Dense::new(p, "out", ACROSS, COARSE)]),
            within: Dense::new(p, "within", channels[0], channels[0]),
            // The first resolution has two.
            levels: p.scope("level", |p| {
                [0, 0, 1, 2]
                    .iter()
                    .enumerate()
                    .map(|(i, k)| p.scope(i, |p| Level::new(p, style, channels[*k])))
                    .collect()
            }),
            grow: p.scope("grow", |p| {
                let pair = |p: &mut Builder, k: usize| {
                    let (from, to) = (channels[k], channels[k + 1]);
                    p.scope(k, |p| [Dense::new(p, "up", from, 4 * to), Dense::new(p, "around", 9 * to, to)])
                };
                (0..LEVELS - 1).map(|k| pair(p, k)).collect()
            }),
            paint: Dense::new(p, "paint", channels[LEVELS - 1], 1),
        })
    }

    /// w of every z: [rows, latent] → [rows, style]; z has length sqrt(latent) first, whatever length it had.
    pub fn style(&self, z: Tensor<2>, classes: &Tensor<2>) -> Tensor<2> {
        let size = (mean_of(z.clone() * z.clone()) + EPSILON).sqrt();
        self.mapping.forward(beside(z / size, classes, self.config.labels))
    }

    /// w̄ of each row's class, or of all where none is told: [rows, style].
    fn mean_style(&self, classes: &Tensor<2>) -> Tensor<2> {
        let (latent, device) = (self.config.latent, classes.device());
        let groups = if self.config.labels { CLASSES } else { 1 };
        let z = Stream::new(0, Purpose::Evaluate, 0).normals(MEAN_OF * latent);
        let z = upload(z, [MEAN_OF, latent], &device);
        let one_hot = |k: usize| (0..CLASSES).map(move |class| f32::from(class == k)).collect::<Vec<_>>();
        let means = (0..groups).map(|k| {
            let class = upload(one_hot(k).repeat(MEAN_OF), [MEAN_OF, CLASSES], &device);
            mean_of(self.style(z.clone(), &class).transpose()).transpose()
        });
        let means = Tensor::cat(means.collect(), 0);
        match self.config.labels {
            true => {
                let none = Tensor::zeros([self.config.style], &device);
                affine(classes.clone(), means, none, Activation::None)
            }
            false => means.expand([classes.dims()[0], self.config.style]),
        }
    }

    /// The three styles of codes [rows, 3 × latent + noise], drawn to the mean one where ψ is less than 1.
    fn styles(&self, code: &Tensor<2>, classes: &Tensor<2>, psi: f64) -> Vec<Tensor<2>> {
        let latent = self.config.latent;
        let own = (0..LEVELS).map(|k| self.style(code.clone().narrow(1, k * latent, latent), classes));
        if psi == 1.0 {
            return own.collect();
        }
        let mean = self.mean_style(classes);
        own.map(|w| mean.clone() * (1.0 - psi) + w * psi).collect()
    }

    /// The pictures of codes [rows, 3 × latent + noise], with styles truncated by ψ: [rows, 784] in [-1, 1].
    pub fn truncated(&self, code: Tensor<2>, classes: &Tensor<2>, psi: f64) -> Tensor<2> {
        let (rows, w) = (code.dims()[0], self.styles(&code, classes, psi));
        let mut start = LEVELS * self.config.latent;
        let noise: Vec<_> = SIDES
            .map(|side| {
                let places = side * side;
                start += places;
                code.clone().narrow(1, start - places, places)
            })
            .into();
        let [first, ..] = self.config.channels;
        let h = self.constant.clone().reshape([1, COARSE, first]).expand([rows, COARSE, first]);
        let h = self.levels[0].forward(h, noise[0].clone(), w[0].clone());
        let mixed = self.across[1].of_silu(self.across[0].of_silu(h.clone().swap_dims(1, 2))).swap_dims(1, 2);
        let mut h = self.levels[1].forward(self.within.of_silu(h + mixed), noise[0].clone(), w[0].clone());
        for (k, [up, around]) in self.grow.iter().enumerate() {
            let (side, next) = (SIDES[k], SIDES[k + 1]);
            let channels = h.dims()[2];
            let grown = quartered(up.of_silu(h.reshape([rows, side, side, channels])));
            let seen = around.forward(neighbours(grown, 1));
            let seen = seen.reshape([rows, next * next, self.config.channels[k + 1]]);
            h = self.levels[k + 2].forward(seen, noise[k + 1].clone(), w[k + 1].clone());
        }
        tanh(self.paint.of_silu(h).reshape([rows, PIXELS]))
    }
}

impl Duel for StyleConfig {
    fn objective(&self) -> Objective {
        self.adversarial
    }

    fn draws(&self, p: &mut Builder) -> Draws {
        let generator = Generator::new(p, self);
        Box::new(move |code, classes| generator.truncated(code, classes, 1.0))
    }

    fn critic(&self, p: &mut Builder) -> Critic {
        Critic::new(p, &self.of_critic())
    }

    /// Half of them are mixed: from some resolution on they have the z of another picture, so that neighbouring styles do not count
    /// on each other.
    fn codes(&self, stream: &mut Stream, rows: usize) -> Vec<f32> {
        let row = |_| {
            let [one, other] = [0, 1].map(|_| stream.normals(self.latent));
            let from = if stream.below(2) == 0 { LEVELS } else { 1 + stream.below(LEVELS - 1) };
            let of = |k: usize| if k < from { &one } else { &other };
            let z: Vec<f32> = (0..LEVELS).flat_map(|k| of(k).clone()).collect();
            [z, stream.normals(NOISE)].concat()
        };
        (0..rows).flat_map(row).collect()
    }
}

/// Both networks.
#[derive(Debug)]
pub struct Style {
    generator: Generator,
    critic: Critic,
}

impl Style {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &StyleConfig) -> Self {
        Self { generator: Generator::new(p, config), critic: config.critic(p) }
    }
}

impl OnePass for Style {
    fn blueprint(&self) -> &dyn Blueprint {
        &self.generator.config
    }

    fn pictures(&self, code: Tensor<2>, classes: &Tensor<2>) -> Tensor<2> {
        self.generator.truncated(code, classes, 1.0)
    }

    fn frame(&self, code: Tensor<2>, classes: &Tensor<2>, t: f64) -> (Tensor<2>, Option<Tensor<2>>) {
        (self.generator.truncated(code, classes, t), None)
    }

    fn logits(&self, x: Tensor<2>, _code: &Tensor<2>, classes: &Tensor<2>) -> Option<(Objective, Tensor<2>)> {
        Some((self.generator.config.adversarial, self.critic.logits(x, classes)))
    }

    /// The same z at every resolution, and noise.
    fn code(&self, stream: &mut Stream) -> Vec<f32> {
        let z = stream.normals(self.generator.config.latent);
        [z.repeat(LEVELS), stream.normals(NOISE)].concat()
    }
}
