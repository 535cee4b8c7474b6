//! A field that is the slope of a number, against the densities that are known.

mod driver;

use data::shapes::{Part, Shape};
use driver::{ALL, session};
use flow::{
    brownian::Brownian,
    energy::distance,
    family::FamilyId,
    keyed::Keyed,
    lattice::Lattice,
    rng::{Purpose, Stream},
    sampler::{Process, SamplerId},
    schedule::ScheduleId,
    time::Grid,
};
use lab::plane::{marginals::Marginals, round::Round};
use model::point::PointField;
use protocol::{
    cloud::CloudSpec,
    learned::Snapshot,
    message::{Command, Event, Task},
    method::Method,
    plane::{PlaneLoss, PlaneRecipe, SnapshotSpec},
};
use std::rc::Rc;

const LATTICE: Lattice = Lattice { low: [-3.0; 2], high: [3.0; 2], columns: 40, rows: 40 };

fn recipe(family: FamilyId, data: Vec<Part>) -> PlaneRecipe {
    let method = Method { seed: 4, ..Method::default().of(family) };
    PlaneRecipe { method, data, source: None, schedule: ScheduleId::default() }
}

/// The field after so many steps, and the ends that it was learned between.
fn learned(recipe: &PlaneRecipe, steps: usize) -> (PointField, Rc<Marginals>) {
    let ends = Rc::new(Marginals::of(recipe).expect("a mixture"));
    let mut round = Round::first(recipe, ends.clone());
    (0..steps).for_each(|_| drop(round.train()));
    (round.field().expect("a field"), ends)
}

/// The root mean square under p_t of E + ln p_t, less its mean, in nats.
fn apart(field: &PointField, ends: &Marginals, t: f64) -> f64 {
    let points = LATTICE.points();
    let energy = field.energy(&points, t).expect("an energy");
    let log = ends.between().at(&field.config.schedule.at(t)).log_density(&points);
    let sum: f64 = log.iter().map(|log| log.exp()).sum();
    let mean = |of: &dyn Fn(usize) -> f64| (0..log.len()).map(|i| log[i].exp() * of(i)).sum::<f64>() / sum;
    let middle = mean(&|i| energy[i] + log[i]);
    mean(&|i| (energy[i] + log[i] - middle).powi(2)).sqrt()
}

#[test]
fn an_energy_is_the_negative_logarithm_of_the_density_whichever_loss_learns_it() {
    let part = |weight, centre, std| Part { weight, centre, std, class: 0 };
    let two = vec![part(1.0, [-1.2, 0.4], 0.5), part(2.0, [1.0, -0.5], 0.3)];
    for (loss, bound) in PlaneLoss::all().zip([0.1, 0.1, 0.1, 0.15]) {
        let mut recipe = recipe(FamilyId::ENERGY, two.clone());
        recipe.loss = loss;
        let (field, ends) = learned(&recipe, 1500);
        let all = [0.3, 0.5, 0.7, 0.9].map(|t| apart(&field, &ends, t));
        println!("{loss}: E is {all:.3?} nats from −ln p at t = 0.3, 0.5, 0.7, 0.9");
        // Later the two valleys hardly touch, and slopes say little of which is deeper.
        assert!(all[..3].iter().all(|apart| *apart < bound), "{loss}: {all:?}");
    }
}

#[test]
fn langevin_steps_down_an_energy_come_to_the_data() {
    let (field, ends) = learned(&recipe(FamilyId::ENERGY, Shape::Eight.parts('R')), 1500);
    let schedule = field.config.schedule.0;
    let mut fresh = Stream::new(5, Purpose::Evaluate, 0);
    let fresh: Vec<f64> = (0..2000).flat_map(|_| ends.data(&mut fresh)).collect();
    for (sampler, bound) in [("annealed-langevin", 0.05), ("heun", 0.02)] {
        let sampler = SamplerId::find(sampler).expect("a sampler");
        let process = Process { field: &field, schedule, stochasticity: 1.0 };
        let times = Grid::Cosine.points(60, schedule);
        let start = ends.particles(3, 0..1000, schedule.start());
        let brownian = Brownian::new(3, 0, start.len());
        let drawn = sampler.solve(&process, &times, start, 1e-3, &brownian, |_, _| {});
        let energy = distance::<2>(&drawn, &fresh);
        println!("{sampler}: energy distance {energy:.4}");
        assert!(energy < bound, "{sampler}: {energy}");
    }
}

#[test]
fn snapshots_of_an_energy_have_it_at_every_time_and_those_of_a_flow_have_none() {
    let shown = SnapshotSpec {
        cloud: CloudSpec { particles: 60, seed: 11, steps: 4, ..CloudSpec::default() },
        lattice: Lattice { columns: 12, rows: 12, ..LATTICE },
    };
    for (family, each) in [(FamilyId::ENERGY, 1), (FamilyId::FLOW, 0)] {
        let task = Task::Points { recipe: recipe(family, Shape::Moons.parts('R')), shown: shown.clone(), rounds: 0 };
        let events = driver::drive(&mut session(), Command::Train { run: 2, task, until: Some(40) }, ALL);
        let snapshot = |event: &Event| if let Event::Snapshot(it) = event { Some(it.clone()) } else { None };
        let Snapshot { energy, velocity, times, .. } = events.iter().rev().find_map(snapshot).expect("a snapshot");
        assert_eq!((times.len(), energy.len()), (5, each * 5 * 144), "{family}");
        assert_eq!(velocity.len(), 2 * 5 * 144);
        assert!(energy.iter().all(|energy| energy.is_finite()));
    }
}
