//! Classifier-free guidance (Ho & Salimans, 2022): a field from two fields,
//!
//! u_w(x, t) = (1 - w) u(x, t | ∅) + w u(x, t | y)   for t in an interval (Kynkäänniemi et al., 2024), u(x, t | y) outside it.
//!
//! w = 0 is unconditional, w = 1 conditional; both cost one evaluation, every other w costs two.

use super::{field::VelocityField, state::State};

/// Network evaluations of a velocity guided with `w`.
pub fn evaluations(w: f64) -> usize {
    if w == 0.0 || w == 1.0 { 1 } else { 2 }
}

/// The guided field made of a conditional and an unconditional one.
///
/// ```
/// use flow::{field::VelocityField, guidance::Guided};
///
/// let (conditional, unconditional) = (|_: &f64, _: f64| 3.0, |_: &f64, _: f64| 1.0);
/// let guided = Guided { conditional, unconditional, w: 2.0, interval: [0.2, 1.0] };
/// assert_eq!(guided.velocity(&0.0, 0.5), -1.0 * 1.0 + 2.0 * 3.0);
/// // Outside the interval nothing is guided, and it costs one evaluation.
/// assert_eq!((guided.velocity(&0.0, 0.1), guided.evaluations(0.1)), (3.0, 1));
/// ```
pub struct Guided<C, U> {
    /// u(x, t | y)
    pub conditional: C,
    /// u(x, t | ∅)
    pub unconditional: U,
    /// The guidance scale w >= 0.
    pub w: f64,
    /// The first and the last t at which w acts.
    pub interval: [f64; 2],
}

impl<C, U> Guided<C, U> {
    /// The scale in force at `t`.
    fn scale(&self, t: f64) -> f64 {
        let [from, to] = self.interval;
        if (from..=to).contains(&t) { self.w } else { 1.0 }
    }
}

impl<S: State, C: VelocityField<S>, U: VelocityField<S>> VelocityField<S> for Guided<C, U> {
    fn velocity(&self, x: &S, t: f64) -> S {
        let w = self.scale(t);
        if w == 1.0 {
            self.conditional.velocity(x, t)
        } else if w == 0.0 {
            self.unconditional.velocity(x, t)
        } else {
            let free = self.unconditional.velocity(x, t);
            free.combine(1.0 - w, w, &self.conditional.velocity(x, t))
        }
    }

    fn evaluations(&self, t: f64) -> usize {
        let w = self.scale(t);
        if w == 1.0 {
            self.conditional.evaluations(t)
        } else if w == 0.0 {
            self.unconditional.evaluations(t)
        } else {
            self.conditional.evaluations(t) + self.unconditional.evaluations(t)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Counted;

    fn at(w: f64, interval: [f64; 2]) -> Guided<impl VelocityField<f64>, impl VelocityField<f64>> {
        Guided { conditional: |x: &f64, t: f64| 3.0 * x + t, unconditional: |x: &f64, _: f64| -*x, w, interval }
    }

    #[test]
    fn the_scale_interpolates_and_extrapolates() {
        for w in [0.0, 0.25, 1.0, 4.0] {
            let expected = (1.0 - w) * -2.0 + w * 6.5;
            assert!((at(w, [0.0, 1.0]).velocity(&2.0, 0.5) - expected).abs() < 1e-12, "w = {w}");
        }
    }

    #[test]
    fn outside_its_interval_guidance_is_conditional_and_costs_one() {
        let field = Counted::new(at(3.0, [0.2, 0.6]));
        for (t, acts) in [(0.0, false), (0.19, false), (0.2, true), (0.6, true), (0.61, false)] {
            let before = field.spent();
            let w = if acts { 3.0 } else { 1.0 };
            let expected = (1.0 - w) * -2.0 + w * (6.0 + t);
            assert!((field.velocity(&2.0, t) - expected).abs() < 1e-12, "t = {t}");
            assert_eq!(field.spent() - before, if acts { 2 } else { 1 }, "t = {t}");
        }
    }

    #[test]
    fn one_evaluation_where_one_suffices() {
        assert_eq!([0.0, 1.0, 2.0].map(|w| at(w, [0.0, 1.0]).evaluations(0.5)), [1, 1, 2]);
    }
}
