//! Every sampler on every schedule it fits returns the data: the sliced energy distance of its points from fresh data
//! is one that two sets of data have from each other.
//!
//! Seeds are fixed. Of a hundred right cases one lies above the 99 % quantile by chance, so what lies above it is
//! drawn once more, with other seeds, and fails only if it does so again: a right case does so once in 10,000 times.

use crate::{
    each,
    plane::{POINTS, Plane, distance_to_data, exact, in_batches, trajectory},
    sliced::Null,
};
use flow::{
    field::VelocityField,
    prediction::score_from_velocity,
    sampler::{Process, SAMPLERS, Sampler, SamplerKind},
    schedule::{Linear, SCHEDULES, Schedule},
    state::State,
    time::Grid,
};
use std::sync::LazyLock;

/// Data to data.
pub static NULL: LazyLock<Null> = LazyLock::new(|| Null::new(1000, 2000, |i| exact(None, 2000, 1000 + i)));

pub fn pairs() -> Vec<(&'static Sampler, &'static dyn Schedule)> {
    let on = |sampler: &'static Sampler| SCHEDULES.iter().map(move |schedule| (sampler, *schedule));
    let all = SAMPLERS.iter().flat_map(|sampler| on(sampler));
    all.filter(|(sampler, schedule)| sampler.fits(*schedule, true).is_ok()).collect()
}

/// Intervals enough for the bias to vanish beside the spread of 20,000 points, and the stochasticity.
fn fine(sampler: &Sampler, schedule: &dyn Schedule) -> (usize, f64) {
    // The thousandfold fall of sigma_t on VE asks for more where the order is 1.
    let wide = if schedule.key() == "ve" { 3 } else { 1 };
    match (sampler.kind, sampler.order) {
        (SamplerKind::AnnealedLangevin, _) => (1000, 0.5),
        (SamplerKind::DdimEta, _) => (300 * wide, 0.5),
        (_, order) if order < 2.0 => (300 * wide, 1.0),
        (_, order) if order < 3.0 => (100 * wide, 1.0),
        _ => (50, 1.0),
    }
}

/// n · distance of points sampled with `intervals` of the uniform grid; the `index`-th draw.
pub fn measure(
    (sampler, schedule): (&Sampler, &'static dyn Schedule),
    intervals: usize,
    kappa: f64,
    tolerance: f64,
    index: u64,
) -> f64 {
    let process = Process { field: &Plane(schedule), schedule, stochasticity: kappa };
    let grid = Grid::Uniform.points(intervals, schedule);
    let points = in_batches(schedule.start(), POINTS, index, |x, fresh| {
        trajectory(sampler, &process, &grid, tolerance, x, fresh)
    });
    distance_to_data(&points, index)
}

#[test]
fn every_sampler_returns_the_data_on_every_schedule_it_fits() {
    let (pairs, null) = (pairs(), &*NULL);
    let numbered: Vec<_> = (0..).zip(&pairs).collect();
    let failed = each(&numbered, |&(number, &(sampler, schedule))| {
        let (n, kappa) = fine(sampler, schedule);
        let ratio = |index| measure((sampler, schedule), n, kappa, 1e-5, index) / null.mean;
        let (first, bound) = (ratio(number), null.quantile / null.mean);
        let again = (first > bound).then(|| ratio(number + 500));
        let how = if sampler.is_adaptive() { "tolerance 1e-5".into() } else { format!("{n} steps") };
        let second = again.map_or(String::new(), |again| format!(", drawn again {again:.2}"));
        println!("{} on {}, {how}: {first:.2} of data to data{second} (99 %: {bound:.2})", sampler.key, schedule.key());
        again.is_some_and(|again| again > bound)
    });
    let failed: Vec<_> =
        pairs.iter().zip(failed).filter(|(_, failed)| *failed).map(|(pair, _)| (pair.0.key, pair.1.key())).collect();
    println!("{} pairs", pairs.len());
    assert!(failed.is_empty(), "{failed:?}");
}

/// What stands before dW, of g.
type Noise = fn(f64) -> f64;

/// em-sigma at κ = 1 on the linear schedule with `score` times its score term and `noise`(g) for g.
fn mutated(score: f64, noise: Noise, index: u64) -> f64 {
    let (field, n) = (Plane(&Linear), 300);
    let points = in_batches(1.0, POINTS, index, |x, fresh| {
        let x = (0..n - 1).fold(x, |x, i| {
            let (t, s) = (f64::from(i) / f64::from(n), f64::from(i + 1) / f64::from(n));
            let (c, u) = (Linear.at(t), field.velocity(&x, t));
            let drift = u.add_scaled(score * c.sigma_t.powi(2) / 2.0, &score_from_velocity(&c, &x, &u));
            x.add_scaled(s - t, &drift).add_scaled(noise(c.sigma_t), &fresh.draw(t, s))
        });
        let last = 1.0 / f64::from(n);
        x.add_scaled(last, &field.velocity(&x, 1.0 - last))
    });
    distance_to_data(&points, index)
}

#[test]
fn wrong_samplers_are_found_out() {
    let null = &*NULL;
    // The score term pulls back what it moves: a tenth too much of it, or of the noise, is less than these points show.
    let cases: [(&str, f64, Noise, bool); 6] = [
        ("nothing wrong", 1.0, |g| g, false),
        ("the score term halved", 0.5, |g| g, true),
        ("no score term", 0.0, |g| g, true),
        ("the score term doubled", 2.0, |g| g, true),
        ("g² for g", 1.0, |g| g * g, true),
        ("the noise a fifth too large", 1.0, |g| 1.2 * g, true),
    ];
    each(&cases, |(name, score, noise, wrong)| {
        let ratio = mutated(*score, *noise, 900) / null.mean;
        println!("{name}: {ratio:.2} of data to data (99 %: {:.2})", null.quantile / null.mean);
        assert_eq!(ratio * null.mean > null.quantile, *wrong, "{name}: {ratio}");
    });
}
