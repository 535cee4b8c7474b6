//! A whole trajectory of one point or cloud, at once or piece by piece.

use super::{Adaptive, Attempt, Process, Run, Sampler, StepStart, ratio};
use crate::{brownian::Brownian, field::VelocityField};

impl Sampler {
    /// From `x` at the first of `points` to the data at the last, which is 1 on a whole grid; with the Brownian path
    /// `brownian`, and `tolerance` (relative and absolute) where the steps are adaptive. `visit` sees x at every point.
    pub fn solve<F: VelocityField<Vec<f64>>>(
        &self,
        process: &Process<F>,
        points: &[f64],
        x: Vec<f64>,
        tolerance: f64,
        brownian: &Brownian,
        mut visit: impl FnMut(f64, &[f64]),
    ) -> Vec<f64> {
        let dw = |from, to| brownian.increment(from, to);
        let mut passage = Passage::new(x, tolerance);
        visit(points[0], passage.x());
        for interval in points.windows(2) {
            while !passage.advance(self, process, [interval[0], interval[1]], &dw) {}
            visit(interval[1], passage.x());
        }
        passage.x
    }
}

/// A trajectory under way: intervals are crossed in their order, each in one piece, or where a tolerance decides in pieces of
/// one evaluation.
pub struct Passage {
    x: Vec<f64>,
    adaptive: Adaptive,
    /// u at x. The adaptive pair ends each interval with the velocity that the next one starts with.
    known: Option<Vec<f64>>,
    run: Option<Run<Vec<f64>>>,
}

impl Passage {
    /// At `x`, not gone yet.
    pub fn new(x: Vec<f64>, tolerance: f64) -> Self {
        Self { x, adaptive: Adaptive::new(tolerance, tolerance), known: None, run: None }
    }

    /// Where the last whole interval has led.
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// A piece of the interval from `t` to `next`; whether it has been crossed.
    pub fn advance<F: VelocityField<Vec<f64>>>(
        &mut self,
        sampler: &Sampler,
        process: &Process<F>,
        [t, next]: [f64; 2],
        dw: &impl Fn(f64, f64) -> Vec<f64>,
    ) -> bool {
        if process.schedule.is_beyond(t, next) {
            return true;
        }
        let [from, to] = [t, next].map(|t| process.schedule.clamp(t));
        let mut run = match self.run.take() {
            Some(run) => run,
            None => {
                let u = self.known.take().unwrap_or_else(|| process.field.velocity(&self.x, from));
                if !sampler.is_adaptive() {
                    self.x = sampler.step(process, StepStart { t, x: &self.x, u: &u }, next, dw);
                    return true;
                }
                Run::new((std::mem::take(&mut self.x), u), [t, to])
            }
        };
        let measure =
            |it: &Adaptive, x: &Vec<f64>, attempt: &Attempt<Vec<f64>>| ratio(it, x, &attempt.x, &attempt.error);
        if !run.advance(&mut self.adaptive, process.field, measure) {
            self.run = Some(run);
            return false;
        }
        let (x, u) = run.end();
        self.x = if next == 1.0 { process.land(x, to) } else { x };
        self.known = (next < 1.0).then_some(u);
        true
    }
}
