//! Every sampler on every schedule against closed forms: orders, laws, costs. All of it loops over `SAMPLERS` and
//! `SCHEDULES`, so that a new entry is tested by joining its list.

mod adaptive;
mod clip;
mod deterministic;
mod energy;
mod gaussian;
mod identities;
mod langevin;
mod linear_sde;
mod marginals;
mod plane;
mod sliced;
mod stochastic;
mod table;

use flow::{
    field::VelocityField,
    sampler::{Process, Sampler, StepStart},
    schedule::{SCHEDULES, Schedule},
    state::State,
};
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

/// Schedules with derivatives of every order inside their clip: the discrete ones have 1,000 knots, at which they have
/// none, and no order shows.
fn smooth() -> impl Iterator<Item = &'static dyn Schedule> {
    SCHEDULES.iter().copied().filter(|schedule| schedule.levels().is_none())
}

/// `n` steps of equal length from `x` at `from` to `to`.
fn cross<S: State, F: VelocityField<S>>(
    sampler: &Sampler,
    process: &Process<F>,
    x: S,
    [from, to]: [f64; 2],
    n: usize,
    dw: &impl Fn(f64, f64) -> S,
) -> S {
    let points: Vec<f64> =
        (0..=n).map(|i| if i == n { to } else { from + (to - from) * i as f64 / n as f64 }).collect();
    follow(sampler, process, x, &points, dw)
}

/// One step for each interval between `points`.
fn follow<S: State, F: VelocityField<S>>(
    sampler: &Sampler,
    process: &Process<F>,
    x: S,
    points: &[f64],
    dw: &impl Fn(f64, f64) -> S,
) -> S {
    points.windows(2).fold(x, |x, pair| {
        let u = process.field.velocity(&x, process.schedule.clamp(pair[0]));
        sampler.step(process, StepStart { t: pair[0], x: &x, u: &u }, pair[1], dw)
    })
}

/// `work` on every case, on two threads; the results in order.
fn each<C: Sync, R: Send>(cases: &[C], work: impl Fn(&C) -> R + Sync) -> Vec<R> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(vec![]));
    let run = || {
        while let Some((i, case)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, cases.get(i)?))) {
            let result = work(case);
            done.lock().unwrap().push((i, result));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(run);
        run();
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}

/// log2 of the ratio of errors at n and 2n steps, for the largest n = 4, 8, … up to `most` at which rounding, some
/// `floor` a step, is no part of either; `None` where the method is exact.
fn measured_order(error: impl Fn(usize) -> f64, most: usize, floor: f64) -> Option<f64> {
    let (mut order, mut n, mut coarse) = (None, 4, error(4));
    while n < most {
        let fine = error(2 * n);
        if fine < floor * n as f64 {
            break;
        }
        order = Some((coarse / fine).log2());
        (n, coarse) = (2 * n, fine);
    }
    order
}
