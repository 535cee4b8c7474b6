//! A Brownian path W on [0, 1], of which any increment can be asked for at any time:
//!
//! W((a+b)/2) = (W(a) + W(b)) / 2 + sqrt(b - a) / 2 · ξ,   ξ ~ N(0, I) of the node (a, b).
//!
//! Increments are keyed by interval and not by the order of calls (a virtual Brownian tree: Li et al., 2020), so
//! that halving the steps of a sampler refines the same path.

use super::rng::{Purpose, Stream};

/// Times are rounded to multiples of 2^-DEPTH.
const DEPTH: u32 = 20;

/// The path of one picture or particle.
///
/// ```
/// use flow::brownian::Brownian;
///
/// // Two halves make the whole, so half the step refines the same path.
/// let path = Brownian::new(3, 0, 1);
/// let halves = path.increment(0.0, 0.25)[0] + path.increment(0.25, 0.5)[0];
/// assert!((halves - path.increment(0.0, 0.5)[0]).abs() < 1e-9);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Brownian {
    seed: u64,
    index: u64,
    dimension: usize,
}

impl Brownian {
    /// Path `index` (below 2^24) of `seed`, in `dimension` dimensions.
    pub fn new(seed: u64, index: u64, dimension: usize) -> Self {
        Self { seed, index, dimension }
    }

    /// ξ of a node: 0 is the end of the path, 1 the root of the tree, 2k and 2k + 1 the halves of node k.
    fn node(&self, node: u64) -> Vec<f32> {
        Stream::new(self.seed, Purpose::Brownian, self.index << 32 | node).normals(self.dimension)
    }

    /// W at `tick` · 2^-DEPTH.
    fn at(&self, tick: u32) -> Vec<f64> {
        let end: Vec<f64> = self.node(0).into_iter().map(f64::from).collect();
        let (mut low, mut high) = (vec![0.0; self.dimension], end);
        let (mut first, mut width, mut node) = (0, 1 << DEPTH, 1);
        while first != tick && first + width != tick {
            let spread = (f64::from(width) / f64::from(1 << DEPTH)).sqrt() / 2.0;
            let middle: Vec<f64> = self
                .node(node)
                .into_iter()
                .zip(low.iter().zip(&high))
                .map(|(xi, (low, high))| (low + high) / 2.0 + spread * f64::from(xi))
                .collect();
            width /= 2;
            (node, first) = if tick >= first + width {
                low = middle;
                (2 * node + 1, first + width)
            } else {
                high = middle;
                (2 * node, first)
            };
        }
        if first == tick { low } else { high }
    }

    /// W(to) - W(from), 0 <= from < to <= 1. Rounding of times changes the path by less than is seen, and the
    /// variance, to - from, not at all.
    pub fn increment(&self, from: f64, to: f64) -> Vec<f64> {
        let tick = |t: f64| (t.clamp(0.0, 1.0) * f64::from(1 << DEPTH)).round() as u32;
        let (a, b) = (tick(from), tick(to));
        let length = (to - from).max(0.0);
        if a == b {
            // Shorter than the tree resolves: a draw of its own, from a node below the leaves.
            let node = (1 << (DEPTH + 1)) | u64::from(a);
            return self.node(node).into_iter().map(|xi| length.sqrt() * f64::from(xi)).collect();
        }
        let scale = (length / (f64::from(b - a) / f64::from(1 << DEPTH))).sqrt();
        self.at(b).into_iter().zip(self.at(a)).map(|(b, a)| scale * (b - a)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_add_up_to_the_whole() {
        let path = Brownian::new(3, 5, 4);
        for (a, b) in [(0.0, 1.0), (0.25, 0.5), (0.125, 0.625)] {
            let middle = (a + b) / 2.0;
            let (whole, first, second) = (path.increment(a, b), path.increment(a, middle), path.increment(middle, b));
            for k in 0..4 {
                assert!((whole[k] - first[k] - second[k]).abs() < 1e-14);
            }
        }
        // Where the ends are no dyadic numbers, up to the rounding of times.
        let (whole, first, second) =
            (path.increment(0.1, 0.7), path.increment(0.1, 1.0 / 3.0), path.increment(1.0 / 3.0, 0.7));
        for k in 0..4 {
            assert!((whole[k] - first[k] - second[k]).abs() < 1e-5);
        }
    }

    #[test]
    fn increments_have_the_variance_of_their_length_and_are_independent() {
        let (n, grid) = (20_000, [0.0, 0.1, 1.0 / 3.0, 0.5, 0.77, 0.77 + 1e-7, 1.0]);
        let path = Brownian::new(8, 0, n);
        let steps: Vec<Vec<f64>> = grid.windows(2).map(|pair| path.increment(pair[0], pair[1])).collect();
        let mean = |f: &dyn Fn(usize) -> f64| (0..n).map(f).sum::<f64>() / n as f64;
        // Five standard errors: of a variance sqrt(2/n), of a correlation sqrt(1/n).
        for (i, pair) in grid.windows(2).enumerate() {
            let ratio = mean(&|k| steps[i][k].powi(2)) / (pair[1] - pair[0]);
            assert!((ratio - 1.0).abs() < 5.0 * (2.0 / n as f64).sqrt(), "{pair:?}: {ratio}");
            for j in 0..i {
                let scale = ((pair[1] - pair[0]) * (grid[j + 1] - grid[j])).sqrt();
                let correlation = mean(&|k| steps[i][k] * steps[j][k]) / scale;
                assert!(correlation.abs() < 5.0 / (n as f64).sqrt(), "{i} and {j}: {correlation}");
            }
        }
    }

    #[test]
    fn paths_differ_by_seed_and_index() {
        let increment = |seed, index| Brownian::new(seed, index, 2).increment(0.2, 0.4);
        assert_ne!(increment(1, 0), increment(1, 1));
        assert_ne!(increment(1, 0), increment(2, 0));
        assert_eq!(increment(1, 0), increment(1, 0));
    }
}
