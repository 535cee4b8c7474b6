//! Four Gaussians of different widths in the plane, their exact field for whole batches, and samplers run on it.
//! Batches are x, y, x, y, …; the field is the oracle's, worked out without allocating (a test holds it to that).

use crate::each;
use flow::{
    energy::Projected,
    field::VelocityField,
    mixture::Mixture,
    rng::{Purpose, Stream},
    sampler::{Adaptive, Attempt, Process, Sampler, SamplerKind, StepStart, ratio},
    schedule::Schedule,
};
use std::cell::RefCell;

/// Points of a set.
pub const POINTS: usize = 20_000;
/// Points that are solved together, small enough for the cache.
const BATCH: usize = 1000;

/// Weight, mean and standard deviation of each component. The mean of all is 0: paths that keep a little of the data
/// at t = 0 (VP, VE) start from N(0, sigma_0²), which is wrong by that little of the data's mean.
const COMPONENTS: [(f64, [f64; 2], f64); 4] =
    [(0.3, [-1.0, 0.6], 0.4), (0.2, [1.2, 1.2], 0.25), (0.25, [1.04, -0.88], 0.5), (0.25, [-0.8, -0.8], 0.3)];

/// The field of the components on a schedule.
#[derive(Clone, Copy)]
pub struct Plane(pub &'static dyn Schedule);

impl VelocityField<Vec<f64>> for Plane {
    fn velocity(&self, x: &Vec<f64>, t: f64) -> Vec<f64> {
        let c = self.0.at(t);
        let parts = COMPONENTS.map(|(weight, mean, std)| {
            let v = (c.alpha_t * std).powi(2) + c.sigma_t.powi(2);
            let rate = (c.alpha_t * c.d_alpha_t * std * std + c.sigma_t * c.d_sigma_t) / v;
            let [at, moving] = [c.alpha_t, c.d_alpha_t].map(|a| mean.map(|mean| a * mean));
            (weight / v, -0.5 / v, at, moving, rate)
        });
        let mut u = Vec::with_capacity(x.len());
        for [x, y] in x.as_chunks::<2>().0 {
            let logs = parts.map(|(_, scale, at, ..)| scale * ((x - at[0]).powi(2) + (y - at[1]).powi(2)));
            let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let (mut total, mut sum) = (0.0, [0.0; 2]);
            for ((weight, _, at, moving, rate), log) in parts.iter().zip(logs) {
                let r = weight * f64::exp(log - most);
                total += r;
                sum[0] += r * (moving[0] + rate * (x - at[0]));
                sum[1] += r * (moving[1] + rate * (y - at[1]));
            }
            u.extend(sum.map(|sum| sum / total));
        }
        u
    }
}

/// `count` exact draws of x_t = alpha_t x_1 + sigma_t x_0, the `index`-th set; `None` for the data themselves.
pub fn exact(at: Option<(&dyn Schedule, f64)>, count: usize, index: u64) -> Vec<f64> {
    let (mut stream, [alpha_t, sigma_t]) = (
        Stream::new(31, Purpose::Evaluate, index),
        at.map_or([1.0, 0.0], |(schedule, t)| [schedule.at(t).alpha_t, schedule.at(t).sigma_t]),
    );
    let mut points = Vec::with_capacity(2 * count);
    for _ in 0..count {
        let (mut u, mut k) = (stream.uniform(), 0);
        while k < 3 && u >= COMPONENTS[k].0 {
            u -= COMPONENTS[k].0;
            k += 1;
        }
        let ((_, mean, std), z) = (COMPONENTS[k], stream.normals64(2));
        // x_t of the component is a Gaussian of the variances' sum.
        let spread = (alpha_t * std).hypot(sigma_t);
        points.extend([0, 1].map(|i| alpha_t * mean[i] + spread * z[i]));
    }
    points
}

/// Fresh noise of a batch: increments are asked for one after the other and never twice.
pub struct Fresh(RefCell<Stream>, usize);

impl Fresh {
    pub fn draw(&self, from: f64, to: f64) -> Vec<f64> {
        let std = (to - from).sqrt();
        self.0.borrow_mut().normals64(self.1).iter().map(|z| std * z).collect()
    }
}

/// Runs `solve(x, noise)` on `count` points from N(0, start²), batch by batch; the `index`-th such set.
pub fn in_batches(start: f64, count: usize, index: u64, solve: impl Fn(Vec<f64>, &Fresh) -> Vec<f64>) -> Vec<f64> {
    let batch = |i: usize| {
        let size = 2 * BATCH.min(count - i * BATCH);
        let mut stream = Stream::new(37, Purpose::Sample, index << 16 | i as u64);
        let x = stream.normals64(size).iter().map(|z| start * z).collect();
        solve(x, &Fresh(RefCell::new(stream), size))
    };
    (0..count.div_ceil(BATCH)).flat_map(batch).collect()
}

/// One trajectory of a batch over `points`; the adaptive sampler takes `tolerance` instead.
pub fn trajectory<F: VelocityField<Vec<f64>>>(
    sampler: &Sampler,
    process: &Process<F>,
    points: &[f64],
    tolerance: f64,
    x: Vec<f64>,
    fresh: &Fresh,
) -> Vec<f64> {
    if sampler.kind != SamplerKind::Adaptive {
        let dw = |a, b| fresh.draw(a, b);
        return points.windows(2).fold(x, |x, pair| {
            let u = process.field.velocity(&x, process.schedule.clamp(pair[0]));
            sampler.step(process, StepStart { t: pair[0], x: &x, u: &u }, pair[1], &dw)
        });
    }
    let [low, high] = process.schedule.clip();
    let u = process.field.velocity(&x, low);
    let measure = |it: &Adaptive, x: &Vec<f64>, attempt: &Attempt<Vec<f64>>| ratio(it, x, &attempt.x, &attempt.error);
    let (x, _) = Adaptive::new(tolerance, tolerance).run(process.field, (x, u), [low, high], measure);
    process.land(x, high)
}

/// The sliced distance of `points` from fresh data, times the number of points.
pub fn distance_to_data(points: &[f64], index: u64) -> f64 {
    let data = exact(None, points.len() / 2, index);
    Projected::new(points).distance(&Projected::new(&data)) * (points.len() / 2) as f64
}

#[test]
fn the_batch_field_is_the_oracle() {
    let [weights, stds] = [COMPONENTS.map(|c| c.0), COMPONENTS.map(|c| c.2)].map(|list| list.to_vec());
    let means: Vec<Vec<f64>> = COMPONENTS.iter().map(|c| c.1.to_vec()).collect();
    for k in 0..2 {
        let mean: f64 = COMPONENTS.iter().map(|c| c.0 * c.1[k]).sum();
        assert!(mean.abs() < 1e-12, "the mean of the data is 0: {mean}");
    }
    let mixture = Mixture::new(weights, means, stds).unwrap();
    each(flow::schedule::SCHEDULES, |schedule| {
        for t in [0.01, 0.3, 0.5, 0.8, 0.99] {
            let (c, x) = (schedule.at(t), exact(Some((*schedule, t)), 200, 3));
            let u = Plane(*schedule).velocity(&x, t);
            for (x, u) in x.as_chunks::<2>().0.iter().zip(u.as_chunks::<2>().0) {
                let of = mixture.velocity(&c, x);
                let size = 1.0 + of[0].hypot(of[1]);
                assert!((of[0] - u[0]).hypot(of[1] - u[1]) < 1e-11 * size, "{} at {t}", schedule.key());
            }
        }
    });
}
