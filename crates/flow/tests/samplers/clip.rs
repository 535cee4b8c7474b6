//! Grids finer than the clip: between its end and t = 1 there is nothing to cross but the last jump.

use crate::{
    follow,
    gaussian::{Field, Gaussian},
};
use flow::{
    brownian::Brownian,
    field::{Counted, VelocityField},
    keyed::Keyed,
    sampler::{Process, SAMPLERS},
    schedule::SCHEDULES,
    time::Grid,
};

#[test]
fn points_beyond_the_clip_change_nothing() {
    let data = Gaussian { mean: 0.3, std: 0.5 };
    for schedule in SCHEDULES.iter().filter(|schedule| schedule.clip()[1] < 1.0) {
        let field = Field(data, *schedule);
        let process = Process { field: &field, schedule: *schedule, stochasticity: 1.0 };
        let [low, high] = schedule.clip();
        for sampler in SAMPLERS.iter().filter(|sampler| sampler.fits(*schedule, true).is_ok()) {
            let path = Brownian::new(4, 0, 1);
            let dw = |a, b| path.increment(a, b)[0];
            let rest = [low, 0.3, 0.5, 0.7, 0.9, 0.99, high];
            let beyond: Vec<f64> = (1..8).map(|i| high + (1.0 - high) * f64::from(i) / 8.0).collect();
            let (plain, finer) = ([&rest[..], &[1.0]].concat(), [&rest[..], &beyond, &[1.0]].concat());
            let [x, y] = [plain, finer].map(|points| follow(sampler, &process, 0.7 * schedule.start(), &points, &dw));
            assert!((x - y).abs() < 1e-12, "{} on {}: {x} and {y}", sampler.key, schedule.key());
        }
    }
}

#[test]
fn a_solve_pays_nothing_beyond_the_clip() {
    let path = Brownian::new(4, 0, 1);
    for schedule in SCHEDULES.iter().filter(|schedule| schedule.clip()[1] < 1.0) {
        let data = Gaussian { mean: 0.3, std: 0.5 };
        let field = Counted::new(|x: &Vec<f64>, t: f64| vec![Field(data, *schedule).velocity(&x[0], t)]);
        let process = Process { field: &field, schedule: *schedule, stochasticity: 1.0 };
        let high = schedule.clip()[1];
        for sampler in SAMPLERS.iter().filter(|sampler| sampler.fits(*schedule, true).is_ok()) {
            let mut seen = vec![];
            let mut cost = |points: &[f64]| {
                let before = field.spent();
                let x = sampler.solve(&process, points, vec![0.4], 1e-3, &path, |t, _| seen.push(t));
                (field.spent() - before, x)
            };
            let beyond = [schedule.clip()[0], 0.5, high, (high + 1.0) / 2.0, 1.0];
            let plain = [schedule.clip()[0], 0.5, high, 1.0];
            assert_eq!(cost(&beyond), cost(&plain), "{} on {}", sampler.key, schedule.key());
            assert_eq!(seen, [&beyond[..], &plain].concat());
        }
    }
}

#[test]
fn fine_grids_land_where_the_exact_flow_lands() {
    // Deterministic samplers, 400 intervals: towards the closed form whatever the grid does near t = 1.
    let data = Gaussian { mean: 0.3, std: 0.5 };
    for schedule in SCHEDULES {
        let field = Field(data, *schedule);
        let process = Process { field: &field, schedule: *schedule, stochasticity: 1.0 };
        let [low, high] = schedule.clip();
        let x = 0.7 * schedule.start();
        let c = schedule.at(high);
        let end = data.flow(&schedule.at(low), &c, x);
        let exact = if c.sigma_t == 0.0 {
            end
        } else {
            // E[x_1 | x] at the end of the clip.
            data.mean + c.alpha_t * data.std.powi(2) / data.variance_at(&c) * (end - data.mean_at(&c))
        };
        for sampler in SAMPLERS.iter().filter(|sampler| !sampler.is_stochastic()) {
            for grid in Grid::all() {
                let y = follow(sampler, &process, x, &grid.points(400, *schedule), &|_, _| f64::NAN);
                println!("{} on {}, {grid}: off by {:.1e}", sampler.key, schedule.key(), (y - exact).abs());
                assert!((y - exact).abs() < 0.05, "{} on {}, {grid}: {y}, {exact}", sampler.key, schedule.key());
            }
        }
    }
}
