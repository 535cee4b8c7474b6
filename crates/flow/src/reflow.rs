//! S = ∫ E |(z_1 - z_0) - u(z_t, t)|² dt along z_t = (1 - t) z_0 + t z_1: how far a flow is from straight lines.
//!
//! Reflow (Liu et al., 2023): integrate noise x_0 to z_1 with one flow, train the next on the pairs (x_0, z_1). Their
//! lines cross less than those of independent pairs do, S falls, and a single step comes closer to the whole flow.

use super::{field::VelocityField, norm::Norm, state::State};

/// How straight a flow is along some pairs.
///
/// ```
/// use flow::reflow::{midpoints, straightness};
///
/// // A field that walks every pair's own line at constant speed.
/// let pairs = [(0.0, 2.0), (1.0, 3.0)];
/// assert_eq!(straightness(&pairs, &|_: &f64, _: f64| 2.0, &midpoints(4)).total, 0.0);
/// assert_eq!(straightness(&pairs, &|_: &f64, _: f64| 1.0, &midpoints(4)).total, 1.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Straightness {
    /// S, the mean of S_t over the times: 0 where every trajectory is a line that is walked at constant speed.
    pub total: f64,
    /// (t, S_t) with S_t = E |(z_1 - z_0) - u(z_t, t)|², in the squared units of x.
    pub per_t: Vec<(f64, f64)>,
}

/// (x_0, z_1) for each x_0, where `integrate` walks the whole way from t = 0 to t = 1 by any field and solver.
pub fn pairs<S: State>(integrate: impl Fn(&S) -> S, x_0s: Vec<S>) -> Vec<(S, S)> {
    let walk = |x_0: S| {
        let z_1 = integrate(&x_0);
        (x_0, z_1)
    };
    x_0s.into_iter().map(walk).collect()
}

/// S of `field` along the straight lines of `pairs`, at `times` that stand for ∫ dt by their mean: see [`midpoints`].
///
/// Costs one evaluation to a pair and a time. NaN without pairs or times.
pub fn straightness<S: Norm>(pairs: &[(S, S)], field: &impl VelocityField<S>, times: &[f64]) -> Straightness {
    let square = |(z_0, z_1): &(S, S), t: f64| {
        let z_t = z_1.combine(t, 1.0 - t, z_0);
        z_1.add_scaled(-1.0, z_0).square_distance(&field.velocity(&z_t, t))
    };
    let s_t = |&t: &f64| (t, mean(pairs.iter().map(|pair| square(pair, t)), pairs.len()));
    let per_t: Vec<_> = times.iter().map(s_t).collect();
    Straightness { total: mean(per_t.iter().map(|(_, s)| *s), times.len()), per_t }
}

/// (i + ½) / n for i < n: the midpoint rule of ∫ dt, which stays off both ends.
pub fn midpoints(n: usize) -> Vec<f64> {
    (0..n).map(|i| (i as f64 + 0.5) / n as f64).collect()
}

fn mean(xs: impl Iterator<Item = f64>, n: usize) -> f64 {
    xs.sum::<f64>() / n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::{Fitted, line, plane},
        rng::{Purpose, Stream},
        sampler::RK4,
        schedule::{Linear, Schedule},
    };

    fn rk4<S: State>(field: &impl VelocityField<S>, x_0: &S, n: usize) -> S {
        let h = 1.0 / n as f64;
        (0..n).fold(x_0.clone(), |x, i| RK4.step(field, &x, i as f64 * h, h))
    }

    /// E |x_0 + u(x_0, 0) - z_1|²: the error of one Euler step.
    fn one_step<S: Norm>(pairs: &[(S, S)], field: &impl VelocityField<S>) -> f64 {
        let error = |(x_0, z_1): &(S, S)| x_0.add_scaled(1.0, &field.velocity(x_0, 0.0)).square_distance(z_1);
        mean(pairs.iter().map(error), pairs.len())
    }

    /// The root of an increasing function.
    fn bisect(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            if f(middle) < 0.0 { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    }

    #[test]
    fn on_the_line_one_round_of_reflow_is_perfectly_straight() {
        let mixture = line();
        let phi = |z: f64| 0.5 * libm::erfc(-z / 2f64.sqrt());
        let part = |x: f64, k: usize| mixture.weights()[k] * phi((x - mixture.means()[k][0]) / mixture.stds()[k]);
        let cdf = |x: f64| part(x, 0) + part(x, 1);
        // Flows of the line keep the order, so that z_1 = F(z_0) with F = quantile of the data after Φ.
        let f = |z: f64| bisect(|x| cdf(x) - phi(z), -10.0, 10.0);
        let first = |x: &f64, t: f64| mixture.velocity(&Linear.at(t), &[*x])[0];
        let next = |x: &f64, t: f64| {
            let z = bisect(|z| (1.0 - t) * z + t * f(z) - x, -8.0, 8.0);
            f(z) - z
        };
        let x_0s = Stream::new(6, Purpose::Evaluate, 0).normals64(400);
        let made = pairs(|x_0| rk4(&first, x_0, 200), x_0s);
        let worst = made.iter().map(|(z_0, z_1)| (z_1 - f(*z_0)).abs()).fold(0.0, f64::max);
        let s = [straightness(&made, &first, &midpoints(10)), straightness(&made, &next, &midpoints(10))];
        let e = [one_step(&made, &first), one_step(&made, &next)];
        println!("S {:.4} → {:.1e}; one step {:.4} → {:.1e}; F {worst:.1e}", s[0].total, s[1].total, e[0], e[1]);
        assert!(worst < 1e-5, "the solver and the quantiles disagree");
        assert!(s[0].total > 0.05 && s[1].total < 1e-8);
        assert!(e[0] > 0.5 && e[1] < 1e-8);
        assert_eq!(s[0].per_t.len(), 10);
    }

    #[test]
    fn in_the_plane_a_fitted_round_of_reflow_is_straighter() {
        let mixture = plane();
        let mut stream = Stream::new(6, Purpose::Evaluate, 1);
        let mut noise = |n: usize| (0..n).map(|_| stream.normals64(2)).collect::<Vec<_>>();
        let first = |x: &Vec<f64>, t: f64| mixture.velocity(&Linear.at(t), x);
        let taught = pairs(|x_0| rk4(&first, x_0, 40), noise(4000));
        let fitted = Fitted::new(&taught, 250, 1.0, 4);
        let next = |x: &Vec<f64>, t: f64| fitted.velocity(x, t);
        // Each field on its own trajectories, from noise that the fit has not seen.
        let fresh = noise(300);
        let own = [pairs(|x| rk4(&first, x, 40), fresh.clone()), pairs(|x| rk4(&next, x, 40), fresh)];
        let s = [straightness(&own[0], &first, &midpoints(20)), straightness(&own[1], &next, &midpoints(20))];
        let e = [one_step(&own[0], &first), one_step(&own[1], &next)];
        println!("S {:.4} → {:.4}; one step {:.4} → {:.4}", s[0].total, s[1].total, e[0], e[1]);
        assert!(s[1].total < 0.2 * s[0].total && e[1] < 0.2 * e[0]);
    }

    #[test]
    fn lines_at_constant_speed_have_none() {
        let pairs = [([0.0, 0.0], [1.0, 2.0]), ([3.0, 0.0], [4.0, 2.0])];
        let s = straightness(&pairs, &|_: &[f64; 2], _: f64| [1.0, 2.0], &midpoints(4));
        assert_eq!(s.total, 0.0);
        let s = straightness(&pairs, &|_: &[f64; 2], _: f64| [0.0, 2.0], &midpoints(4));
        assert_eq!((s.total, s.per_t[0]), (1.0, (0.125, 1.0)));
    }
}
