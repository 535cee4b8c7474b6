//! Classifier-free guidance (Ho & Salimans, 2022): a field from two fields,
//!
//! u_w(x, t) = (1 - w) u(x, t | ∅) + w u(x, t | y).
//!
//! w = 0 is unconditional, w = 1 conditional; both cost one evaluation, every other w costs two.

use super::{field::VelocityField, state::State};

/// The guided field made of a conditional and an unconditional one.
pub struct Guided<C, U> {
    /// u(x, t | y)
    pub conditional: C,
    /// u(x, t | ∅)
    pub unconditional: U,
    /// The guidance scale w >= 0.
    pub w: f64,
}

impl<S: State, C: VelocityField<S>, U: VelocityField<S>> VelocityField<S> for Guided<C, U> {
    fn velocity(&self, x: &S, t: f64) -> S {
        if self.w == 1.0 {
            self.conditional.velocity(x, t)
        } else if self.w == 0.0 {
            self.unconditional.velocity(x, t)
        } else {
            let free = self.unconditional.velocity(x, t);
            free.combine(1.0 - self.w, self.w, &self.conditional.velocity(x, t))
        }
    }

    fn evaluations(&self) -> usize {
        if self.w == 1.0 {
            self.conditional.evaluations()
        } else if self.w == 0.0 {
            self.unconditional.evaluations()
        } else {
            self.conditional.evaluations() + self.unconditional.evaluations()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(w: f64) -> Guided<impl VelocityField<f64>, impl VelocityField<f64>> {
        Guided { conditional: |x: &f64, t: f64| 3.0 * x + t, unconditional: |x: &f64, _: f64| -*x, w }
    }

    #[test]
    fn the_scale_interpolates_and_extrapolates() {
        for w in [0.0, 0.25, 1.0, 4.0] {
            let expected = (1.0 - w) * -2.0 + w * 6.5;
            assert!((at(w).velocity(&2.0, 0.5) - expected).abs() < 1e-12, "w = {w}");
        }
    }

    #[test]
    fn one_evaluation_where_one_suffices() {
        assert_eq!([0.0, 1.0, 2.0].map(|w| at(w).evaluations()), [1, 1, 2]);
    }
}
