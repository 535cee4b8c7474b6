//! div u = tr ∂u/∂x, exactly or by chance: E ε^T (∂u/∂x) ε = div u for ε of independent ±1.

use super::rng::Stream;

/// A velocity and K estimates of its divergence at one point (K = 1 where it is exact).
pub type WithDivergence = (Vec<f64>, Vec<f64>);

/// (∂f/∂x) d by central differences, (f(x + h d) - f(x - h d)) / 2h: two evaluations, an error of h² |d|³ f'''/6.
///
/// Rounding adds |f| ε / h, so that h = 1e-5 suits f64 and about 1e-2 suits a network of f32.
pub fn directional(f: impl Fn(&[f64]) -> Vec<f64>, x: &[f64], d: &[f64], h: f64) -> Vec<f64> {
    let at = |h: f64| f(&x.iter().zip(d).map(|(x, d)| x + h * d).collect::<Vec<_>>());
    at(h).iter().zip(at(-h)).map(|(up, down)| (up - down) / (2.0 * h)).collect()
}

/// tr ∂f/∂x by central differences along each axis: 2D evaluations, for low dimensions.
pub fn trace(f: impl Fn(&[f64]) -> Vec<f64>, x: &[f64], h: f64) -> f64 {
    let mut axis = vec![0.0; x.len()];
    let mut diagonal = |i: usize| {
        axis[i] = 1.0;
        let derivative = directional(&f, x, &axis, h)[i];
        axis[i] = 0.0;
        derivative
    };
    (0..x.len()).map(&mut diagonal).sum()
}

/// `u` with its divergence by [`trace`]: 1 + 2D evaluations.
pub fn exact(u: impl Fn(&[f64], f64) -> Vec<f64>, h: f64) -> impl Fn(&[f64], f64) -> WithDivergence {
    move |x, t| (u(x, t), vec![trace(|x| u(x, t), x, h)])
}

/// `u` with one estimate ε^T (∂u/∂x) ε to each probe: 1 + 2K evaluations (Hutchinson, 1990; Grathwohl et al., 2019).
///
/// The probes stay the same at all times, so that the integral along a trajectory is smooth and its step can be doubled.
pub fn hutchinson(
    u: impl Fn(&[f64], f64) -> Vec<f64>,
    probes: Vec<Vec<f64>>,
    h: f64,
) -> impl Fn(&[f64], f64) -> WithDivergence {
    move |x, t| {
        let estimate = |probe: &Vec<f64>| {
            let along = directional(|x| u(x, t), x, probe, h);
            along.iter().zip(probe).map(|(a, e)| a * e).sum()
        };
        (u(x, t), probes.iter().map(estimate).collect())
    }
}

/// `count` probes of `dimension` independent ±1 (Rademacher), which among all probes have the least variance.
///
/// Their streams are those of [`Purpose::Probe`](super::rng::Purpose::Probe).
pub fn rademacher(stream: &mut Stream, dimension: usize, count: usize) -> Vec<Vec<f64>> {
    let mut sign = || if stream.uniform() < 0.5 { -1.0 } else { 1.0 };
    (0..count).map(|_| (0..dimension).map(|_| sign()).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::{mean_and_error, plane},
        rng::Purpose,
        schedule::{Linear, Schedule},
    };

    #[test]
    fn differences_give_the_trace_of_the_marginal_velocity() {
        let mixture = plane();
        let mut worst = 0f64;
        for (x, t) in [([0.3, -0.2], 0.2), ([-1.0, 0.6], 0.5), ([0.1, 0.1], 0.9)] {
            let closed = mixture.divergence(&Linear.at(t), &x);
            let field = exact(|x, t| mixture.velocity(&Linear.at(t), x), 1e-5);
            worst = worst.max((field(&x, t).1[0] - closed).abs());
        }
        println!("worst error of the trace {worst:.1e}");
        assert!(worst < 1e-7);
    }

    #[test]
    fn probes_average_to_the_trace_with_the_variance_of_theory() {
        // u = A x: Var ε^T A ε = Σ_{i<j} (a_ij + a_ji)².
        let a = [[1.0, 0.5, 0.0], [-2.0, 3.0, 1.0], [1.0, 0.0, -1.5]];
        let u = |x: &[f64], _: f64| a.iter().map(|row| row.iter().zip(x).map(|(a, x)| a * x).sum()).collect();
        let n = 40_000;
        let probes = rademacher(&mut Stream::new(2, Purpose::Probe, 0), 3, n);
        assert!(probes.iter().flatten().all(|e| e.abs() == 1.0));
        let (mean, error) = mean_and_error(&hutchinson(u, probes, 1e-3)(&[0.2, 0.1, -0.4], 0.0).1);
        let variance = (0.5f64 - 2.0).powi(2) + 1.0 + 1.0;
        let measured = error * error * n as f64;
        println!("trace 2.5, mean {mean:.4} ± {error:.4}, variance {measured:.3} of {variance}");
        assert!((mean - 2.5).abs() < 5.0 * error);
        assert!((measured / variance - 1.0).abs() < 0.05);
    }
}
