//! The adaptive step: the pair of Dormand & Prince gives x' of order 5 and an estimate e of the error of order 4;
//!
//! r = rms(e / (atol + rtol max(|x|, |x'|))),   accept if r <= 1,   h ← h · 0.9 r^(-1/5), within a factor of 5.

use super::tableau::{DORMAND_PRINCE, sum};
use crate::flow::{field::VelocityField, state::State};

/// b of order 5 less b of order 4.
const ERROR: [f64; 7] = [
    35.0 / 384.0 - 5179.0 / 57600.0,
    0.0,
    500.0 / 1113.0 - 7571.0 / 16695.0,
    125.0 / 192.0 - 393.0 / 640.0,
    -2187.0 / 6784.0 + 92097.0 / 339200.0,
    11.0 / 84.0 - 187.0 / 2100.0,
    -1.0 / 40.0,
];

/// Steps shorter than this are accepted as they are: no field here is resolved by less.
const SHORTEST: f64 = 1e-7;

/// No field here needs more steps than this for its whole way.
const MOST_TRIALS: usize = 20_000;

/// A tolerance and what it has led to so far. The caller measures r, since on a GPU that is a read-back.
#[derive(Clone, Debug, PartialEq)]
pub struct Adaptive {
    /// Relative tolerance.
    pub rtol: f64,
    /// Absolute tolerance.
    pub atol: f64,
    /// The step to try next.
    h: f64,
    /// Every step tried.
    pub history: Vec<Trial>,
}

/// One step tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    pub t: f64,
    pub h: f64,
    /// r, accepted if at most 1.
    pub ratio: f64,
    pub accepted: bool,
}

/// A step that may be accepted.
pub struct Attempt<S> {
    pub h: f64,
    /// x' of order 5.
    pub x: S,
    /// The estimated error of x'.
    pub error: S,
    /// u(x', t + h), the first slope of the next step.
    pub u: S,
}

impl Adaptive {
    /// Both tolerances above 0; the first step tried is 1/50.
    pub fn new(rtol: f64, atol: f64) -> Self {
        Self { rtol, atol, h: 0.02, history: vec![] }
    }

    /// A step from `x` at `t` with u = u(x, t), not beyond `end`. Costs six evaluations.
    pub fn attempt<S: State>(&self, field: &impl VelocityField<S>, x: &S, u: &S, t: f64, end: f64) -> Attempt<S> {
        // A rest too short for a step of its own is taken along.
        let h = if t + 1.01 * self.h >= end { end - t } else { self.h };
        let mut k = DORMAND_PRINCE.slopes(field, x, u, t, h);
        let (next, error) = (sum(x, h, DORMAND_PRINCE.b, &k), sum(&x.combine(0.0, 0.0, x), h, &ERROR, &k));
        Attempt { h, x: next, error, u: k.remove(6) }
    }

    /// Whether a step of length `h` at `t` with error ratio `ratio` is accepted; the next one is chosen.
    pub fn judge(&mut self, t: f64, h: f64, ratio: f64) -> bool {
        // From a state that is no number no step leads back: the rest is crossed at once.
        let lost = self.history.last().is_some_and(|last| last.accepted && !last.ratio.is_finite());
        // Nor does a tolerance that has cost so much come nearer by paying more.
        let lost = lost || self.history.len() >= MOST_TRIALS;
        let accepted = ratio <= 1.0 || h <= SHORTEST || lost;
        let factor = if ratio > 0.0 { (0.9 * libm::pow(ratio, -0.2)).clamp(0.2, 5.0) } else { 5.0 };
        let next = if lost || (accepted && !ratio.is_finite()) {
            1.0
        } else if ratio.is_finite() {
            (h * factor).max(SHORTEST)
        } else {
            (h / 5.0).max(SHORTEST)
        };
        // A step cut short by the end of its interval says nothing against a longer one.
        self.h = if accepted && h < self.h { next.max(self.h) } else { next };
        self.history.push(Trial { t, h, ratio, accepted });
        accepted
    }

    /// Where a step of length `h` from `t` towards `end` has come, `end` itself if it reaches it; `None` if
    /// [`judge`](Self::judge) refuses it.
    pub fn accept(&mut self, t: f64, h: f64, end: f64, ratio: f64) -> Option<f64> {
        self.judge(t, h, ratio).then_some(if t + h >= end { end } else { t + h })
    }

    /// From `x` at `from`, where u = u(x, from), to `to`: x and u there. `ratio` measures an attempt from x.
    pub fn run<S: State>(
        &mut self,
        field: &impl VelocityField<S>,
        (mut x, mut u): (S, S),
        [from, to]: [f64; 2],
        ratio: impl Fn(&Self, &S, &Attempt<S>) -> f64,
    ) -> (S, S) {
        let mut t = from;
        while t < to {
            let attempt = self.attempt(field, &x, &u, t, to);
            let (h, ratio) = (attempt.h, ratio(self, &x, &attempt));
            if let Some(reached) = self.accept(t, h, to, ratio) {
                (t, x, u) = (reached, attempt.x, attempt.u);
            }
        }
        (x, u)
    }
}

/// r of a step over all numbers of a state.
pub fn ratio(adaptive: &Adaptive, x: &[f64], next: &[f64], error: &[f64]) -> f64 {
    let scaled = |((x, next), error): ((&f64, &f64), &f64)| {
        (error / (adaptive.atol + adaptive.rtol * x.abs().max(next.abs()))).powi(2)
    };
    (x.iter().zip(next).zip(error).map(scaled).sum::<f64>() / x.len() as f64).sqrt()
}
