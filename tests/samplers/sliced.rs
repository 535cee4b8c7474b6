//! The sliced energy distance of two sets of points of the plane: the mean, over directions, of
//!
//! 2 E|X - Y| - E|X - X'| - E|Y - Y'| = 2 ∫ (F - G)² dx
//!
//! of their projections, in O(n log n) (Székely & Rizzo, 2004). Zero only for equal laws. Points are x, y, x, y, ….

/// Directions over half a turn.
const DIRECTIONS: usize = 16;

/// The projections of a set of points, sorted.
pub struct Projected(Vec<Vec<f64>>);

impl Projected {
    pub fn new(points: &[f64]) -> Self {
        let along = |i: usize| {
            let (sin, cos) = (std::f64::consts::PI * (i as f64 + 0.5) / DIRECTIONS as f64).sin_cos();
            let mut line: Vec<f64> = points.as_chunks::<2>().0.iter().map(|[x, y]| cos * x + sin * y).collect();
            line.sort_unstable_by(f64::total_cmp);
            line
        };
        Self((0..DIRECTIONS).map(along).collect())
    }

    /// The distance from another set, which may be of another size.
    pub fn distance(&self, other: &Self) -> f64 {
        let sum: f64 = self.0.iter().zip(&other.0).map(|(a, b)| on_the_line(a, b)).sum();
        sum / DIRECTIONS as f64
    }
}

/// 2 ∫ (F - G)² of two sorted samples.
fn on_the_line(a: &[f64], b: &[f64]) -> f64 {
    let (mut i, mut j, mut sum, mut at) = (0, 0, 0.0, a[0].min(b[0]));
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

/// What the distance of two sets of one law is, times their size: its mean and its 99 % quantile. The law of
/// n · distance does not depend on n once n is large, so that `size` points stand for any number.
pub struct Null {
    pub mean: f64,
    pub quantile: f64,
}

impl Null {
    /// From `replicates` pairs of draws; `draw(i)` is the i-th set of `size` points.
    pub fn new(replicates: usize, size: usize, draw: impl Fn(u64) -> Vec<f64> + Sync) -> Self {
        let pairs: Vec<u64> = (0..replicates as u64).collect();
        let mut found = crate::each(&pairs, |i| {
            Projected::new(&draw(2 * i)).distance(&Projected::new(&draw(2 * i + 1))) * size as f64
        });
        found.sort_unstable_by(f64::total_cmp);
        Self { mean: found.iter().sum::<f64>() / replicates as f64, quantile: found[replicates * 99 / 100] }
    }
}

#[test]
fn it_is_the_energy_distance_by_its_definition() {
    use flowstep::flow::rng::{Purpose, Stream};
    let mut stream = Stream::new(2, Purpose::Evaluate, 0);
    let (mut a, mut b) = (stream.normals64(60), stream.normals64(40));
    b.iter_mut().for_each(|b| *b = 0.3 + 1.2 * *b);
    let mean = |a: &[f64], b: &[f64]| {
        let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a - b).abs()));
        pairs.sum::<f64>() / (a.len() * b.len()) as f64
    };
    let exact = 2.0 * mean(&a, &b) - mean(&a, &a) - mean(&b, &b);
    a.sort_unstable_by(f64::total_cmp);
    b.sort_unstable_by(f64::total_cmp);
    assert!((on_the_line(&a, &b) - exact).abs() < 1e-12);
    b[39] = f64::NAN;
    assert_eq!(on_the_line(&a, &b), f64::INFINITY, "what is no number is far from everything");
    b.rotate_right(1);
    b[0] = -f64::NAN;
    assert_eq!(on_the_line(&a, &b), f64::INFINITY);
}
