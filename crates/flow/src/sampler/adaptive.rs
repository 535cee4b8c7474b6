//! The adaptive step: the pair of Dormand & Prince gives x' of order 5 and an estimate e of the error of order 4;
//!
//! r = rms(e / (atol + rtol max(|x|, |x'|))),   accept if r <= 1,   h ← h · 0.9 r^(-1/5), within a factor of 5.

use super::tableau::{DORMAND_PRINCE, sum};
use crate::{field::VelocityField, state::State};

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
        let h = self.length(t, end);
        Attempt::new(x, h, DORMAND_PRINCE.slopes(field, x, u, t, h))
    }

    /// Of the step that is tried from `t`, not beyond `end`.
    fn length(&self, t: f64, end: f64) -> f64 {
        // A rest too short for a step of its own is taken along.
        if t + 1.01 * self.h >= end { end - t } else { self.h }
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
        start: (S, S),
        [from, to]: [f64; 2],
        ratio: impl Fn(&Self, &S, &Attempt<S>) -> f64,
    ) -> (S, S) {
        let mut run = Run::new(start, [from, to]);
        while !run.advance(self, field, &ratio) {}
        run.end()
    }
}

impl<S: State> Attempt<S> {
    /// The step of length `h` from `x` whose seven slopes are `k`.
    fn new(x: &S, h: f64, mut k: Vec<S>) -> Self {
        let (next, error) = (sum(x, h, DORMAND_PRINCE.b, &k), sum(&x.combine(0.0, 0.0, x), h, &ERROR, &k));
        Self { h, x: next, error, u: k.swap_remove(6) }
    }
}

/// Adaptive steps over an interval, one evaluation at a time, for whoever cannot wait for all of them.
#[derive(Clone, Debug)]
pub struct Run<S> {
    t: f64,
    to: f64,
    x: S,
    /// The slopes of the step under way so far; the first is u(x, t).
    k: Vec<S>,
}

impl<S: State> Run<S> {
    /// From `x`, where u = u(x, from), at the beginning of an interval to its end.
    pub fn new((x, u): (S, S), [from, to]: [f64; 2]) -> Self {
        Self { t: from, to, x, k: vec![u] }
    }

    /// One evaluation more, unless the end is reached; whether it is then.
    pub fn advance(
        &mut self,
        adaptive: &mut Adaptive,
        field: &impl VelocityField<S>,
        ratio: impl Fn(&Adaptive, &S, &Attempt<S>) -> f64,
    ) -> bool {
        if self.t >= self.to {
            return true;
        }
        let h = adaptive.length(self.t, self.to);
        self.k.push(DORMAND_PRINCE.slope(field, &self.x, &self.k, self.t, h));
        if self.k.len() == DORMAND_PRINCE.stages() {
            let first = self.k[0].clone();
            let attempt = Attempt::new(&self.x, h, std::mem::take(&mut self.k));
            let ratio = ratio(adaptive, &self.x, &attempt);
            match adaptive.accept(self.t, h, self.to, ratio) {
                Some(reached) => (self.t, self.x, self.k) = (reached, attempt.x, vec![attempt.u]),
                None => self.k = vec![first],
            }
        }
        self.t >= self.to
    }

    /// x and u where it has come.
    pub fn end(mut self) -> (S, S) {
        (self.x, self.k.swap_remove(0))
    }
}

/// r of a step over all numbers of a state.
pub fn ratio(adaptive: &Adaptive, x: &[f64], next: &[f64], error: &[f64]) -> f64 {
    let scaled = |((x, next), error): ((&f64, &f64), &f64)| {
        (error / (adaptive.atol + adaptive.rtol * x.abs().max(next.abs()))).powi(2)
    };
    (x.iter().zip(next).zip(error).map(scaled).sum::<f64>() / x.len() as f64).sqrt()
}
