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
pub struct Slices {
    lines: Vec<Vec<f32>>,
    /// E|X - X'| along each direction.
    within: Vec<f64>,
}

fn sorted(mut line: Vec<f32>) -> Vec<f32> {
    line.sort_unstable_by(f32::total_cmp);
    line
}

impl Slices {
    /// Of `projections`, [n × count], n >= 2, drawn by chance.
    pub fn of(projections: &[f32], count: usize) -> Self {
        let line = |k: usize| sorted(projections.iter().skip(k).step_by(count).copied().collect());
        let lines: Vec<Vec<f32>> = (0..count).map(line).collect();
        let within = lines.iter().map(|line| pairs(line) / (line.len() * (line.len() - 1)) as f64).collect();
        Self { lines, within }
    }

    /// The same of a set in which every class has its turn, so that two of one class are rarer than by chance: pairs within classes and
    /// between them weigh what they do in the law that is meant, where all classes are as frequent. Every class has two at least, or
    /// none.
    pub fn of_classes(projections: &[f32], count: usize, labels: &[u8]) -> Self {
        let mut all = Self::of(projections, count);
        let mut sizes = [0usize; 256];
        labels.iter().for_each(|label| sizes[usize::from(*label)] += 1);
        let classes: Vec<u8> = (0..=u8::MAX).filter(|label| sizes[usize::from(*label)] > 0).collect();
        if classes.iter().any(|label| sizes[usize::from(*label)] < 2) {
            return all;
        }
        let share = 1.0 / classes.len() as f64;
        for (k, within) in all.within.iter_mut().enumerate() {
            let of = |class: u8| {
                let own = labels.iter().zip(projections.iter().skip(k).step_by(count));
                sorted(own.filter(|(label, _)| **label == class).map(|(_, x)| *x).collect())
            };
            let lines: Vec<Vec<f32>> = classes.iter().map(|class| of(*class)).collect();
            let mut sum = 0.0;
            for (i, a) in lines.iter().enumerate() {
                sum += pairs(a) / (a.len() * (a.len() - 1)) as f64;
                sum += 2.0 * lines[..i].iter().map(|b| across(a, b)).sum::<f64>();
            }
            *within = share * share * sum;
        }
        all
    }

    /// The sliced energy distance, the mean over directions of 2 E|X - Y| - E|X - X'| - E|Y - Y'| of the projections, each from pairs of
    /// two points: unbiased, so that it is on both sides of 0 for sets of one law, whatever their sizes.
    pub fn energy(&self, other: &Self) -> f64 {
        let lines = self.lines.iter().zip(&other.lines).zip(self.within.iter().zip(&other.within));
        let sum: f64 = lines.map(|((a, b), (of_a, of_b))| 2.0 * across(a, b) - of_a - of_b).sum();
        sum / self.lines.len() as f64
    }

    /// The distance from another set of the same directions, which may be of another size; NaN if a number is not finite.
    pub fn distance(&self, other: &Self) -> f64 {
        let squares: f64 = self.lines.iter().zip(&other.lines).map(|(a, b)| squared(a, b)).sum();
        (squares / self.lines.len() as f64).sqrt()
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

/// Σ |x_i - x_j| over all i and j of a sorted sample.
fn pairs(a: &[f32]) -> f64 {
    let n = a.len() as f64;
    // Each is the larger of as many pairs as there are before it.
    2.0 * a.iter().enumerate().map(|(i, x)| (2.0 * i as f64 + 1.0 - n) * f64::from(*x)).sum::<f64>()
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
        // Nor where two classes, far from each other, have their turn: what is drawn by chance has 4, 5 or 6 of either.
        let turns = |index| {
            let z = cloud(index, 10, 0.0);
            (0..10).map(|i| z[i] + if i % 2 == 0 { -4.0 } else { 4.0 }).collect::<Vec<f32>>()
        };
        let chance = |index| {
            let (z, mut side) = (cloud(index, 10, 0.0), Stream::new(1, Purpose::Noise, index));
            z.into_iter().map(|z| z + if side.uniform() < 0.5 { -4.0 } else { 4.0 }).collect::<Vec<f32>>()
        };
        let labels = [0, 1].repeat(5);
        let both = |classes: bool| {
            let apart = |k: u64| {
                let turns = turns(9_000 + 2 * k);
                let turns = if classes { Slices::of_classes(&turns, 1, &labels) } else { Slices::of(&turns, 1) };
                turns.energy(&Slices::of(&chance(9_001 + 2 * k), 1))
            };
            mean_and_error(&(0..4_000).map(apart).collect::<Vec<_>>())
        };
        let ((right, error), (wrong, _)) = (both(true), both(false));
        println!("in turn {right} ± {error}, taken for chance {wrong}");
        assert!(right.abs() < 4.0 * error && wrong < -8.0 * error);
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
