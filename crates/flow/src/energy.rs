//! How far two clouds of points are from one law: the energy distance of X ~ P and Y ~ Q (Székely & Rizzo, 2004),
//!
//! 2 E|X - Y| - E|X - X'| - E|Y - Y'|,
//!
//! which is 0 for equal laws only; from all pairs of points, or by projections in less time.

use std::{array, f64::consts::PI};

const LANES: usize = 8;

/// The energy distance of the laws of two clouds (x, y, x, y, …, `D` coordinates each) as the U-statistic, with i ≠ j,
///
/// 2 mean_ij |x_i - y_j| - mean_ij |x_i - x_j| - mean_ij |y_i - y_j|,
///
/// unbiased, so that it is on both sides of 0 for clouds of one law. NaN for fewer than two points; time O((n + m)²).
pub fn distance<const D: usize>(xs: &[f64], ys: &[f64]) -> f64 {
    let (xs, ys) = (Columns::<D>::new(xs), Columns::<D>::new(ys));
    let [n, m] = [xs.len, ys.len].map(|n| n as f64);
    let between: f64 = (0..xs.len).map(|i| ys.sum_from(0, &xs.point(i))).sum();
    // Every pair twice.
    let [within_x, within_y] =
        [&xs, &ys].map(|cloud| 2.0 * (0..cloud.len).map(|i| cloud.sum_from(i + 1, &cloud.point(i))).sum::<f64>());
    2.0 * between / (n * m) - within_x / (n * (n - 1.0)) - within_y / (m * (m - 1.0))
}

/// A cloud, coordinate by coordinate.
struct Columns<const D: usize> {
    len: usize,
    columns: [Vec<f64>; D],
}

impl<const D: usize> Columns<D> {
    fn new(points: &[f64]) -> Self {
        let points = points.as_chunks::<D>().0;
        Self { len: points.len(), columns: array::from_fn(|k| points.iter().map(|point| point[k]).collect()) }
    }

    fn point(&self, i: usize) -> [f64; D] {
        array::from_fn(|k| self.columns[k][i])
    }

    /// Σ_j |x - point_j| over j >= `first`, in lanes.
    fn sum_from(&self, first: usize, x: &[f64; D]) -> f64 {
        let mut sums = [0.0; LANES];
        let whole = (self.len - first) / LANES;
        for block in 0..whole {
            let mut squares = [0.0; LANES];
            for (x, column) in x.iter().zip(&self.columns) {
                for (square, y) in squares.iter_mut().zip(&column[first + block * LANES..][..LANES]) {
                    *square += (x - y) * (x - y);
                }
            }
            for (sum, square) in sums.iter_mut().zip(squares) {
                *sum += square.sqrt();
            }
        }
        let rest = first + whole * LANES..self.len;
        let one = |j: usize| (0..D).map(|k| (x[k] - self.columns[k][j]).powi(2)).sum::<f64>().sqrt();
        sums.iter().sum::<f64>() + rest.map(one).sum::<f64>()
    }
}

/// Directions over half a turn.
const DIRECTIONS: usize = 16;

/// The projections of a cloud of the plane, sorted: for the sliced energy distance, the mean over directions of
///
/// 2 E|X - Y| - E|X - X'| - E|Y - Y'| = 2 ∫ (F - G)² dx
///
/// of the projections, in O(n log n). It is 2/π times the energy distance, but for the number of directions.
pub struct Projected(Vec<Vec<f64>>);

impl Projected {
    /// Of the points x, y, x, y, …, of which there is one at least.
    pub fn new(points: &[f64]) -> Self {
        let along = |i: usize| {
            let (sin, cos) = (PI * (i as f64 + 0.5) / DIRECTIONS as f64).sin_cos();
            let mut line: Vec<f64> = points.as_chunks::<2>().0.iter().map(|[x, y]| cos * x + sin * y).collect();
            line.sort_unstable_by(f64::total_cmp);
            line
        };
        Self((0..DIRECTIONS).map(along).collect())
    }

    /// The sliced distance of the points (not of their laws: equal clouds have 0, others more) from another cloud, which
    /// may be of another size; infinite if a coordinate is no number.
    pub fn distance(&self, other: &Self) -> f64 {
        let sum: f64 = self.0.iter().zip(&other.0).map(|(a, b)| on_the_line(a, b)).sum();
        sum / DIRECTIONS as f64
    }
}

/// 2 ∫ (F - G)² of two sorted samples.
fn on_the_line(a: &[f64], b: &[f64]) -> f64 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    let first = |line: &[f64]| line.first().copied().unwrap_or(f64::INFINITY);
    let mut at = first(a).min(first(b));
    while i < a.len() || j < b.len() {
        let next = a.get(i).copied().unwrap_or(f64::INFINITY).min(b.get(j).copied().unwrap_or(f64::INFINITY));
        sum += (i as f64 / a.len() as f64 - j as f64 / b.len() as f64).powi(2) * (next - at);
        at = next;
        i += usize::from(a.get(i) == Some(&next));
        j += usize::from(b.get(j) == Some(&next));
        if next.is_nan() || next == f64::INFINITY {
            return f64::INFINITY;
        }
    }
    2.0 * sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture::mean_and_error,
        rng::{Purpose, Stream},
    };

    fn stream(index: u64) -> Stream {
        Stream::new(2, Purpose::Evaluate, index)
    }

    /// mean + std z in D dimensions.
    fn cloud(count: usize, mean: f64, std: f64, index: u64) -> Vec<f64> {
        stream(index).normals64(count).iter().map(|z| mean + std * z).collect()
    }

    /// mean |a - b| over all pairs, i = j too, by its definition.
    fn mean<const D: usize>(a: &[f64], b: &[f64]) -> f64 {
        let (a, b) = (a.as_chunks::<D>().0, b.as_chunks::<D>().0);
        let apart = |a: &[f64; D], b: &[f64; D]| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
        let pairs = a.iter().flat_map(|a| b.iter().map(move |b| apart(a, b)));
        pairs.sum::<f64>() / (a.len() * b.len()) as f64
    }

    fn check_definition<const D: usize>(n: usize, m: usize) {
        let (a, b) = (cloud(n * D, 0.0, 1.0, 1), cloud(m * D, 0.3, 1.2, 2));
        let without_itself = |n: usize| n as f64 / (n as f64 - 1.0);
        let exact =
            2.0 * mean::<D>(&a, &b) - without_itself(n) * mean::<D>(&a, &a) - without_itself(m) * mean::<D>(&b, &b);
        assert!((distance::<D>(&a, &b) - exact).abs() < 1e-12, "{D} dimensions");
    }

    #[test]
    fn it_is_what_its_definition_says() {
        check_definition::<1>(60, 41);
        check_definition::<2>(2, 57);
        check_definition::<3>(33, 9);
        assert!(distance::<2>(&[1.0, 2.0], &[0.0; 8]).is_nan() && distance::<2>(&[], &[]).is_nan());
    }

    #[test]
    fn points_that_coincide_have_no_distance() {
        assert_eq!(distance::<2>(&[0.5, -1.0].repeat(20), &[0.5, -1.0].repeat(9)), 0.0);
        // Two points, and the same two: only pairs i ≠ j tell of the law they come from.
        assert_eq!(distance::<1>(&[0.0, 1.0], &[0.0, 1.0]), -1.0);
    }

    /// E|X| of X ~ N(mean, std²).
    fn folded(mean: f64, std: f64) -> f64 {
        std * (2.0 / PI).sqrt() * (-0.5 * (mean / std).powi(2)).exp() + mean * libm::erf(mean / std / 2f64.sqrt())
    }

    #[test]
    fn two_gaussians_of_the_line_have_the_closed_form_without_bias() {
        for (mean, std) in [(0.0, 1.0), (0.7, 1.0), (0.0, 2.0), (-1.5, 0.4)] {
            let exact = 2.0 * folded(mean, 1f64.hypot(std)) - folded(0.0, 2f64.sqrt()) - folded(0.0, std * 2f64.sqrt());
            // Sets of a few points would show a bias of 1/n.
            let draw = |i: u64| distance::<1>(&cloud(6, 0.0, 1.0, 100 + 2 * i), &cloud(5, mean, std, 101 + 2 * i));
            let (found, error) = mean_and_error(&(0..20_000).map(draw).collect::<Vec<_>>());
            println!("N({mean}, {std}²): {found:.4} ± {error:.4}, exactly {exact:.4}");
            assert!((found - exact).abs() < 4.5 * error);
        }
    }

    #[test]
    fn the_sliced_distance_is_two_over_pi_of_it() {
        let (a, b) = (cloud(600, 0.0, 1.0, 7), cloud(400, 0.4, 1.3, 8));
        let whole = 2.0 * mean::<2>(&a, &b) - mean::<2>(&a, &a) - mean::<2>(&b, &b);
        let sliced = Projected::new(&a).distance(&Projected::new(&b)) * PI / 2.0;
        println!("sliced {sliced:.5}, whole {whole:.5}");
        assert!((sliced / whole - 1.0).abs() < 0.01);
        assert_eq!(Projected::new(&a).distance(&Projected::new(&a)), 0.0);
    }

    #[test]
    fn the_sliced_distance_by_its_definition() {
        let (mut a, mut b) = (cloud(60, 0.0, 1.0, 3), cloud(40, 0.3, 1.2, 4));
        let exact = 2.0 * mean::<1>(&a, &b) - mean::<1>(&a, &a) - mean::<1>(&b, &b);
        a.sort_unstable_by(f64::total_cmp);
        b.sort_unstable_by(f64::total_cmp);
        assert!((on_the_line(&a, &b) - exact).abs() < 1e-12);
        b[39] = f64::NAN;
        assert_eq!(on_the_line(&a, &b), f64::INFINITY, "what is no number is far from everything");
        b.rotate_right(1);
        b[0] = -f64::NAN;
        assert_eq!(on_the_line(&a, &b), f64::INFINITY);
    }
}
