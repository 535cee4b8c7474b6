//! What each reading of the network is trained towards, and the losses as functions of predictions alone.
//!
//! Velocity dx_t = d_alpha_t x_1 + d_sigma_t x_0 (conditional flow matching; Lipman et al., 2023), noise x_0 (Ho et al.,
//! 2020), data x_1, score -x_0 / sigma_t (denoising score matching; Vincent, 2011). Each differs from the loss towards
//! the marginal E[target | x_t] by a constant that no network changes: the gradients agree.

use super::norm::Norm;

/// E |prediction - target|², the mean over the batch of the sum over coordinates. NaN without predictions.
pub fn square_loss<S: Norm>(predictions: &[S], targets: &[S]) -> f64 {
    let squares = predictions.iter().zip(targets).map(|(prediction, target)| prediction.square_distance(target));
    squares.sum::<f64>() / predictions.len() as f64
}

/// E |sigma_t s + x_0|²: the square loss towards the score weighted by sigma_t², bounded at every t.
///
/// `draws` holds (sigma_t, x_0) for each score. NaN without scores.
pub fn score_loss<S: Norm>(scores: &[S], draws: &[(f64, S)]) -> f64 {
    let squares = scores.iter().zip(draws).map(|(s, (sigma_t, x_0))| x_0.add_scaled(*sigma_t, s).square());
    squares.sum::<f64>() / scores.len() as f64
}

/// E[tr(∂s/∂x) + |s|²/2] over x ~ p: equals E |s - ∇log p|²/2 - E |∇log p|²/2 without knowing ∇log p (Hyvärinen, 2005).
///
/// `scores` holds (s(x), tr ∂s/∂x), the trace for instance by [`trace`](super::divergence::trace). NaN without scores.
pub fn implicit_score_loss<S: Norm>(scores: &[(S, f64)]) -> f64 {
    scores.iter().map(|(s, trace)| trace + 0.5 * s.square()).sum::<f64>() / scores.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        divergence::trace,
        fixture::{mean_and_error, plane, solve},
        prediction::Reading,
        rng::{Purpose, Stream},
        schedule::{Linear, SCHEDULES, Schedule},
        state::State,
    };

    type TestPoint = [f64; 2];

    /// (t, x_0, x_1)
    fn draws(n: usize) -> Vec<(f64, TestPoint, TestPoint)> {
        let (mixture, mut stream) = (plane(), Stream::new(8, Purpose::Evaluate, 0));
        let mut draw = || {
            let t = 0.02 + 0.96 * stream.uniform();
            let (x_0, x_1) = (stream.normals64(2), mixture.sample(&mut stream));
            (t, [x_0[0], x_0[1]], [x_1[0], x_1[1]])
        };
        (0..n).map(|_| draw()).collect()
    }

    /// φ_j(x, t) of a model Σ_j θ_j φ_j; θ has one row to each.
    fn features(x: &TestPoint, t: f64) -> [f64; 7] {
        [1.0, t, x[0], x[1], x[0] * t, (2.0 * x[0] - x[1]).sin(), (x[0] + 3.0 * t).cos()]
    }

    const THETA: [TestPoint; 7] =
        [[0.3, -0.1], [0.2, 0.5], [-0.4, 0.1], [0.2, -0.7], [0.3, 0.3], [-0.5, 0.2], [0.1, 0.4]];

    fn model(theta: &[TestPoint; 7], x: &TestPoint, t: f64) -> TestPoint {
        theta.iter().zip(features(x, t)).fold([0.0; 2], |sum, (row, phi)| sum.add_scaled(phi, row))
    }

    /// The worst of the 14 components of E[2 weight (target - other) φ_j] in standard errors: of what the gradients of two
    /// losses differ by.
    fn worst_difference(rows: &[([f64; 7], TestPoint)]) -> f64 {
        let mut worst = 0f64;
        for (j, k) in (0..7).flat_map(|j| [(j, 0), (j, 1)]) {
            let (mean, error) = mean_and_error(&rows.iter().map(|(phi, d)| 2.0 * phi[j] * d[k]).collect::<Vec<_>>());
            worst = worst.max((mean / error).abs());
        }
        worst
    }

    #[test]
    fn conditional_and_marginal_losses_have_the_same_gradients_on_every_schedule() {
        let (mixture, draws) = (plane(), draws(100_000));
        for schedule in SCHEDULES {
            let [mut velocity, mut score, mut wrong] = [const { Vec::new() }; 3];
            for (t, x_0, x_1) in &draws {
                let c = schedule.at(*t);
                let x_t = x_1.combine(c.alpha_t, c.sigma_t, x_0);
                let phi = features(&x_t, *t);
                let [u, s] = [mixture.velocity(&c, &x_t), mixture.score(&c, &x_t)].map(|v| [v[0], v[1]]);
                let target = Reading::Velocity.target(&c, x_0, x_1);
                velocity.push((phi, u.add_scaled(-1.0, &target)));
                wrong.push((phi, u.add_scaled(-1.05, &target)));
                score.push((
                    phi,
                    s.add_scaled(-1.0, &Reading::Score.target(&c, x_0, x_1)).combine(c.sigma_t.powi(2), 0.0, &s),
                ));
            }
            let [u, s, w] = [velocity, score, wrong].map(|rows| worst_difference(&rows));
            println!("{}: worst of 14, velocity {u:.2} s.e., score {s:.2} s.e., wrong {w:.1} s.e.", schedule.key());
            assert!(u < 4.5 && s < 4.5, "{}", schedule.key());
            assert!(w > 4.5, "a target that is 5 % off goes unseen");
        }
    }

    #[test]
    fn losses_are_the_means_whose_gradients_were_compared() {
        let draws = draws(2000);
        let c = |t: f64| Linear.at(t);
        let x_t = |(t, x_0, x_1): &(f64, TestPoint, TestPoint)| x_1.combine(c(*t).alpha_t, c(*t).sigma_t, x_0);
        let predict = |theta: &[TestPoint; 7]| draws.iter().map(|d| model(theta, &x_t(d), d.0)).collect::<Vec<_>>();
        let targets: Vec<_> = draws.iter().map(|(t, x_0, x_1)| Reading::Velocity.target(&c(*t), x_0, x_1)).collect();
        let noises: Vec<_> = draws.iter().map(|(t, x_0, _)| (c(*t).sigma_t, *x_0)).collect();
        let predictions = predict(&THETA);
        for (j, k) in [(0, 0), (2, 1), (5, 0), (6, 1)] {
            let moved = |h: f64| {
                let mut theta = THETA;
                theta[j][k] += h;
                let moved = predict(&theta);
                [square_loss(&moved, &targets), score_loss(&moved, &noises)]
            };
            let (up, down) = (moved(1e-3), moved(-1e-3));
            let (mut velocity, mut score) = (0.0, 0.0);
            for (i, draw) in draws.iter().enumerate() {
                let (phi, sigma_t) = (features(&x_t(draw), draw.0)[j] * 2.0 / draws.len() as f64, noises[i].0);
                velocity += phi * (predictions[i][k] - targets[i][k]);
                score += phi * sigma_t * (sigma_t * predictions[i][k] + draw.1[k]);
            }
            assert!(((up[0] - down[0]) / 2e-3 - velocity).abs() < 1e-8);
            assert!(((up[1] - down[1]) / 2e-3 - score).abs() < 1e-8);
        }
    }

    #[test]
    fn a_perfect_reading_has_no_loss() {
        let (c, x_0, x_1) = (Linear.at(0.25), vec![1.0, -2.0], vec![0.5, 4.0]);
        let score = Reading::Score.target(&c, &x_0, &x_1);
        assert!(score_loss(&[score], &[(c.sigma_t, x_0.clone())]) < 1e-30);
        assert_eq!(square_loss(std::slice::from_ref(&x_1), std::slice::from_ref(&x_1)), 0.0);
        assert_eq!(square_loss(&[x_1], &[x_0]), 36.25);
    }

    #[test]
    fn implicit_score_matching_is_explicit_score_matching_less_a_constant() {
        let (mixture, c) = (plane(), Linear.at(0.6));
        let mut differences = Vec::new();
        for (t, x_0, x_1) in draws(100_000) {
            let x = x_1.combine(c.alpha_t, c.sigma_t, &x_0);
            let s = model(&THETA, &x, t);
            let tr = trace(|x| model(&THETA, &[x[0], x[1]], t).to_vec(), &x, 1e-4);
            let truth = mixture.score(&c, &x);
            let explicit = 0.5 * s.square_distance(&[truth[0], truth[1]]) - 0.5 * truth.square();
            differences.push(implicit_score_loss(&[(s, tr)]) - explicit);
        }
        let (mean, error) = mean_and_error(&differences);
        println!("implicit less explicit: {mean:.4} ± {error:.4}");
        assert!(mean.abs() < 4.5 * error && error < 0.05);
    }

    #[test]
    fn the_linear_minimiser_of_implicit_score_matching_is_the_score_of_a_gaussian() {
        // x = m + L z: covariance L L^T = [[1, 0.6], [0.6, 1]], so that the score is -(x - m) under its inverse.
        let (m, n) = ([0.5, -1.0], 20_000);
        let mut stream = Stream::new(8, Purpose::Evaluate, 1);
        let mut draw = || {
            let z = stream.normals64(2);
            [m[0] + z[0], m[1] + 0.6 * z[0] + 0.8 * z[1]]
        };
        let xs: Vec<TestPoint> = (0..n).map(|_| draw()).collect();
        // s(x) = (p_0 x + p_1 y + p_2, p_3 x + p_4 y + p_5)
        let score = |p: &[f64], x: &[f64]| vec![p[0] * x[0] + p[1] * x[1] + p[2], p[3] * x[0] + p[4] * x[1] + p[5]];
        let loss = |p: &[f64]| {
            let one = |x: &TestPoint| (score(p, x), trace(|x| score(p, x), x, 0.1));
            implicit_score_loss(&xs.iter().map(one).collect::<Vec<_>>())
        };
        // The loss is quadratic, so that unit differences and one step of Newton's are exact.
        let at = |i: usize, j: usize| {
            let mut p = [0.0; 6];
            p[i] += 1.0;
            p[j] += 1.0;
            loss(&p)
        };
        let along = |i: usize, h: f64| loss(&std::array::from_fn::<f64, 6, _>(|k| if k == i { h } else { 0.0 }));
        let zero = loss(&[0.0; 6]);
        let ones: Vec<f64> = (0..6).map(|i| along(i, 1.0)).collect();
        let hessian = (0..6).map(|i| (0..6).map(|j| at(i, j) - ones[i] - ones[j] + zero).collect()).collect();
        let downhill = (0..6).map(|i| (along(i, -1.0) - ones[i]) / 2.0).collect();
        let found = &solve(hessian, &[downhill])[0];
        let inverse = [1.0 / 0.64, -0.6 / 0.64];
        let constant = [inverse[0] * m[0] + inverse[1] * m[1], inverse[1] * m[0] + inverse[0] * m[1]];
        let truth = [-inverse[0], -inverse[1], constant[0], -inverse[1], -inverse[0], constant[1]];
        let worst = found.iter().zip(truth).map(|(f, t)| (f - t).abs()).fold(0.0, f64::max);
        println!("found {found:.3?}, true {truth:.3?}, worst {worst:.4}");
        // An entry of an inverse covariance has a standard error of about 1.56 sqrt(2 / n) = 0.016.
        assert!(worst < 0.07);
    }
}
