//! A velocity field: dx/dt = u(x, t).

use super::state::State;

/// The right-hand side of the sampling ODE.
pub trait VelocityField<S: State> {
    /// u(x, t), of the shape of `x`; `t` in [0, 1].
    fn velocity(&self, x: &S, t: f64) -> S;

    /// Network evaluations that one call of [`velocity`](Self::velocity) costs.
    fn evaluations(&self) -> usize {
        1
    }
}

/// Any closure is a field.
impl<S: State, F: Fn(&S, f64) -> S> VelocityField<S> for F {
    fn velocity(&self, x: &S, t: f64) -> S {
        self(x, t)
    }
}
