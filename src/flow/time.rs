//! Grids of t for sampling and draws of t for training.

use super::rng::Stream;

/// The i-th of N+1 grid points of [0, 1]: t_i = i / N, so that N intervals land exactly on t = 1.
pub fn uniform_grid(i: usize, n: usize) -> f64 {
    i as f64 / n as f64
}

/// `count` draws of t, uniform on (0, 1), one to each training pair.
pub fn uniform_draws(stream: &mut Stream, count: usize) -> Vec<f32> {
    (0..count).map(|_| stream.uniform() as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_has_n_intervals_and_ends_on_one() {
        for n in 1..200 {
            assert_eq!((uniform_grid(0, n), uniform_grid(n, n)), (0.0, 1.0));
        }
    }
}
