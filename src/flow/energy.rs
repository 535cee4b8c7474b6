//! The energy distance of two clouds, E = 2 E|X - Y| - E|X - X'| - E|Y - Y'| >= 0, and 0 only between equal laws
//! (Székely & Rizzo, 2013).

/// The unbiased estimate of E between clouds of points of `D` coordinates, x, y, x, y, …: pairs of a point with itself do
/// not count, so that two clouds of one law give 0 on average and may give less. NaN for clouds of fewer than two points.
pub fn energy_distance<const D: usize>(xs: &[f64], ys: &[f64]) -> f64 {
    let (xs, ys) = (xs.as_chunks::<D>().0, ys.as_chunks::<D>().0);
    let (n, m) = (xs.len() as f64, ys.len() as f64);
    let across: f64 = xs.iter().map(|x| sum(x, ys)).sum();
    2.0 * across / (n * m) - within(xs) / (n * (n - 1.0)) - within(ys) / (m * (m - 1.0))
}

/// Σ_j |x - y_j|
fn sum<const D: usize>(x: &[f64; D], ys: &[[f64; D]]) -> f64 {
    ys.iter().map(|y| (0..D).map(|i| (x[i] - y[i]) * (x[i] - y[i])).sum::<f64>().sqrt()).sum()
}

/// Σ_{i≠j} |x_i - x_j|
fn within<const D: usize>(xs: &[[f64; D]]) -> f64 {
    2.0 * xs.iter().enumerate().map(|(i, x)| sum(x, &xs[..i])).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::rng::{Purpose, Stream};

    #[test]
    fn a_shifted_gaussian_has_the_distance_of_the_closed_form() {
        // On the line, 2 E|X - Y| = 2 (2 s φ(m/s) + m (2 Φ(m/s) - 1)) with s = sqrt 2, and E|X - X'| = 2/sqrt π.
        let (n, m, s) = (4000, 1.5, 2f64.sqrt());
        let draw = |k| Stream::new(4, Purpose::Evaluate, k).normals64(n);
        let shifted: Vec<f64> = draw(1).into_iter().map(|z| z + m).collect();
        let phi = (-0.5 * (m / s).powi(2)).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let exact = 2.0 * (2.0 * s * phi + m * libm::erf(m / s / 2f64.sqrt())) - 4.0 / std::f64::consts::PI.sqrt();
        let found = energy_distance::<1>(&draw(0), &shifted);
        println!("found {found:.4}, exact {exact:.4}; of one law {:.4}", energy_distance::<1>(&draw(0), &draw(2)));
        assert!((found - exact).abs() < 0.06 * exact);
        assert!(energy_distance::<1>(&draw(0), &draw(2)).abs() < 3e-3);
    }

    #[test]
    fn small_clouds_by_hand() {
        // Across 5, 5, 0 and 10; within 5 and 5.
        let found = energy_distance::<2>(&[0.0, 0.0, 3.0, 4.0], &[3.0, 4.0, 6.0, 8.0]);
        assert!((found - (2.0 * (5.0 + 10.0 + 0.0 + 5.0) / 4.0 - 5.0 - 5.0)).abs() < 1e-12);
        assert!(energy_distance::<2>(&[0.0, 0.0], &[1.0, 1.0]).is_nan());
    }
}
