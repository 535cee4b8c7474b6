//! What the answers claim, computed.

use super::*;
use crate::{
    colour::LIGHT,
    error::{Errors, Question},
    figure::Figure,
    modes,
    panel::Detail,
    panels::panels,
    spec::Spec,
    truth::Truth,
};
use flow::{keyed::Keyed, lattice::Lattice, likelihood::pull_back, path::x_t, schedule::ScheduleId};

/// The spec of stop `n`, with what `words` change.
fn stop(n: usize, words: &str) -> Spec {
    let (spec, complaints) = Spec::parse(&format!("tour={n}&{words}"));
    assert_eq!(complaints, [""; 0]);
    spec
}

/// The last cloud of lane `lane`.
fn cloud(spec: &Spec, lane: usize) -> Vec<f64> {
    let mut figure = Figure::new(spec);
    while figure.work() {}
    figure.lanes[lane].course.at(spec.cloud.steps)
}

/// How far each place of a cloud is from the nearest centre of a class, or of all.
fn distances(spec: &Spec, cloud: &[f64], class: Option<u8>) -> Vec<f64> {
    let parts = || spec.active().iter().filter(|part| class.is_none_or(|class| part.class == class));
    let far = |x: &[f64; 2]| parts().map(|it| (x[0] - it.centre[0]).hypot(x[1] - it.centre[1])).fold(9e9, f64::min);
    cloud.as_chunks().0.iter().map(far).collect()
}

fn mean(all: &[f64]) -> f64 {
    all.iter().sum::<f64>() / all.len() as f64
}

fn share(all: &[f64], counts: impl Fn(f64) -> bool) -> f64 {
    all.iter().filter(|one| counts(**one)).count() as f64 / all.len() as f64
}

#[test]
fn texts_are_short_and_every_question_has_an_answer() {
    for stop in STOPS {
        assert!(stop.says.chars().count() <= 260 && stop.asks.chars().count() <= 150, "{}", stop.title);
        assert!((40..=240).contains(&stop.answer.chars().count()), "{}: {}", stop.title, stop.answer.chars().count());
        assert!(stop.asks.contains('?') && stop.answer.ends_with('.') && stop.moves.len() <= 1, "{}", stop.title);
    }
}

#[test]
fn two_moons_show_at_six_tenths() {
    let truth = Truth::new(&stop(1, "")).unwrap();
    let lattice = Lattice { low: [-3.0; 2], high: [3.0; 2], columns: 121, rows: 121 };
    let humps = |t: f64| {
        let p = truth.at(t).density_on(&lattice);
        let around = |i: usize| [i - 122, i - 121, i - 120, i - 1, i + 1, i + 120, i + 121, i + 122];
        let inside = (1..120).flat_map(|row| (1..120).map(move |column| row * 121 + column));
        inside.filter(|i| p[*i] > 0.01 && around(*i).iter().all(|j| p[*i] > p[*j])).count()
    };
    assert_eq!([0.3, 0.5, 0.55].map(humps), [1; 3]);
    assert_eq!([0.6, 0.65].map(humps), [2; 2]);
}

#[test]
fn the_residual_stays_below_a_thousandth() {
    let spec = stop(2, "particles=1");
    let figure = Figure::new(&spec);
    for index in (1..40).step_by(3) {
        let said = &panels(&figure, index, &Detail { cells: 80, theme: LIGHT, hover: None })[0].head.words;
        let percent: f64 = said.strip_prefix("residual ").unwrap().split_once(" %").unwrap().0.parse().unwrap();
        assert!(percent < 0.1, "{said}");
    }
}

#[test]
fn fifty_four_lines_make_nine_tenths_of_the_arrow_and_fewer_later() {
    let lines = |frame: usize| {
        let figure = Figure::new(&stop(3, &format!("points=all&frame={frame}")));
        let said = panels(&figure, frame, &Detail { cells: 8, theme: LIGHT, hover: None })[0].head.details.clone();
        said.split_once(" of 86 lines").and_then(|(count, _)| count.parse::<usize>().ok()).expect("a number of lines")
    };
    assert_eq!(lines(18), 54);
    assert!(lines(30) < lines(24) && lines(24) < lines(18));
}

#[test]
fn a_dozen_steps_of_euler_reach_the_spirals() {
    let on = |steps: usize| {
        let spec = stop(5, &format!("steps={steps}"));
        share(&distances(&spec, &cloud(&spec, 0), None), |far| far < 0.25)
    };
    let found = [6, 12, 64].map(on);
    println!("on the spirals: {found:?}");
    assert!((found[0] - 5.0 / 6.0).abs() < 0.03 && found[1] > 0.96 && (found[1] - found[2]).abs() < 0.015);
}

#[test]
fn rk4_is_best_at_many_evaluations_and_level_at_few() {
    let error = |sampler: &str, nfe: f64| {
        let mut errors = Errors::new(Question::of(&stop(6, &format!("against={sampler}")))).unwrap();
        while errors.work() {}
        let of = |k: usize| errors.points()[k].iter().find(|point| point.0 == nfe).unwrap().1;
        (of(0), of(1))
    };
    let at = |nfe: f64| ["heun", "midpoint", "rk4"].map(|key| error(key, nfe));
    let [heun, midpoint, rk4] = at(8.0);
    println!("at 8: {heun:?}, {midpoint:?}, {rk4:?}");
    let few = [heun.1, midpoint.1, rk4.1];
    assert!(few.iter().all(|error| (error / few[0] - 1.0).abs() < 0.15 && *error < 0.5 * heun.0));
    let [heun, midpoint, rk4] = at(128.0);
    assert!(rk4.1 < 0.2 * heun.1.min(midpoint.1) && heun.1 < 0.1 * heun.0);
}

#[test]
fn noise_changes_the_ways_and_not_the_moons() {
    let seen = |kappa: f64| {
        let spec = stop(7, &format!("stochasticity={kappa}"));
        let cloud = cloud(&spec, 1);
        let second = modes::classes(spec.active(), &cloud).iter().filter(|class| **class == 1).count();
        (second as f64 / 800.0, mean(&distances(&spec, &cloud, None)))
    };
    for kappa in [0.0, 1.0, 2.0] {
        let (second, far) = seen(kappa);
        // Four standard errors of a half, and of a Rayleigh mean.
        assert!((second - 0.5).abs() < 0.07 && (far - 0.12).abs() < 0.02, "κ = {kappa}: {second}, {far}");
    }
    let (flow, none) = (cloud(&stop(7, ""), 0), cloud(&stop(7, "stochasticity=0"), 1));
    let apart: Vec<f64> = flow.iter().zip(&none).map(|(a, b)| (a - b).abs()).collect();
    assert!(share(&apart, |far| far < 0.1) > 0.97, "Euler and Heun of sixty steps on the same ODE");
}

#[test]
fn langevin_crosses_the_gap_where_there_is_noise_enough() {
    let far_moon = |level: f64| {
        let spec = stop(8, &format!("level={level}"));
        share(&modes::classes(spec.active(), &cloud(&spec, 1)).into_iter().map(f64::from).collect::<Vec<_>>(), |it| {
            it == 1.0
        })
    };
    let found = [0.75, 0.9].map(far_moon);
    println!("on the far moon: {found:?}");
    assert!((found[0] - 0.4).abs() < 0.06 && found[1] < 0.05);
    let spec = stop(8, "");
    let flow = cloud(&spec, 0);
    let apart = |x: &[f64; 2]| (x[0] - flow[0]).hypot(x[1] - flow[1]);
    assert!(flow.as_chunks().0.iter().all(|x| apart(x) < 0.3), "the flow takes all of them to one place");
}

#[test]
fn schedules_are_straight_or_bent_and_early_or_late_as_told() {
    let (x_0, x_1) = ([1.0, -0.5], [0.4, 1.2]);
    let is_straight = |schedule: ScheduleId| {
        let [low, high] = schedule.clip();
        let at = |i: usize| x_t(&schedule.at(low + (high - low) * i as f64 / 20.0), &x_0, &x_1);
        let (a, b) = (at(0), at(20));
        let off = |x: [f64; 2]| (x[0] - a[0]) * (b[1] - a[1]) - (x[1] - a[1]) * (b[0] - a[0]);
        (0..=20).all(|i| off(at(i)).abs() < 1e-9 * (1.0 + (b[0] - a[0]).hypot(b[1] - a[1]).powi(2)))
    };
    let straight: Vec<_> = ScheduleId::all().filter(|it| is_straight(*it)).map(Keyed::key).collect();
    assert_eq!(straight, ["linear", "polynomial-2", "polynomial-3", "ve"]);
    let half = |schedule: &ScheduleId| schedule.t_of_snr(4.0);
    let late: Vec<_> = ScheduleId::all().filter(|it| half(it) > 0.85).map(Keyed::key).collect();
    assert_eq!(late, ["polynomial-3", "vp", "ddpm"]);
    assert!(ScheduleId::all().filter(|it| half(it) > 0.85).all(|it| (half(&it) - 0.86).abs() < 0.015));
    assert!((half(&ScheduleId::default()) - 0.67).abs() < 0.005);
}

#[test]
fn guidance_narrows_the_cloud_and_leaves_the_class_at_last() {
    let seen = |w: f64| {
        let spec = stop(10, &format!("guidance={w}"));
        let cloud = cloud(&spec, 2);
        let x: Vec<f64> = cloud.iter().step_by(2).copied().collect();
        let (middle, far) = (mean(&x), mean(&distances(&spec, &cloud, Some(1))));
        (middle, (mean(&x.iter().map(|x| (x - middle).powi(2)).collect::<Vec<_>>())).sqrt(), far)
    };
    let [class, three, eight] = [1.0, 3.0, 8.0].map(seen);
    println!("w = 1: {class:?}, 3: {three:?}, 8: {eight:?}");
    assert!((three.1 / class.1 - 2.0 / 3.0).abs() < 0.07 && three.0 > class.0 + 0.5);
    assert!(three.2 < 1.2 * class.2 && eight.2 > 1.8 * class.2);
}

#[test]
fn one_step_of_the_first_flow_leads_to_the_mean_of_the_data() {
    let spec = stop(11, "particles=200");
    let parts = spec.active();
    let total: f64 = parts.iter().map(|part| part.weight).sum();
    let middle = [0, 1].map(|i| parts.iter().map(|part| part.weight * part.centre[i]).sum::<f64>() / total);
    assert!(cloud(&spec, 0).as_chunks::<2>().0.iter().all(|x| (x[0] - middle[0]).hypot(x[1] - middle[1]) < 1e-9));
    let on = |steps: usize| {
        let spec = stop(11, &format!("steps={steps}"));
        let cloud = cloud(&spec, 0);
        let two = |x: &[f64; 2]| parts.iter().any(|it| (x[0] - it.centre[0]).hypot(x[1] - it.centre[1]) < 2.0 * it.std);
        cloud.as_chunks().0.iter().filter(|x| two(x)).count() as f64 / 800.0
    };
    let found = [1, 5, 100].map(on);
    println!("within two standard deviations of a part: {found:?}");
    assert!(found[0] == 0.0 && found[2] > 0.8 && (found[1] - found[2]).abs() < 0.05);
}

#[test]
fn log_p_gains_on_a_moon_and_loses_between_them() {
    let truth = Truth::new(&stop(12, "")).unwrap();
    let gain = |x: [f64; 2]| {
        let field = |z: &(Vec<f64>, f64), t: f64| {
            let at = truth.at(t);
            (at.velocity(&z.0), at.divergence(&z.0)[0])
        };
        let times: Vec<f64> = (0..=200).map(|i| f64::from(i) / 200.0).collect();
        pull_back(&field, (x.to_vec(), 0.0), &times).1
    };
    let spec = stop(12, "");
    assert!((gain(spec.probe.unwrap()) + 3.9).abs() < 0.06, "{}", gain(spec.probe.unwrap()));
    assert!(spec.active().iter().step_by(6).all(|part| gain(part.centre) > 0.0));
}
