//! Against the oracle of one point, differences, quadrature and Monte Carlo.

use super::*;
use crate::{
    fixture::mean_and_error,
    lattice::Lattice,
    mixture::Mixture,
    path,
    rng::Purpose,
    schedule::{Linear, SCHEDULES},
};

/// Midway between two of the thousand levels of a discrete schedule, where it has derivatives.
const TIMES: [f64; 5] = [0.0305, 0.2005, 0.5005, 0.8005, 0.9695];
const LATTICE: Lattice = Lattice { low: [-3.1, -2.7], high: [3.3, 2.9], columns: 21, rows: 17 };

fn stream(index: u64) -> Stream {
    Stream::new(13, Purpose::Evaluate, index)
}

/// `count` unlike components, one of them without weight.
fn gaussians<const D: usize>(count: usize, index: u64) -> Vec<Gaussian<D>> {
    let mut stream = stream(index);
    let one = |k| {
        let z = stream.normals64(D);
        let (weight, std) = (if k == 2 { 0.0 } else { 0.2 + stream.uniform() }, 0.05 + 0.5 * stream.uniform());
        Gaussian { weight, mean: std::array::from_fn(|i| 1.3 * z[i]), std }
    };
    (0..count).map(one).collect()
}

fn mixture<const D: usize>(data: &[Gaussian<D>]) -> Mixture {
    let means = data.iter().map(|one| one.mean.to_vec()).collect();
    Mixture::new(data.iter().map(|one| one.weight).collect(), means, data.iter().map(|one| one.std).collect()).unwrap()
}

fn bridge() -> Between<2> {
    Between::product(&gaussians(4, 1), &gaussians(5, 2)).unwrap()
}

/// |a - b| / (1 + |b|), the largest; infinite for what is no number.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let one = |(a, b): (&f64, &f64)| if a.is_nan() { f64::INFINITY } else { (a - b).abs() / (1.0 + b.abs()) };
    a.iter().zip(b).map(one).fold(0.0, f64::max)
}

fn agrees_with_the_oracle<const D: usize>(points: usize, scale: f64) -> f64 {
    let data = gaussians::<D>(7, 10 + D as u64);
    let (between, oracle) = (Between::from_noise(&data).unwrap(), mixture(&data));
    let xs: Vec<f64> = stream(3).normals64(points * D).iter().map(|z| scale * z).collect();
    let each = |f: &dyn Fn(&[f64]) -> Vec<f64>| xs.chunks_exact(D).flat_map(f).collect::<Vec<_>>();
    let mut worst: f64 = 0.0;
    for schedule in SCHEDULES {
        for t in TIMES.into_iter().chain(schedule.clip()) {
            let c = schedule.at(t);
            let at = between.at(&c);
            let first: &[f64; D] = xs.first_chunk().unwrap();
            for (found, expected) in [
                (at.velocity(&xs), each(&|x| oracle.velocity(&c, x))),
                (at.score(&xs), each(&|x| oracle.score(&c, x))),
                (at.data(&xs), each(&|x| oracle.data(&c, x))),
                (at.noise(&xs), each(&|x| oracle.noise(&c, x))),
                (at.log_density(&xs), each(&|x| vec![oracle.log_density(&c, x)])),
                (at.responsibilities(first), oracle.responsibilities(&c, first)),
            ] {
                worst = worst.max(apart(&found, &expected));
            }
            // Its terms are squares of scores, and cancel.
            let found = at.divergence(&xs);
            for (x, found) in xs.chunks_exact(D).zip(found) {
                let square: f64 = oracle.score(&c, x).iter().map(|s| s * s).sum();
                worst = worst.max((found - oracle.divergence(&c, x)).abs() / (1.0 + square));
            }
        }
    }
    worst
}

#[test]
fn clouds_agree_with_the_oracle_in_one_two_and_five_dimensions() {
    for (near, far) in [
        (agrees_with_the_oracle::<1>(29, 1.5), agrees_with_the_oracle::<1>(7, 300.0)),
        (agrees_with_the_oracle::<2>(32, 1.5), agrees_with_the_oracle::<2>(9, 300.0)),
        (agrees_with_the_oracle::<5>(3, 1.5), agrees_with_the_oracle::<5>(1, 300.0)),
    ] {
        println!("cloud off by {near:.1e} near, {far:.1e} far away");
        assert!(near < 1e-10 && far < 1e-9);
    }
}

#[test]
fn lattices_agree_with_clouds_also_where_every_term_underflows() {
    let wide = Lattice { low: [-90.0, -70.0], high: [80.0, 110.0], columns: 13, rows: 9 };
    let narrow: Vec<_> = gaussians(300, 5).iter().map(|one| Gaussian { std: 0.02, ..*one }).collect();
    let mut worst: f64 = 0.0;
    for between in [bridge(), Between::from_noise(&narrow).unwrap()] {
        for schedule in SCHEDULES {
            for t in TIMES.into_iter().chain(schedule.clip()) {
                for lattice in [LATTICE, wide] {
                    let (at, xs) = (between.at(&schedule.at(t)), lattice.points());
                    let densities: Vec<f64> = at.log_density(&xs).iter().map(|log| log.exp()).collect();
                    worst = worst.max(apart(&at.density_on(&lattice), &densities));
                    worst = worst.max(apart(&at.velocity_on(&lattice), &at.velocity(&xs)));
                    worst = worst.max(apart(&at.score_on(&lattice), &at.score(&xs)));
                }
            }
        }
    }
    println!("lattice off by {worst:.1e}");
    assert!(worst < 1e-10);
    let none = Lattice { columns: 0, ..LATTICE };
    assert!(bridge().at(&Linear.at(0.5)).velocity_on(&none).is_empty());
}

#[test]
fn the_ends_of_the_path_are_the_source_and_the_data() {
    let (between, xs) = (bridge(), LATTICE.points());
    for (t, end) in [(0.0, between.source()), (1.0, between.data())] {
        let density: Vec<f64> = xs
            .as_chunks::<2>()
            .0
            .iter()
            .map(|x| {
                let bell = |one: &Gaussian<2>| {
                    let square = (x[0] - one.mean[0]).powi(2) + (x[1] - one.mean[1]).powi(2);
                    one.weight * (-0.5 * square / one.std.powi(2)).exp() / (std::f64::consts::TAU * one.std.powi(2))
                };
                end.iter().map(bell).sum()
            })
            .collect();
        let at = between.at(&Linear.at(t));
        assert!(apart(&at.density_on(&LATTICE), &density) < 1e-13, "t = {t}");
        // What x_t is known to be at this end, it is.
        assert!(apart(&if t == 0.0 { at.noise(&xs) } else { at.data(&xs) }, &xs) < 1e-12);
    }
}

#[test]
fn the_density_integrates_to_one() {
    // The trapezoidal rule on functions that vanish at the boundary has no error to speak of.
    let fine = Lattice { low: [-9.0, -9.0], high: [9.0, 9.0], columns: 600, rows: 600 };
    for schedule in SCHEDULES {
        for t in TIMES {
            let c = schedule.at(t);
            if c.sigma_t > 1.2 {
                continue;
            }
            let sum: f64 = bridge().at(&c).density_on(&fine).iter().sum();
            let mass = sum * fine.cell()[0] * fine.cell()[1];
            assert!((mass - 1.0).abs() < 1e-9, "{} at {t}: {mass}", schedule.key());
        }
    }
}

/// |∂p/∂t + div(p u)| by central differences of width `h`, over the lattice, beside the largest |∂p/∂t|.
fn residual(between: &Between<2>, t: f64, h: f64) -> f64 {
    let xs = LATTICE.points();
    let density = |t: f64, xs: &[f64]| -> Vec<f64> {
        between.at(&Linear.at(t)).log_density(xs).iter().map(|log| log.exp()).collect()
    };
    let flux = |axis: usize, by: f64| -> Vec<f64> {
        let moved: Vec<f64> = (0..xs.len()).map(|i| xs[i] + if i % 2 == axis { by } else { 0.0 }).collect();
        let u = between.at(&Linear.at(t)).velocity(&moved);
        density(t, &moved).iter().enumerate().map(|(i, p)| p * u[2 * i + axis]).collect()
    };
    let slope = |ahead: Vec<f64>, behind: Vec<f64>| -> Vec<f64> {
        ahead.iter().zip(behind).map(|(ahead, behind)| (ahead - behind) / (2.0 * h)).collect()
    };
    let change = slope(density(t + h, &xs), density(t - h, &xs));
    let outflow = [0, 1].map(|axis| slope(flux(axis, h), flux(axis, -h)));
    let size = change.iter().fold(0.0, |size: f64, change| size.max(change.abs()));
    (0..change.len()).map(|i| (change[i] + outflow[0][i] + outflow[1][i]).abs()).fold(0.0, f64::max) / size
}

#[test]
fn the_velocity_carries_the_density_from_source_to_data() {
    let between = bridge();
    for t in [0.2, 0.5, 0.8] {
        let [wide, narrow] = [2e-3, 1e-3].map(|h| residual(&between, t, h));
        let order = (wide / narrow).log2();
        println!("continuity at t = {t}: {narrow:.1e}, order {order:.3}");
        assert!((order - 2.0).abs() < 0.05 && narrow < 1e-2);
    }
}

#[test]
fn the_divergence_is_that_of_the_velocity() {
    let (between, xs, h) = (bridge(), LATTICE.points(), 1e-4);
    for t in TIMES {
        let at = between.at(&Linear.at(t));
        let along = |axis: usize| {
            let moved =
                |by: f64| -> Vec<f64> { (0..xs.len()).map(|i| xs[i] + if i % 2 == axis { by } else { 0.0 }).collect() };
            let [a, b, c, d] = [2.0 * h, h, -h, -2.0 * h].map(|by| at.velocity(&moved(by)));
            (0..xs.len() / 2)
                .map(|i| 2 * i + axis)
                .map(|i| (8.0 * (b[i] - c[i]) - (a[i] - d[i])) / (12.0 * h))
                .collect::<Vec<_>>()
        };
        let (x, y) = (along(0), along(1));
        let sum: Vec<f64> = x.iter().zip(&y).map(|(x, y)| x + y).collect();
        let error = apart(&at.divergence(&xs), &sum);
        println!("divergence at t = {t}: off by {error:.1e}");
        assert!(error < 1e-5);
    }
}

#[test]
fn the_velocity_is_the_mean_of_the_paths_through_a_place() {
    // E[(u_t(x_t | x_0, x_1) - u_t(x_t)) f(x_t)] = 0 for any f, here a bell at each of some places.
    let (between, c, mut stream, n) = (bridge(), Linear.at(0.45), stream(20), 200_000);
    let ends: Vec<_> = (0..n).map(|_| (between.sample_source(&mut stream), between.sample_data(&mut stream))).collect();
    let xs: Vec<f64> = ends.iter().flat_map(|(x_0, x_1)| path::x_t(&c, x_0, x_1)).collect();
    let u = between.at(&c).velocity(&xs);
    for place in [[0.0, 0.0], [0.5, -0.4], [-1.0, 0.3]] {
        for axis in [0, 1] {
            let missing = |i: usize| {
                let square = (xs[2 * i] - place[0]).powi(2) + (xs[2 * i + 1] - place[1]).powi(2);
                (path::velocity(&c, &ends[i].0, &ends[i].1)[axis] - u[2 * i + axis]) * (-8.0 * square).exp()
            };
            let (mean, error) = mean_and_error(&(0..n).map(missing).collect::<Vec<_>>());
            println!("at {place:?}: {mean:.1e} ± {error:.1e}");
            assert!(mean.abs() < 4.5 * error);
        }
    }
}

#[test]
fn the_ends_of_every_pair_make_up_the_readings() {
    let (between, x) = (bridge(), [0.3, -0.2]);
    for t in TIMES {
        let c = Linear.at(t);
        let (at, mut means) = (between.at(&c), [[0.0; 2]; 2]);
        let r = at.responsibilities(&x);
        assert!((r.len(), at.len()) == (20, 20) && (r.iter().sum::<f64>() - 1.0).abs() < 1e-14);
        for (k, r) in r.iter().enumerate() {
            let ends = at.ends(k, &x);
            // A path that begins and ends there passes through x.
            assert!(apart(&path::x_t(&c, &ends[0], &ends[1]), &x) < 1e-13);
            (0..2).for_each(|end| (0..2).for_each(|i| means[end][i] += r * ends[end][i]));
        }
        assert!(apart(&means[0], &at.noise(&x)) < 1e-13 && apart(&means[1], &at.data(&x)) < 1e-13);
    }
}

#[test]
fn the_field_flows_from_the_source_to_the_data() {
    // The mean and variance of a cloud of the source after RK4, against those of the data.
    let (between, mut stream, n) = (bridge(), stream(30), 20_000);
    let start: Vec<f64> = (0..n).flat_map(|_| between.sample_source(&mut stream)).collect();
    let field = between.field(&Linear);
    let end = (0..40).fold(start, |x, i| crate::sampler::RK4.step(&field, &x, f64::from(i) / 40.0, 1.0 / 40.0));
    for axis in [0, 1] {
        let moment = |power: i32| {
            let of = |one: &Gaussian<2>| {
                let mean = one.mean[axis];
                one.weight * if power == 1 { mean } else { mean * mean + one.std * one.std }
            };
            let xs: Vec<f64> = end.as_chunks::<2>().0.iter().map(|x| x[axis].powi(power)).collect();
            (mean_and_error(&xs), between.data().iter().map(of).sum::<f64>())
        };
        for ((mean, error), expected) in [moment(1), moment(2)] {
            assert!((mean - expected).abs() < 4.5 * error, "{mean} ± {error}, expected {expected}");
        }
    }
}

#[test]
fn bad_mixtures_get_a_sentence() {
    let one = Gaussian { weight: 1.0, mean: [0.0, 1.0], std: 0.5 };
    for (bad, word) in [
        (vec![], "from 1 to 10000 components"),
        (vec![one; 10_001], "from 1 to 10000 components"),
        (vec![Gaussian { std: 0.0, ..one }], "greater than 0"),
        (vec![Gaussian { std: f64::NAN, ..one }], "greater than 0"),
        (vec![Gaussian { mean: [0.0, f64::INFINITY], ..one }], "coordinates"),
        (vec![Gaussian { weight: 0.0, ..one }], "sum above 0"),
        (vec![one, Gaussian { weight: -0.5, ..one }], "none below 0"),
        (vec![Gaussian { weight: f64::NAN, ..one }], "finite"),
    ] {
        for sentence in [Between::from_noise(&bad), Between::product(&bad, &[one])].map(Result::unwrap_err) {
            assert!(sentence.contains(word), "{sentence}");
        }
    }
    assert!(Between::product(&vec![one; 513], &vec![one; 512]).unwrap_err().contains("more than 262144 pairs"));
    assert!(Between::product(&vec![one; 512], &vec![one; 512]).is_ok());
}
