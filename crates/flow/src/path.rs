//! The conditional path between one noise and one datum,
//!
//! x_t = alpha_t x_1 + sigma_t x_0,   u_t(x_t | x_0, x_1) = d_alpha_t x_1 + d_sigma_t x_0.

use super::{schedule::Coefficients, state::State};

/// x_t on the path from noise `x_0` to data `x_1`.
///
/// ```
/// use flow::{path, schedule::{Linear, Schedule}};
///
/// assert_eq!(path::x_t(&Linear.at(0.25), &0.0, &4.0), 1.0);
/// ```
pub fn x_t<S: State>(c: &Coefficients, x_0: &S, x_1: &S) -> S {
    x_1.combine(c.alpha_t, c.sigma_t, x_0)
}

/// The conditional velocity dx_t/dt, the target of flow matching.
pub fn velocity<S: State>(c: &Coefficients, x_0: &S, x_1: &S) -> S {
    x_1.combine(c.d_alpha_t, c.d_sigma_t, x_0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{Linear, SCHEDULES, Schedule};

    #[test]
    fn linear_paths_are_straight() {
        let (x_0, x_1) = ([1.0, -2.0], [4.0, 0.5]);
        assert_eq!(x_t(&Linear.at(0.25), &x_0, &x_1), [1.75, -1.375]);
        for t in [0.0, 0.3, 1.0] {
            assert_eq!(velocity(&Linear.at(t), &x_0, &x_1), [3.0, 2.5]);
        }
    }

    #[test]
    fn the_velocity_is_the_derivative_of_the_path() {
        let (x_0, x_1, h) = (0.7, -1.3, 1e-5);
        for schedule in SCHEDULES {
            for t in [0.20037, 0.50037, 0.80037] {
                let slope = (x_t(&schedule.at(t + h), &x_0, &x_1) - x_t(&schedule.at(t - h), &x_0, &x_1)) / (2.0 * h);
                let u = velocity(&schedule.at(t), &x_0, &x_1);
                assert!((slope - u).abs() < 1e-6 * u.abs().max(1.0), "{} at {t}", schedule.key());
            }
        }
    }
}
