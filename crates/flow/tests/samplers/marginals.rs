//! dx = [u + (g²/2) s] dt + g dW has the marginals of the ODE whatever g is: particles at five times against exact
//! draws of x_t = alpha_t x_1 + sigma_t x_0. As in `energy`, what lies above the 99 % quantile is drawn once more.

use crate::{
    each,
    plane::{Plane, exact, in_batches},
    sliced::Null,
};
use flow::{
    energy::Projected,
    field::VelocityField,
    sampler::{Diffusion, Process, SAMPLERS, SamplerKind, StepStart},
    schedule::{SCHEDULES, Schedule},
};
use std::cell::RefCell;

const TIMES: [f64; 5] = [0.1, 0.3, 0.5, 0.7, 0.9];
/// Stochastic Heun steps to the last of the times.
const STEPS: usize = 120;
/// Particles.
const POINTS: usize = 10_000;

/// The shapes of g among the samplers that fit the schedule.
fn shapes(schedule: &dyn Schedule) -> impl Iterator<Item = Diffusion> {
    SAMPLERS.iter().filter_map(move |sampler| match sampler.kind {
        SamplerKind::EulerMaruyama(shape) if sampler.fits(schedule, true).is_ok() => Some(shape),
        _ => None,
    })
}

/// The particles at every one of [`TIMES`].
fn particles(schedule: &'static dyn Schedule, shape: Diffusion, kappa: f64, index: u64) -> Vec<Vec<f64>> {
    let field = Plane(schedule);
    let process = Process { field: &field, schedule, stochasticity: kappa };
    let seen = RefCell::new(vec![vec![]; TIMES.len()]);
    in_batches(schedule.start(), POINTS, index, |mut x, fresh| {
        let mut from = schedule.clip()[0];
        for (k, to) in TIMES.into_iter().enumerate() {
            let n = ((to - from) / TIMES[4] * STEPS as f64).round() as usize;
            let point = |i: usize| from + (to - from) * i as f64 / n as f64;
            for i in 0..n {
                let (t, s) = (point(i), point(i + 1));
                let u = field.velocity(&x, t);
                x = process.heun(StepStart { t, x: &x, u: &u }, s, shape, &|a, b| fresh.draw(a, b));
            }
            from = to;
            seen.borrow_mut()[k].extend_from_slice(&x);
        }
        x
    });
    seen.into_inner()
}

#[test]
fn every_g_keeps_the_marginals_of_the_ode() {
    let nulls: Vec<Vec<Null>> = SCHEDULES
        .iter()
        .map(|schedule| TIMES.map(|t| Null::new(400, 500, |i| exact(Some((*schedule, t)), 500, 5000 + i))).into())
        .collect();
    let mut cases = vec![];
    for (schedule, nulls) in SCHEDULES.iter().zip(&nulls) {
        cases.push((*schedule, nulls, Diffusion::Constant, 0.0));
        for shape in shapes(*schedule) {
            cases.extend([0.5, 1.0, 2.0].map(|kappa| (*schedule, nulls, shape, kappa)));
        }
    }
    let numbered: Vec<_> = (0..).zip(&cases).collect();
    let failed = each(&numbered, |&(number, &(schedule, nulls, shape, kappa))| {
        let ratios = |index: u64| -> Vec<[f64; 2]> {
            let ratio = |(k, points): (usize, Vec<f64>)| {
                let fresh = exact(Some((schedule, TIMES[k])), POINTS, 10_000 + 5 * index + k as u64);
                let distance = Projected::new(&points).distance(&Projected::new(&fresh)) * POINTS as f64;
                [distance / nulls[k].mean, nulls[k].quantile / nulls[k].mean]
            };
            particles(schedule, shape, kappa, index).into_iter().enumerate().map(ratio).collect()
        };
        let over = |ratios: &[[f64; 2]]| ratios.iter().map(|[ratio, bound]| ratio > bound).collect::<Vec<_>>();
        let first = ratios(2000 + number);
        let mut wrong = over(&first);
        if wrong.contains(&true) {
            wrong = wrong.iter().zip(over(&ratios(3000 + number))).map(|(first, again)| *first && again).collect();
        }
        let shown: Vec<String> = first.iter().map(|[ratio, bound]| format!("{ratio:.2} ({bound:.2})")).collect();
        println!("{}, g {shape:?}, κ = {kappa}: {} at {TIMES:?}", schedule.key(), shown.join(", "));
        wrong.contains(&true)
    });
    let failed: Vec<_> =
        cases.iter().zip(failed).filter(|(_, failed)| *failed).map(|(c, _)| (c.0.key(), c.2, c.3)).collect();
    println!("{} cases at {} times, {POINTS} particles", cases.len(), TIMES.len());
    assert!(failed.is_empty(), "{failed:?}");
}
