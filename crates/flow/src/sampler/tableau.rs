//! Explicit Runge–Kutta: k_i = u(x + h Σ_j a_ij k_j, t + c_i h),  x' = x + h Σ_i b_i k_i.

use crate::{field::VelocityField, state::State};

/// A Butcher tableau (Butcher, 1964). Its global error falls as h^order; the order stands in the list of samplers.
#[derive(Debug, PartialEq)]
pub struct Tableau {
    /// Row i holds a_ij for j < i; row 0 is empty.
    pub a: &'static [&'static [f64]],
    /// Weights b_i.
    pub b: &'static [f64],
    /// Nodes c_i.
    pub c: &'static [f64],
}

/// x' = x + h u(x, t)
pub const EULER: Tableau = Tableau { a: &[&[]], b: &[1.0], c: &[0.0] };

/// The explicit midpoint rule.
pub const MIDPOINT: Tableau = Tableau { a: &[&[], &[0.5]], b: &[0.0, 1.0], c: &[0.0, 0.5] };

/// Heun's rule, the explicit trapezium.
pub const HEUN: Tableau = Tableau { a: &[&[], &[1.0]], b: &[0.5, 0.5], c: &[0.0, 1.0] };

/// The classical rule of Runge and Kutta.
pub const RK4: Tableau = Tableau {
    a: &[&[], &[0.5], &[0.0, 0.5], &[0.0, 0.0, 1.0]],
    b: &[1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0],
    c: &[0.0, 0.5, 0.5, 1.0],
};

/// Dormand & Prince (1980), order 5; its last slope is the first one of the next step.
pub const DORMAND_PRINCE: Tableau = Tableau {
    a: &[
        &[],
        &[1.0 / 5.0],
        &[3.0 / 40.0, 9.0 / 40.0],
        &[44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
        &[19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0],
        &[9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
        &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0],
    ],
    b: &[35.0 / 384.0, 0.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0, 0.0],
    c: &[0.0, 1.0 / 5.0, 3.0 / 10.0, 4.0 / 5.0, 8.0 / 9.0, 1.0, 1.0],
};

impl Tableau {
    /// Field evaluations a step.
    pub fn stages(&self) -> usize {
        self.b.len()
    }

    /// One step of length `h` from `x` at `t`.
    pub fn step<S: State>(&self, field: &impl VelocityField<S>, x: &S, t: f64, h: f64) -> S {
        self.step_from(field, x, &field.velocity(x, t), t, h)
    }

    /// The same step where `k_1` = u(x, t) is known already, and not paid for twice.
    pub fn step_from<S: State>(&self, field: &impl VelocityField<S>, x: &S, k_1: &S, t: f64, h: f64) -> S {
        sum(x, h, self.b, &self.slopes(field, x, k_1, t, h))
    }

    /// k_1 … k_n of a step.
    pub(super) fn slopes<S: State>(&self, field: &impl VelocityField<S>, x: &S, k_1: &S, t: f64, h: f64) -> Vec<S> {
        let mut k = vec![k_1.clone()];
        while k.len() < self.stages() {
            k.push(self.slope(field, x, &k, t, h));
        }
        k
    }

    /// The slope after those of `k`: k_i = u(x + h Σ_{j<i} a_ij k_j, t + c_i h).
    pub(super) fn slope<S: State>(&self, field: &impl VelocityField<S>, x: &S, k: &[S], t: f64, h: f64) -> S {
        let i = k.len();
        field.velocity(&sum(x, h, self.a[i], k), t + self.c[i] * h)
    }
}

/// x + h Σ_j w_j k_j, skipping what is multiplied by zero.
pub(super) fn sum<S: State>(x: &S, h: f64, weights: &[f64], k: &[S]) -> S {
    let terms = weights.iter().zip(k).filter(|(w, _)| **w != 0.0);
    terms.fold(x.clone(), |x, (w, k)| x.add_scaled(h * w, k))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [&Tableau; 5] = [&EULER, &MIDPOINT, &HEUN, &RK4, &DORMAND_PRINCE];

    #[test]
    fn a_known_first_stage_changes_nothing_but_the_cost() {
        for tableau in ALL {
            let calls = std::cell::Cell::new(0);
            let field = |x: &f64, t: f64| {
                calls.set(calls.get() + 1);
                x.sin() + t
            };
            let whole = tableau.step(&field, &0.3, 0.1, 0.2);
            assert_eq!(calls.take(), tableau.stages());
            let k_1 = field(&0.3, 0.1);
            calls.set(0);
            assert_eq!(tableau.step_from(&field, &0.3, &k_1, 0.1, 0.2), whole);
            assert_eq!(calls.get(), tableau.stages() - 1);
        }
    }

    #[test]
    fn tableaus_are_consistent() {
        for tableau in ALL {
            assert!((tableau.b.iter().sum::<f64>() - 1.0).abs() < 1e-14);
            for (row, c) in tableau.a.iter().zip(tableau.c) {
                assert!((row.iter().sum::<f64>() - c).abs() < 1e-14);
            }
        }
    }

    /// The 17 order conditions up to order 5, one a rooted tree (Butcher, 1964): Σ b_i φ_i = 1/γ.
    fn order_conditions(tableau: &Tableau) -> [(i32, f64); 17] {
        let n = tableau.stages();
        let c = |k: i32| -> Vec<f64> { tableau.c.iter().map(|c| c.powi(k)).collect() };
        let a = |v: &[f64]| -> Vec<f64> {
            tableau.a.iter().map(|row| row.iter().zip(v).map(|(a, v)| a * v).sum()).collect()
        };
        let times = |v: &[f64], w: &[f64]| -> Vec<f64> { v.iter().zip(w).map(|(v, w)| v * w).collect() };
        let b = |v: &[f64]| (0..n).map(|i| tableau.b[i] * v[i]).sum::<f64>();
        let (c1, c2, ac, ac2) = (c(1), c(2), a(&c(1)), a(&c(2)));
        [
            (1, b(&c(0)) - 1.0),
            (2, b(&c1) - 1.0 / 2.0),
            (3, b(&c2) - 1.0 / 3.0),
            (3, b(&ac) - 1.0 / 6.0),
            (4, b(&c(3)) - 1.0 / 4.0),
            (4, b(&times(&c1, &ac)) - 1.0 / 8.0),
            (4, b(&ac2) - 1.0 / 12.0),
            (4, b(&a(&ac)) - 1.0 / 24.0),
            (5, b(&c(4)) - 1.0 / 5.0),
            (5, b(&times(&c2, &ac)) - 1.0 / 10.0),
            (5, b(&times(&ac, &ac)) - 1.0 / 20.0),
            (5, b(&times(&c1, &ac2)) - 1.0 / 15.0),
            (5, b(&a(&c(3))) - 1.0 / 20.0),
            (5, b(&times(&c1, &a(&ac))) - 1.0 / 30.0),
            (5, b(&a(&times(&c1, &ac))) - 1.0 / 40.0),
            (5, b(&a(&ac2)) - 1.0 / 60.0),
            (5, b(&a(&a(&ac))) - 1.0 / 120.0),
        ]
    }

    #[test]
    fn the_order_conditions_hold_up_to_the_order_and_not_beyond() {
        for (tableau, order) in ALL.into_iter().zip([1, 2, 2, 4, 5]) {
            for (of, off) in order_conditions(tableau) {
                assert!(of > order || off.abs() < 1e-15, "order {order}, a condition of order {of}: {off:e}");
            }
            let broken = order_conditions(tableau).iter().any(|(of, off)| *of > order && off.abs() > 1e-3);
            assert!(broken || order == 5, "better than order {order}");
        }
    }
}
