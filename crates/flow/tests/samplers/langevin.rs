//! Langevin steps on N(0, v): x' = (1 - δ/v) x + sqrt(2δ) ξ keeps the variance v / (1 - δ/2v), too much by O(δ).

use crate::gaussian::Gaussian;
use flow::{
    rng::{Purpose, Stream},
    sampler::{LANGEVIN_STEPS, Process, SAMPLERS, StepStart, langevin},
    schedule::{Schedule, Ve},
};

/// The stationary variance, from the two factors of a step.
fn stationary(v: f64, delta: f64) -> f64 {
    let kept = langevin(&1.0, &(-1.0 / v), delta, &0.0);
    let added = langevin(&0.0, &0.0, delta, &1.0);
    added * added / (1.0 - kept * kept)
}

#[test]
fn the_stationary_variance_is_the_exact_one() {
    for v in [0.04, 1.0, 9.0] {
        for share in [0.01, 0.1, 0.5, 1.0] {
            let exact = v / (1.0 - share / 2.0);
            assert!((stationary(v, share * v) / exact - 1.0).abs() < 1e-12);
        }
        let bias = |delta: f64| stationary(v, delta * v) - v;
        let order = (bias(1e-2) / bias(5e-3)).log2();
        println!("v = {v}: the bias is of order {order:.3} in δ");
        assert!((order - 1.0).abs() < 0.01);
    }
}

#[test]
fn drawn_chains_have_the_stationary_variance() {
    let (v, delta, n) = (0.7, 0.35, 400_000);
    let mut stream = Stream::new(5, Purpose::Evaluate, 1);
    let xi = stream.normals64(n);
    let (mut x, mut squares) = (0.0, 0.0);
    for xi in &xi {
        x = langevin(&x, &(-x / v), delta, xi);
        squares += x * x;
    }
    let (variance, exact) = (squares / n as f64, stationary(v, delta));
    // The squares of an AR(1) with factor ρ = 1/2 are correlated by ρ²: their mean has (1+ρ²)/(1-ρ²) the variance.
    let error = exact * (2.0 / n as f64 * (1.0 + 0.25) / (1.0 - 0.25)).sqrt();
    println!("variance {variance:.4}, expected {exact:.4} ± {error:.4}");
    assert!((variance - exact).abs() < 5.0 * error);
}

#[test]
fn a_level_of_the_ladder_is_its_langevin_steps() {
    // The variance that repeated levels at one t settle on, by the affine map of a level.
    let (t, data) = (0.6, Gaussian { mean: 0.0, std: 0.5 });
    let field = crate::gaussian::Field(data, &Ve);
    let (c, sampler) = (Ve.at(t), SAMPLERS.iter().find(|sampler| sampler.key == "annealed-langevin").unwrap());
    for kappa in [0.25, 0.5, 1.0] {
        let process = Process { field: &field, schedule: &Ve, stochasticity: kappa };
        let level = |x: f64, which: usize| {
            let u = flow::field::VelocityField::velocity(&field, &x, t);
            let count = std::cell::Cell::new(0);
            // Unit noise in one of the steps and none in the others.
            let dw = |a: f64, b: f64| {
                count.set(count.get() + 1);
                if count.get() == which { (b - a).sqrt() } else { 0.0 }
            };
            sampler.step(&process, StepStart { t, x: &x, u: &u }, t + 0.01, &dw)
        };
        let kept = level(1.0, 0);
        let added: f64 = (1..=LANGEVIN_STEPS).map(|which| level(0.0, which).powi(2)).sum();
        let (v, delta) = (data.variance_at(&c), (kappa * c.sigma_t).powi(2) / 4.0);
        let (variance, exact) = (added / (1.0 - kept * kept), v / (1.0 - delta / (2.0 * v)));
        println!("κ = {kappa}: variance {variance:.6} for v = {v:.6}");
        assert!((variance / exact - 1.0).abs() < 1e-12);
    }
}
