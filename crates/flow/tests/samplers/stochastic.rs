//! Weak and strong order of every sampler that takes noise, on linear SDEs and without drawing (see `linear_sde`); then
//! on Brownian paths that are drawn.

use crate::{
    each,
    gaussian::Gaussian,
    linear_sde::{Affine, CELLS, Case},
    measured_order, smooth,
};
use flow::{brownian::Brownian, sampler::SAMPLERS};

/// All samplers whose paths converge, on every schedule with derivatives, with two strengths of noise.
fn cases() -> Vec<Case> {
    let samplers = || SAMPLERS.iter().filter(|sampler| sampler.strong_order.is_some());
    let on = |sampler: &'static _, schedule, kappa| Case {
        sampler,
        schedule,
        data: Gaussian { mean: 1.3, std: 0.6 },
        kappa,
        // Dyadic, so that the tree of the Brownian path has every point of every grid.
        interval: [0.25, 0.75],
    };
    samplers().flat_map(|s| smooth().flat_map(move |on_path| [0.6, 1.0].map(|kappa| on(*s, on_path, kappa)))).collect()
}

impl Case {
    fn hold(&self, what: &str, order: Option<f64>, stated: f64) {
        let (sampler, schedule) = (self.sampler.key, self.schedule.key());
        let Some(order) = order else {
            return println!("{sampler} on {schedule}, κ = {}: {what} exact", self.kappa);
        };
        println!("{sampler} on {schedule}, κ = {}: {what} order {order:.3}, stated {stated}", self.kappa);
        assert!((order - stated).abs() < 0.15, "{sampler} on {schedule}, κ = {}, {what}: {order}", self.kappa);
    }
}

#[test]
fn mean_and_variance_converge_with_the_stated_order() {
    each(&cases(), |case| {
        // Data of several widths, so that no change of sign is taken for convergence.
        let family = [0.3, 0.6, 1.2].map(|std| Case { data: Gaussian { std, ..case.data }, ..*case });
        for (k, name) in ["mean", "variance"].into_iter().enumerate() {
            // From a point, and from the law of the path, which must be kept.
            for from_the_law in [false, true] {
                let problems = family.map(|case| {
                    let law = case.interval.map(|t| case.law(t));
                    (case, if from_the_law { law } else { [[0.2, 0.0], case.moments(0.2)] })
                });
                let off = |(case, [start, exact]): (Case, [[f64; 2]; 2]), n| {
                    (case.numerical_moments(n, start)[k] - exact[k]).powi(2)
                };
                let error = |n| problems.map(|problem| off(problem, n)).iter().sum::<f64>().sqrt();
                let from = if from_the_law { "the law" } else { "a point" };
                case.hold(&format!("{name} from {from}:"), measured_order(error, 2048, 1e-13), case.sampler.order);
            }
        }
    });
}

#[test]
fn paths_converge_with_the_stated_order() {
    each(&cases(), |case| {
        let order = measured_order(|n| case.strong_error(n, 0.2), 512, 1e-13);
        case.hold("strong", order, case.sampler.strong_order.unwrap());
    });
}

#[test]
fn drawn_brownian_paths_show_the_same_errors() {
    let (paths, fine) = (400, 1024);
    let brownian = Brownian::new(12, 0, paths);
    let cases = cases();
    let [from, to] = cases[0].interval;
    let increments = |n: usize| -> Vec<Vec<f64>> {
        let point = |i: usize| from + (to - from) * i as f64 / n as f64;
        (0..n).map(|i| brownian.increment(point(i), point(i + 1))).collect()
    };
    let sizes = [8, 16, 32];
    let (finest, coarse) = (increments(fine), sizes.map(increments));
    each(&cases, |case| {
        // The solution: Φ g at the middle of each fine interval.
        let (phi, x) = (case.propagators(), 0.2);
        let weight = |i: usize| {
            let cell = CELLS / fine * i + CELLS / fine / 2;
            phi[cell] * case.g(case.time(cell as f64 / CELLS as f64))
        };
        let weights: Vec<f64> = (0..fine).map(weight).collect();
        let mean = case.moments(x)[0];
        let exact = |k: usize| mean + weights.iter().zip(&finest).map(|(w, dw)| w * dw[k]).sum::<f64>();
        let exact: Vec<f64> = (0..paths).map(exact).collect();
        for (n, dw) in sizes.iter().zip(&coarse) {
            let steps = case.steps(*n);
            let end = |k: usize| steps.iter().zip(dw).fold(x, |x, (Affine(a, b, c), dw)| a * x + b + c * dw[k]);
            let squares: f64 = exact.iter().enumerate().map(|(k, exact)| (end(k) - exact).powi(2)).sum();
            let ratio = (squares / paths as f64).sqrt() / case.strong_error(*n, x);
            // Five standard errors of the root of a mean of 400 squares.
            let (sampler, schedule) = (case.sampler.key, case.schedule.key());
            assert!((ratio - 1.0).abs() < 5.0 / (2.0 * paths as f64).sqrt(), "{sampler} on {schedule}: {ratio}");
        }
    });
    println!("{} cases on {paths} drawn paths, {sizes:?} steps: errors as Itô's isometry says", cases.len());
}
