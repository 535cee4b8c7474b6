//! Matrices as small whole numbers: W ≈ q s, W [inputs, outputs], q whole, one step s a column.
//!
//! Whole numbers that stay within ±15 fill a byte to a half, and a web server's compression takes the rest away.

use super::parameters::Entry;
use half::f16;

/// The most levels on either side of 0.
pub const MAX_LEVELS: i8 = i8::MAX;

/// Matrices of fewer numbers than these stay f16. The first layer is among them: rounding it costs more loss than
/// rounding all others together.
const LEAST: usize = 8192;

/// Whether a part of θ is worth rounding.
pub fn pays(entry: &Entry) -> bool {
    entry.shape.len() == 2 && entry.len() >= LEAST
}

/// A matrix as whole numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    /// q, row by row.
    pub numbers: Vec<i8>,
    /// s of each column, none negative.
    pub steps: Vec<f16>,
}

impl Whole {
    /// The nearest to `matrix`, row by row in `outputs` columns, where the largest |W| of a column is `levels` steps.
    pub fn of(matrix: &[f32], outputs: usize, levels: i8) -> Self {
        let mut largest = vec![0.0f32; outputs];
        for row in matrix.chunks_exact(outputs) {
            largest.iter_mut().zip(row).for_each(|(most, x)| *most = most.max(x.abs()));
        }
        let most = f32::from(levels.max(1));
        let steps: Vec<f16> = largest.iter().map(|largest| f16::from_f32(largest / most)).collect();
        // A column too small for any step is zero.
        let inverse: Vec<f32> = steps.iter().map(|s| if *s > f16::ZERO { 1.0 / s.to_f32() } else { 0.0 }).collect();
        let nearest = |(x, inverse): (&f32, &f32)| (x * inverse).round_ties_even().clamp(-most, most) as i8;
        let rows = matrix.chunks_exact(outputs);
        Self { numbers: rows.flat_map(|row| row.iter().zip(&inverse).map(nearest)).collect(), steps }
    }

    /// q s, row by row.
    pub fn matrix(&self) -> impl Iterator<Item = f32> {
        let steps: Vec<f32> = self.steps.iter().map(|s| s.to_f32()).collect();
        self.numbers.iter().zip(steps.into_iter().cycle()).map(|(q, s)| f32::from(*q) * s)
    }
}

/// θ as a file with whole numbers up to `levels` gives it back.
pub fn rounded(entries: &[Entry], theta: &[f32], levels: i8) -> Vec<f32> {
    let mut rounded = Vec::with_capacity(theta.len());
    for entry in entries {
        let part = &theta[entry.start..entry.start + entry.len()];
        if pays(entry) {
            rounded.extend(Whole::of(part, entry.shape[1], levels).matrix());
        } else {
            rounded.extend(part.iter().map(|x| f16::from_f32(*x).to_f32()));
        }
    }
    rounded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_have_steps_of_their_own() {
        let matrix = [3.0, 0.02, 0.0, -1.4, -0.04, 0.0, 0.4, 0.011, 0.0];
        let Whole { numbers, steps } = Whole::of(&matrix, 3, 4);
        // Steps 0.75, 0.01 and none: 3 / 0.75, 0.02 / 0.01, …
        assert_eq!(numbers, [4, 2, 0, -2, -4, 0, 1, 1, 0]);
        assert_eq!(steps, [0.75, 0.01, 0.0].map(f16::from_f32));
    }

    #[test]
    fn what_no_step_can_carry_is_zero() {
        let whole = Whole::of(&[1e-12, 1.0, -1e-12, 0.5], 2, 127);
        assert_eq!((whole.numbers, whole.steps[0]), (vec![0, 127, 0, 64], f16::ZERO));
    }

    proptest! {
        #[test]
        fn no_number_is_off_by_more_than_half_a_step(
            matrix in prop::collection::vec(-9f32..9.0, 12),
            levels in 1..=MAX_LEVELS,
        ) {
            let whole = Whole::of(&matrix, 4, levels);
            prop_assert!(whole.numbers.iter().all(|q| q.abs() <= levels));
            for (i, (x, rounded)) in matrix.iter().zip(whole.matrix()).enumerate() {
                // The step itself has 11 bits, so the largest number may be off by 2^-11 of itself besides.
                let bound = whole.steps[i % 4].to_f32() / 2.0 + x.abs() / 2000.0 + 1e-6;
                prop_assert!((x - rounded).abs() <= bound, "{x} became {rounded}");
            }
        }
    }
}
