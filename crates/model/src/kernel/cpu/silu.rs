//! silu(x) = x s(x), s(x) = 1 / (1 + exp(-x)), eight numbers at a time where the compiler finds vectors.

/// exp(x) to 2 units in the last place: 2ⁿ times a polynomial (Cephes), without a branch so that loops become vectors.
#[inline(always)]
fn exp(x: f32) -> f32 {
    /// 1.5 × 2²³: adding it leaves the nearest whole number in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 0.166_666_66;
    let p = p * r + 0.5;
    let p = p * r * r + r + 1.0;
    f32::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 23))
}

/// exp(x - max) in place, and the sum of all.
pub fn exp_below(x: &mut [f32], max: f32) -> f32 {
    x.iter_mut().for_each(|x| *x = exp(*x - max));
    x.iter().sum()
}

/// s of every number.
pub fn share(x: &[f32]) -> Vec<f32> {
    x.iter().map(|&x| 1.0 / (1.0 + exp(-x))).collect()
}

/// silu of every number, from x and s.
pub fn silu(x: &[f32], s: &[f32]) -> Vec<f32> {
    x.iter().zip(s).map(|(x, s)| x * s).collect()
}

/// g ← g silu'(x), silu'(x) = s (1 + x (1 - s)).
pub fn silu_gradient(g: &mut [f32], x: &[f32], s: &[f32]) {
    g.iter_mut().zip(x).zip(s).for_each(|((g, x), s)| *g *= s * (1.0 + x * (1.0 - s)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_within_two_units_in_the_last_place() {
        for i in -86_000..87_000 {
            let x = i as f32 / 1000.0;
            let exact = libm::exp(f64::from(x));
            let error = (f64::from(exp(x)) - exact).abs() / exact;
            assert!(error < 2.0 * f64::from(f32::EPSILON), "exp({x}): {error:e}");
        }
    }

    #[test]
    fn far_arguments_stay_finite_and_the_derivative_is_that_of_silu() {
        let far = [-1e30, 1e30];
        let y = silu(&far, &share(&far));
        assert!(y[0].abs() < 1e-6 && y[1] == 1e30, "{y:?}");
        for i in -80..80 {
            let (x, h) = (f64::from(i) / 8.0, 1e-4);
            let [low, high] = [x - h, x + h].map(|x| x / (1.0 + libm::exp(-x)));
            let (mut g, at) = ([1.0], [x as f32]);
            silu_gradient(&mut g, &at, &share(&at));
            assert!((f64::from(g[0]) - (high - low) / (2.0 * h)).abs() < 1e-6, "{x}");
        }
    }
}
