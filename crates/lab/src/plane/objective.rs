//! The losses as numbers for one graph. With rows F = F_θ of a batch of n, every one is
//!
//! L = (1/n) [Σ_i |scale_i F_i + shift_i|² + Σ_r slope_r · F_r] + rest.
//!
//! A reading y_θ = a x + b F towards a target y has scale b and shift a x - y. Implicit score matching,
//! sigma² (|s|²/2 + tr ∂s/∂x) with s = a x + b F, has scale sigma b / √2 and shift sigma a x / √2, and the trace by central
//! differences of four more rows a pair: a slope of ± sigma² b / 2h on one coordinate of each.

use crate::family::Row;
use burn::tensor::Tensor;
use flow::{path, prediction::Reading};
use model::{
    browser::total,
    point::{INPUTS, PointConfig, PointNetwork},
};
use protocol::plane::PlaneLoss;

/// A pair of ends and the time at which a loss looks at it.
#[derive(Clone, Copy, Debug)]
pub struct TimedPair {
    pub t: f64,
    pub x_0: [f64; 2],
    pub x_1: [f64; 2],
}

/// Rows a pair: the pair's own, and those of the differences.
fn rows(loss: PlaneLoss) -> usize {
    if loss == PlaneLoss::Implicit { 5 } else { 1 }
}

/// `loss` on `pairs` within the schedule's clip, for networks of `config`, as one row of numbers: what the network sees,
/// scales, shifts, and where slopes are not zero, slopes and rest.
pub fn numbers(loss: PlaneLoss, pairs: &[TimedPair], config: &PointConfig) -> Vec<f32> {
    match loss {
        PlaneLoss::Velocity => towards(Reading::Velocity, pairs, config),
        // sigma_t s = -x_0: the weighted loss of the score is that of the noise.
        PlaneLoss::Noise | PlaneLoss::Score => towards(Reading::Noise, pairs, config),
        PlaneLoss::Implicit => implicit(pairs, config),
    }
}

fn towards(reading: Reading, pairs: &[TimedPair], config: &PointConfig) -> Vec<f32> {
    let n = pairs.len();
    let [mut rows, mut scale, mut shift] = [INPUTS + 4, 2, 2].map(|width| Vec::with_capacity(n * width));
    for pair in pairs {
        let c = config.schedule.at(pair.t);
        let x = path::x_t(&c, &pair.x_0, &pair.x_1);
        let y = reading.target(&c, &pair.x_0, &pair.x_1);
        let [a, b, s] = config.head(reading, pair.t);
        rows.extend(config.row(x, s, &config.time(pair.t)));
        scale.extend([b as f32; 2]);
        shift.extend([0, 1].map(|i| (a * x[i] - y[i]) as f32));
    }
    rows.extend(scale.into_iter().chain(shift));
    rows
}

fn implicit(pairs: &[TimedPair], config: &PointConfig) -> Vec<f32> {
    let n = pairs.len();
    let [mut rows, mut scale, mut shift] = [5 * INPUTS + 14, 2, 2].map(|width| Vec::with_capacity(n * width));
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
    rows.extend(around.into_iter().chain(scale).chain(shift).chain(slope).chain([rest as f32]));
    rows
}

/// L of `network` on the [`numbers`] of `n` pairs, [1].
pub fn value(loss: PlaneLoss, network: &PointNetwork, n: usize, numbers: &mut Row) -> Tensor<1> {
    let all = rows(loss) * n;
    let f = network.forward(numbers.take(all, INPUTS));
    let [scale, shift] = [(); 2].map(|()| numbers.take(n, 2));
    let error = f.clone().narrow(0, 0, n) * scale + shift;
    let sum = total(error.clone() * error);
    if all == n {
        return sum / n as f64;
    }
    let slope = numbers.take(all, 2);
    (sum + total(f * slope)) / n as f64 + numbers.take(1, 1).reshape([1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::gradient;
    use burn::tensor::Device;
    use flow::{
        divergence::trace,
        keyed::Keyed,
        loss::{implicit_score_loss, score_loss, square_loss},
        rng::{Purpose, Stream},
        schedule::ScheduleId,
    };
    use model::{
        parameters::{Builder, initial, upload},
        point::PointField,
    };

    fn config() -> PointConfig {
        PointConfig { width: 8, depth: 2, schedule: ScheduleId::default(), data: 0.9, source: 1.0, potential: false }
    }

    /// Of a network that is the slope of a scalar.
    fn with_energy() -> PointConfig {
        PointConfig { potential: true, ..config() }
    }

    /// θ with no layer at zero.
    fn theta(config: &PointConfig) -> Vec<f32> {
        let draws = Stream::new(2, Purpose::Evaluate, 0).normals(config.parameters());
        initial(&config.entries(), 2).iter().zip(draws).map(|(w, z)| w + 0.2 * z).collect()
    }

    fn tensor(theta: &[f32]) -> Tensor<1> {
        upload(theta.to_vec(), [theta.len()], &Device::flex())
    }

    fn read(tensor: Tensor<1>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    /// L at `theta`.
    fn value_at(config: &PointConfig, loss: PlaneLoss, theta: &[f32]) -> f32 {
        let row = tensor(&numbers(loss, &pairs(), config));
        let network = PointNetwork::new(&mut Builder::inference(tensor(theta)), config);
        read(value(loss, &network, pairs().len(), &mut Row::new(&row, 0)))[0]
    }

    fn pairs() -> Vec<TimedPair> {
        let mut stream = Stream::new(2, Purpose::Evaluate, 1);
        let mut pair = |i: usize| {
            let z = stream.normals64(4);
            TimedPair { t: 0.05 + 0.1 * i as f64, x_0: [z[0], z[1]], x_1: [0.8 * z[2], 0.8 * z[3] + 0.3] }
        };
        (0..9).map(&mut pair).collect()
    }

    #[test]
    fn the_gradient_of_every_loss_is_that_of_differences() {
        for (config, loss) in PlaneLoss::all().flat_map(|loss| [config(), with_energy()].map(|config| (config, loss))) {
            let (theta, row) = (theta(&config), tensor(&numbers(loss, &pairs(), &config)));
            let (gradient, [found]) = gradient(tensor(&theta), |p| {
                let loss = value(loss, &PointNetwork::new(p, &config), pairs().len(), &mut Row::new(&row, 0));
                (loss.clone(), [loss])
            });
            let (found, gradient) = (read(found)[0], read(gradient));
            assert!((found - value_at(&config, loss, &theta)).abs() < 1e-5 * found.abs().max(1.0));
            let largest = gradient.iter().fold(0f32, |most, g| most.max(g.abs()));
            let mut worst = 0f32;
            for i in (0..theta.len()).step_by(7) {
                let at = |h: f32| {
                    let mut moved = theta.clone();
                    moved[i] += h;
                    value_at(&config, loss, &moved)
                };
                worst = worst.max(((at(1e-2) - at(-1e-2)) / 2e-2 - gradient[i]).abs());
            }
            println!("{loss}: worst difference {:.1e} of the largest entry", worst / largest);
            assert!(worst < 5e-3 * largest, "{loss}: {worst} of {largest}");
        }
    }

    #[test]
    fn losses_are_those_of_the_lectures() {
        let (config, pairs, theta) = (config(), pairs(), theta(&config()));
        let field = PointField::new(config, tensor(&theta));
        let x_t = |pair: &TimedPair| path::x_t(&config.schedule.at(pair.t), &pair.x_0, &pair.x_1);
        // Every reading from the velocity, by the conversions.
        let reading_at = |reading, x: [f64; 2], t: f64| {
            let u = field.at(std::iter::once((x, t)));
            flow::prediction::convert(&config.schedule.at(t), Reading::Velocity, reading, &x, &[u[0], u[1]])
        };
        let all = |reading| pairs.iter().map(|pair| reading_at(reading, x_t(pair), pair.t)).collect::<Vec<_>>();
        let velocities: Vec<_> =
            pairs.iter().map(|p| Reading::Velocity.target(&config.schedule.at(p.t), &p.x_0, &p.x_1)).collect();
        let noises: Vec<_> = pairs.iter().map(|pair| pair.x_0).collect();
        let sigma = |pair: &TimedPair| config.schedule.at(pair.t).sigma_t;
        let draws: Vec<_> = pairs.iter().map(|pair| (sigma(pair), pair.x_0)).collect();
        let implicit = |pair: &TimedPair| {
            let score = |x: &[f64]| reading_at(Reading::Score, [x[0], x[1]], pair.t).to_vec();
            let x = x_t(pair);
            sigma(pair).powi(2)
                * implicit_score_loss(&[(reading_at(Reading::Score, x, pair.t), trace(score, &x, 5e-3))])
        };
        let mean = pairs.iter().map(implicit).sum::<f64>() / pairs.len() as f64;
        for (loss, expected) in [
            (PlaneLoss::Velocity, square_loss(&all(Reading::Velocity), &velocities)),
            (PlaneLoss::Noise, square_loss(&all(Reading::Noise), &noises)),
            (PlaneLoss::Score, score_loss(&all(Reading::Score), &draws)),
            (PlaneLoss::Implicit, mean),
        ] {
            let found = f64::from(value_at(&config, loss, &theta));
            assert!((found - expected).abs() < 1e-3 * expected.abs().max(0.1), "{loss}: {found} and {expected}");
        }
    }
}
