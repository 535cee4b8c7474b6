//! The adaptive pair: what a tolerance buys, what it costs, and what it does with what has no solution.

use crate::gaussian::{Field, Gaussian};
use flow::{
    brownian::Brownian,
    field::{Counted, VelocityField},
    sampler::{Adaptive, Attempt, Process, SAMPLERS, Trial, ratio},
    schedule::{Linear, SCHEDULES, Schedule},
};

/// From `x` across `interval`: the state there and every step tried.
fn run(field: &impl VelocityField<Vec<f64>>, x: f64, interval: [f64; 2], tolerance: f64) -> (f64, Vec<Trial>) {
    let mut adaptive = Adaptive::new(tolerance, tolerance);
    let x = vec![x];
    let u = field.velocity(&x, interval[0]);
    let measure = |it: &Adaptive, x: &Vec<f64>, attempt: &Attempt<Vec<f64>>| ratio(it, x, &attempt.x, &attempt.error);
    let (x, _) = adaptive.run(field, (x, u), interval, measure);
    (x[0], adaptive.history)
}

/// The field of `data` for states of one number.
fn vector(data: Gaussian, schedule: &dyn Schedule) -> impl VelocityField<Vec<f64>> {
    move |x: &Vec<f64>, t: f64| vec![Field(data, schedule).velocity(&x[0], t)]
}

/// Data so narrow that the velocity turns within the last hundredth of the path.
const NARROW: Gaussian = Gaussian { mean: 1.0, std: 0.01 };

#[test]
fn the_global_error_falls_in_proportion_to_the_tolerance() {
    for data in [Gaussian { mean: 1.3, std: 0.6 }, NARROW] {
        let exact = data.flow(&Linear.at(0.0), &Linear.at(1.0), 0.7);
        let tolerances = [1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10];
        let errors = tolerances.map(|tolerance| {
            let (x, history) = run(&vector(data, &Linear), 0.7, [0.0, 1.0], tolerance);
            let error = (x - exact).abs();
            println!("std {}, tolerance {tolerance:e}: error {error:.1e}, {} steps tried", data.std, history.len());
            assert!(error < 10.0 * tolerance, "{error:e}");
            error
        });
        // The slope of log error over log tolerance, by least squares.
        let points: Vec<[f64; 2]> = tolerances.iter().zip(errors).map(|(x, y)| [x.log10(), y.log10()]).collect();
        let mean = |k: usize| points.iter().map(|p| p[k]).sum::<f64>() / points.len() as f64;
        let moment = |k: usize| points.iter().map(|p| (p[0] - mean(0)) * (p[k] - mean(k))).sum::<f64>();
        let slope = moment(1) / moment(0);
        println!("std {}: error ~ tolerance^{slope:.2}", data.std);
        assert!((slope - 1.0).abs() < 0.3, "{slope}");
    }
}

#[test]
fn accepted_steps_tile_the_interval_and_every_trial_costs_six() {
    let mut rejected = 0;
    for tolerance in [1e-3, 1e-6, 1e-9] {
        let field = Counted::new(vector(NARROW, &Linear));
        let (_, history) = run(&field, 0.7, [0.0, 1.0], tolerance);
        assert_eq!(field.spent(), 1 + 6 * history.len());
        let mut t = 0.0;
        for trial in &history {
            assert_eq!(trial.t, t, "a step begins where the last accepted one ended");
            assert_eq!(trial.accepted, trial.ratio <= 1.0);
            if trial.accepted {
                t += trial.h;
            }
        }
        assert_eq!(t, 1.0);
        let turned = history.iter().filter(|trial| !trial.accepted).count();
        println!("tolerance {tolerance:e}: {} tried, {turned} rejected", history.len());
        rejected += turned;
    }
    assert!(rejected > 0);
}

#[test]
fn a_solve_costs_one_velocity_six_a_trial_and_the_landing() {
    for sampler in SAMPLERS.iter().filter(|sampler| sampler.is_adaptive()) {
        for schedule in SCHEDULES {
            let field = Counted::new(vector(Gaussian { mean: 0.3, std: 0.5 }, *schedule));
            let process = Process { field: &field, schedule: *schedule, stochasticity: 1.0 };
            let points = [schedule.clip()[0], 0.3, 0.8, 1.0];
            let mut seen = vec![];
            let x = vec![0.7 * schedule.start()];
            sampler.solve(&process, &points, x, 1e-5, &Brownian::new(1, 0, 1), |t, _| seen.push(t));
            let landing = usize::from(schedule.at(schedule.clip()[1]).sigma_t > 0.0);
            let (trials, rest) = ((field.spent() - 1 - landing) / 6, (field.spent() - 1 - landing) % 6);
            println!("{}: {} velocities, {trials} trials", schedule.key(), field.spent());
            assert_eq!((rest, &seen[..]), (0, &points[..]), "{}", schedule.key());
        }
    }
}

#[test]
fn a_field_without_numbers_ends_soon() {
    let nowhere = |x: &Vec<f64>, t: f64| if t < 0.3 { vec![0.0 * x[0]] } else { vec![f64::NAN] };
    let (x, history) = run(&nowhere, 0.7, [0.0, 1.0], 1e-5);
    println!("{} steps tried", history.len());
    assert!(x.is_nan() && history.len() < 200, "{} steps", history.len());
}
