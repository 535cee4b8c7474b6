//! Models that draw points in one pass, as the plane drives them.

mod driver;

use data::shapes::{Part, Shape};
use driver::{ALL, drive, reports, session};
use flow::{
    adversarial::Objective,
    energy::distance,
    family::{FamilyId, Needs},
    keyed::Keyed,
    lattice::Lattice,
    rng::{Purpose, Stream},
    schedule::ScheduleId,
};
use lab::plane::{
    marginals::Marginals,
    one_pass::{Artist, STD},
    round::{Drawer, Round},
};
use protocol::{
    catalogue::ModelId,
    cloud::CloudSpec,
    learned::{Inquiry, Snapshot},
    message::{Command, Event, Request, SampleSpec, Task, TrainSpec},
    method::Method,
    plane::{NODES, PlaneRecipe, SnapshotSpec},
};
use std::rc::Rc;

fn recipe(family: FamilyId, data: Vec<Part>) -> PlaneRecipe {
    let learning_rate = if family == FamilyId::GAN { 1e-3 } else { 3e-3 };
    let method = Method { family, batch: 128, learning_rate, ..Method::default() };
    PlaneRecipe { method, data, source: None, schedule: ScheduleId::default() }
}

fn shown() -> SnapshotSpec {
    SnapshotSpec {
        cloud: CloudSpec { particles: 60, steps: 4, ..CloudSpec::default() },
        lattice: Lattice { low: [-3.0; 2], high: [3.0; 2], columns: 12, rows: 12 },
    }
}

fn train(recipe: PlaneRecipe, until: u64) -> Command {
    Command::Train { run: 2, task: Task::Points { recipe, shown: shown(), rounds: 0 }, until: Some(until) }
}

#[test]
fn points_are_learned_reported_and_shown_and_what_is_not_there_is_refused() {
    for family in FamilyId::of(Needs::Points).filter(|family| !family.has_path()) {
        let mut session = session();
        let events = drive(&mut session, train(recipe(family, Shape::Moons.parts('R')), 60), ALL);
        let all = reports(&events);
        let steps: Vec<u64> = all.iter().flat_map(|it| &it.losses).map(|(step, _)| *step).collect();
        assert_eq!(steps, (1..=60).collect::<Vec<_>>());
        assert!(all.iter().flat_map(|it| &it.losses).all(|(_, terms)| terms.len() == family.terms.len()));
        let last = all.last().expect("a report");
        let told = last.distances;
        assert!(!last.running && told.energy.is_some() && told.modes.is_some() && told.velocity_error.is_none());
        let snapshot = events.iter().rev().find_map(|it| if let Event::Snapshot(it) = it { Some(it) } else { None });
        let Snapshot { whole, times, x, velocity, verdicts, grid, .. } = snapshot.expect("a snapshot");
        let is_dense = family == FamilyId::NORMALISING;
        assert!(*whole && velocity.is_empty());
        assert_eq!((times.len(), x.len()), (5, 5 * 60 * 2));
        assert_eq!(verdicts.len(), if family == FamilyId::GAN { 144 } else { 0 });
        // At t = 0 all points are the one of the middle code, but before layers, where they are noise.
        assert_eq!(x[..120].chunks(2).all(|point| point == &x[..2]), !is_dense);
        assert_eq!(grid.len(), if is_dense { 5 * NODES * NODES * 2 } else { 0 });
        let asked = [
            (Inquiry::Reflow, "no paths"),
            (Inquiry::Likelihood { round: 0, lattice: shown_lattice() }, "no density"),
            (Inquiry::Trace { round: 0, x: [0.0; 2] }, "no trajectory"),
        ];
        for (command, word) in asked.into_iter().take(if is_dense { 1 } else { 3 }) {
            let refused = drive(&mut session, Command::Ask(command), ALL);
            assert!(driver::refusal(&refused).contains(word), "{}", driver::refusal(&refused));
        }
        // The same recipe gives the same bytes, and goes on where it rested.
        let again = drive(&mut driver::session(), train(recipe(family, Shape::Moons.parts('R')), 60), ALL);
        let losses = |events: &[Event]| reports(events).iter().flat_map(|it| it.losses.clone()).collect::<Vec<_>>();
        assert_eq!(losses(&events), losses(&again));
        let resumed = |events: &[Event]| reports(events).last().is_some_and(|it| it.step > 80);
        let more = drive(&mut session, Command::Resume { turn: 1 }, resumed);
        assert!(reports(&more).last().expect("a report").running);
    }
}

#[test]
fn layers_that_can_be_undone_tell_their_density_and_the_way_of_a_point() {
    let mut session = session();
    drive(&mut session, train(recipe(FamilyId::NORMALISING, Shape::Moons.parts('R')), 60), ALL);
    let map = |events: &[Event]| events.iter().any(|it| matches!(it, Event::Map(map) if map.done == map.total));
    let asked = Command::Ask(Inquiry::Likelihood { round: 0, lattice: shown_lattice() });
    let events = drive(&mut session, asked, map);
    let Some(Event::Map(map)) = events.last() else { panic!("no map") };
    assert!(map.log_density.len() == 144 && map.log_density.iter().all(|p| p.is_finite()));
    let events = drive(&mut session, Command::Ask(Inquiry::Trace { round: 0, x: shown_lattice().point(30) }), ALL);
    let traced = events.iter().find_map(|it| if let Event::Trace(it) = it { Some(it) } else { None });
    let traced = traced.expect("a trajectory");
    assert_eq!(traced.path.len(), 2 * traced.times.len());
    assert!((traced.log_density.last().expect("numbers") - f64::from(map.log_density[30])).abs() < 1e-4);
    let none = drive(&mut session, Command::Ask(Inquiry::Trace { round: 3, x: [0.0; 2] }), ALL);
    assert!(driver::refusal(&none).contains("no round 3"));
}

fn shown_lattice() -> Lattice {
    shown().lattice
}

#[test]
fn adversaries_reach_the_eight_gaussians() {
    let data = Shape::Eight.parts('R');
    let ends = Rc::new(Marginals::new(None, &data).expect("they are a mixture"));
    let mut fresh = Stream::new(5, Purpose::Evaluate, 0);
    let fresh: Vec<f64> = (0..2000).flat_map(|_| ends.data(&mut fresh)).collect();
    for adversarial in Objective::all() {
        let mut recipe = recipe(FamilyId::GAN, data.clone());
        (recipe.adversarial, recipe.critic_steps) = (adversarial, 2);
        let mut model = Round::first(&recipe, ends.clone());
        (0..3000).for_each(|_| drop(model.train()));
        let Drawer::Artist(artist) = model.drawer() else { panic!("one pass draws") };
        let drawn = artist.points(&Artist::codes(3, 0..1000), 1.0);
        let near = |part: &Part| {
            drawn
                .as_chunks::<2>()
                .0
                .iter()
                .filter(|x| (x[0] - part.centre[0]).hypot(x[1] - part.centre[1]) < 3.0 * part.std)
                .count()
        };
        let shares: Vec<usize> = data.iter().map(near).collect();
        let energy = distance::<2>(&drawn, &fresh);
        println!("{adversarial}: energy {energy:.4}, {shares:?} of 1000");
        assert!(shares.iter().all(|share| *share >= 5), "{adversarial} does not reach all of them: {shares:?}");
        // Noise is 0.5 away.
        assert!(energy < 0.12, "{adversarial}: {energy}");
    }
}

#[test]
fn the_bound_of_an_autoencoder_comes_near_the_entropy_of_a_gaussian() {
    // x ~ N(0, I): with p(x|z) of width w the best decoder is linear, and −ELBO is the cross entropy, here the entropy.
    let data = vec![Part { weight: 1.0, centre: [0.0, 0.0], std: 1.0, class: 0 }];
    let ends = Rc::new(Marginals::new(None, &data).expect("it is a mixture"));
    let mut model = Round::first(&recipe(FamilyId::VAE, data), ends);
    let terms: Vec<Vec<f32>> = (0..3000).map(|_| model.train()).collect();
    let late = &terms[2500..];
    let bound = late.iter().map(|terms| f64::from(terms[0] + terms[1])).sum::<f64>() / late.len() as f64;
    let entropy = (2.0 * std::f64::consts::PI).ln() + 1.0;
    println!("−ELBO {bound:.4}, entropy {entropy:.4}, width {STD}");
    // Never below it but by the chance of its draws.
    assert!(bound > entropy - 0.03 && bound < entropy + 0.1, "{bound} for {entropy}");
}

#[test]
fn a_worker_has_one_training_and_another_takes_its_place() {
    let mut session = session();
    let pictures = Task::Pictures(TrainSpec { batch: 4, ..TrainSpec::default() });
    drive(&mut session, Command::Train { run: 1, task: pictures.clone(), until: Some(2) }, ALL);
    let model = ModelId::Trained;
    let study = Command::Study { run: 9, lanes: vec![SampleSpec { model, pictures: 1, ..SampleSpec::default() }] };
    drive(&mut session, study, |events| !events.is_empty());
    // Points take the place of pictures, and what was being measured of these ends with a sentence.
    let events = drive(&mut session, train(recipe(FamilyId::VAE, Shape::Moons.parts('R')), 20), ALL);
    let ended = |event: &&Event| matches!(event, Event::Refused { request: Request::Study { run: 9 }, .. });
    assert_eq!(events.iter().filter(ended).count(), 1);
    let sample = || Command::Sample { lane: 0, generation: 1, spec: SampleSpec { model, ..SampleSpec::default() } };
    assert!(driver::refusal(&drive(&mut session, sample(), ALL)).contains("no model has been trained"));
    assert!(driver::refusal(&drive(&mut session, Command::Download, ALL)).contains("no training"));
    // And pictures that of points.
    drive(&mut session, Command::Train { run: 3, task: pictures, until: Some(2) }, ALL);
    let asked = drive(&mut session, Command::Ask(Inquiry::Look(shown())), ALL);
    assert!(driver::refusal(&asked).contains("no points"));
    assert!(!driver::frames(&drive(&mut session, sample(), ALL)).is_empty());
    drive(&mut session, Command::Reset, ALL);
    assert!(!session.busy() && drive(&mut session, Command::Pause { turn: 1 }, ALL).is_empty());
}
