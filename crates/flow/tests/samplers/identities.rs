//! Samplers that are the same under two names.

use crate::{follow, gaussian::Pair};
use flow::{
    brownian::Brownian,
    keyed::Keyed,
    sampler::{Process, Sampler, SamplerId},
    schedule::{Linear, SCHEDULES, Schedule},
    time::Grid,
};

fn sampler(key: &str) -> &'static Sampler {
    SamplerId::find(key).unwrap().0
}

/// Every state of a trajectory on the path to two Gaussians, on the path `index`.
fn states(key: &str, schedule: &dyn Schedule, eta: f64, points: &[f64], index: u64) -> Vec<f64> {
    let field = Pair(schedule);
    let process = Process { field: &field, schedule, stochasticity: eta };
    let path = Brownian::new(6, index, 1);
    let dw = |a, b| path.increment(a, b)[0];
    let mut x = vec![(0.9 - 0.3 * index as f64) * schedule.start()];
    for pair in points.windows(2) {
        x.push(follow(sampler(key), &process, x[x.len() - 1], pair, &dw));
    }
    x
}

fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs() / (1.0 + b.abs())).fold(0.0, f64::max)
}

#[test]
fn ddim_on_the_linear_schedule_is_euler() {
    for grid in Grid::all() {
        for n in [1, 2, 10, 100] {
            let points = grid.points(n, &Linear);
            let off = apart(&states("ddim", &Linear, 1.0, &points, 0), &states("euler", &Linear, 1.0, &points, 0));
            println!("{grid}, {n} steps: {off:.1e}");
            assert!(off < 1e-12, "{grid}, {n}: {off:e}");
        }
    }
}

#[test]
fn ddim_without_and_with_all_of_the_noise_is_ddim_and_ancestral() {
    for schedule in SCHEDULES {
        let mut worst = [0f64; 2];
        for grid in Grid::all() {
            for n in [1, 2, 10, 100] {
                let points = grid.points(n, *schedule);
                for index in 0..5 {
                    let run = |key, eta| states(key, *schedule, eta, &points, index);
                    worst[0] = worst[0].max(apart(&run("ddim-eta", 0.0), &run("ddim", 1.0)));
                    worst[1] = worst[1].max(apart(&run("ddim-eta", 1.0), &run("ancestral", 0.3)));
                    // Of a stochasticity beyond 1 DDIM uses 1.
                    worst[1] = worst[1].max(apart(&run("ddim-eta", 2.0), &run("ancestral", 1.0)));
                }
            }
        }
        println!("{}: η = 0 is off DDIM by {:.1e}, η = 1 off ancestral by {:.1e}", schedule.key(), worst[0], worst[1]);
        assert!(worst.iter().all(|worst| *worst < 1e-12), "{}: {worst:?}", schedule.key());
    }
}

#[test]
fn without_stochasticity_the_sde_samplers_are_the_ode_ones() {
    for schedule in SCHEDULES {
        let points = Grid::Uniform.points(50, *schedule);
        for (noisy, plain) in [
            ("em-sigma", "euler"),
            ("em-constant", "euler"),
            ("em-reverse", "euler"),
            ("predictor-corrector", "euler"),
            ("stochastic-heun", "heun"),
        ] {
            if sampler(noisy).fits(*schedule, true).is_ok() {
                let run = |key| states(key, *schedule, 0.0, &points, 0);
                let off = apart(&run(noisy), &run(plain));
                assert!(off < 1e-12, "{noisy} on {}: {off:e}", schedule.key());
            }
        }
    }
}
