//! The losses as numbers for one graph. With rows F = F_θ of a batch of n, every one is
//!
//! L = (1/n) [Σ_i |scale_i F_i + shift_i|² + Σ_r slope_r · F_r] + rest.
//!
//! A reading y_θ = a x + b F towards a target y has scale b and shift a x - y. Implicit score matching,
//! sigma² (|s|²/2 + tr ∂s/∂x) with s = a x + b F, has scale sigma b / √2 and shift sigma a x / √2, and the trace by central
//! differences of four more rows a pair: a slope of ± sigma² b / 2h on one coordinate of each.

use burn::tensor::{Device, Tensor};
use flow::{path, prediction::Reading};
use model::{
    parameters::{Builder, upload},
    point::{INPUTS, Point, PointConfig},
};
use protocol::plane::PlaneLoss;

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

#[cfg(test)]
mod tests {
    use super::*;
    use flow::{
        divergence::trace,
        keyed::Keyed,
        loss::{implicit_score_loss, score_loss, square_loss},
        rng::{Purpose, Stream},
        schedule::ScheduleId,
    };
    use model::{parameters::initial, point::PointField};

    fn config() -> PointConfig {
        PointConfig { width: 8, depth: 2, schedule: ScheduleId::default(), data: 0.9, source: 1.0 }
    }

    /// θ with no layer at zero.
    fn theta() -> Vec<f32> {
        let draws = Stream::new(2, Purpose::Evaluate, 0).normals(config().parameters());
        initial(&config().entries(), 2).iter().zip(draws).map(|(w, z)| w + 0.2 * z).collect()
    }

    fn tensor(theta: &[f32]) -> Tensor<1> {
        upload(theta.to_vec(), [theta.len()], &Device::flex())
    }

    fn pairs() -> Vec<Pair> {
        let mut stream = Stream::new(2, Purpose::Evaluate, 1);
        let mut pair = |i: usize| {
            let z = stream.normals64(4);
            Pair { t: 0.05 + 0.1 * i as f64, x_0: [z[0], z[1]], x_1: [0.8 * z[2], 0.8 * z[3] + 0.3] }
        };
        (0..9).map(&mut pair).collect()
    }

    #[test]
    fn the_gradient_of_every_loss_is_that_of_differences() {
        for loss in PlaneLoss::all() {
            let (objective, theta) = (Objective::new(loss, &pairs(), &config()), theta());
            let (value, gradient) = objective.gradient(&config(), tensor(&theta));
            assert!((value - objective.value(&config(), tensor(&theta))).abs() < 1e-5 * value.abs().max(1.0));
            let gradient: Vec<f32> = gradient.into_data().try_to_vec().unwrap();
            let largest = gradient.iter().fold(0f32, |most, g| most.max(g.abs()));
            let mut worst = 0f32;
            for i in (0..theta.len()).step_by(7) {
                let at = |h: f32| {
                    let mut moved = theta.clone();
                    moved[i] += h;
                    objective.value(&config(), tensor(&moved))
                };
                worst = worst.max(((at(1e-2) - at(-1e-2)) / 2e-2 - gradient[i]).abs());
            }
            println!("{loss}: worst difference {:.1e} of the largest entry", worst / largest);
            assert!(worst < 5e-3 * largest, "{loss}: {worst} of {largest}");
        }
    }

    #[test]
    fn losses_are_those_of_the_lectures() {
        let (config, pairs, theta) = (config(), pairs(), theta());
        let field = PointField::new(config, tensor(&theta));
        let x_t = |pair: &Pair| path::x_t(&config.schedule.at(pair.t), &pair.x_0, &pair.x_1);
        // Every reading from the velocity, by the conversions.
        let read = |reading, x: [f64; 2], t: f64| {
            let u = field.at(std::iter::once((x, t)));
            flow::prediction::convert(&config.schedule.at(t), Reading::Velocity, reading, &x, &[u[0], u[1]])
        };
        let all = |reading| pairs.iter().map(|pair| read(reading, x_t(pair), pair.t)).collect::<Vec<_>>();
        let velocities: Vec<_> =
            pairs.iter().map(|p| Reading::Velocity.target(&config.schedule.at(p.t), &p.x_0, &p.x_1)).collect();
        let noises: Vec<_> = pairs.iter().map(|pair| pair.x_0).collect();
        let sigma = |pair: &Pair| config.schedule.at(pair.t).sigma_t;
        let draws: Vec<_> = pairs.iter().map(|pair| (sigma(pair), pair.x_0)).collect();
        let implicit = |pair: &Pair| {
            let score = |x: &[f64]| read(Reading::Score, [x[0], x[1]], pair.t).to_vec();
            let x = x_t(pair);
            sigma(pair).powi(2) * implicit_score_loss(&[(read(Reading::Score, x, pair.t), trace(score, &x, 5e-3))])
        };
        let mean = pairs.iter().map(implicit).sum::<f64>() / pairs.len() as f64;
        for (loss, expected) in [
            (PlaneLoss::Velocity, square_loss(&all(Reading::Velocity), &velocities)),
            (PlaneLoss::Noise, square_loss(&all(Reading::Noise), &noises)),
            (PlaneLoss::Score, score_loss(&all(Reading::Score), &draws)),
            (PlaneLoss::Implicit, mean),
        ] {
            let found = f64::from(Objective::new(loss, &pairs, &config).value(&config, tensor(&theta)));
            assert!((found - expected).abs() < 1e-3 * expected.abs().max(0.1), "{loss}: {found} and {expected}");
        }
    }
}
