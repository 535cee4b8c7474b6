//! How likely pictures are: to a normalising flow exactly, to a flow by the change of variables along its ODE (Chen et al., 2018; Grathwohl et al., 2019):
//!
//! log p_1(x) = log p_0(φ⁻¹(x)) - ∫ div u_θ(x_t, t | y) dt, with div u ≈ ε^T (∂u/∂x) ε, ε of independent ±1 (Hutchinson, 1990).
//!
//! ε^T ∂u/∂x is one pass back through the network. The probes stay the same at all times, so that doubling the steps tells
//! whether they were enough. A model that learned another reading than the velocity has the ODE of its path.

use super::at_once::numbers;
use burn::tensor::Tensor;
use data::{
    images::Images,
    sets::{CLASSES, PIXELS},
};
use flow::{
    divergence::rademacher,
    likelihood::{LogDensity, bits_per_dim, dequantise, doubled, gaussian, pull_back},
    prediction::Reading,
    rng::{Purpose, Stream},
};
use model::{
    classes::one_hot,
    field::Pictures,
    network::{Config, Network},
    normalising::{Normalising, NormalisingConfig},
    parameters::{Builder, upload},
};
use std::f64::consts::LN_2;

/// How a likelihood is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effort {
    /// Intervals of RK4 over the schedule's clip; they are doubled to see whether they were enough.
    pub steps: usize,
    /// Whether every level of a discrete schedule is a time of the grid: otherwise there are as many intervals as steps.
    pub every_level: bool,
    /// Probes of the divergence to a picture, at least one.
    pub probes: usize,
    /// Bits a pixel by which doubling the steps may change the figure.
    pub tolerance: f64,
    /// Seed of probes, and of the noise that makes numbers of bytes.
    pub seed: u64,
}

/// Bits a pixel of one picture. With one probe there is no error of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bits {
    pub value: f64,
    /// Of the mean over probes.
    pub standard_error: Option<f64>,
    /// By how much doubling the steps changed it.
    pub doubled_difference: f64,
    /// Whether that is within the tolerance.
    pub converged: bool,
}

impl Bits {
    /// Of a density of pixels made by [`dequantise`].
    fn of(density: &LogDensity) -> Self {
        // Bits that as many nats are worth.
        let bits = |nats: f64| bits_per_dim(-nats, PIXELS) - bits_per_dim(0.0, PIXELS);
        Self {
            value: bits_per_dim(density.value, PIXELS),
            standard_error: density.standard_error.map(bits),
            doubled_difference: bits(density.doubled_difference),
            converged: density.converged,
        }
    }
}

/// A picture whose likelihood is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// [784]
    pub x: Vec<f32>,
    /// 0–9, or [`NULL`](model::condition::NULL) for the likelihood among pictures of every class.
    pub label: u8,
    /// Its probes are those of this number, whatever is measured beside it.
    pub index: u64,
}

impl Picture {
    /// Image `i` between the levels of its bytes, by the noise of `seed`.
    pub fn of(images: &Images, i: usize, label: u8, seed: u64) -> Self {
        let mut noise = Stream::new(seed, Purpose::Evaluate, i as u64);
        let x = images.levels(i).iter().map(|level| dequantise(*level, noise.uniform()) as f32).collect();
        Self { x, label, index: i as u64 }
    }

    /// What a model has drawn, in the levels of a screen, and then as [`of`](Self::of) has an image.
    pub fn drawn(pixels: &[f32], label: u8, seed: u64) -> Self {
        let mut noise = Stream::new(seed, Purpose::Evaluate, DRAWN);
        let level = |x: f32| ((x.clamp(-1.0, 1.0) + 1.0) * 127.5).round() as u8;
        let x = pixels.iter().map(|x| dequantise(level(*x), noise.uniform()) as f32).collect();
        Self { x, label, index: DRAWN }
    }
}

/// The number of a picture that is no image of a set.
const DRAWN: u64 = 1 << 32;

/// u_θ(x, t | y) and ε^T (∂u/∂x) ε of rows, each with its label y and its probe ε.
struct Sensed {
    config: Config,
    network: Network,
    labels: Vec<u8>,
    /// [rows, 784]
    probes: Tensor<2>,
}

impl Sensed {
    /// For x: [rows, 784] also [rows, 784] and [rows], read at once, as the CPU allows.
    fn at(&self, x: &Tensor<2>, t: f64) -> (Tensor<2>, Vec<f64>) {
        let times = vec![t as f32; self.labels.len()];
        let condition = self.config.condition(Reading::Velocity, &times, &self.labels, &x.device());
        let leaf = x.clone().autodiff().require_grad();
        let u = self.network.read(leaf.clone(), &condition);
        let along = (u.clone() * self.probes.clone()).sum();
        let back = leaf.grad(&along.backward()).unwrap_or_else(|| x.zeros_like());
        (u.inner(), wide((back * self.probes.clone()).sum_dim(1)))
    }
}

/// Numbers on the CPU, in double precision.
fn wide(tensor: Tensor<2>) -> Vec<f64> {
    numbers(tensor).into_iter().map(f64::from).collect()
}

/// The grid of `steps` intervals over the clip, denser towards the data, where u changes fastest: steps shrink there as
/// (1 - s)². Where every one of discrete levels is to be a time of it, one or several even ones between every two of them, since
/// derivatives of u jump there.
fn grid(config: &Config, effort: &Effort) -> Vec<f64> {
    let (schedule, steps) = (config.schedule.0, effort.steps.max(1));
    let [low, high] = schedule.clip();
    let even = |n: usize| (0..=n).map(move |i| i as f64 / n as f64);
    match schedule.levels().filter(|_| effort.every_level) {
        None => even(steps).map(|s| low + (high - low) * (1.0 - (1.0 - s).powi(3))).collect(),
        Some(levels) => {
            let least = (((high - low) * levels as f64).round() as usize).max(1);
            even(steps.div_ceil(least) * least).map(|s| low + (high - low) * s).collect()
        }
    }
}

/// Likelihoods on their way: pictures go back to noise, interval after interval, once along the grid and once along the one of
/// twice as many.
pub struct Estimating {
    sensed: Sensed,
    effort: Effort,
    /// [rows, 784]
    x_1: Tensor<2>,
    grid: Vec<f64>,
    /// Intervals that are behind.
    crossed: usize,
    /// x and what has been gathered, of each row.
    state: (Pictures, Vec<f64>),
    /// ln p along the first grid.
    coarse: Option<Vec<f64>>,
}

impl Estimating {
    /// Of `pictures`, each given its label, under the network with parameters `theta`, which are on the CPU.
    pub fn new(config: &Config, theta: &Tensor<1>, pictures: &[Picture], effort: Effort) -> Self {
        let (rows, device) = (pictures.len() * effort.probes, theta.device());
        let each = || pictures.iter().flat_map(|picture| std::iter::repeat_n(picture, effort.probes));
        let of = |picture: &Picture| {
            rademacher(&mut Stream::new(effort.seed, Purpose::Probe, picture.index), PIXELS, effort.probes)
        };
        let probes = pictures.iter().flat_map(of);
        let probes = upload(probes.flatten().map(|e| e as f32).collect(), [rows, PIXELS], &device);
        let network = Network::new(&mut Builder::frozen(theta.clone()), config);
        let labels = each().map(|picture| picture.label).collect();
        let sensed = Sensed { config: *config, network, labels, probes };
        let x_1 = upload(each().flat_map(|picture| picture.x.clone()).collect(), [rows, PIXELS], &device);
        let state = (Pictures(x_1.clone()), vec![0.0; rows]);
        Self { sensed, effort, x_1, grid: grid(config, &effort), crossed: 0, state, coarse: None }
    }

    /// How much of it is done, from 0 to 1: the second grid is twice as long.
    pub fn share(&self) -> f64 {
        let part = self.crossed as f64 / (self.grid.len() - 1) as f64;
        if self.coarse.is_none() { part / 3.0 } else { (1.0 + 2.0 * part) / 3.0 }
    }

    /// One interval more; the bits of each picture, once all are behind.
    pub fn advance(&mut self) -> Option<Vec<Bits>> {
        let sensed = &self.sensed;
        let field = |(Pictures(x), _): &(Pictures, Vec<f64>), t: f64| {
            let (u, traces) = sensed.at(x, t);
            (Pictures(u), traces)
        };
        let last = self.grid.len() - 1 - self.crossed;
        self.state = pull_back(&field, self.state.clone(), &self.grid[last - 1..=last]);
        self.crossed += 1;
        if last > 1 {
            return None;
        }
        let rows = self.state.1.len();
        let start = (Pictures(self.x_1.clone()), vec![0.0; rows]);
        let (Pictures(x_0), integrals) = std::mem::replace(&mut self.state, start);
        let std = self.sensed.config.schedule.start();
        let base: Vec<f64> = wide(x_0).chunks(PIXELS).map(|x_0| gaussian(x_0, std)).collect();
        let found: Vec<f64> = base.into_iter().zip(integrals).map(|(base, integral)| base + integral).collect();
        let Some(coarse) = self.coarse.replace(found.clone()) else {
            (self.grid, self.crossed) = (doubled(&self.grid), 0);
            return None;
        };
        // In nats of a picture.
        let tolerance = self.effort.tolerance * PIXELS as f64 * LN_2;
        let of = |(coarse, fine): (&[f64], &[f64])| Bits::of(&LogDensity::of(coarse, fine, tolerance));
        let probes = self.effort.probes;
        Some(coarse.chunks(probes).zip(found.chunks(probes)).map(of).collect())
    }
}

/// Bits a pixel of each of `pictures`, given its label, to the network with parameters `theta`, which are on the CPU.
pub fn bits(config: &Config, theta: &Tensor<1>, pictures: &[Picture], effort: Effort) -> Vec<Bits> {
    let mut estimating = Estimating::new(config, theta, pictures, effort);
    loop {
        if let Some(bits) = estimating.advance() {
            return bits;
        }
    }
}

/// The same of a normalising flow, exactly.
pub fn exact(config: &NormalisingConfig, theta: &Tensor<1>, pictures: &[Picture]) -> Vec<Bits> {
    let (rows, device) = (pictures.len(), theta.device());
    let network = Normalising::new(&mut Builder::inference(theta.clone()), config);
    let pixels = |picture: &Picture| config.numbers(picture.x.iter().map(|x| f64::from(*x)));
    let (seen, slopes): (Vec<_>, Vec<_>) = pictures.iter().map(pixels).unzip();
    let labels: Vec<u8> = pictures.iter().map(|picture| picture.label).collect();
    let [bits, _] = network.bits(
        upload(seen.concat(), [rows, PIXELS], &device),
        upload(slopes, [rows, 1], &device),
        &upload(one_hot(&labels), [rows, CLASSES], &device),
    );
    let of = |value| Bits { value, standard_error: None, doubled_difference: 0.0, converged: true };
    wide(bits).into_iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;
    use flow::{keyed::Keyed, schedule::ScheduleId};
    use model::{
        condition::{Head, NULL},
        mlp::MlpConfig,
        network::Body,
        parameters::initial,
    };

    fn config(schedule: ScheduleId) -> Config {
        let body = Body::Mlp(MlpConfig { width: 8, hidden: 8, depth: 1 });
        Config { body, head: Head::Preconditioned, schedule, sigma: 0.7 }
    }

    fn pictures(count: u64, std: f32) -> Vec<Picture> {
        let draw = |k| Stream::new(3, Purpose::Sample, k).normals(PIXELS).iter().map(|z| std * z).collect();
        (0..count).map(|k| Picture { x: draw(k), label: if k == 0 { NULL } else { 3 }, index: k }).collect()
    }

    fn theta(config: &Config, scale: f32) -> Tensor<1> {
        let draws = Stream::new(5, Purpose::Weights, 0).normals(config.parameters());
        let theta: Vec<f32> =
            initial(&config.entries(), 1).iter().zip(draws).map(|(w, z)| scale * (w + 0.1 * z)).collect();
        upload(theta, [config.parameters()], &Device::flex())
    }

    #[test]
    fn a_network_that_says_nothing_is_the_flow_of_a_gaussian() {
        // F = 0 under the preconditioned head is the velocity of data N(0, sigma² I), whose Jacobian is a multiple of the
        // identity, so that any probe gives its trace exactly.
        for schedule in ScheduleId::all().filter(|it| it.levels().is_none()) {
            let config = config(schedule);
            let effort = Effort { steps: 64, every_level: true, probes: 2, tolerance: 1e-3, seed: 1 };
            let [low, high] = schedule.clip();
            let std = |t: f64| {
                let c = schedule.at(t);
                (c.alpha_t * config.sigma).hypot(c.sigma_t)
            };
            let found = bits(&config, &theta(&config, 0.0), &pictures(2, 0.8), effort);
            for (Picture { x, .. }, found) in pictures(2, 0.8).iter().zip(&found) {
                // It starts from noise of the schedule's width, which may not be all that there is at the start of the clip.
                let narrower = schedule.start() / std(low);
                let x: Vec<f64> = x.iter().map(|x| f64::from(*x)).collect();
                let truth = bits_per_dim(gaussian(&x, std(high) * narrower), PIXELS);
                let error = (found.value - truth).abs();
                println!("{}: {found:?}, {truth}", schedule.key());
                assert!(error < 2e-3 && found.converged, "{}: {found:?}, {truth}", schedule.key());
                assert!(found.standard_error.is_some_and(|error| error < 1e-4));
            }
        }
    }

    #[test]
    fn traces_are_those_of_differences() {
        let config = config(ScheduleId::default());
        let theta = theta(&config, 1.5);
        let probes = rademacher(&mut Stream::new(2, Purpose::Probe, 0), PIXELS, 2);
        let rows = upload(probes.iter().flatten().map(|e| *e as f32).collect(), [2, PIXELS], &Device::flex());
        let x =
            upload(pictures(2, 0.8).into_iter().flat_map(|picture| picture.x).collect(), [2, PIXELS], &Device::flex());
        let network = Network::new(&mut Builder::frozen(theta), &config);
        let sensed = Sensed { config, network, labels: vec![NULL, 3], probes: rows.clone() };
        let (u, traces) = sensed.at(&x, 0.6);
        let h = 1e-2;
        let moved = |h: f64| sensed.at(&(x.clone() + rows.clone() * h), 0.6).0;
        let along = wide(((moved(h) - moved(-h)) / (2.0 * h) * rows.clone()).sum_dim(1));
        for (found, difference) in traces.iter().zip(&along) {
            assert!((found - difference).abs() < 2e-3 * found.abs().max(1.0), "{traces:?} {along:?}");
        }
        // F matters: the linear part alone gives the same trace to both rows.
        assert!((traces[0] - traces[1]).abs() > 0.1 && u.dims() == [2, PIXELS], "{traces:?}");
    }

    #[test]
    fn few_steps_are_flagged_and_a_picture_far_away_costs_more() {
        let config = config(ScheduleId::default());
        let theta = theta(&config, 1.5);
        let effort = Effort { steps: 1, every_level: true, probes: 1, tolerance: 1e-3, seed: 1 };
        let few = bits(&config, &theta, &pictures(1, 0.8), effort);
        assert!(!few[0].converged && few[0].standard_error.is_none(), "{few:?}");
        let many = |std| bits(&config, &theta, &pictures(1, std), Effort { steps: 256, ..effort })[0];
        assert!(many(0.8).converged, "{:?}", many(0.8));
        assert!(many(2.0).value > many(0.8).value + 1.0);
    }

    #[test]
    fn what_a_picture_costs_does_not_depend_on_its_neighbours() {
        let config = config(ScheduleId::default());
        let (theta, all) = (theta(&config, 1.5), pictures(3, 0.8));
        let effort = Effort { steps: 4, every_level: true, probes: 2, tolerance: 1e-3, seed: 1 };
        let (whole, alone) = (bits(&config, &theta, &all, effort), bits(&config, &theta, &all[2..], effort));
        assert!((whole[2].value - alone[0].value).abs() < 1e-4, "{whole:?} {alone:?}");
    }

    #[test]
    fn bytes_become_numbers_within_their_levels() {
        let images = Images::blank(2);
        let [a, b] = [0, 1].map(|i| Picture::of(&images, i, NULL, 4));
        assert!(a.x != b.x && a == Picture::of(&images, 0, NULL, 4));
        assert!(a.x.iter().all(|x| (-1.0..=-1.0 + 1.0 / 128.0).contains(x)));
    }
}
