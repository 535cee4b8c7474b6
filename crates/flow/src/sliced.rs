//! The sliced Wasserstein distance of two sets in many dimensions (Rabin et al., 2012): the root of the mean over fixed
//! directions of the squared distance of their projections,
//!
//! W₂² = ∫₀¹ (F⁻¹(q) - G⁻¹(q))² dq,
//!
//! so that no network has a say in it; and the sliced energy distance, which few points do not make larger.

use crate::rng::{Purpose, Stream};

/// Directions of length 1, the columns of [width × count], drawn once and for all.
pub fn directions(width: usize, count: usize) -> Vec<f32> {
    let mut columns: Vec<Vec<f32>> = vec![];
    for index in 0..count as u64 {
        let z = Stream::new(1, Purpose::Projection, index).normals64(width);
        let length = z.iter().map(|z| z * z).sum::<f64>().sqrt();
        columns.push(z.iter().map(|z| (z / length) as f32).collect());
    }
    (0..width * count).map(|k| columns[k % count][k / count]).collect()
}

/// The projections of a set, sorted along each direction.
#[derive(Clone, Debug)]
pub struct Slices(Vec<Vec<f32>>);

impl Slices {
    /// Of `projections`, [n × count], n >= 1.
    pub fn of(projections: &[f32], count: usize) -> Self {
        let line = |k: usize| {
            let mut line: Vec<f32> = projections.iter().skip(k).step_by(count).copied().collect();
            line.sort_unstable_by(f32::total_cmp);
            line
        };
        Self((0..count).map(line).collect())
    }

    /// The sliced energy distance, the mean over directions of 2 E|X - Y| - E|X - X'| - E|Y - Y'| of the projections, each from pairs of
    /// two points: unbiased, so that it is on both sides of 0 for sets of one law, whatever their sizes.
    pub fn energy(&self, other: &Self) -> f64 {
        let sum: f64 = self.0.iter().zip(&other.0).map(|(a, b)| 2.0 * across(a, b) - within(a) - within(b)).sum();
        sum / self.0.len() as f64
    }

    /// The distance from another set of the same directions, which may be of another size; NaN if a number is not finite.
    pub fn distance(&self, other: &Self) -> f64 {
        let squares: f64 = self.0.iter().zip(&other.0).map(|(a, b)| squared(a, b)).sum();
        (squares / self.0.len() as f64).sqrt()
    }
}

/// W₂² of two sorted samples: both quantiles are constant between the places where one of them steps.
fn squared(a: &[f32], b: &[f32]) -> f64 {
    let (mut i, mut j, mut at, mut sum) = (0, 0, 0.0, 0.0);
    while i < a.len() && j < b.len() {
        let [end_a, end_b] = [(i + 1) as f64 / a.len() as f64, (j + 1) as f64 / b.len() as f64];
        let next = end_a.min(end_b);
        sum += (next - at) * (f64::from(a[i]) - f64::from(b[j])).powi(2);
        at = next;
        // Whole numbers tell exactly who steps: (i + 1) m against (j + 1) n.
        let (left, right) = ((i + 1) * b.len(), (j + 1) * a.len());
        i += usize::from(left <= right);
        j += usize::from(right <= left);
    }
    sum
}

/// mean |x_i - y_j| of two sorted samples.
fn across(a: &[f32], b: &[f32]) -> f64 {
    let total: f64 = b.iter().map(|y| f64::from(*y)).sum();
    let (mut below, mut count, mut sum) = (0.0, 0, 0.0);
    for x in a.iter().map(|x| f64::from(*x)) {
        while let Some(y) = b.get(count).map(|y| f64::from(*y)).filter(|y| *y <= x) {
            (below, count) = (below + y, count + 1);
        }
        sum += x * count as f64 - below + (total - below) - x * (b.len() - count) as f64;
    }
    sum / (a.len() * b.len()) as f64
}

/// mean |x_i - x_j| over i ≠ j of a sorted sample.
fn within(a: &[f32]) -> f64 {
    let n = a.len() as f64;
    // Each is the larger of as many pairs as there are before it.
    let weighed = a.iter().enumerate().map(|(i, x)| (2.0 * i as f64 + 1.0 - n) * f64::from(*x));
    2.0 * weighed.sum::<f64>() / (n * (n - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{energy, fixture::mean_and_error};

    #[test]
    fn directions_have_length_one_and_are_in_no_order() {
        let (width, count) = (20, 9);
        let all = directions(width, count);
        let column = |k: usize| all.iter().skip(k).step_by(count).copied().map(f64::from).collect::<Vec<_>>();
        for k in 0..count {
            assert!((column(k).iter().map(|x| x * x).sum::<f64>() - 1.0).abs() < 1e-6);
        }
        assert!(column(0) != column(1));
    }

    #[test]
    fn sets_that_are_moved_are_as_far_as_the_move_is_long_along_each_direction() {
        let a = [0.0f32, 3.0, -1.0, 5.0];
        let moved = a.map(|x| x + 0.5);
        assert_eq!(Slices::of(&a, 1).distance(&Slices::of(&moved, 1)), 0.5);
        assert_eq!(Slices::of(&a, 1).distance(&Slices::of(&a, 1)), 0.0);
        // Two directions: 0.5 along one, nothing along the other.
        let (a, b) = ([0.0, 7.0, 1.0, 8.0], [0.5, 7.0, 1.5, 8.0]);
        assert!((Slices::of(&a, 2).distance(&Slices::of(&b, 2)) - 0.125f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn sets_of_different_sizes_are_compared_by_their_quantiles() {
        // Every point twice is the same law.
        let (a, b) = ([1.0f32, 2.0, 4.0], [1.0f32, 1.0, 2.0, 2.0, 4.0, 4.0]);
        assert_eq!(squared(&a, &b), 0.0);
        // {0, 1} against {0, 0, 1}: between 1/2 and 2/3 one is 1 and the other 0.
        assert!((squared(&[0.0, 1.0], &[0.0, 0.0, 1.0]) - 1.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn the_energy_distance_is_that_of_the_line_and_few_points_do_not_move_it() {
        let cloud = |index, n, mean: f32| {
            Stream::new(1, Purpose::Evaluate, index).normals(n).into_iter().map(|z| z + mean).collect::<Vec<f32>>()
        };
        let wide = |a: &[f32]| a.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>();
        for (n, m) in [(2, 3), (7, 40), (50, 50)] {
            let (a, b) = (cloud(1, n, 0.0), cloud(2, m, 0.5));
            let found = Slices::of(&a, 1).energy(&Slices::of(&b, 1));
            let exact = energy::distance::<1>(&wide(&a), &wide(&b));
            assert!((found - exact).abs() < 1e-6, "{found} {exact}");
        }
        // Sets of one law, of ten points each, are as often on either side.
        let apart =
            |k: u64| Slices::of(&cloud(10 + 2 * k, 10, 0.0), 1).energy(&Slices::of(&cloud(11 + 2 * k, 10, 0.0), 1));
        let (mean, error) = mean_and_error(&(0..2_000).map(apart).collect::<Vec<_>>());
        assert!(mean.abs() < 4.0 * error, "{mean} ± {error}");
        assert!(Slices::of(&[0.0, f32::NAN], 1).energy(&Slices::of(&[0.0, 1.0], 1)).is_nan());
    }

    #[test]
    fn gaussians_have_the_closed_form() {
        // W₂² = (m - m')² + (s - s')².
        let z = |index| Stream::new(1, Purpose::Evaluate, index).normals(40_000);
        let mut a: Vec<f32> = z(0).iter().map(|z| 1.0 + 2.0 * z).collect();
        let mut b = z(1);
        a.sort_unstable_by(f32::total_cmp);
        b.sort_unstable_by(f32::total_cmp);
        assert!((squared(&a, &b) - 2.0).abs() < 0.1, "{}", squared(&a, &b));
        b[7] = f32::NAN;
        assert!(squared(&a, &b).is_nan());
    }
}
