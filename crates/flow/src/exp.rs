//! e^x for many numbers at once, in plain arithmetic that compilers put into SIMD lanes:
//!
//! e^x = 2^n e^r,   n = round(x / ln 2),   r = x - n ln 2,   |r| <= ln(2) / 2.
//!
//! `f64::exp` is a call for every number, and that call is most of what a Gaussian mixture costs.

use std::f64::consts::LOG2_E;

/// Below it e^x is 0 here: what is left has no normal f64, and arithmetic on others is slow.
pub const LOWEST: f64 = -708.0;

/// ln 2 in two pieces: n times the first is exact for every n in use (Cody & Waite, 1980; the split of fdlibm).
const LN_2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];

/// Added to a number below 2^51, it leaves the nearest integer in the lowest bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// e^x for x <= 709, to a relative error of 1e-15; 0 below [`LOWEST`]. NaN for NaN.
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    // The exponent -1023 of a zero.
    let x = if x < LOWEST { -709.1 } else { x };
    let shifted = x * LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN_2[0]) - n * LN_2[1];
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    series(r) * power
}

/// Σ r^i / i! for i <= 12, within 2e-16 of e^r; in pairs (Estrin), for a short chain of dependent steps.
#[inline(always)]
fn series(r: f64) -> f64 {
    const F: [f64; 13] = inverse_factorials();
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (F[0] + F[1] * r) + (F[2] + F[3] * r) * r2;
    let middle = (F[4] + F[5] * r) + (F[6] + F[7] * r) * r2;
    let high = (F[8] + F[9] * r) + (F[10] + F[11] * r) * r2;
    low + (middle + (high + F[12] * r4) * r4) * r4
}

const fn inverse_factorials() -> [f64; 13] {
    let (mut f, mut factorial, mut i) = ([1.0; 13], 1.0, 1);
    while i < 13 {
        factorial *= i as f64;
        f[i] = 1.0 / factorial;
        i += 1;
    }
    f
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn off(x: f64) -> f64 {
        (exp(x) / libm::exp(x) - 1.0).abs()
    }

    #[test]
    fn it_is_the_exponential_over_its_whole_range() {
        // A step that meets no multiple of ln 2.
        let worst = (0..2_000_000).map(|i| off(LOWEST + f64::from(i) * 7.085e-4)).fold(0.0, f64::max);
        println!("exp off by {worst:.1e}");
        assert!(worst < 1e-15);
        let small = (-300..0).map(|e| 10f64.powi(e)).flat_map(|x| [off(x), off(-x)]).fold(0.0, f64::max);
        assert!(small < 1e-15);
    }

    #[test]
    fn the_places_where_n_turns() {
        for n in -1021..1023 {
            let middle = (f64::from(n) + 0.5) * std::f64::consts::LN_2;
            for x in [middle.next_down(), middle, middle.next_up()].into_iter().filter(|&x| x >= LOWEST) {
                assert!(off(x) < 1e-15, "{x}");
            }
        }
    }

    #[test]
    fn special_numbers() {
        assert_eq!([0.0, -0.0].map(exp), [1.0; 2]);
        assert_eq!([LOWEST.next_down(), -745.0, -1e9, -1e300, f64::MIN, f64::NEG_INFINITY].map(exp), [0.0; 6]);
        assert!(exp(LOWEST).is_normal() && exp(709.0).is_finite() && exp(f64::NAN).is_nan());
    }

    proptest! {
        #[test]
        fn any_number_in_range(x in LOWEST..709.0) {
            prop_assert!(off(x) < 1e-15);
        }

        #[test]
        fn what_is_too_small_is_nothing(x in f64::MIN..-708.001) {
            prop_assert_eq!(exp(x), 0.0);
        }
    }
}
