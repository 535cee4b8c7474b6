//! Explicit Runge–Kutta: k_i = u(x + h Σ_j a_ij k_j, t + c_i h),  x' = x + h Σ_i b_i k_i.

use crate::flow::{field::VelocityField, state::State};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A Butcher tableau (Butcher, 1964) with its name and order of convergence.
#[derive(Debug, PartialEq)]
pub struct Tableau {
    /// The name by which links know it.
    pub key: &'static str,
    /// The name by which people know it.
    pub name: &'static str,
    /// The global error falls as h^order.
    pub order: u32,
    /// Row i holds a_ij for j < i; row 0 is empty.
    pub a: &'static [&'static [f64]],
    /// Weights b_i.
    pub b: &'static [f64],
    /// Nodes c_i.
    pub c: &'static [f64],
}

/// x' = x + h u(x, t)
pub const EULER: Tableau = Tableau { key: "euler", name: "Euler", order: 1, a: &[&[]], b: &[1.0], c: &[0.0] };

/// The explicit midpoint rule.
pub const MIDPOINT: Tableau =
    Tableau { key: "midpoint", name: "Midpoint", order: 2, a: &[&[], &[0.5]], b: &[0.0, 1.0], c: &[0.0, 0.5] };

/// Heun's rule, the explicit trapezium.
pub const HEUN: Tableau =
    Tableau { key: "heun", name: "Heun", order: 2, a: &[&[], &[1.0]], b: &[0.5, 0.5], c: &[0.0, 1.0] };

/// The classical rule of Runge and Kutta.
pub const RK4: Tableau = Tableau {
    key: "rk4",
    name: "RK4",
    order: 4,
    a: &[&[], &[0.5], &[0.0, 0.5], &[0.0, 0.0, 1.0]],
    b: &[1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0],
    c: &[0.0, 0.5, 0.5, 1.0],
};

/// Every solver. Joining this list puts one in the page, the links, the command line and the tests.
pub const SOLVERS: &[&Tableau] = &[&EULER, &MIDPOINT, &HEUN, &RK4];

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
        let mut k = vec![k_1.clone()];
        for i in 1..self.stages() {
            let x_i = sum(x, h, self.a[i], &k);
            k.push(field.velocity(&x_i, t + self.c[i] * h));
        }
        sum(x, h, self.b, &k)
    }
}

/// x + h Σ_j w_j k_j, skipping what is multiplied by zero.
fn sum<S: State>(x: &S, h: f64, weights: &[f64], k: &[S]) -> S {
    let terms = weights.iter().zip(k).filter(|(w, _)| **w != 0.0);
    terms.fold(x.clone(), |x, (w, k)| x.add_scaled(h * w, k))
}

/// A choice from [`SOLVERS`], written as its key.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Solver(pub &'static Tableau);

impl Default for Solver {
    fn default() -> Self {
        Self(&EULER)
    }
}

impl fmt::Display for Solver {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.0.key)
    }
}

impl From<Solver> for String {
    fn from(solver: Solver) -> Self {
        solver.to_string()
    }
}

impl FromStr for Solver {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = SOLVERS.iter().find(|tableau| tableau.key == text);
        found.map(|tableau| Self(tableau)).ok_or_else(|| {
            let keys: Vec<_> = SOLVERS.iter().map(|tableau| tableau.key).collect();
            format!("no solver is called “{text}”; there are {}", keys.join(", "))
        })
    }
}

impl TryFrom<String> for Solver {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::time::uniform_grid;

    fn solve<S: State>(tableau: &Tableau, field: impl VelocityField<S>, x_0: S, n: usize) -> S {
        (0..n).fold(x_0, |x, i| tableau.step(&field, &x, uniform_grid(i, n), 1.0 / n as f64))
    }

    /// log2 of the ratio of errors at n and 2n steps.
    fn measured_order(error: impl Fn(usize) -> f64, n: usize) -> f64 {
        (error(n) / error(2 * n)).log2()
    }

    #[test]
    fn every_solver_converges_with_its_order_on_two_problems() {
        for tableau in SOLVERS {
            // The logistic equation x' = 3x(1 - x), x(0) = 0.1.
            let scalar = |n| {
                let x = solve(tableau, |x: &f64, _: f64| 3.0 * x * (1.0 - x), 0.1, n);
                (x - 1.0 / (1.0 + 9.0 * (-3f64).exp())).abs()
            };
            // A rotation that speeds up, x' = (1 + t) J x: x(1) is turned by 3/2.
            let plane = |n| {
                let field = |x: &[f64; 2], t: f64| [-(1.0 + t) * x[1], (1.0 + t) * x[0]];
                let x = solve(tableau, field, [1.0, 0.0], n);
                (x[0] - 1.5f64.cos()).hypot(x[1] - 1.5f64.sin())
            };
            for order in [measured_order(scalar, 64), measured_order(plane, 64)] {
                println!("{}: order {order:.3}, stated {}", tableau.name, tableau.order);
                assert!((order - f64::from(tableau.order)).abs() < 0.1, "{}: {order}", tableau.name);
            }
        }
    }

    #[test]
    fn a_known_first_stage_changes_nothing_but_the_cost() {
        for tableau in SOLVERS {
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
        for tableau in SOLVERS {
            assert!((tableau.b.iter().sum::<f64>() - 1.0).abs() < 1e-15);
            for (row, c) in tableau.a.iter().zip(tableau.c) {
                assert_eq!(row.iter().sum::<f64>(), *c, "{}", tableau.name);
            }
        }
    }

    #[test]
    fn keys_round_trip_and_unknown_ones_get_a_sentence() {
        for tableau in SOLVERS {
            assert_eq!(tableau.key.parse::<Solver>().unwrap().0, *tableau);
        }
        assert!("leapfrog".parse::<Solver>().unwrap_err().contains("euler, midpoint, heun, rk4"));
    }
}
