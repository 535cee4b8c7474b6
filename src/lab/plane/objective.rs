//! The losses as numbers for one graph. With rows F = F_θ of a batch of n, every one is
//!
//! L = (1/n) [Σ_i |scale_i F_i + shift_i|² + Σ_r slope_r · F_r] + rest.
//!
//! A reading y_θ = a x + b F towards a target y has scale b and shift a x - y. Implicit score matching,
//! sigma² (|s|²/2 + tr ∂s/∂x) with s = a x + b F, has scale sigma b / √2 and shift sigma a x / √2, and the trace by central
//! differences of four more rows a pair: a slope of ± sigma² b / 2h on one coordinate of each.

use super::protocol::PlaneLoss;
use crate::{
    flow::{path, prediction::Reading},
    model::{
        parameters::{Builder, upload},
        point::{INPUTS, Point, PointConfig},
    },
};
use burn::tensor::{Device, Tensor};

/// A pair of ends and the time at which a loss looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub t: f64,
    pub x_0: [f64; 2],
    pub x_1: [f64; 2],
}

/// A loss of a batch; see the module.
pub struct Objective {
    rows: Vec<f32>,
    scale: Vec<f32>,
    shift: Vec<f32>,
    /// None where it is zero.
    slope: Option<Vec<f32>>,
    rest: f64,
}

impl Objective {
    /// `loss` on `pairs` within the schedule's clip, for networks of `config`.
    pub fn new(loss: PlaneLoss, pairs: &[Pair], config: &PointConfig) -> Self {
        match loss {
            PlaneLoss::Velocity => Self::towards(Reading::Velocity, pairs, config),
            // sigma_t s = -x_0: the weighted loss of the score is that of the noise.
            PlaneLoss::Noise | PlaneLoss::Score => Self::towards(Reading::Noise, pairs, config),
            PlaneLoss::Implicit => Self::implicit(pairs, config),
        }
    }

    fn towards(reading: Reading, pairs: &[Pair], config: &PointConfig) -> Self {
        let n = pairs.len();
        let [mut rows, mut scale, mut shift] = [INPUTS, 2, 2].map(|width| Vec::with_capacity(n * width));
        for pair in pairs {
            let c = config.schedule.at(pair.t);
            let x = path::x_t(&c, &pair.x_0, &pair.x_1);
            let y = reading.target(&c, &pair.x_0, &pair.x_1);
            let [a, b, s] = config.head(reading, pair.t);
            rows.extend(config.row(x, s, &config.time(pair.t)));
            scale.extend([b as f32; 2]);
            shift.extend([0, 1].map(|i| (a * x[i] - y[i]) as f32));
        }
        Self { rows, scale, shift, slope: None, rest: 0.0 }
    }

    fn implicit(pairs: &[Pair], config: &PointConfig) -> Self {
        let n = pairs.len();
        let [mut rows, mut scale, mut shift] = [5 * INPUTS, 2, 2].map(|width| Vec::with_capacity(n * width));
        let (mut slope, mut around, mut rest) = (vec![0.0; 2 * n], vec![], 0.0);
        for pair in pairs {
            let c = config.schedule.at(pair.t);
            let x = path::x_t(&c, &pair.x_0, &pair.x_1);
            let ([a, b, s], h, time) = (config.head(Reading::Score, pair.t), config.step(pair.t), config.time(pair.t));
            rows.extend(config.row(x, s, &time));
            let (root, square) = (c.sigma_t / 2f64.sqrt(), c.sigma_t * c.sigma_t);
            scale.extend([(root * b) as f32; 2]);
            shift.extend(x.map(|x| (root * a * x) as f32));
            let steep = (square * b / (2.0 * h)) as f32;
            for (d, of_x, of_y) in
                [([h, 0.0], steep, 0.0), ([-h, 0.0], -steep, 0.0), ([0.0, h], 0.0, steep), ([0.0, -h], 0.0, -steep)]
            {
                around.extend(config.row([x[0] + d[0], x[1] + d[1]], s, &time));
                slope.extend([of_x, of_y]);
            }
            rest += 2.0 * square * a / n as f64;
        }
        rows.extend(around);
        Self { rows, scale, shift, slope: Some(slope), rest }
    }

    /// L of `network`, but for its rest, [1].
    fn of(&self, network: &Point, device: &Device) -> Tensor<1> {
        let (all, n) = (self.rows.len() / INPUTS, self.scale.len() / 2);
        let f = network.forward(upload(self.rows.clone(), [all, INPUTS], device));
        let [scale, shift] = [&self.scale, &self.shift].map(|numbers| upload(numbers.clone(), [n, 2], device));
        let error = f.clone().narrow(0, 0, n) * scale + shift;
        let sum = (error.clone() * error).sum();
        let slope = self.slope.as_ref().map(|slope| upload::<2>(slope.clone(), [all, 2], device));
        slope.map_or(sum.clone(), |slope| sum + (f * slope).sum()) / n as f64
    }

    /// L at `theta`, and its gradient.
    pub fn gradient(&self, config: &PointConfig, theta: Tensor<1>) -> (f32, Tensor<1>) {
        let device = theta.device();
        let mut builder = Builder::training(theta);
        let loss = self.of(&Point::new(&mut builder, config), &device);
        let gradient = builder.into_gradient(&loss.backward());
        let value: Vec<f32> = loss.inner().into_data().try_to_vec().unwrap_or_default();
        (value.first().map_or(f32::NAN, |value| value + self.rest as f32), gradient)
    }

    /// L at `theta`.
    pub fn value(&self, config: &PointConfig, theta: Tensor<1>) -> f32 {
        let device = theta.device();
        let loss = self.of(&Point::new(&mut Builder::inference(theta), config), &device);
        let value: Vec<f32> = loss.into_data().try_to_vec().unwrap_or_default();
        value.first().map_or(f32::NAN, |value| value + self.rest as f32)
    }
}
