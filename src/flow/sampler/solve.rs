//! A whole trajectory of one point, for whoever can wait for it.

use super::{Adaptive, Process, Sampler, Start, ratio};
use crate::flow::{brownian::Brownian, field::VelocityField};

impl Sampler {
    /// From `x` at the first of `points` to the data at the last, which is 1 on a whole grid; with the Brownian path
    /// `brownian`, and `tolerance` (relative and absolute) where the steps are adaptive. `visit` sees x at every point.
    pub fn solve<F: VelocityField<Vec<f64>>>(
        &self,
        process: &Process<F>,
        points: &[f64],
        mut x: Vec<f64>,
        tolerance: f64,
        brownian: &Brownian,
        mut visit: impl FnMut(f64, &[f64]),
    ) -> Vec<f64> {
        let mut adaptive = Adaptive::new(tolerance, tolerance);
        let dw = |from, to| brownian.increment(from, to);
        let clamp = |t| process.schedule.clamp(t);
        // The adaptive pair ends each interval with the velocity that the next one starts with.
        let mut known = None;
        visit(points[0], &x);
        for interval in points.windows(2) {
            let (t, s) = (interval[0], interval[1]);
            if process.schedule.is_beyond(t, s) {
                visit(s, &x);
                continue;
            }
            let u = known.take().unwrap_or_else(|| process.field.velocity(&x, clamp(t)));
            x = if self.is_adaptive() {
                let measure = |it: &Adaptive, x: &Vec<f64>, attempt: &super::Attempt<Vec<f64>>| {
                    ratio(it, x, &attempt.x, &attempt.error)
                };
                let (x, u) = adaptive.run(process.field, (x, u), [t, clamp(s)], measure);
                if s == 1.0 {
                    process.land(x, clamp(s))
                } else {
                    known = Some(u);
                    x
                }
            } else {
                self.step(process, Start { t, x: &x, u: &u }, s, &dw)
            };
            visit(s, &x);
        }
        x
    }
}
