//! The Fréchet distance of two laws as far as their means m and covariances S tell (Dowson & Landau, 1982; between features of
//! pictures: Heusel et al., 2017):
//!
//! d² = |m - m'|² + tr S + tr S' - 2 tr (S^½ S' S^½)^½.
//!
//! From n points each, S is known with an error that makes d² larger on average by about (width)²/n of its eigenvalues: only
//! distances of the same n are compared.
//!
//! The eigenvalues are found by Jacobi's rotations: a library's would be a twentieth of what a visitor has to load.

/// A square matrix, row by row.
#[derive(Clone, Debug)]
struct Square {
    n: usize,
    rows: Vec<f64>,
}

impl Square {
    fn of(n: usize, at: impl Fn(usize, usize) -> f64) -> Self {
        Self { n, rows: (0..n * n).map(|k| at(k / n, k % n)).collect() }
    }

    fn at(&self, i: usize, j: usize) -> f64 {
        self.rows[i * self.n + j]
    }

    fn trace(&self) -> f64 {
        (0..self.n).map(|i| self.at(i, i)).sum()
    }

    fn times(&self, other: &Self) -> Self {
        Self::of(self.n, |i, j| (0..self.n).map(|k| self.at(i, k) * other.at(k, j)).sum())
    }

    /// Rows, or columns, p and q become c p - s q and s p + c q.
    fn turn(&mut self, columns: bool, [p, q]: [usize; 2], [c, s]: [f64; 2]) {
        let n = self.n;
        for k in 0..n {
            let [p, q] = [p, q].map(|i| if columns { k * n + i } else { i * n + k });
            let (x, y) = (self.rows[p], self.rows[q]);
            (self.rows[p], self.rows[q]) = (c * x - s * y, s * x + c * y);
        }
    }
}

/// Sweeps over all pairs; a handful is enough.
const SWEEPS: usize = 60;

/// The eigenvalues of a symmetric matrix and its eigenvectors, the columns (Jacobi, 1846).
fn eigen(mut a: Square) -> (Vec<f64>, Square) {
    let n = a.n;
    let mut vectors = Square::of(n, |i, j| f64::from(u8::from(i == j)));
    let size: f64 = a.rows.iter().map(|x| x * x).sum();
    for _ in 0..SWEEPS {
        let beside: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a.at(i, j).powi(2)).sum();
        if beside <= 1e-30 * size {
            break;
        }
        for (p, q) in (0..n).flat_map(|q| (0..q).map(move |p| (p, q))) {
            if a.at(p, q) == 0.0 {
                continue;
            }
            // tan of the angle that leaves nothing at (p, q), the smaller of two.
            let theta = (a.at(q, q) - a.at(p, p)) / (2.0 * a.at(p, q));
            let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
            let c = 1.0 / t.hypot(1.0);
            for columns in [false, true] {
                a.turn(columns, [p, q], [c, t * c]);
            }
            vectors.turn(true, [p, q], [c, t * c]);
        }
    }
    ((0..n).map(|i| a.at(i, i)).collect(), vectors)
}

/// Mean and covariance of a cloud.
#[derive(Clone, Debug)]
pub struct Moments {
    mean: Vec<f64>,
    covariance: Square,
}

impl Moments {
    /// Of `points`, [n × width], n >= 2; the covariance with n - 1 below the line.
    pub fn of(points: &[f32], width: usize) -> Self {
        let n = (points.len() / width) as f64;
        let rows = || points.chunks_exact(width);
        let mut mean = vec![0.0; width];
        rows().for_each(|row| mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x) / n));
        let mut covariance = Square::of(width, |_, _| 0.0);
        for row in rows() {
            let centred: Vec<f64> = row.iter().zip(&mean).map(|(x, mean)| f64::from(*x) - mean).collect();
            for (sums, x) in covariance.rows.chunks_exact_mut(width).zip(&centred) {
                sums.iter_mut().zip(&centred).for_each(|(sum, y)| *sum += x * y / (n - 1.0));
            }
        }
        Self { mean, covariance }
    }

    /// tr S: the mean square distance from the mean.
    pub fn variance(&self) -> f64 {
        self.covariance.trace()
    }

    /// d² from another law of the same width; NaN if a number is not finite.
    pub fn distance(&self, other: &Self) -> f64 {
        let means: f64 = self.mean.iter().zip(&other.mean).map(|(a, b)| (a - b) * (a - b)).sum();
        let apart = means + self.variance() + other.variance();
        if !apart.is_finite() {
            return f64::NAN;
        }
        let root = root(self.covariance.clone());
        // The eigenvalues of S S', of which this matrix has the same and is symmetric.
        let (both, _) = eigen(root.times(&other.covariance).times(&root));
        let shared: f64 = both.iter().map(|l| l.max(0.0).sqrt()).sum();
        // Rounding can lead a little below zero.
        (apart - 2.0 * shared).max(0.0)
    }
}

/// S^½ of a symmetric matrix without negative eigenvalues.
fn root(matrix: Square) -> Square {
    let (values, vectors) = eigen(matrix);
    let roots: Vec<f64> = values.iter().map(|l| l.max(0.0).sqrt()).collect();
    let n = vectors.n;
    Square::of(n, |i, j| (0..n).map(|k| vectors.at(i, k) * roots[k] * vectors.at(j, k)).sum())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};

    fn moments(mean: &[f64], covariance: &[f64]) -> Moments {
        Moments { mean: mean.to_vec(), covariance: Square { n: mean.len(), rows: covariance.to_vec() } }
    }

    #[test]
    fn eigenvectors_are_turned_by_nothing_but_their_values() {
        for n in [1, 2, 7, 48] {
            let z = Stream::new(5, Purpose::Evaluate, n as u64).normals64(n * n);
            // Of half rank, so that some are 0.
            let low = Square::of(n, |i, j| if j <= n / 2 { z[i * n + j] } else { 0.0 });
            let a = Square::of(n, |i, j| (0..n).map(|k| low.at(i, k) * low.at(j, k)).sum());
            let (values, v) = eigen(a.clone());
            let (turned, scaled) = (a.times(&v), Square::of(n, |i, j| v.at(i, j) * values[j]));
            let across = Square::of(n, |i, j| (0..n).map(|k| v.at(k, i) * v.at(k, j)).sum());
            for k in 0..n * n {
                assert!((turned.rows[k] - scaled.rows[k]).abs() < 1e-11 * a.trace());
                assert!((across.rows[k] - f64::from(u8::from(k / n == k % n))).abs() < 1e-12);
            }
            let root = root(a.clone());
            assert!(root.times(&root).rows.iter().zip(&a.rows).all(|(x, y)| (x - y).abs() < 1e-11 * a.trace()));
        }
        // [[2, 1], [1, 2]] has 1 and 3.
        let (mut values, _) = eigen(Square { n: 2, rows: vec![2.0, 1.0, 1.0, 2.0] });
        values.sort_unstable_by(f64::total_cmp);
        assert!((values[0] - 1.0).abs() < 1e-15 && (values[1] - 3.0).abs() < 1e-15);
    }

    #[test]
    fn independent_numbers_have_the_closed_form() {
        // (m - m')² + (s - s')² for each of them.
        let a = moments(&[1.0, -2.0, 0.5], &[4.0, 0.0, 0.0, 0.0, 0.25, 0.0, 0.0, 0.0, 0.0]);
        let b = moments(&[0.0, 1.0, 0.5], &[1.0, 0.0, 0.0, 0.0, 9.0, 0.0, 0.0, 0.0, 1.0]);
        let exact = 1.0 + 9.0 + (2.0f64 - 1.0).powi(2) + (0.5f64 - 3.0).powi(2) + 1.0;
        assert!((a.distance(&b) - exact).abs() < 1e-12);
        assert!((b.distance(&a) - exact).abs() < 1e-7, "a rank that is not full costs some digits");
    }

    #[test]
    fn two_correlated_pairs_have_the_closed_form() {
        // tr (S S')^½ = sqrt(tr S S' + 2 sqrt(det S S')) of 2 × 2.
        let (s, t) = ([2.0, 0.7, 0.7, 1.0], [0.5, -0.2, -0.2, 3.0]);
        let trace = s[0] * t[0] + 2.0 * s[1] * t[1] + s[3] * t[3];
        let det = |m: [f64; 4]| m[0] * m[3] - m[1] * m[2];
        let exact = 3.0 + 3.5 - 2.0 * (trace + 2.0 * (det(s) * det(t)).sqrt()).sqrt();
        let found = moments(&[0.0; 2], &s).distance(&moments(&[0.0; 2], &t));
        assert!((found - exact).abs() < 1e-12, "{found} {exact}");
    }

    #[test]
    fn a_set_is_nowhere_from_itself_and_as_far_as_it_is_moved() {
        let z = Stream::new(3, Purpose::Evaluate, 0).normals(500 * 8);
        let moved: Vec<f32> = z.iter().map(|z| 2.0 * z + 1.0).collect();
        let (a, b) = (Moments::of(&z, 8), Moments::of(&moved, 8));
        assert!(a.distance(&a) < 1e-9);
        // With S' = 4 S, d² = |m'- m|² + tr S.
        let by_hand = (0..8).map(|j| (a.mean[j] + 1.0).powi(2)).sum::<f64>() + a.variance();
        assert!((a.distance(&b) / by_hand - 1.0).abs() < 1e-5);
        assert!((a.variance() / 8.0 - 1.0).abs() < 0.1);
    }

    #[test]
    fn what_is_no_number_is_nowhere() {
        let a = moments(&[0.0], &[1.0]);
        assert!(a.distance(&moments(&[f64::NAN], &[1.0])).is_nan());
        assert!(moments(&[0.0], &[f64::INFINITY]).distance(&a).is_nan());
    }
}
