//! log p_1(x) = log p_0(φ⁻¹(x)) - ∫ div u(x_t, t) dt: change of variables along the flow, backwards from x.
//!
//! x and the integral are stepped together (Chen et al., 2018; Grathwohl et al., 2019). Too few steps give numbers
//! that look absurdly *good*; therefore every density here is computed at n and at 2n steps, and says whether they agree.

use super::{divergence::WithDivergence, sampler::RK4, state::State};
use std::f64::consts::{LN_2, PI};

/// A state and the integrals that are carried along with it.
impl<A: State, B: State> State for (A, B) {
    fn add_scaled(&self, c: f64, other: &Self) -> Self {
        (self.0.add_scaled(c, &other.0), self.1.add_scaled(c, &other.1))
    }

    fn combine(&self, a: f64, b: f64, other: &Self) -> Self {
        (self.0.combine(a, b, &other.0), self.1.combine(a, b, &other.1))
    }
}

/// A log-density with what is known of its error, all in nats.
///
/// ```
/// use flow::{likelihood::{gaussian, log_density}, mixture::Mixture, schedule::{DATA, Linear, Schedule}};
///
/// let data = Mixture::new(vec![1.0, 1.0], vec![vec![-1.0], vec![2.0]], vec![0.6, 0.8])?;
/// let field = |x: &[f64], t: f64| {
///     let c = Linear.at(t);
///     (data.velocity(&c, x), vec![data.divergence(&c, x)])
/// };
/// let grid: Vec<f64> = (0..=64).map(|i| f64::from(i) / 64.0).collect();
/// let found = log_density(&field, &|x_0| gaussian(x_0, 1.0), &[0.3], &grid, 1e-3);
/// assert!(found.converged && (found.value - data.log_density(&DATA, &[0.3])).abs() < 1e-4);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogDensity {
    /// log p_1(x), at the doubled number of steps.
    pub value: f64,
    /// s/√K of the mean over probes, where there are at least two; of one exact trace there is none.
    pub standard_error: Option<f64>,
    /// The 99 % interval over the choice of probes (not over the steps' error), by [`interval`].
    pub interval: Option<[f64; 2]>,
    /// |value at 2n steps - value at n steps|, at the same probes.
    pub doubled_difference: f64,
    /// Whether that difference is within the tolerance.
    pub converged: bool,
}

/// log p_1(`x`) for the flow of `field`, which gives u and K >= 1 estimates of div u, between the ends of `grid`.
///
/// `grid` ascends from t_min to t_max, uniformly or not, and has n intervals of RK4: 12 n + 1 evaluations of `field`.
/// Where derivatives of u jump, as at the levels of a discrete schedule, its order needs them on points of the grid.
/// `base` is log p at t_min: for a sampler that starts from noise, [`gaussian`] of std sigma(t_min). Where some data are
/// left at t_min that is the sampler's density, not the path's: on a mixture of width 1 they differ by up to 0.01 nats
/// under VP and 0.04 under VE. `tolerance` (nats) is how far n and 2n steps may differ. NaN or an empty grid gives
/// `converged: false`.
pub fn log_density(
    field: &impl Fn(&[f64], f64) -> WithDivergence,
    base: &impl Fn(&[f64]) -> f64,
    x: &[f64],
    grid: &[f64],
    tolerance: f64,
) -> LogDensity {
    let probes = grid.last().map_or(0, |&t| field(x, t).1.len());
    let pair = |z: &(Vec<f64>, Vec<f64>), t: f64| field(&z.0, t);
    let at = |grid: &[f64]| {
        let (x_0, integrals) = pull_back(&pair, (x.to_vec(), vec![0.0; probes]), grid);
        let base = base(&x_0);
        integrals.into_iter().map(|integral| base + integral).collect::<Vec<_>>()
    };
    let found = LogDensity::of(&at(grid), &at(&doubled(grid)), tolerance);
    LogDensity { converged: found.converged && grid.len() > 1, ..found }
}

impl LogDensity {
    /// Of as many estimates at n steps and, with the same probes, at 2n; they may differ by `tolerance`, in nats.
    pub fn of(coarse: &[f64], fine: &[f64], tolerance: f64) -> Self {
        let value = mean(fine);
        let doubled_difference = (value - mean(coarse)).abs();
        Self {
            value,
            standard_error: standard_error(fine),
            interval: interval(fine),
            doubled_difference,
            converged: doubled_difference <= tolerance,
        }
    }
}

/// The state at the first time of `grid`, and -∫ of what `field` gives beside its velocity, stepped backwards.
///
/// `start` is the state at the last time and a zero; S is a point or a batch, D one or many divergences.
pub fn pull_back<S: State, D: State>(field: &impl Fn(&(S, D), f64) -> (S, D), start: (S, D), grid: &[f64]) -> (S, D) {
    grid.windows(2).rev().fold(start, |z, ends| RK4.step(field, &z, ends[1], ends[0] - ends[1]))
}

/// log N(x; 0, `sigma`² I) = -D/2 ln(2π sigma²) - |x|² / (2 sigma²)
pub fn gaussian(x: &[f64], sigma: f64) -> f64 {
    let square: f64 = x.iter().map(|x| x * x).sum();
    -0.5 * (x.len() as f64 * libm::log(2.0 * PI * sigma * sigma) + square / (sigma * sigma))
}

/// A byte of a picture as a number of the continuum: x = (v + u) / 128 - 1 in [-1, 1), u ~ U(0, 1).
///
/// The 256 levels then tile [-1, 1) without gaps (Theis et al., 2016). The network's own scaling v / 127.5 - 1 puts the
/// same level at most half a level away.
pub fn dequantise(level: u8, u: f64) -> f64 {
    (f64::from(level) + u) / 128.0 - 1.0
}

/// -log p / (D ln 2) + 7: what a byte costs, where `log_density` is of pixels in [-1, 1] made by [`dequantise`].
///
/// A level is a cell of width 1/128, so that y = 128 (x + 1) has the density p(x) / 128^D, and
/// log P(v) = log ∫ p(y) dy over the cell >= E_u log p(y): the figure is an upper bound of -log2 P(v) / D, and
/// log2 128 = 7 is the change of variables. A density uniform on [-1, 1]^D costs 8 bits; NaN for no pixels.
pub fn bits_per_dim(log_density: f64, dimension: usize) -> f64 {
    -log_density / (dimension as f64 * LN_2) + 7.0
}

/// The grid with the middle of every interval put in.
pub fn doubled(grid: &[f64]) -> Vec<f64> {
    let halves = grid.windows(2).flat_map(|ends| [ends[0], 0.5 * (ends[0] + ends[1])]);
    halves.chain(grid.last().copied()).collect()
}

fn mean(xs: &[f64]) -> f64 {
    xs.iter().sum::<f64>() / xs.len() as f64
}

/// s/√K with s² = Σ (x - mean)² / (K - 1), for K >= 2.
pub fn standard_error(xs: &[f64]) -> Option<f64> {
    let (n, mean) = (xs.len() as f64, mean(xs));
    let squares: f64 = xs.iter().map(|x| (x - mean) * (x - mean)).sum();
    (xs.len() > 1).then(|| libm::sqrt(squares / (n * (n - 1.0))))
}

/// A 99 % interval of the mean of K >= 2 independent `estimates`, by Student's t at K - 1 degrees of freedom after Hall's
/// cubic transformation (1992), which takes out their skewness.
///
/// Quadratic forms of few signs are skewed: over 400 seeds in eight dimensions Student's t alone covered 94.5 % at K = 8
/// and 98 % at K = 64, this covered 97.3 % and 98.5 %.
pub fn interval(estimates: &[f64]) -> Option<[f64; 2]> {
    let t = student_995(estimates.len().checked_sub(1)?)?;
    let (n, mean, error) = (estimates.len() as f64, mean(estimates), standard_error(estimates)?);
    let (root, std) = (libm::sqrt(n), error * libm::sqrt(n));
    let cubes: f64 = estimates.iter().map(|x| libm::pow((x - mean) / std, 3.0)).sum();
    let skewness = if std > 0.0 { cubes / n } else { 0.0 };
    let a = skewness / (3.0 * root);
    // The inverse of y = T + a T² + a² T³/3 + a/2 in T, which is y itself where nothing is skewed.
    let inverse = |y: f64| if a.abs() < 1e-9 { y } else { (libm::cbrt(1.0 + 3.0 * a * (y - 0.5 * a)) - 1.0) / a };
    Some([mean - error * inverse(t), mean - error * inverse(-t)])
}

/// The 99.5 % quantile of Student's t: a table to 4 degrees of freedom, then Cornish and Fisher's expansion of it about
/// the normal quantile to order ν⁻⁴ (Abramowitz and Stegun, 26.7.5), good to 0.3 %.
fn student_995(freedom: usize) -> Option<f64> {
    let z = 2.575_829_303_548_901_f64;
    let (s, v) = (z * z, freedom as f64);
    let terms = [
        (s + 1.0) / 4.0,
        ((5.0 * s + 16.0) * s + 3.0) / 96.0,
        (((3.0 * s + 19.0) * s + 17.0) * s - 15.0) / 384.0,
        ((((79.0 * s + 776.0) * s + 1482.0) * s - 1920.0) * s - 945.0) / 92160.0,
    ];
    match freedom {
        0 => None,
        1..=4 => [63.657, 9.925, 5.841, 4.604].get(freedom - 1).copied(),
        _ => Some(z * terms.iter().rev().fold(0.0, |sum, term| (sum + term) / v) + z),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        divergence,
        fixture::plane,
        mixture::Mixture,
        rng::{Purpose, Stream},
        schedule::{Linear, SCHEDULES, Schedule},
    };

    fn grid(ends: [f64; 2], n: usize) -> Vec<f64> {
        (0..=n).map(|i| ends[0] + (ends[1] - ends[0]) * i as f64 / n as f64).collect()
    }

    /// 2^k intervals over the clip, of 64 or of each between two levels of a discrete schedule, where alone all is smooth.
    fn clip_grid(schedule: &dyn Schedule, k: usize) -> Vec<f64> {
        let ends = schedule.clip();
        let whole = schedule.levels().map_or(64.0, |levels| (ends[1] - ends[0]) * levels as f64);
        grid(ends, (whole.round() as usize) << k)
    }

    #[test]
    fn exact_traces_give_the_density_of_a_mixture_on_every_schedule() {
        let mixture = plane();
        for schedule in SCHEDULES {
            let closed = |x: &[f64], t: f64| {
                let c = schedule.at(t);
                (mixture.velocity(&c, x), vec![mixture.divergence(&c, x)])
            };
            let (mut worst, mut steps, mut from_noise) = (0f64, 0, 0f64);
            for x in [[-1.5, 0.5], [0.9, -0.7], [0.0, 0.0], [2.0, 1.0]] {
                let solve = |k| {
                    let times = clip_grid(*schedule, k);
                    let base = |x: &[f64]| mixture.log_density(&schedule.at(times[0]), x);
                    let noise = |x: &[f64]| gaussian(x, schedule.start());
                    let found = log_density(&closed, &base, &x, &times, 1e-7);
                    let truth = mixture.log_density(&schedule.at(times[times.len() - 1]), &x);
                    let other = log_density(&closed, &noise, &x, &times, 1e-7).value - truth;
                    (found.converged.then_some(found.value - truth), other, times.len() - 1)
                };
                let (error, other, n) = (0..8).map(solve).find(|s| s.0.is_some()).expect("it converges in the end");
                worst = worst.max(error.expect("converged").abs());
                from_noise = from_noise.max(other.abs());
                steps = steps.max(n);
            }
            let key = schedule.key();
            println!(
                "{key}: worst error {worst:.1e} nats, {steps} steps doubled; of starting from noise {from_noise:.1e}"
            );
            assert!(worst < 1e-6, "{key}");
            // Where some data are left at the start of the clip, noise is not quite what the path starts from.
            assert!(from_noise < 0.1, "{key}");
        }
    }

    #[test]
    fn differences_give_the_same_density_from_noise_that_starts_at_zero() {
        let (mixture, x) = (plane(), [0.9, -0.7]);
        let field = divergence::exact(|x, t| mixture.velocity(&Linear.at(t), x), 1e-5);
        let found = log_density(&field, &|x| gaussian(x, 1.0), &x, &grid([0.0, 1.0], 128), 1e-6);
        let error = (found.value - mixture.log_density(&Linear.at(1.0), &x)).abs();
        println!("error {error:.1e} nats, doubling changes {:.1e}", found.doubled_difference);
        assert!(error < 1e-6 && found.converged && found.interval.is_none());
    }

    #[test]
    fn few_steps_are_flagged() {
        let mixture = plane();
        let closed = |x: &[f64], t: f64| {
            let c = Linear.at(t);
            (mixture.velocity(&c, x), vec![mixture.divergence(&c, x)])
        };
        let base = |x: &[f64]| gaussian(x, 1.0);
        for x in [[-1.5, 0.5], [0.9, -0.7], [2.0, 1.0]] {
            let found = log_density(&closed, &base, &x, &grid([0.0, 1.0], 4), 1e-3);
            let error = (found.value - mixture.log_density(&Linear.at(1.0), &x)).abs();
            println!("4 steps: doubling changes {:.4}, error {error:.4}", found.doubled_difference);
            assert!(!found.converged);
        }
        assert!(!log_density(&closed, &base, &[0.0, 0.0], &[], 1.0).converged);
        assert!(!log_density(&|x, _| (x.to_vec(), vec![f64::NAN]), &base, &[0.0], &[0.0, 1.0], 1.0).converged);
    }

    /// x = M y for a shear M with ones on its diagonal, so that |det M| = 1: y → x and x → y.
    fn shear(y: &[f64]) -> Vec<f64> {
        (0..y.len()).map(|i| y[i] + if i > 0 { 0.7 * y[i - 1] } else { 0.0 }).collect()
    }

    fn unshear(x: &[f64]) -> Vec<f64> {
        let mut y: Vec<f64> = Vec::new();
        x.iter().for_each(|x| y.push(x - 0.7 * y.last().unwrap_or(&0.0)));
        y
    }

    #[test]
    fn hutchinsons_interval_covers_the_density_of_a_sheared_mixture_in_eight_dimensions() {
        let (d, probes, seeds) = (8, 64, 100);
        let mut stream = Stream::new(4, Purpose::Evaluate, 0);
        let means = vec![stream.normals64(d), stream.normals64(d)];
        let mixture = Mixture::new(vec![0.3, 0.7], means, vec![0.6, 0.4]).unwrap();
        let x = shear(&mixture.sample(&mut stream));
        let u = |x: &[f64], t: f64| shear(&mixture.velocity(&Linear.at(t), &unshear(x)));
        let base = |x: &[f64]| gaussian(&unshear(x), 1.0);
        let truth = mixture.log_density(&Linear.at(1.0), &unshear(&x));
        let (mut covered, mut error) = (0, 0.0);
        for seed in 0..seeds {
            let probes = divergence::rademacher(&mut Stream::new(seed, Purpose::Probe, 0), d, probes);
            let field = divergence::hutchinson(u, probes, 1e-5);
            let found = log_density(&field, &base, &x, &grid([0.0, 1.0], 24), 1e-2);
            let [low, high] = found.interval.expect("many probes");
            covered += usize::from(low <= truth && truth <= high);
            error += found.standard_error.expect("many probes") / seeds as f64;
            assert!(found.converged);
        }
        println!("99 % interval covers {covered} of {seeds} seeds; truth {truth:.3}, standard error {error:.3} nats");
        assert!(covered >= 97 && error > 0.05);
    }

    #[test]
    fn intervals_lean_towards_the_long_tail_and_are_students_without_one() {
        let even = interval(&[-2.0, -1.0, 0.0, 1.0, 2.0]).unwrap();
        let reach = 4.604 * (0.5f64).sqrt();
        assert!((even[0] + reach).abs() < 1e-12 && (even[1] - reach).abs() < 1e-12);
        let mut stream = Stream::new(4, Purpose::Evaluate, 1);
        let squares: Vec<f64> = stream.normals64(40).iter().map(|z| z * z).collect();
        let [low, high] = interval(&squares).unwrap();
        assert!(high - mean(&squares) > 1.2 * (mean(&squares) - low) && low < 1.0 && 1.0 < high);
        assert_eq!(interval(&[1.0]), None);
        assert_eq!(interval(&[3.0, 3.0]), Some([3.0, 3.0]));
    }

    #[test]
    fn a_uniform_density_costs_eight_bits() {
        for d in [1, 2, 784] {
            assert!((bits_per_dim(-(d as f64) * LN_2, d) - 8.0).abs() < 1e-12);
        }
        assert_eq!((dequantise(0, 0.0), dequantise(255, 1.0)), (-1.0, 1.0));
        for v in 0..255 {
            assert_eq!(dequantise(v, 1.0), dequantise(v + 1, 0.0));
            assert!((dequantise(v, 0.5) - (f64::from(v) / 127.5 - 1.0)).abs() <= 0.5 / 128.0);
        }
    }

    #[test]
    fn quantiles_of_student_agree_with_the_table() {
        for (freedom, t) in
            [(1, 63.657), (4, 4.6041), (5, 4.0321), (10, 3.1693), (15, 2.9467), (30, 2.75), (1000, 2.5808)]
        {
            let found = student_995(freedom).expect("freedom");
            assert!((found / t - 1.0).abs() < 3e-3, "{freedom}: {found} of {t}");
        }
        assert_eq!(student_995(0), None);
    }
}
