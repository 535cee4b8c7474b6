//! What the sliced energy distance of two sets of points of one law is.

use flow::energy::Projected;

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
