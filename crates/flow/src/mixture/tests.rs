//! The oracle against independent truths: differences, quadrature, the continuity equation, the books.

use super::*;
use crate::components::LARGEST;
use crate::{
    path, prediction,
    rng::Purpose,
    sampler::RK4,
    schedule::{Linear, SCHEDULES},
    time::uniform_grid,
};

/// Midway between two of the thousand levels of a discrete schedule, where it has derivatives.
const TIMES: [f64; 5] = [0.0305, 0.2005, 0.5005, 0.8005, 0.9695];

fn stream(index: u64) -> Stream {
    Stream::new(11, Purpose::Evaluate, index)
}

/// Four components, one of them without weight.
fn mixture(dimension: usize) -> Mixture {
    let mut stream = stream(dimension as u64);
    let means = (0..4).map(|_| stream.normals64(dimension).iter().map(|z| 1.5 * z).collect()).collect();
    Mixture::new(vec![1.0, 3.0, 0.0, 2.0], means, vec![0.3, 0.5, 1.0, 0.8]).unwrap()
}

/// Runs `error` at points drawn from p_t, in 1, 2 and 5 dimensions, at five times on every schedule.
fn hold(name: &str, bound: f64, error: impl Fn(&Mixture, &dyn Schedule, f64, &[f64]) -> f64) {
    for &schedule in SCHEDULES {
        let mut worst: f64 = 0.0;
        for dimension in [1, 2, 5] {
            let (mixture, mut stream) = (mixture(dimension), stream(100));
            for t in TIMES {
                for _ in 0..10 {
                    let x_0 = stream.normals64(dimension);
                    let x = path::x_t(&schedule.at(t), &x_0, &mixture.sample(&mut stream));
                    let error = error(&mixture, schedule, t, &x);
                    assert!(error.is_finite(), "{name} on {} at t = {t}, x = {x:?}", schedule.key());
                    worst = worst.max(error);
                }
            }
        }
        println!("{name} on {}: off by {worst:.1e}, at most {bound:e} allowed", schedule.key());
        assert!(worst < bound, "{name} on {}", schedule.key());
    }
}

/// f'(0) to fourth order in h.
fn slope(h: f64, f: impl Fn(f64) -> f64) -> f64 {
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}

fn moved(x: &[f64], i: usize, by: f64) -> Vec<f64> {
    let mut x = x.to_vec();
    x[i] += by;
    x
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// |a - b| / (|b| + scale), the largest over the coordinates.
fn apart(a: &[f64], b: &[f64], scale: f64) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs() / (b.abs() + scale)).fold(0.0, f64::max)
}

#[test]
fn the_score_is_the_gradient_of_the_log_density() {
    hold("score", 1e-7, |mixture, schedule, t, x| {
        let c = schedule.at(t);
        let along = |i| slope(1e-3 * mixture.variance(&c, 0).sqrt(), |h| mixture.log_density(&c, &moved(x, i, h)));
        apart(&(0..x.len()).map(along).collect::<Vec<_>>(), &mixture.score(&c, x), 1.0)
    });
}

#[test]
fn the_velocity_follows_from_the_score() {
    hold("velocity", 1e-12, |mixture, schedule, t, x| {
        let c = schedule.at(t);
        let (ahead, weight) = (c.d_alpha_t / c.alpha_t, c.sigma_t / c.alpha_t);
        let weight = weight * (c.d_sigma_t * c.alpha_t - c.d_alpha_t * c.sigma_t);
        let (u, s) = (mixture.velocity(&c, x), mixture.score(&c, x));
        // Relative to the terms of the difference: they cancel where alpha_t is small.
        let error = |i: usize| {
            let [first, second] = [ahead * x[i], weight * s[i]];
            (u[i] - (first - second)).abs() / (first.abs() + second.abs())
        };
        (0..x.len()).map(error).fold(0.0, f64::max)
    });
}

#[test]
fn the_readings_follow_from_each_other() {
    hold("readings", 1e-11, |mixture, schedule, t, x| {
        let (c, x) = (schedule.at(t), x.to_vec());
        let (u, x_1, x_0) = (mixture.velocity(&c, &x), mixture.data(&c, &x), mixture.noise(&c, &x));
        let s: Vec<f64> = x_0.iter().map(|x_0| -x_0 / c.sigma_t).collect();
        apart(&path::velocity(&c, &x_0, &x_1), &u, 1.0)
            .max(apart(&path::x_t(&c, &x_0, &x_1), &x, 1.0))
            .max(apart(&prediction::data_from_velocity(&c, &x, &u), &x_1, 1.0))
            .max(apart(&prediction::noise_from_velocity(&c, &x, &u), &x_0, 1.0))
            .max(apart(&s, &mixture.score(&c, &x), 1.0))
    });
}

#[test]
fn posterior_means_on_the_line_agree_with_quadrature() {
    hold("quadrature", 1e-11, |mixture, schedule, t, x| {
        if x.len() > 1 {
            return 0.0;
        }
        let (c, x) = (schedule.at(t), x[0]);
        let bell = |z: f64, std: f64| (-0.5 * (z / std).powi(2)).exp() / std;
        // The trapezium rule converges faster than any power on functions that vanish at both ends.
        let (mut mass, mut x_1, mut x_0) = (0.0, 0.0, 0.0);
        for i in -6000..=6000 {
            let y = 2e-3 * f64::from(i);
            let prior = |k: usize| mixture.weights[k] * bell(y - mixture.means[k][0], mixture.stds[k]);
            let weight = (0..4).map(prior).sum::<f64>() * bell(x - c.alpha_t * y, c.sigma_t);
            mass += weight;
            x_1 += weight * y;
            x_0 += weight * (x - c.alpha_t * y) / c.sigma_t;
        }
        let (x_1, x_0) = (x_1 / mass, x_0 / mass);
        let log_density = (mass * 2e-3 / TAU).ln();
        apart(&mixture.data(&c, &[x]), &[x_1], 1.0)
            .max(apart(&mixture.noise(&c, &[x]), &[x_0], 1.0))
            .max(apart(&mixture.velocity(&c, &[x]), &[c.d_alpha_t * x_1 + c.d_sigma_t * x_0], 1.0))
            .max(apart(&[mixture.log_density(&c, &[x])], &[log_density], 1.0))
    });
}

#[test]
fn the_divergence_is_that_of_the_velocity() {
    hold("divergence", 1e-7, |mixture, schedule, t, x| {
        let c = schedule.at(t);
        let along = |i| slope(1e-3 * mixture.variance(&c, 0).sqrt(), |h| mixture.velocity(&c, &moved(x, i, h))[i]);
        apart(&[(0..x.len()).map(along).sum()], &[mixture.divergence(&c, x)], 1.0)
    });
}

#[test]
fn the_velocity_carries_the_density() {
    // ∂p/∂t + div(p u) = 0, divided by p(x), every derivative by differences.
    hold("continuity", 1e-7, |mixture, schedule, t, x| {
        let c = schedule.at(t);
        let log_p = mixture.log_density(&c, x);
        let p = |c: &Coefficients, x: &[f64]| (mixture.log_density(c, x) - log_p).exp();
        let change = slope(1e-4, |h| p(&schedule.at(t + h), x));
        let flux = |i| {
            slope(1e-3 * mixture.variance(&c, 0).sqrt(), |h| {
                let x = moved(x, i, h);
                p(&c, &x) * mixture.velocity(&c, &x)[i]
            })
        };
        let outflow: f64 = (0..x.len()).map(flux).sum();
        let drift = dot(&mixture.velocity(&c, x), &mixture.score(&c, x));
        (change + outflow).abs() / (1.0 + change.abs() + drift.abs())
    });
}

#[test]
fn the_divergence_along_the_flow_gives_the_log_density() {
    let mixture = mixture(2);
    // The last coordinate gathers log p_0(x_0) - ∫ div u dt.
    let field = |state: &Vec<f64>, t: f64| {
        let (c, x) = (Linear.at(t), &state[..2]);
        [mixture.velocity(&c, x), vec![-mixture.divergence(&c, x)]].concat()
    };
    let mut worst: f64 = 0.0;
    for i in 0..20 {
        let x_0 = stream(200 + i).normals64(2);
        let start = [x_0.clone(), vec![mixture.log_density(&Linear.at(0.0), &x_0)]].concat();
        let n = 400;
        let end = (0..n).fold(start, |x, i| RK4.step(&field, &x, uniform_grid(i, n), 1.0 / n as f64));
        worst = worst.max((end[2] - mixture.log_density(&Linear.at(1.0), &end[..2])).abs());
    }
    println!("likelihood: off by {worst:.1e} nats");
    assert!(worst < 1e-6);
}

#[test]
fn one_gaussian_has_the_closed_form_of_the_books() {
    let (mean, std, t) = (2.0, 0.5, 0.25);
    let (one, c, x) = (Mixture::new(vec![7.0], vec![vec![mean; 3]], vec![std]).unwrap(), Linear.at(t), 0.8);
    let v = t * t * std * std + (1.0 - t) * (1.0 - t);
    let u = mean + (t * std * std - (1.0 - t)) / v * (x - t * mean);
    assert!(apart(&one.velocity(&c, &[x; 3]), &[u; 3], 0.0) < 1e-15);
    assert!(apart(&one.score(&c, &[x; 3]), &[(t * mean - x) / v; 3], 0.0) < 1e-15);
    let log_p = -1.5 * (TAU * v).ln() - 1.5 * (x - t * mean) * (x - t * mean) / v;
    assert!((one.log_density(&c, &[x; 3]) - log_p).abs() < 1e-14);
    assert!((one.divergence(&c, &[x; 3]) - 3.0 * (t * std * std - (1.0 - t)) / v).abs() < 1e-14);
}

#[test]
fn nothing_is_singular_at_the_ends_or_far_away() {
    let mixture = mixture(2);
    for t in [0.0, 1e-300, 0.5, 1.0] {
        for x in [[0.0, 0.0], [1e30, -1e30], [LARGEST, LARGEST], [3e100, 0.0]] {
            let c = Linear.at(t);
            let all = [mixture.velocity(&c, &x), mixture.score(&c, &x), mixture.data(&c, &x)].concat();
            assert!(all.iter().all(|value| value.is_finite()), "t = {t}, x = {x:?}: {all:?}");
            assert!(mixture.divergence(&c, &x).is_finite() && mixture.log_density(&c, &x).is_finite());
            assert!((mixture.responsibilities(&c, &x).iter().sum::<f64>() - 1.0).abs() < 1e-15);
        }
    }
    // At t = 0 nothing is known of the data, at t = 1 everything.
    let mean: Vec<f64> = (0..2).map(|i| (0..4).map(|k| mixture.weights[k] * mixture.means[k][i]).sum()).collect();
    assert!(apart(&mixture.data(&Linear.at(0.0), &[0.4, -3.0]), &mean, 1.0) < 1e-14);
    assert!(apart(&mixture.data(&Linear.at(1.0), &[0.4, -3.0]), &[0.4, -3.0], 0.0) < 1e-14);
}

#[test]
fn samples_have_the_moments_of_the_mixture() {
    let (mixture, n, mut stream) = (mixture(2), 200_000, stream(300));
    let draws: Vec<_> = (0..n).map(|_| mixture.sample(&mut stream)).collect();
    let over = |f: &dyn Fn(&[f64]) -> f64| draws.iter().map(|x| f(x)).sum::<f64>() / n as f64;
    let exact = |f: &dyn Fn(usize) -> f64| (0..4).map(|k| mixture.weights[k] * f(k)).sum::<f64>();
    let product = |i: usize, j: usize, k: usize| {
        let (mean, var) = (&mixture.means[k], mixture.stds[k].powi(2));
        mean[i] * mean[j] + if i == j { var } else { 0.0 }
    };
    // Five standard errors, measured.
    let check = |name: &str, f: &dyn Fn(&[f64]) -> f64, expected: f64| {
        let mean = over(f);
        let error = 5.0 * (over(&|x| (f(x) - mean).powi(2)) / n as f64).sqrt();
        println!("{name}: {mean:.4}, expected {expected:.4} ± {error:.4}");
        assert!((mean - expected).abs() < error, "{name}");
    };
    for (i, j) in [(0, 0), (0, 1), (1, 1)] {
        check("E x", &|x| x[i], exact(&|k| mixture.means[k][i]));
        check("E x x'", &|x| x[i] * x[j], exact(&|k| product(i, j, k)));
    }
}

#[test]
fn bad_mixtures_get_a_sentence() {
    let read = |json: &str| serde_json::from_str::<Mixture>(json).map_err(|error| error.to_string());
    let good = read(r#"{"weights": [1, 3], "means": [[0, 1], [2, 3]], "stds": [1, 0.5]}"#).unwrap();
    assert_eq!((good.weights(), good.dimension()), (&[0.25, 0.75][..], 2));
    for (json, word) in [
        (r#"{"weights": [], "means": [], "stds": []}"#, "at least one point"),
        (r#"{"weights": [1], "means": [[]], "stds": [1]}"#, "dimension"),
        (r#"{"weights": [1, 1], "means": [[1], [1, 2]], "stds": [1, 1]}"#, "same dimension"),
        (r#"{"weights": [1], "means": [[1], [2]], "stds": [1, 1]}"#, "1 weights, 2 means"),
        (r#"{"weights": [1], "means": [[1]], "stds": [0]}"#, "greater than 0"),
        (r#"{"weights": [1], "means": [[1]], "stds": [-1]}"#, "greater than 0"),
        (r#"{"weights": [0, 0], "means": [[1], [2]], "stds": [1, 1]}"#, "sum above 0"),
        (r#"{"weights": [2, -1], "means": [[1], [2]], "stds": [1, 1]}"#, "none below 0"),
        (r#"{"weights": [1e308, 1e308], "means": [[1], [2]], "stds": [1, 1]}"#, "finite"),
        (r#"{"weights": [1], "means": [[1e61]], "stds": [1]}"#, "coordinates"),
        (r#"{"weights": [1], "means": [[1]], "stds": [1], "std": 1}"#, "unknown field"),
        (r#"{"weights": [1], "means": [[1]]}"#, "missing field"),
    ] {
        let sentence = read(json).unwrap_err();
        assert!(sentence.contains(word), "{json}: {sentence}");
    }
    let nan = || vec![f64::NAN];
    assert!(Mixture::new(nan(), vec![vec![0.0]], vec![1.0]).is_err());
    assert!(Mixture::new(vec![1.0], vec![nan()], vec![1.0]).is_err());
    assert!(Mixture::new(vec![1.0], vec![vec![0.0]], nan()).is_err());
    let many = MAX_COMPONENTS + 1;
    assert!(Mixture::new(vec![1.0; many], vec![vec![0.0]; many], vec![1.0; many]).is_err());
}
