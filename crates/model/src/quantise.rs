//! Matrices as small whole numbers: W ≈ q s, W [inputs, outputs], q whole, one step s a column.
//!
//! All columns of a matrix have the same step, but those whose largest number would not fit into a byte. Then the q are
//! as unevenly distributed as W is, and a web server's compression leaves little more than their entropy: for numbers
//! of a bell curve, log₂(4.13 rms / s) bits. No other rounding of single numbers has a much smaller error at that size.

use super::parameters::Entry;
use half::f16;

/// Largest q.
const MOST: f32 = i8::MAX as f32;

/// Matrices of fewer numbers than these stay f16. The first layer is among them: rounding it costs more loss than
/// rounding all others together.
const LEAST: usize = 8192;

/// How much longer the steps of attention's matrices are: of all, rounding them costs the least.
const ATTENTION: f64 = 2.5;

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
    /// The nearest to `matrix`, row by row in `outputs` columns, with `fineness` steps to the root mean square of W.
    pub fn of(matrix: &[f32], outputs: usize, fineness: f64) -> Self {
        let square: f64 = matrix.iter().map(|x| f64::from(*x).powi(2)).sum();
        let usual = ((square / matrix.len() as f64).sqrt() / fineness) as f32;
        let mut largest = vec![0.0f32; outputs];
        for row in matrix.chunks_exact(outputs) {
            largest.iter_mut().zip(row).for_each(|(most, x)| *most = most.max(x.abs()));
        }
        let steps: Vec<f16> = largest.iter().map(|largest| f16::from_f32(usual.max(largest / MOST))).collect();
        // A matrix too small for any step is zero.
        let inverse: Vec<f32> = steps.iter().map(|s| if *s > f16::ZERO { 1.0 / s.to_f32() } else { 0.0 }).collect();
        let nearest = |(x, inverse): (&f32, &f32)| (x * inverse).round_ties_even().clamp(-MOST, MOST) as i8;
        let rows = matrix.chunks_exact(outputs);
        Self { numbers: rows.flat_map(|row| row.iter().zip(&inverse).map(nearest)).collect(), steps }
    }

    /// The same for a part of θ that [`pays`].
    pub fn of_entry(entry: &Entry, numbers: &[f32], fineness: u8) -> Self {
        let attends = ["qkv.weight", "attended.weight"].iter().any(|name| entry.name.ends_with(name));
        let longer = if attends { ATTENTION } else { 1.0 };
        Self::of(numbers, entry.shape[1], f64::from(fineness) / longer)
    }

    /// q s, row by row.
    pub fn matrix(&self) -> impl Iterator<Item = f32> {
        matrix(self.numbers.iter().copied(), &self.steps)
    }
}

/// q s, row by row, of `numbers` q and the `steps` of their columns.
pub fn matrix(numbers: impl Iterator<Item = i8>, steps: &[f16]) -> impl Iterator<Item = f32> {
    let steps: Vec<f32> = steps.iter().map(|s| s.to_f32()).collect();
    numbers.zip(steps.into_iter().cycle()).map(|(q, s)| f32::from(q) * s)
}

/// θ as a file of whole numbers gives it back.
pub fn rounded(entries: &[Entry], theta: &[f32], fineness: u8) -> Vec<f32> {
    let mut rounded = Vec::with_capacity(theta.len());
    for entry in entries {
        let part = &theta[entry.start..entry.start + entry.len()];
        if pays(entry) {
            rounded.extend(Whole::of_entry(entry, part, fineness).matrix());
        } else {
            rounded.extend(part.iter().map(|x| f16::from_f32(*x).to_f32()));
        }
    }
    rounded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::Init;
    use proptest::prelude::*;

    #[test]
    fn a_step_is_a_share_of_the_root_mean_square() {
        // Root mean square 2, so steps of 0.5; 70 / 127 where that would be too short for a byte.
        let matrix = [2.0, -1.8, 2.3, -2.0, 1.7, 0.9, 2.0, -2.9, 0.0, 2.0, 2.0, 0.24];
        let rms = (matrix.iter().map(|x: &f32| x * x).sum::<f32>() / 12.0).sqrt();
        let Whole { numbers, steps } = Whole::of(&matrix, 3, f64::from(rms) * 2.0);
        assert_eq!(numbers, [4, -4, 5, -4, 3, 2, 4, -6, 0, 4, 4, 0]);
        assert_eq!(steps, [f16::from_f32(0.5); 3]);
        let Whole { numbers, steps } = Whole::of(&[1.0, 70.0, -1.0, 0.3, 0.5, -7.0], 2, 60.0);
        let rms = ((1.0 + 4900.0 + 1.0 + 0.09 + 0.25 + 49.0) / 6.0f32).sqrt();
        assert_eq!(steps, [rms / 60.0, 70.0 / 127.0].map(f16::from_f32));
        assert_eq!(numbers, [2, 127, -2, 1, 1, -13]);
    }

    #[test]
    fn what_no_step_can_carry_is_zero() {
        let whole = Whole::of(&[1e-12, 0.0, -1e-12, 0.0], 2, 8.0);
        assert_eq!((whole.numbers, whole.steps), (vec![0; 4], vec![f16::ZERO; 2]));
    }

    #[test]
    fn matrices_of_attention_are_coarser_and_small_ones_stay() {
        let entry =
            |name: &str, outputs| Entry { name: name.into(), shape: vec![64, outputs], start: 0, init: Init::Zero };
        assert!(pays(&entry("up.weight", 128)) && !pays(&entry("up.weight", 127)));
        let numbers: Vec<f32> = (0..64 * 128).map(|i| (i % 17) as f32 - 8.0).collect();
        let step = |name| Whole::of_entry(&entry(name, 128), &numbers, 10).steps[0].to_f32();
        assert!((step("block.1.qkv.weight") / step("block.1.up.weight") - 2.5).abs() < 2e-3);
    }

    proptest! {
        #[test]
        fn no_number_is_off_by_more_than_half_a_step(
            matrix in prop::collection::vec(-9f32..9.0, 12),
            fineness in 1..100u8,
        ) {
            let whole = Whole::of(&matrix, 4, fineness.into());
            for (i, (x, rounded)) in matrix.iter().zip(whole.matrix()).enumerate() {
                // The step itself has 11 bits, so the largest number may be off by 2^-11 of itself besides.
                let bound = whole.steps[i % 4].to_f32() / 2.0 + x.abs() / 2000.0 + 1e-6;
                prop_assert!((x - rounded).abs() <= bound, "{x} became {rounded}");
            }
        }
    }
}
