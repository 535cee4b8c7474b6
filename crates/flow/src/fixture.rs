//! What the tests of several files need: two mixtures and a least-squares fit.

use super::{
    mixture::Mixture,
    rng::{Purpose, Stream},
};
use std::f64::consts::PI;

/// Two unlike components of the plane.
pub fn plane() -> Mixture {
    Mixture::new(vec![0.4, 0.6], vec![vec![-1.5, 0.5], vec![1.0, -1.0]], vec![0.5, 0.3]).unwrap()
}

/// Two unlike components of the line.
pub fn line() -> Mixture {
    Mixture::new(vec![0.4, 0.6], vec![vec![-1.5], vec![1.0]], vec![0.5, 0.3]).unwrap()
}

/// Mean of some numbers and its standard error.
pub fn mean_and_error(xs: &[f64]) -> (f64, f64) {
    let n = xs.len() as f64;
    let mean = xs.iter().sum::<f64>() / n;
    let variance = xs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// The solution of A x = b for each column b, A symmetric and positive definite (Cholesky).
pub fn solve(mut a: Vec<Vec<f64>>, columns: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = a.len();
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = a[i][..j].iter().zip(&a[j][..j]).map(|(x, y)| x * y).sum();
            let rest = a[i][j] - dot;
            a[i][j] = if i == j { rest.sqrt() } else { rest / a[j][j] };
        }
    }
    let one = |b: &Vec<f64>| {
        let mut x = b.clone();
        for i in 0..n {
            x[i] = (x[i] - (0..i).map(|j| a[i][j] * x[j]).sum::<f64>()) / a[i][i];
        }
        for i in (0..n).rev() {
            x[i] = (x[i] - (i + 1..n).map(|j| a[j][i] * x[j]).sum::<f64>()) / a[i][i];
        }
        x
    };
    columns.iter().map(one).collect()
}

/// A velocity field that is linear in random Fourier features of (x, t) (Rahimi and Recht, 2007).
pub struct Fitted {
    frequencies: Vec<Vec<f64>>,
    phases: Vec<f64>,
    weights: Vec<Vec<f64>>,
}

impl Fitted {
    /// Least squares of `z_1 - z_0` at z_t = (1 - t) z_0 + t z_1, `repeats` uniform t to a pair.
    pub fn new(pairs: &[(Vec<f64>, Vec<f64>)], features: usize, frequency: f64, repeats: usize) -> Self {
        let d = pairs[0].0.len();
        let mut stream = Stream::new(77, Purpose::Evaluate, 1);
        let mut row = || stream.normals64(d + 1).iter().map(|z| frequency * z).collect();
        let frequencies = (0..features).map(|_| row()).collect();
        let phases = (0..features).map(|_| 2.0 * PI * stream.uniform()).collect();
        let mut fitted = Self { frequencies, phases, weights: vec![] };
        let n = fitted.features(&pairs[0].0, 0.0).len();
        let (mut gram, mut right) = (vec![vec![0.0; n]; n], vec![vec![0.0; n]; d]);
        for (z_0, z_1) in pairs.iter().flat_map(|pair| std::iter::repeat_n(pair, repeats)) {
            let t = stream.uniform();
            let z_t: Vec<f64> = z_0.iter().zip(z_1).map(|(a, b)| (1.0 - t) * a + t * b).collect();
            let phi = fitted.features(&z_t, t);
            for i in 0..n {
                gram[i][..=i].iter_mut().zip(&phi).for_each(|(g, p)| *g += phi[i] * p);
                (0..d).for_each(|k| right[k][i] += phi[i] * (z_1[k] - z_0[k]));
            }
        }
        (0..n).for_each(|i| gram[i][i] += 1e-6 * (pairs.len() * repeats) as f64);
        fitted.weights = solve(gram, &right);
        fitted
    }

    fn features(&self, x: &[f64], t: f64) -> Vec<f64> {
        let point = [x, &[t]].concat();
        let angle = |w: &Vec<f64>| w.iter().zip(&point).map(|(w, x)| w * x).sum::<f64>();
        let waves = self.frequencies.iter().zip(&self.phases).map(|(w, b)| (angle(w) + b).cos());
        [1.0].into_iter().chain(point.iter().copied()).chain(waves).collect()
    }

    pub fn velocity(&self, x: &[f64], t: f64) -> Vec<f64> {
        let phi = self.features(x, t);
        self.weights.iter().map(|w| w.iter().zip(&phi).map(|(w, p)| w * p).sum()).collect()
    }
}
