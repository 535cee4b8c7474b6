//! The least that a loss can become. A prediction sees x_t and t, but its target y = q x_0 + p x_1 depends on which pair of ends led
//! there: what is left of |prediction - y|² at the best prediction E[y | x_t] is
//!
//! E tr Cov[y | x_t] = Σ_k w_k D Q_k S_k (q alpha_t - p sigma_t)² / v_k + E Σ_k r_k |y_k(x_t) - E[y | x_t]|²,
//!
//! for pairs k of a part of the source, of variance Q_k, and one of the data, of variance S_k, between which
//! [`between`](super::between) knows everything. The first sum is a closed form; the second, which is 0 if there is one pair, is a
//! mean over places drawn from p_t, at times spread evenly.

use super::{
    between::Between,
    prediction::Reading,
    rng::{Purpose, Stream},
    schedule::{Coefficients, ScheduleId},
    time::of_draw,
};

/// Times of the closed form.
const FINE: usize = 4096;
/// Times at which places are drawn, and places at each.
const TIMES: usize = 512;
const PLACES: usize = 16;

/// A mean and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub error: f64,
}

/// The floor of a loss, on its way.
pub struct Floor<const D: usize> {
    between: Between<D>,
    schedule: ScheduleId,
    reading: Reading,
    closed: f64,
    /// Times that are done.
    done: usize,
    sum: f64,
    /// The variance of the sum.
    variance: f64,
}

impl<const D: usize> Floor<D> {
    /// Of the square loss of `reading` over times as training draws them. The score is weighted by sigma_t², as it is trained, so
    /// that its floor is that of the noise.
    pub fn new(between: Between<D>, schedule: ScheduleId, reading: Reading) -> Self {
        let mut floor = Self { between, schedule, reading, closed: 0.0, done: 0, sum: 0.0, variance: 0.0 };
        floor.closed = floor.within();
        floor
    }

    /// [q, p] of the target.
    fn target(&self, c: &Coefficients) -> [f64; 2] {
        match self.reading {
            Reading::Velocity => [c.d_sigma_t, c.d_alpha_t],
            Reading::Data => [0.0, 1.0],
            Reading::Noise | Reading::Score => [1.0, 0.0],
        }
    }

    fn coefficients(&self, i: usize, of: usize) -> Coefficients {
        self.schedule.at(of_draw(self.schedule.0, (i as f64 + 0.5) / of as f64))
    }

    /// The closed form. Most sets have parts of few widths, so that pairs of one width are summed first.
    fn within(&self) -> f64 {
        let mut widths: Vec<([f64; 2], f64)> = vec![];
        for (source, data) in self.between.source().iter().flat_map(|q| self.between.data().iter().map(move |s| (q, s)))
        {
            let (pair, weight) = ([source.std, data.std], source.weight * data.weight);
            match widths.iter_mut().find(|(known, _)| *known == pair) {
                Some((_, sum)) => *sum += weight,
                None => widths.push((pair, weight)),
            }
        }
        let at = |i: usize| {
            let c = self.coefficients(i, FINE);
            let [q, p] = self.target(&c);
            let slope = (q * c.alpha_t - p * c.sigma_t).powi(2);
            let of = |([q_k, s_k], weight): &([f64; 2], f64)| {
                let v = (c.alpha_t * s_k).powi(2) + (c.sigma_t * q_k).powi(2);
                weight * (q_k * s_k).powi(2) * slope / v
            };
            D as f64 * widths.iter().map(of).sum::<f64>()
        };
        (0..FINE).map(at).sum::<f64>() / FINE as f64
    }

    /// One time more, some hundred thousand exponentials at most; false when all is known.
    pub fn work(&mut self) -> bool {
        if self.is_complete() {
            return false;
        }
        let c = self.coefficients(self.done, TIMES);
        let mut stream = Stream::new(0, Purpose::Evaluate, self.done as u64);
        let place = |_| {
            let (x_0, x_1) = (self.between.sample_source(&mut stream), self.between.sample_data(&mut stream));
            std::array::from_fn::<f64, D, _>(|i| c.alpha_t * x_1[i] + c.sigma_t * x_0[i])
        };
        let xs: Vec<f64> = (0..PLACES).flat_map(place).collect();
        let all = self.between.at(&c).disagreement(self.target(&c), &xs);
        let mean = all.iter().sum::<f64>() / PLACES as f64;
        let square = all.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / (PLACES - 1) as f64;
        (self.sum, self.variance) = (self.sum + mean, self.variance + square / PLACES as f64);
        self.done += 1;
        true
    }

    fn is_complete(&self) -> bool {
        self.done == TIMES || self.between.source().len() * self.between.data().len() == 1
    }

    /// The floor, once all is known.
    pub fn value(&self) -> Option<Estimate> {
        let n = self.done.max(1) as f64;
        let found = Estimate { value: self.closed + self.sum / n, error: self.variance.sqrt() / n };
        self.is_complete().then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        between::Gaussian,
        divergence::trace,
        fixture::mean_and_error,
        keyed::Keyed,
        loss::{implicit_score_loss, score_loss, square_loss},
        mixture::Mixture,
        path::x_t,
    };
    use std::f64::consts::PI;

    fn floor<const D: usize>(between: Between<D>, schedule: &str, reading: Reading) -> Estimate {
        let mut floor = Floor::new(between, ScheduleId::find(schedule).unwrap(), reading);
        while floor.work() {}
        floor.value().unwrap()
    }

    fn gaussian(x: f64, std: f64) -> Gaussian<2> {
        Gaussian { weight: 1.0, mean: [x, 1.0], std }
    }

    #[test]
    fn of_two_gaussians_it_is_a_closed_form() {
        // Linear: ∫ 2 q² s² / (t² s² + (1 - t)² q²) dt = π q s.
        for (q, s) in [(1.0, 1.0), (1.0, 0.3), (0.5, 2.0), (1.0, 0.05)] {
            let between = Between::product(&[gaussian(0.0, q)], &[gaussian(3.0, s)]).unwrap();
            let found = floor(between, "linear", Reading::Velocity);
            println!("q = {q}, s = {s}: {:.8}, π q s = {:.8}", found.value, PI * q * s);
            assert!((found.value / (PI * q * s) - 1.0).abs() < 1e-5 && found.error == 0.0);
        }
        // Cosine from N(0, I) to N(μ, I): v = 1 and alpha² + sigma² = 1, so the velocity leaves 2 (π/2)², the noise 2 · 1/2.
        let unit = || Between::from_noise(&[gaussian(1.0, 1.0)]).unwrap();
        assert!((floor(unit(), "cosine", Reading::Velocity).value - PI * PI / 2.0).abs() < 1e-9);
        for reading in [Reading::Noise, Reading::Score] {
            assert!((floor(unit(), "cosine", reading).value - 1.0).abs() < 1e-9);
        }
        assert!((floor(unit(), "cosine", Reading::Data).value - 1.0).abs() < 1e-9);
    }

    #[test]
    fn points_far_apart_differ_in_their_lines_until_noise_tells_them_apart() {
        // Two points at ±a in one dimension, seen through x = t x_1 + (1 - t) x_0. With r = t a / (1 - t) the posterior mean of the
        // sign given y = ± r + z is tanh(r y), and Var[x_1 - x_0 | x] = Var[x_1 | x] / (1 - t)² = a² E[1 - tanh²(r y)] / (1 - t)².
        let (a, std): (f64, f64) = (1.5, 1e-4);
        let point = |x: f64| Gaussian { weight: 1.0, mean: [x], std };
        let found = floor(Between::from_noise(&[point(-a), point(a)]).unwrap(), "linear", Reading::Velocity);
        let normal = |z: f64| (-z * z / 2.0).exp() / (2.0 * PI).sqrt();
        let (n, m) = (4_000, 400);
        let at = |i: usize| {
            let t = (i as f64 + 0.5) / n as f64;
            let r = t * a / (1.0 - t);
            let z = |j: usize| 16.0 * ((j as f64 + 0.5) / m as f64 - 0.5);
            let spread = |z: f64| normal(z) * (1.0 - (r * (r + z)).tanh().powi(2)) * 16.0 / m as f64;
            a * a / (1.0 - t).powi(2) * (0..m).map(|j| spread(z(j))).sum::<f64>()
        };
        let exact = (0..n).map(at).sum::<f64>() / n as f64;
        println!("{found:?}, by quadrature {exact:.5}");
        assert!((found.value - exact).abs() < 4.0 * found.error + 2e-3, "{found:?} and {exact}");
        assert!(found.error < 0.01 * exact);
    }

    #[test]
    fn it_is_what_the_exact_fields_lose_on_drawn_pairs() {
        let (means, stds) = ([[-1.5, 0.5], [1.0, -1.0], [0.3, 1.4]], [0.5, 0.3, 0.2]);
        let parts: Vec<_> = (0..3).map(|k| Gaussian { weight: 1.0 + k as f64, mean: means[k], std: stds[k] }).collect();
        let list = means.map(|mean| mean.to_vec()).to_vec();
        let oracle = Mixture::new(vec![1.0, 2.0, 3.0], list, stds.to_vec()).unwrap();
        for key in ["linear", "cosine", "polynomial-2", "ddpm-cosine"] {
            let Ok(schedule) = ScheduleId::find(key) else { continue };
            let between = Between::from_noise(&parts).unwrap();
            let (mut stream, n) = (Stream::new(3, Purpose::Evaluate, 1), 8_000);
            let [mut velocity, mut noise, mut score] = [const { Vec::new() }; 3];
            for i in 0..n {
                let c = schedule.at(of_draw(schedule.0, (i as f64 + stream.uniform()) / n as f64));
                let (x_0, x_1) = (between.sample_source(&mut stream), between.sample_data(&mut stream));
                let x = x_t(&c, &x_0, &x_1);
                let pair = |v: Vec<f64>| [v[0], v[1]];
                let (u, s) = (pair(oracle.velocity(&c, &x)), pair(oracle.score(&c, &x)));
                velocity.push(square_loss(&[u], &[Reading::Velocity.target(&c, &x_0, &x_1)]));
                noise.push(score_loss(&[s], &[(c.sigma_t, x_0)]));
                if i % 4 == 0 {
                    let at = trace(|x: &[f64]| oracle.score(&c, x), &x, 1e-4 * c.sigma_t);
                    score.push(c.sigma_t.powi(2) * implicit_score_loss(&[(s, at)]));
                }
            }
            for (reading, losses) in [(Reading::Velocity, &velocity), (Reading::Score, &noise)] {
                let (found, (mean, error)) = (floor(between.clone(), key, reading), mean_and_error(losses));
                println!("{key} {reading:?}: {found:?}, drawn {mean:.4} ± {error:.4}");
                assert!((found.value - mean).abs() < 4.5 * found.error.hypot(error), "{key} {reading:?}");
                assert!(found.error < 0.01 * found.value, "{key} {reading:?}: {found:?}");
            }
            // Without its targets the score has another floor, half that of the noise less half the dimension.
            let (mean, error) = mean_and_error(&score);
            let implicit = floor(between, key, Reading::Noise).value / 2.0 - 1.0;
            println!("{key} implicit: {implicit:.4}, drawn {mean:.4} ± {error:.4}");
            assert!((implicit - mean).abs() < 4.5 * error, "{key}: {implicit} and {mean} ± {error}");
        }
    }
}
