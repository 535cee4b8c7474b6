//! A small network for points of the plane: a multilayer perceptron of c_t x and the share of signal,
//!
//! u(x, t) = a_t x + b_t F(c_t x, t),
//!
//! read as in [`condition`](super::condition): with the root mean squares s of the data and q of the source, input and
//! target of F have unit variance at every t, whichever reading its loss compares.

use super::{
    condition::Head,
    layers::Dense,
    parameters::{Builder, Entry, entries, upload},
    potential::Potential,
};
use burn::tensor::{Device, Tensor};
use flow::{
    field::VelocityField,
    prediction::Reading,
    schedule::{Coefficients, ScheduleId},
};

/// Pairs of sine and cosine that carry the share of signal.
const FREQUENCIES: usize = 6;
/// Numbers of one row: c_t x, then the share.
pub const INPUTS: usize = 2 + 2 * FREQUENCIES;
/// Rows that go through the network at once: what they make stays in the second cache.
const ROWS: usize = 512;
/// Half the width of a central difference, in units of c_t x: rounding of f32 and the third derivative both stay below 1e-3.
const STEP: f64 = 5e-3;
/// sigma_t at which an energy can still be told, and parts of time in which it is looked for.
const LEAST_NOISE: f64 = 0.02;
const BACK: usize = 200;

/// Everything that decides what the network computes, but for θ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointConfig {
    pub width: usize,
    /// Hidden layers, at least 1.
    pub depth: usize,
    pub schedule: ScheduleId,
    /// s, root mean square of a coordinate of the data about zero, above 0.
    pub data: f64,
    /// q, the same of the source; 1 for noise.
    pub source: f64,
    /// Whether F is the slope of a scalar, so that the field has an energy.
    pub potential: bool,
}

impl PointConfig {
    /// The parameters, in the order of θ.
    pub fn entries(&self) -> Vec<Entry> {
        entries(|p| PointNetwork::new(p, self))
    }

    /// Length of θ.
    pub fn parameters(&self) -> usize {
        self.entries().iter().map(Entry::len).sum()
    }

    /// (a_t, b_t, c_t) of a reading y = a_t x + b_t F(c_t x); only velocity and data where the source is no noise.
    pub fn head(&self, reading: Reading, t: f64) -> [f64; 3] {
        let c = self.schedule.at(t);
        // x_0 / q is what has unit variance.
        let scaled = Coefficients { sigma_t: c.sigma_t * self.source, d_sigma_t: c.d_sigma_t * self.source, ..c };
        Head::Preconditioned.of(reading, &scaled, self.data)
    }

    /// Half the width of a central difference at `t`.
    pub fn step(&self, t: f64) -> f64 {
        STEP / self.head(Reading::Velocity, t)[2]
    }

    /// What tells F the time.
    pub fn time(&self, t: f64) -> [f32; 2 * FREQUENCIES] {
        let c = self.schedule.at(t);
        let share = c.alpha_t / (c.alpha_t + c.sigma_t);
        let mut features = [0.0; 2 * FREQUENCIES];
        for (k, pair) in features.chunks_exact_mut(2).enumerate() {
            // Periods from 4 down to 0.4: more would let noise in, which these few rows a step do not average out.
            let angle = share * std::f64::consts::FRAC_PI_2 * libm::pow(10.0, k as f64 / (FREQUENCIES - 1) as f64);
            pair.copy_from_slice(&[libm::sin(angle) as f32, libm::cos(angle) as f32]);
        }
        features
    }

    /// The input row of a point.
    pub fn row(&self, x: [f64; 2], scale: f64, time: &[f32; 2 * FREQUENCIES]) -> [f32; INPUTS] {
        let mut row = [0.0; INPUTS];
        row[..2].copy_from_slice(&x.map(|x| (scale * x) as f32));
        row[2..].copy_from_slice(time);
        row
    }
}

/// F: [rows, [`INPUTS`]] → [rows, 2].
#[derive(Clone, Debug)]
pub enum PointNetwork {
    /// Any two numbers, layer after layer with silu between them.
    Free(Vec<Dense>),
    /// The slope of one.
    Slope(Potential),
}

impl PointNetwork {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &PointConfig) -> Self {
        let PointConfig { width, depth, potential, .. } = *config;
        if potential {
            return Self::Slope(Potential::new(p, INPUTS, width, depth));
        }
        let mut layers = vec![Dense::new(p, "input", INPUTS, width)];
        layers.extend((1..depth).map(|i| p.scope("hidden", |p| Dense::new(p, &i.to_string(), width, width))));
        layers.push(Dense::zero(p, "output", width, 2));
        Self::Free(layers)
    }

    pub fn forward(&self, rows: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Free(layers) => layers[1..].iter().fold(layers[0].forward(rows), |h, layer| layer.of_silu(h)),
            Self::Slope(potential) => potential.slope(rows).narrow(1, 0, 2),
        }
    }
}

/// A trained network as a velocity field on clouds x, y, x, y, …; times are moved into the schedule's clip.
#[derive(Clone, Debug)]
pub struct PointField {
    pub config: PointConfig,
    network: PointNetwork,
    device: Device,
}

impl PointField {
    /// With the parameters `theta`.
    pub fn new(config: PointConfig, theta: Tensor<1>) -> Self {
        let device = theta.device();
        Self { config, network: PointNetwork::new(&mut Builder::inference(theta), &config), device }
    }

    /// F of rows of numbers.
    fn raw(&self, rows: Vec<f32>) -> Vec<f32> {
        self.asked(rows, 2, |rows| self.network.forward(rows))
    }

    /// What is said of rows of numbers, so many to a row; NaN if the device does not answer. Read at once, as only the CPU
    /// allows, on which this network always is.
    fn asked(&self, rows: Vec<f32>, each: usize, say: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Vec<f32> {
        let count = rows.len() / INPUTS;
        let answer = say(upload(rows, [count, INPUTS], &self.device)).into_data();
        answer.try_to_vec().unwrap_or_else(|_| vec![f32::NAN; each * count])
    }

    /// `t`, or the last time before it at which there is some noise: without any, E is none.
    fn noisy(&self, t: f64) -> f64 {
        let schedule = self.config.schedule.0;
        let mut earlier = (0..BACK).map(|k| schedule.clamp(t - k as f64 / BACK as f64));
        earlier.find(|t| schedule.at(*t).sigma_t >= LEAST_NOISE).unwrap_or(schedule.clamp(0.0))
    }

    /// E of a cloud, up to a number that is the same for all of it, where F is the slope of φ:
    ///
    /// s(x, t) = -∇E with sigma_t E(x, t) = a_t |x|² / 2 + (b_t / c_t) φ(c_t x, t), the reading being that of noise.
    pub fn energy(&self, xs: &[f64], t: f64) -> Option<Vec<f64>> {
        let PointNetwork::Slope(potential) = &self.network else { return None };
        let t = self.noisy(t);
        let ([a, b, scale], sigma_t) = (self.config.head(Reading::Noise, t), self.config.schedule.at(t).sigma_t);
        let time = self.config.time(t);
        let mut all = Vec::with_capacity(xs.len() / 2);
        for part in xs.chunks(2 * ROWS) {
            let points = part.as_chunks::<2>().0;
            let rows = points.iter().flat_map(|&x| self.config.row(x, scale, &time)).collect();
            let phi = self.asked(rows, 1, |rows| potential.value(rows));
            let energy = |(x, phi): (&[f64; 2], f32)| {
                (a * (x[0] * x[0] + x[1] * x[1]) / 2.0 + b / scale * f64::from(phi)) / sigma_t
            };
            all.extend(points.iter().zip(phi).map(energy));
        }
        Some(all)
    }

    /// u of `points`, each at its own time.
    pub fn at(&self, points: impl Iterator<Item = ([f64; 2], f64)>) -> Vec<f64> {
        let (mut rows, mut heads) = (vec![], vec![]);
        for (x, t) in points {
            let t = self.config.schedule.clamp(t);
            let head = self.config.head(Reading::Velocity, t);
            rows.extend(self.config.row(x, head[2], &self.config.time(t)));
            heads.push((x, head));
        }
        let raw = self.raw(rows);
        let read =
            |((x, [a, b, _]), f): (&([f64; 2], [f64; 3]), &[f32; 2])| [0, 1].map(|i| a * x[i] + b * f64::from(f[i]));
        heads.iter().zip(raw.as_chunks::<2>().0).flat_map(read).collect()
    }

    /// u of a cloud, and div u = tr ∂u/∂x of each of its points by central differences: five rows a point.
    pub fn with_divergence(&self, xs: &[f64], t: f64) -> (Vec<f64>, Vec<f64>) {
        let (mut u, mut divergence) = (Vec::with_capacity(xs.len()), Vec::with_capacity(xs.len() / 2));
        let t = self.config.schedule.clamp(t);
        let ([a, b, scale], h) = (self.config.head(Reading::Velocity, t), self.config.step(t));
        let time = self.config.time(t);
        for part in xs.chunks(2 * (ROWS / 5)) {
            let rows = part.as_chunks::<2>().0.iter().flat_map(|&[x, y]| {
                let star = [[x, y], [x + h, y], [x - h, y], [x, y + h], [x, y - h]];
                star.map(|x| self.config.row(x, scale, &time)).into_iter().flatten()
            });
            let raw = self.raw(rows.collect());
            for (x, star) in part.as_chunks::<2>().0.iter().zip(raw.as_chunks::<10>().0) {
                let f = star.map(f64::from);
                u.extend([a * x[0] + b * f[0], a * x[1] + b * f[1]]);
                divergence.push(2.0 * a + b * (f[2] - f[4] + f[7] - f[9]) / (2.0 * h));
            }
        }
        (u, divergence)
    }
}

impl VelocityField<Vec<f64>> for PointField {
    fn velocity(&self, xs: &Vec<f64>, t: f64) -> Vec<f64> {
        let t = self.config.schedule.clamp(t);
        let ([a, b, scale], time) = (self.config.head(Reading::Velocity, t), self.config.time(t));
        let mut u = Vec::with_capacity(xs.len());
        for part in xs.chunks(2 * ROWS) {
            let rows = part.as_chunks::<2>().0.iter().flat_map(|&x| self.config.row(x, scale, &time));
            let raw = self.raw(rows.collect());
            u.extend(part.iter().zip(raw).map(|(x, f)| a * x + b * f64::from(f)));
        }
        u
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::initial;
    use flow::{divergence, keyed::Keyed};

    fn field(schedule: ScheduleId, source: f64) -> PointField {
        let config = PointConfig { width: 24, depth: 3, schedule, data: 0.8, source, potential: false };
        let mut theta = initial(&config.entries(), 3);
        // The last layer begins at zero; here it should say something.
        let last = theta.len() - 50;
        theta[last..].iter_mut().enumerate().for_each(|(i, w)| *w = (i as f32).sin() / 4.0);
        let size = theta.len();
        PointField::new(config, upload(theta, [size], &Device::flex()))
    }

    #[test]
    fn clouds_single_points_and_divergences_agree() {
        for schedule in ScheduleId::all() {
            let field = field(schedule, 1.0);
            let cloud: Vec<f64> = (0..260).map(|i| (f64::from(i) * 0.7).sin() * 1.5).collect();
            for t in [0.0, 0.3, 0.77, 1.0] {
                let (u, divergence) = field.with_divergence(&cloud, t);
                assert_eq!(u, field.velocity(&cloud, t));
                assert_eq!(u, field.at(cloud.as_chunks::<2>().0.iter().map(|x| (*x, t))));
                let h = 4.0 * field.config.step(field.config.schedule.clamp(t));
                let b = field.config.head(Reading::Velocity, field.config.schedule.clamp(t))[1].abs().max(1.0);
                for i in [0, 57, 129] {
                    let point = |x: &[f64]| field.velocity(&x.to_vec(), t);
                    let other = divergence::trace(point, &cloud[2 * i..2 * i + 2], h);
                    let size = b * field.config.head(Reading::Velocity, field.config.schedule.clamp(t))[2].max(1.0);
                    assert!(
                        (other - divergence[i]).abs() < 5e-3 * size,
                        "{schedule} at {t}: {other} {}",
                        divergence[i]
                    );
                }
            }
        }
    }

    /// Some field whose network is the slope of a scalar, or is not.
    fn rough(potential: bool) -> PointField {
        let config = PointConfig { potential, ..field(ScheduleId::default(), 1.0).config };
        let mut theta = initial(&config.entries(), 5);
        theta.iter_mut().enumerate().for_each(|(i, w)| *w += 0.2 * (i as f32 * 0.9).sin());
        let size = theta.len();
        PointField::new(config, upload(theta, [size], &Device::flex()))
    }

    /// ∮ u · dx around squares of this side, and the mean of |u| on them: curl, gathered over the squares.
    fn circulation(field: &PointField, t: f64) -> Vec<[f64; 2]> {
        const NODES: usize = 400;
        let square = |centre: [f64; 2]| {
            let (mut sum, mut size) = (0.0, 0.0);
            for (along, across, sign) in [(0, -0.5, 1.0), (1, 0.5, 1.0), (0, 0.5, -1.0), (1, -0.5, -1.0)] {
                let point = |k: usize| {
                    let mut x = centre;
                    x[along] += (k as f64 + 0.5) / NODES as f64 - 0.5;
                    x[1 - along] += across;
                    (x, t)
                };
                let u = field.at((0..NODES).map(point));
                sum += sign * u.iter().skip(along).step_by(2).sum::<f64>() / NODES as f64;
                size += u.iter().map(|u| u.abs()).sum::<f64>() / (8 * NODES) as f64;
            }
            [sum, size]
        };
        [[0.0, 0.0], [0.7, -0.4], [-1.1, 0.3]].map(square).into()
    }

    #[test]
    fn the_field_of_an_energy_has_no_curl_and_any_other_has() {
        for t in [0.1, 0.5, 0.9] {
            for [around, size] in circulation(&rough(true), t) {
                assert!(around.abs() < 1e-5 * size.max(1.0), "{around} around a square of {size}");
            }
            for [around, size] in circulation(&rough(false), t) {
                assert!(around.abs() > 1e-2 * size, "{around} around a square of {size}");
            }
        }
    }

    #[test]
    fn the_score_is_the_slope_of_the_energy_downwards() {
        let (field, h) = (rough(true), 1e-2);
        for t in [0.1, 0.5, 0.9] {
            for x in [[0.3, -0.2], [-0.9, 0.8], [1.4, 0.1]] {
                let star = [[x[0] + h, x[1]], [x[0] - h, x[1]], [x[0], x[1] + h], [x[0], x[1] - h]];
                let e = field.energy(star.as_flattened(), t).expect("an energy");
                let slope = [(e[0] - e[1]) / (2.0 * h), (e[2] - e[3]) / (2.0 * h)];
                let u = field.velocity(&x.to_vec(), t);
                let c = field.config.schedule.at(t);
                let score = flow::prediction::convert(&c, Reading::Velocity, Reading::Score, &x, &[u[0], u[1]]);
                let apart = (slope[0] + score[0]).hypot(slope[1] + score[1]);
                assert!(apart < 2e-3 * score[0].hypot(score[1]).max(1.0), "{t}, {x:?}: {slope:?} {score:?}");
            }
        }
        assert!(rough(false).energy(&[0.0, 0.0], 0.5).is_none());
        for schedule in ScheduleId::all() {
            let field = PointField { config: PointConfig { schedule, ..field.config }, ..field.clone() };
            let ends = [0.0, 1.0].map(|t| field.energy(&[0.3, -0.2], t).expect("an energy")[0]);
            assert!(ends.iter().all(|energy| energy.is_finite()), "{schedule}: {ends:?}");
        }
    }

    #[test]
    fn a_source_of_any_width_gives_unit_variance() {
        let config = field(ScheduleId::default(), 0.3).config;
        for t in [0.0, 0.4, 1.0] {
            let [a, b, scale] = config.head(Reading::Velocity, t);
            let variance = |of_x_1: f64, of_x_0: f64| (of_x_1 * 0.8).powi(2) + (of_x_0 * 0.3).powi(2);
            assert!((scale.powi(2) * variance(t, 1.0 - t) - 1.0).abs() < 1e-12);
            let target = variance((1.0 - a * t) / b, (-1.0 - a * (1.0 - t)) / b);
            assert!((target - 1.0).abs() < 1e-12, "{target}");
        }
    }
}
