//! Learned fields of the plane as the page drives them: through the session, without a browser.

mod driver;

use data::shapes::{Part, Shape};
use driver::{ALL, Folder, session};
use flow::{
    coupling::Coupling,
    energy,
    keyed::Keyed,
    lattice::Lattice,
    rng::{Purpose, Stream},
    sampler::SamplerId,
    schedule::ScheduleId,
};
use lab::{plane::marginals::Marginals, session::Session};
use plane::floor::LossFloor;
use protocol::{
    cloud::CloudSpec,
    learned::{DensityMap, Inquiry, Snapshot, TracedPath},
    message::{Command, Event, Request, Task, TrainReport},
    method::Method,
    plane::{PlaneLoss, PlaneRecipe, SnapshotSpec},
};
use std::time::Instant;

/// Works until nothing is left.
fn drive(session: &mut Session<Folder>, command: Command) -> Vec<Event> {
    driver::drive(session, command, ALL)
}

fn ask(session: &mut Session<Folder>, inquiry: Inquiry) -> Vec<Event> {
    drive(session, Command::Ask(inquiry))
}

/// Two Gaussians, one narrow, for which everything is known.
fn two() -> Vec<Part> {
    let part = |weight, centre, std| Part { weight, centre, std, class: 0 };
    vec![part(1.0, [-1.2, 0.4], 0.5), part(2.0, [1.0, -0.5], 0.3)]
}

fn moons() -> Vec<Part> {
    Shape::Moons.parts('A')
}

fn recipe(data: Vec<Part>) -> PlaneRecipe {
    let method = Method { seed: 4, ..Method::default() };
    PlaneRecipe { method, data, source: None, schedule: ScheduleId::default() }
}

/// What `change` makes of it.
fn changed<T>(mut it: T, change: impl FnOnce(&mut T)) -> T {
    change(&mut it);
    it
}

fn shown() -> SnapshotSpec {
    SnapshotSpec {
        cloud: CloudSpec { particles: 300, seed: 11, steps: 10, ..CloudSpec::default() },
        lattice: Lattice { low: [-3.0; 2], high: [3.0; 2], columns: 8, rows: 8 },
    }
}

fn train(recipe: PlaneRecipe, steps: u64, rounds: usize) -> Command {
    Command::Train { run: 3, task: Task::Points { recipe, shown: shown(), rounds }, until: Some(steps) }
}

fn reports(events: &[Event]) -> Vec<&TrainReport> {
    driver::reports(events)
}

/// The last report with distances.
fn measured(events: &[Event]) -> &TrainReport {
    reports(events).into_iter().rev().find(|report| report.distances.energy.is_some()).expect("a measurement")
}

/// The last whole snapshot of a round: its particles and its velocities.
fn seen(events: &[Event], of: usize) -> (&[f32], &[f32]) {
    let snapshot = |event| match event {
        &Event::Snapshot(Snapshot { whole: true, round, ref x, ref velocity, .. }) if round == of => {
            Some((&x[..], &velocity[..]))
        }
        _ => None,
    };
    events.iter().rev().find_map(snapshot).expect("a whole snapshot")
}

fn refusal(events: &[Event]) -> &str {
    let refused = |event| match event {
        &Event::Refused { request: Request::Points | Request::Train { .. }, ref message } => Some(message.as_str()),
        _ => None,
    };
    events.iter().find_map(refused).expect("a refusal")
}

#[test]
fn all_four_losses_learn_the_exact_velocity() {
    // Noise and score hardly look at the start of the path, where the velocity needs the data's mean most.
    for (loss, bound) in PlaneLoss::all().zip([0.01, 0.02, 0.02, 0.05]) {
        let mut session = session();
        let events = drive(&mut session, train(changed(recipe(two()), |it| it.loss = loss), 2000, 0));
        let report = measured(&events);
        let error = report.distances.velocity_error.expect("the truth is known");
        println!(
            "{loss}: velocity error {error:.4}, energy {:.5}, {:.1} s",
            report.distances.energy.unwrap(),
            report.seconds
        );
        assert!(error < bound, "{loss}: {error}");
        assert!(!report.running && report.step == 2000);
    }
}

#[test]
fn losses_come_down_to_their_floors_and_no_further() {
    for loss in PlaneLoss::all() {
        let recipe = changed(recipe(two()), |it| it.loss = loss);
        let mut floor = LossFloor::of(&recipe).expect("independent ends");
        while floor.work() {}
        let floor = floor.value().expect("all of it").value;
        let events = drive(&mut session(), train(recipe, 2000, 0));
        let losses: Vec<f64> = reports(&events)
            .iter()
            .flat_map(|report| report.losses.iter().map(|(_, terms)| f64::from(terms[0])))
            .collect();
        let last = &losses[losses.len() - 500..];
        let mean = last.iter().sum::<f64>() / 500.0;
        let error = (last.iter().map(|loss| (loss - mean).powi(2)).sum::<f64>() / 499.0 / 500.0).sqrt();
        println!("{loss}: from {:.3} to {mean:.4} ± {error:.4}, floor {floor:.4}", losses[0]);
        assert!(mean > floor - 4.5 * error - 0.01, "{loss}: no field is better than the best");
        assert!(mean - floor < 0.15 * (losses[0] - floor), "{loss}: {mean} is far above {floor}");
    }
}

#[test]
fn moons_in_a_thousand_steps_are_as_near_as_fresh_data() {
    let ends = Marginals::new(None, &moons()).unwrap();
    let cloud = |index: u64| {
        let mut stream = Stream::new(1, Purpose::Evaluate, 1000 + index);
        (0..1000).flat_map(|_| ends.data(&mut stream)).collect::<Vec<f64>>()
    };
    let fresh: Vec<f64> = (0..20).map(|i| energy::distance::<2>(&cloud(2 * i), &cloud(2 * i + 1))).collect();
    let floor = fresh.iter().copied().fold(0.0, f64::max);
    let noise = energy::distance::<2>(&cloud(0), &Stream::new(1, Purpose::Evaluate, 999).normals64(2000));
    let begin = Instant::now();
    let events = drive(&mut session(), train(recipe(moons()), 1000, 0));
    let found = measured(&events).distances.energy.unwrap();
    println!("energy distance {found:.5}; fresh data up to {floor:.5}, noise {noise:.3}; {:.1?}", begin.elapsed());
    assert!(noise > 0.04, "the distance tells noise from data");
    assert!(found < 0.01, "{found}");
}

#[test]
fn a_recipe_repeated_gives_the_same_bytes_and_begins_at_the_keyed_noise() {
    let optimal = |it: &mut PlaneRecipe| (it.coupling, it.batch) = (Coupling::Optimal, 32);
    let command = || train(changed(recipe(moons()), optimal), 60, 1);
    let (first, again) = (drive(&mut session(), command()), drive(&mut session(), command()));
    for round in [0, 1] {
        assert_eq!(seen(&first, round), seen(&again, round), "round {round}");
        let (x, velocity) = seen(&first, round);
        assert_eq!((x.len(), velocity.len()), (11 * 300 * 2, 11 * 64 * 2));
        for i in [0, 249, 250, 299] {
            assert_eq!(x[2 * i..2 * i + 2], Stream::new(11, Purpose::Sample, i as u64).normals(2)[..]);
        }
    }
    assert_ne!(seen(&first, 0), seen(&first, 1));
    let losses: Vec<u64> =
        reports(&first).iter().filter(|report| report.round == 0).flat_map(|r| r.losses.iter().map(|l| l.0)).collect();
    assert_eq!(losses, (1..=60).collect::<Vec<_>>());
}

#[test]
fn stochastic_particles_do_not_depend_on_how_many_there_are() {
    let mut session = session();
    let sampler = SamplerId::find("em-sigma").unwrap();
    drive(&mut session, train(recipe(two()), 50, 0));
    let seen_by = |particles| CloudSpec { particles, sampler, ..shown().cloud };
    let look = |particles| Command::Ask(Inquiry::Look(SnapshotSpec { cloud: seen_by(particles), ..shown() }));
    let (few, many) = (drive(&mut session, look(260)), drive(&mut session, look(600)));
    let ((few, _), (many, _)) = (seen(&few, 0), seen(&many, 0));
    for frame in 0..11 {
        assert_eq!(few[frame * 520..][..500], many[frame * 1200..][..500], "whole blocks, frame {frame}");
        assert_eq!(few[frame * 520 + 500..][..20], many[frame * 1200 + 500..][..20], "part of a block, frame {frame}");
    }
    let ode = ask(&mut session, Inquiry::Look(shown()));
    assert_ne!(seen(&ode, 0).0[600..1200], few[520..1120]);
}

#[test]
fn reflow_straightens() {
    let mut session = session();
    let events = drive(&mut session, train(recipe(two()), 1500, 1));
    let of = |round| {
        let found = reports(&events)
            .into_iter()
            .rev()
            .find(|report| report.round == round && report.distances.energy.is_some());
        found.expect("a measurement of every round")
    };
    let rounds = [of(0), of(1)];
    let s = rounds.map(|report| report.distances.straightness.unwrap());
    let one = rounds.map(|report| report.distances.one_step.unwrap());
    let energy = rounds.map(|report| report.distances.energy.unwrap());
    println!("S {s:.4?}, one step {one:.3?}, energy {energy:.5?}");
    assert!(s[1] < 0.2 * s[0] && one[1] < 0.3 * one[0]);
    assert!(energy[1] < 0.02, "what is straight is still the data");
    assert!(rounds[0].distances.velocity_error.is_some() && rounds[1].distances.velocity_error.is_none());
    // By hand, one round more.
    let events = ask(&mut session, Inquiry::Reflow);
    let report = measured(&events);
    assert_eq!((report.round, report.step, report.running), (2, 1500, false));
    assert!(report.distances.straightness.unwrap() < 0.2 * s[0]);
}

#[test]
fn the_likelihood_map_is_near_the_exact_density() {
    let mut session = session();
    drive(&mut session, train(recipe(two()), 3000, 0));
    let lattice = Lattice { low: [-3.5, -2.5], high: [3.0, 3.0], columns: 24, rows: 20 };
    let begin = Instant::now();
    let events = ask(&mut session, Inquiry::Likelihood { round: 0, lattice });
    let took = begin.elapsed();
    let mut done = 0;
    for event in &events {
        let Event::Map(DensityMap { log_density, done: now, total, .. }) = event else { panic!("{event:?}") };
        assert!(*now > done && log_density.len() == *now && *total == 480);
        done = *now;
    }
    let Some(Event::Map(DensityMap { log_density, .. })) = events.last() else { panic!("no map") };
    let exact = Marginals::new(None, &two()).unwrap();
    let exact = exact.between().at(&ScheduleId::default().at(1.0)).log_density(&lattice.points());
    for (least, bounds) in [(1e-3f64, [0.3, 1.5]), (0.03, [0.1, 0.5])] {
        let likely = exact.iter().zip(log_density).filter(|(p, _)| **p > least.ln());
        let errors: Vec<f64> = likely.map(|(p, q)| (p - f64::from(*q)).abs()).collect();
        let (mean, worst) =
            (errors.iter().sum::<f64>() / errors.len() as f64, errors.iter().copied().fold(0.0, f64::max));
        println!("{} cells with p > {least}: error {mean:.3} nats, worst {worst:.3}; {took:.1?}", errors.len());
        assert!(errors.len() > 50 && mean < bounds[0] && worst < bounds[1]);
    }
    assert_eq!(done, 480);
    // A trajectory ends where it was asked for, with the density of the map.
    let i = 10 * 24 + 16;
    let events = ask(&mut session, Inquiry::Trace { round: 0, x: lattice.point(i) });
    let [Event::Trace(TracedPath { times, path, log_density: along, .. })] = &events[..] else { panic!() };
    assert_eq!((times[0], times[times.len() - 1]), (0.0, 1.0));
    assert_eq!(path[path.len() - 2..], lattice.point(i));
    assert!((along[along.len() - 1] - f64::from(log_density[i])).abs() < 1e-4);
    let noise = -(2.0 * std::f64::consts::PI).ln() - 0.5 * (path[0] * path[0] + path[1] * path[1]);
    assert!((along[0] - noise).abs() < 1e-9 && along.len() == times.len());
}

#[test]
fn optimal_pairs_are_straighter_and_no_error_is_told_of_them() {
    let [independent, optimal] = [Coupling::Independent, Coupling::Optimal].map(|coupling| {
        let events = drive(&mut session(), train(changed(recipe(two()), |it| it.coupling = coupling), 1000, 0));
        measured(&events).clone()
    });
    let s = [&independent, &optimal].map(|report| report.distances.straightness.unwrap());
    println!("S {s:.3?}, optimal {:.0} steps a second", 1000.0 / optimal.seconds);
    assert!(s[1] < 0.2 * s[0] && optimal.distances.energy.unwrap() < 0.01);
    assert!(independent.distances.velocity_error.is_some() && optimal.distances.velocity_error.is_none());
}

#[test]
fn a_source_of_ones_own_is_left_by_the_velocity_alone() {
    let source = Some(vec![Part { weight: 1.0, centre: [-2.0, 2.0], std: 0.3, class: 0 }]);
    let mut session = session();
    let recipe = PlaneRecipe { source, ..recipe(two()) };
    let events = drive(&mut session, train(recipe.clone(), 1500, 0));
    let report = measured(&events);
    println!(
        "velocity error {:.4}, energy {:.5}",
        report.distances.velocity_error.unwrap(),
        report.distances.energy.unwrap()
    );
    assert!(report.distances.velocity_error.unwrap() < 0.01 && report.distances.energy.unwrap() < 0.02);
    let (x, _) = seen(&events, 0);
    assert!((x[0] + 2.0).abs() < 1.5 && (x[1] - 2.0).abs() < 1.5, "particles start in the source");
    for sampler in ["em-sigma", "ddim"] {
        let sampler = SamplerId::find(sampler).unwrap();
        let events = ask(&mut session, Inquiry::Look(changed(shown(), |it| it.sampler = sampler)));
        assert!(refusal(&events).contains("does not suit this field"));
    }
    let events = drive(&mut session, train(changed(recipe, |it| it.loss = PlaneLoss::Score), 10, 0));
    assert!(refusal(&events).contains("only the velocity can be learned"));
}

#[test]
fn every_schedule_learns() {
    for schedule in ScheduleId::all() {
        let events = drive(&mut session(), train(PlaneRecipe { schedule, ..recipe(two()) }, 700, 0));
        let report = measured(&events);
        let (error, energy) = (report.distances.velocity_error.unwrap(), report.distances.energy.unwrap());
        println!("{schedule}: velocity error {error:.4}, energy {energy:.5}");
        assert!(error < 0.1 && energy < 0.05, "{schedule}");
        assert_eq!(report.distances.straightness.is_some(), schedule == ScheduleId::default());
    }
}

#[test]
fn nonsense_gets_a_sentence_and_costs_nothing() {
    let mut session = session();
    let bad_recipe = |change: &dyn Fn(&mut PlaneRecipe)| {
        let mut recipe = recipe(two());
        change(&mut recipe);
        train(recipe, 10, 0)
    };
    let bad_cloud = |change: &dyn Fn(&mut SnapshotSpec)| {
        let mut shown = shown();
        change(&mut shown);
        Command::Train { run: 1, task: Task::Points { recipe: recipe(two()), shown, rounds: 0 }, until: Some(10) }
    };
    let part = |weight, x, std| Part { weight, centre: [x, 0.0], std, class: 0 };
    let commands = [
        (bad_recipe(&|it| it.data.clear()), "1 to 512 parts"),
        (bad_recipe(&|it| it.data = vec![part(1.0, 0.0, 0.5); 513]), "1 to 512 parts"),
        (bad_recipe(&|it| it.data = vec![part(1.0, f64::NAN, 0.5)]), "centres within"),
        (bad_recipe(&|it| it.data = vec![part(1.0, 0.0, 0.0)]), "widths from"),
        (bad_recipe(&|it| it.data = vec![part(0.0, 0.0, 0.5)]), "sum above 0"),
        (bad_recipe(&|it| it.source = Some(vec![part(f64::NAN, 0.0, 0.5)])), "no weight below 0"),
        (bad_recipe(&|it| it.source = Some(vec![])), "the source has"),
        (bad_recipe(&|it| it.batch = 1_000_000_000), "16 to 1024"),
        (bad_recipe(&|it| it.learning_rate = f64::NAN), "rate cannot be “NaN”"),
        (bad_recipe(&|it| it.coupling = Coupling::Masked), "as independent or optimal, not as masked"),
        (bad_cloud(&|it| it.particles = 0), "particles cannot be “0”; it is a number from 1 to 5000"),
        (bad_cloud(&|it| it.particles = 1_000_000_000), "from 1 to 5000"),
        (bad_cloud(&|it| it.steps = 0), "steps cannot be “0”; it is a number from 1 to 200"),
        (bad_cloud(&|it| it.stochasticity = f64::NAN), "stochasticity"),
        (bad_cloud(&|it| it.tolerance = 0.0), "tolerance"),
        (bad_cloud(&|it| it.lattice.columns = 0), "1 to 64 cells"),
        (bad_cloud(&|it| it.lattice.rows = usize::MAX), "1 to 64 cells"),
        (bad_cloud(&|it| it.lattice.high[1] = f64::INFINITY), "all within"),
        (bad_cloud(&|it| it.sampler = SamplerId::find("annealed-langevin").unwrap()), "does not suit"),
        (train(recipe(two()), 10, 1000), "rounds of reflow"),
        (Command::Ask(Inquiry::Reflow), "trained yet"),
        (Command::Ask(Inquiry::Trace { round: 0, x: [0.0; 2] }), "trained yet"),
    ];
    for (command, sentence) in commands {
        let events = drive(&mut session, command);
        assert!(refusal(&events).contains(sentence), "{}", refusal(&events));
        assert_eq!(events.len(), 1);
    }
    drive(&mut session, train(recipe(two()), 10, 0));
    let lattice = Lattice { columns: 1000, ..shown().lattice };
    for (command, sentence) in [
        (Command::Ask(Inquiry::Trace { round: 1, x: [0.0; 2] }), "no round 1"),
        (Command::Ask(Inquiry::Trace { round: 0, x: [f64::NAN, 0.0] }), "within ±100"),
        (Command::Ask(Inquiry::Likelihood { round: 9, lattice: shown().lattice }), "no round 9"),
        (Command::Ask(Inquiry::Likelihood { round: 0, lattice }), "1 to 64 cells"),
        (train(changed(recipe(two()), |it| it.batch = 0), 10, 0), "16 to 1024"),
    ] {
        assert!(refusal(&drive(&mut session, command)).contains(sentence));
    }
    // What was learned before is still there, until it is told to go.
    assert_eq!(ask(&mut session, Inquiry::Trace { round: 0, x: [0.0; 2] }).len(), 1);
    assert!(drive(&mut session, Command::Reset).is_empty());
    assert!(refusal(&ask(&mut session, Inquiry::Look(shown()))).contains("trained yet"));
}

/// Units of work before the first snapshot: some steps, and its parts with steps between them.
const UNITS: usize = 60;

#[test]
fn pictures_come_before_all_else_and_pause_and_resume_are_heard() {
    let mut session = session();
    let (steps, mut events) = (200, vec![]);
    let many = SnapshotSpec {
        cloud: CloudSpec { particles: 5000, steps, ..shown().cloud },
        lattice: Lattice { columns: 64, rows: 64, ..shown().lattice },
    };
    let task = Task::Points { recipe: recipe(moons()), shown: many, rounds: 0 };
    events.extend(pollster::block_on(session.handle(Command::Train { run: 1, task, until: None })));
    let is_snapshot = |event: &Event| matches!(event, Event::Snapshot(Snapshot { whole: false, .. }));
    let mut units = 0;
    while !events.iter().any(is_snapshot) {
        events.extend(pollster::block_on(session.work()));
        units += 1;
    }
    println!("first snapshot of {steps} steps after {units} units of work");
    assert!(units <= UNITS, "{units} units");
    assert!(reports(&events).iter().all(|report| report.distances.energy.is_none()), "something was measured before");
    let events = pollster::block_on(session.handle(Command::Pause { turn: 1 }));
    let paused = reports(&events)[0].clone();
    assert!(!paused.running && paused.step > 0);
    ask(&mut session, Inquiry::Look(shown()));
    let events = pollster::block_on(session.handle(Command::Resume { turn: 2 }));
    assert!(reports(&events)[0].running && session.busy());
    let mut step = paused.step;
    while step == paused.step {
        let events = pollster::block_on(session.work());
        step = reports(&events).last().map_or(step, |report| report.step);
    }
    assert!(step > paused.step);
}
