//! Every random number of the project: counter-based, so that the order of calls never matters.
//!
//! (seed, purpose, index) names a stream of ChaCha8; normals by Box–Muller on a pinned `libm`, so
//! that native builds and every browser draw the same bits.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// What a stream is for. The numbers are part of what a link promises: never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Weights at initialisation, indexed by parameter.
    Weights = 1,
    /// The noise x_0 of a sampled picture, indexed by picture.
    Sample = 2,
    /// Which images form a training batch, indexed by step.
    Batch = 3,
    /// The noise x_0 of a training batch, indexed by step.
    Noise = 4,
    /// The times t of a training batch, indexed by step.
    Time = 5,
    /// Which labels of a training batch are dropped, indexed by step.
    Drop = 6,
    /// Draws of the evaluation, indexed by batch.
    Evaluate = 7,
    /// The nodes of a Brownian path, indexed by picture and node.
    Brownian = 9,
    /// Which picture a paired x_0 is made from, and its noise, indexed by picture.
    Source = 10,
    /// The probes of Hutchinson's estimate, indexed by picture.
    Probe = 8,
    /// The directions onto which sets of pictures are projected, indexed by direction.
    Projection = 11,
    /// How a picture is moved and bent before a classifier learns from it, indexed by step.
    Augment = 12,
}

/// One stream of random numbers.
///
/// ```
/// use flow::rng::{Purpose, Stream};
///
/// // A name says what is drawn, whatever was drawn before.
/// let noise = |index| Stream::new(7, Purpose::Sample, index).normals(3);
/// assert_eq!(noise(0), noise(0));
/// assert_ne!(noise(0), noise(1));
/// ```
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of (`seed`, `purpose`, `index`); equal names give equal streams. `index` < 2^56.
    pub fn new(seed: u64, purpose: Purpose, index: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream((purpose as u64) << 56 | index);
        Self(rng)
    }

    /// Uniform on the open interval (0, 1), 53 bits, f64.
    pub fn uniform(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) * 2f64.powi(-53)
    }

    /// Uniform on 0..n, n >= 1; the bias is below n / 2^53.
    pub fn below(&mut self, n: usize) -> usize {
        (self.uniform() * n as f64) as usize
    }

    /// Two independent N(0, 1) draws: sqrt(-2 ln a) (cos 2πb, sin 2πb).
    fn normal_pair(&mut self) -> [f64; 2] {
        let (a, b) = (self.uniform(), self.uniform());
        let radius = libm::sqrt(-2.0 * libm::log(a));
        let angle = 2.0 * std::f64::consts::PI * b;
        [radius * libm::cos(angle), radius * libm::sin(angle)]
    }

    /// `count` independent N(0, 1) draws as f32.
    pub fn normals(&mut self, count: usize) -> Vec<f32> {
        let mut draws = Vec::with_capacity(count + 1);
        while draws.len() < count {
            draws.extend(self.normal_pair().map(|z| z as f32));
        }
        draws.truncate(count);
        draws
    }

    /// `count` independent N(0, 1) draws as f64: those of [`normals`](Self::normals) before rounding.
    pub fn normals64(&mut self, count: usize) -> Vec<f64> {
        let mut draws = Vec::with_capacity(count + 1);
        while draws.len() < count {
            draws.extend(self.normal_pair());
        }
        draws.truncate(count);
        draws
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_matches_the_published_chacha8_vector() {
        // Key and nonce all zero, first block: draft-strombergson-chacha-test-vectors-01, TC1.
        let mut rng = ChaCha8Rng::from_seed([0; 32]);
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        let expected = [0x3e, 0x00, 0xef, 0x2f, 0x89, 0x5f, 0x40, 0xd6, 0x7f, 0x5b, 0xb8, 0xe8, 0x1f, 0x09, 0xa5, 0xa1];
        assert_eq!(bytes, expected);
    }

    #[test]
    fn names_alone_decide_what_is_drawn() {
        let draw = |seed, purpose, index| Stream::new(seed, purpose, index).normals(5);
        assert_eq!(draw(7, Purpose::Noise, 3), draw(7, Purpose::Noise, 3));
        assert_ne!(draw(7, Purpose::Noise, 3), draw(8, Purpose::Noise, 3));
        assert_ne!(draw(7, Purpose::Noise, 3), draw(7, Purpose::Time, 3));
        assert_ne!(draw(7, Purpose::Noise, 3), draw(7, Purpose::Noise, 4));
        // A longer draw extends a shorter one.
        assert_eq!(Stream::new(7, Purpose::Noise, 3).normals(9)[..5], draw(7, Purpose::Noise, 3)[..]);
    }

    #[test]
    fn both_precisions_draw_the_same_normals() {
        let draw = || Stream::new(7, Purpose::Sample, 1);
        let rounded: Vec<f32> = draw().normals64(7).into_iter().map(|z| z as f32).collect();
        assert_eq!(rounded, draw().normals(7));
    }

    #[test]
    fn moments_of_the_normals_to_fourth_order() {
        let n = 400_000;
        let draws = Stream::new(1, Purpose::Noise, 0).normals(n);
        let moment = |k: i32| draws.iter().map(|&z| f64::from(z).powi(k)).sum::<f64>() / n as f64;
        // Five standard errors: the variance of z^k is E z^2k - (E z^k)^2.
        for (k, expected, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let error = (moment(k) - expected).abs();
            assert!(error < 5.0 * (variance / n as f64).sqrt(), "moment {k} is off by {error}");
        }
    }

    #[test]
    fn uniform_draws_pass_a_chi_squared_test() {
        let (n, bins) = (200_000, 64);
        let mut stream = Stream::new(3, Purpose::Batch, 0);
        let mut counts = vec![0.0; bins];
        for _ in 0..n {
            counts[stream.below(bins)] += 1.0;
        }
        let expected = n as f64 / bins as f64;
        let chi2: f64 = counts.iter().map(|c| (c - expected).powi(2) / expected).sum();
        // 99.99 % quantile of χ² with 63 degrees of freedom.
        assert!(chi2 < 112.0, "χ² = {chi2}");
    }

    #[test]
    fn normals_pass_a_chi_squared_test_on_equiprobable_bins() {
        let (n, bins) = (400_000, 100);
        let mut counts = vec![0.0; bins];
        for z in Stream::new(11, Purpose::Sample, 2).normals(n) {
            let cdf = 0.5 * libm::erfc(-f64::from(z) / std::f64::consts::SQRT_2);
            counts[((cdf * bins as f64) as usize).min(bins - 1)] += 1.0;
        }
        let expected = n as f64 / bins as f64;
        let chi2: f64 = counts.iter().map(|c| (c - expected).powi(2) / expected).sum();
        println!("χ² = {chi2:.1} on 99 degrees of freedom");
        // 99.99 % quantile, and 0.01 %: too even is no chance either.
        assert!((54.0..161.4).contains(&chi2), "χ² = {chi2}");
    }

    /// The correlation of two lists of N(0, 1) draws, in its standard errors 1/sqrt(n).
    fn correlation(a: &[f32], b: &[f32]) -> f64 {
        let products = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b));
        products.sum::<f64>() / (a.len().min(b.len()) as f64).sqrt()
    }

    #[test]
    fn streams_of_near_names_are_uncorrelated_with_each_other() {
        let mut names = Vec::new();
        for seed in [0, 1, u64::MAX] {
            for purpose in [Purpose::Weights, Purpose::Sample, Purpose::Noise, Purpose::Evaluate] {
                names.extend([0, 1, 2, 1 << 40, (1 << 56) - 1].map(|index| (seed, purpose, index)));
            }
        }
        let draw = |&(seed, purpose, index): &(u64, Purpose, u64)| Stream::new(seed, purpose, index).normals(20_000);
        let draws: Vec<_> = names.iter().map(draw).collect();
        let mut worst = 0f64;
        for i in 0..draws.len() {
            for j in 0..i {
                // Also shifted by a draw, and in squares, which see a shared radius that the signs hide.
                let squares = |z: &[f32]| z.iter().map(|z| (z * z - 1.0) / 2f32.sqrt()).collect::<Vec<_>>();
                let found = [correlation(&draws[i], &draws[j]), correlation(&draws[i][1..], &draws[j])];
                let square = correlation(&squares(&draws[i]), &squares(&draws[j]));
                worst = found.into_iter().chain([square]).map(f64::abs).fold(worst, f64::max);
            }
        }
        println!("worst correlation of {} streams: {worst:.2} / sqrt(n)", draws.len());
        assert!(worst < 5.0);
    }

    #[test]
    fn draws_of_one_stream_are_uncorrelated_with_the_next() {
        let draws = Stream::new(12, Purpose::Noise, 0).normals(400_000);
        let lags = [1, 2, 3, 4, 8, 16, 64, 784];
        let worst = lags.map(|lag| correlation(&draws, &draws[lag..]).abs()).into_iter().fold(0.0, f64::max);
        println!("worst serial correlation: {worst:.2} / sqrt(n)");
        assert!(worst < 5.0);
    }
}
