//! One network, several readings. With det = alpha_t d_sigma_t - sigma_t d_alpha_t,
//!
//! x_1 = (d_sigma_t x - sigma_t u) / det,   x_0 = (alpha_t u - d_alpha_t x) / det,
//! u = d_alpha_t x_1 + d_sigma_t x_0.

use super::{schedule::Coefficients, state::State};

fn det(c: &Coefficients) -> f64 {
    c.alpha_t * c.d_sigma_t - c.sigma_t * c.d_alpha_t
}

/// The predicted data x_1 that the velocity `u` at `x` stands for.
pub fn data_from_velocity<S: State>(c: &Coefficients, x: &S, u: &S) -> S {
    x.combine(c.d_sigma_t / det(c), -c.sigma_t / det(c), u)
}

/// The predicted noise x_0 that the velocity `u` at `x` stands for.
pub fn noise_from_velocity<S: State>(c: &Coefficients, x: &S, u: &S) -> S {
    u.combine(c.alpha_t / det(c), -c.d_alpha_t / det(c), x)
}

/// The velocity that the predicted data `x_1` at `x` stands for; needs sigma_t > 0.
pub fn velocity_from_data<S: State>(c: &Coefficients, x: &S, x_1: &S) -> S {
    x_1.combine(-det(c) / c.sigma_t, c.d_sigma_t / c.sigma_t, x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{path, schedule::SCHEDULES};

    #[test]
    fn the_conditional_velocity_reads_back_as_its_own_ends() {
        let (x_0, x_1) = (0.9, -0.4);
        for schedule in SCHEDULES {
            for t in [0.1, 0.5, 0.9] {
                let c = schedule.at(t);
                let (x, u) = (path::x_t(&c, &x_0, &x_1), path::velocity(&c, &x_0, &x_1));
                assert!((data_from_velocity(&c, &x, &u) - x_1).abs() < 1e-12);
                assert!((noise_from_velocity(&c, &x, &u) - x_0).abs() < 1e-12);
                assert!((velocity_from_data(&c, &x, &x_1) - u).abs() < 1e-12);
            }
        }
    }
}
