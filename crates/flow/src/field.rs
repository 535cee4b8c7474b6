//! A velocity field: dx/dt = u(x, t).

use super::state::State;
use std::cell::Cell;

/// The right-hand side of the sampling ODE.
pub trait VelocityField<S: State> {
    /// u(x, t), of the shape of `x`; `t` in [0, 1].
    fn velocity(&self, x: &S, t: f64) -> S;

    /// Network evaluations that one call of [`velocity`](Self::velocity) at `t` costs.
    fn evaluations(&self, _t: f64) -> usize {
        1
    }
}

/// Any closure is a field.
impl<S: State, F: Fn(&S, f64) -> S> VelocityField<S> for F {
    fn velocity(&self, x: &S, t: f64) -> S {
        self(x, t)
    }
}

/// A field that counts what it costs (NFE).
///
/// ```
/// use flow::{field::{Counted, VelocityField}, sampler::HEUN};
///
/// let field = Counted::new(|x: &f64, _t: f64| -x);
/// let x = HEUN.step(&field, &1.0, 0.0, 0.1);
/// assert!((x - (-0.1f64).exp()).abs() < 1e-3);
/// assert_eq!(field.spent(), 2);
/// ```
pub struct Counted<F> {
    pub field: F,
    spent: Cell<usize>,
}

impl<F> Counted<F> {
    /// Nothing spent yet.
    pub fn new(field: F) -> Self {
        Self { field, spent: Cell::new(0) }
    }

    /// Network evaluations so far.
    pub fn spent(&self) -> usize {
        self.spent.get()
    }
}

impl<S: State, F: VelocityField<S>> VelocityField<S> for Counted<F> {
    fn velocity(&self, x: &S, t: f64) -> S {
        self.spent.update(|spent| spent + self.field.evaluations(t));
        self.field.velocity(x, t)
    }

    fn evaluations(&self, t: f64) -> usize {
        self.field.evaluations(t)
    }
}
