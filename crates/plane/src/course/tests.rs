use super::*;
use flow::{between::Gaussian, keyed::Keyed};

fn way(key: &str) -> Way {
    Way::Sampler { sampler: SamplerId::find(key).unwrap(), stochasticity: 1.0, tolerance: 1e-3 }
}

fn data() -> Between<2> {
    let part = |weight, x, y, std| Gaussian { weight, mean: [x, y], std };
    Between::from_noise(&[part(1.0, -1.0, 0.5, 0.3), part(2.0, 1.0, -0.5, 0.1), part(1.0, 0.0, 1.5, 0.5)]).unwrap()
}

fn plan(way: Way) -> Plan<2> {
    let times = (0..=6).map(|i| f64::from(i) / 6.0).collect();
    let source = Source::Noise { std: 1.0 };
    Plan { source, particles: 300, seed: 5, times, schedule: ScheduleId::default(), way }
}

/// Every frame, computed as if a value cost `cost`, and the pieces that it took.
fn frames(way: Way, cost: usize) -> (Vec<Vec<f64>>, usize) {
    let (data, mut course, mut pieces) = (data(), Course::new(plan(way)), 0);
    while !course.is_complete() {
        let before = course.len();
        course.extend(&data.field(ScheduleId::default().0), cost);
        assert!(course.len() >= before);
        pieces += 1;
    }
    ((0..=6).map(|i| course.at(i)).collect(), pieces)
}

#[test]
fn pieces_of_any_size_give_the_same_bits() {
    let ways = ["heun", "rk4", "em-sigma", "dopri5", "ancestral"].map(way);
    for way in ways.into_iter().chain([Way::Langevin { t: 0.5, stochasticity: 1.0 }]) {
        let (whole, few) = frames(way, 1);
        for cost in [WORK / 900, WORK / 8, 16 * WORK] {
            let (cut, pieces) = frames(way, cost);
            assert_eq!(cut, whole, "{way:?} at {cost}");
            assert!(pieces > few, "{way:?} at {cost}: {pieces} pieces");
        }
    }
}

#[test]
fn blocks_are_those_of_a_solver_that_does_not_stop() {
    for key in ["rk4", "em-sigma"] {
        let Way::Sampler { sampler, stochasticity, tolerance } = way(key) else { unreachable!() };
        let (data, plan) = (data(), plan(way(key)));
        let field = data.field(plan.schedule.0);
        let process = Process { field: &field, schedule: plan.schedule.0, stochasticity };
        let brownian = Brownian::new(plan.seed, 0, 2 * BLOCK);
        let start = plan.source.starts(plan.seed, 0, BLOCK);
        let end = sampler.solve(&process, &plan.times, start, tolerance, &brownian, |_, _| {});
        assert_eq!(frames(way(key), WORK / 100).0[6][..2 * BLOCK], end, "{key}");
    }
}

#[test]
fn a_piece_is_short_however_much_a_velocity_costs() {
    // Eight particles at least, so a piece is at most eight of them through one interval.
    for (cost, particles) in [(1, WORK / 2), (WORK / 64, 32), (8192, 32), (WORK, 8)] {
        assert_eq!(way("heun").particles(cost), particles, "{cost}");
    }
}
