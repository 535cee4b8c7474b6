//! Trainings on points that were interrupted: gone on with from their checkpoints, they end in the same bytes.

mod driver;

use data::shapes::Shape;
use driver::{ALL, Folder, checkpoint, drive, refusal, reports, session};
use flow::{adversarial::Objective, coupling::Coupling, family::FamilyId, lattice::Lattice, schedule::ScheduleId};
use lab::session::Session;
use protocol::{
    cloud::CloudSpec,
    message::{Command, Event, Task, TrainReport},
    method::Method,
    plane::{PlaneRecipe, SnapshotSpec},
};

const STEPS: u64 = 90;

fn shown() -> SnapshotSpec {
    SnapshotSpec {
        cloud: CloudSpec { particles: 60, steps: 4, ..CloudSpec::default() },
        lattice: Lattice { low: [-3.0; 2], high: [3.0; 2], columns: 6, rows: 6 },
    }
}

fn recipe(method: Method) -> PlaneRecipe {
    let method = Method { batch: 32, seed: 8, ..method };
    PlaneRecipe { method, data: Shape::Moons.parts('A'), source: None, schedule: ScheduleId::default() }
}

fn train(recipe: &PlaneRecipe, rounds: usize) -> Command {
    let task = Task::Points { recipe: recipe.clone(), shown: shown(), rounds };
    Command::Train { run: 1, task, until: Some(STEPS) }
}

fn restore(bytes: &[u8], running: bool) -> Command {
    Command::Restore { run: 2, bytes: bytes.to_vec(), running, until: None }
}

fn last(events: &[Event]) -> TrainReport {
    (*reports(events).last().expect("a report")).clone()
}

/// Drives until a report passes, and asks for a checkpoint there.
fn interrupted(session: &mut Session<Folder>, command: Command, there: impl Fn(&TrainReport) -> bool) -> Vec<u8> {
    drive(session, command, |events| reports(events).last().is_some_and(|report| there(report)));
    let events = pollster::block_on(session.handle(Command::Checkpoint));
    assert_eq!(events.len(), 1, "{events:?}");
    checkpoint(&events)
}

/// Whether a training stands where it is to be interrupted.
type Place = fn(&TrainReport) -> bool;

#[test]
fn whatever_is_learned_ends_in_the_same_bytes_after_an_interruption() {
    let critics = Method { adversarial: Objective::Wasserstein, critic_steps: 3, ..Method::default() };
    let methods = [
        Method { coupling: Coupling::Optimal, ..Method::default() },
        critics.of(FamilyId::GAN),
        Method::default().of(FamilyId::VAE),
    ];
    for method in methods {
        let recipe = recipe(method);
        let whole = checkpoint(&drive(&mut session(), train(&recipe, 0), ALL));
        // Before the first step, and wherever it is after some work.
        let mut first = session();
        pollster::block_on(first.handle(train(&recipe, 0)));
        for units in [0, 1] {
            for _ in 0..units {
                pollster::block_on(first.work());
            }
            let early = checkpoint(&pollster::block_on(first.handle(Command::Checkpoint)));
            let events = drive(&mut session(), restore(&early, true), ALL);
            let report = last(&events);
            assert_eq!((report.run, report.step, report.running), (2, STEPS, false));
            assert!(checkpoint(&events) == whole, "{}: other bytes after {units} units", method.family);
        }
    }
}

#[test]
fn reflow_ends_in_the_same_bytes_wherever_it_was_interrupted() {
    let recipe = recipe(Method::default());
    let whole = checkpoint(&drive(&mut session(), train(&recipe, 1), ALL));
    let places: [(&str, Place); 2] = [
        ("while pairs are made", |report| report.pairs.is_some()),
        ("in the second round", |report| report.round == 1),
    ];
    for (place, there) in places {
        let bytes = interrupted(&mut session(), train(&recipe, 1), there);
        let events = drive(&mut session(), restore(&bytes, true), ALL);
        assert_eq!((last(&events).round, last(&events).step), (1, STEPS), "{place}");
        assert!(checkpoint(&events) == whole, "other bytes, interrupted {place}");
    }
}

#[test]
fn what_rested_rests_and_shows_itself_and_what_is_over_goes_on() {
    let mut session = session();
    let bytes = checkpoint(&drive(&mut session, train(&recipe(Method::default()), 0), ALL));
    let events = drive(&mut session, restore(&bytes, false), ALL);
    assert_eq!((last(&events).step, last(&events).running), (STEPS, false));
    assert!(events.iter().any(|event| matches!(event, Event::Snapshot(it) if it.whole && it.step == STEPS)));
    assert!(last(&events).distances.energy.is_some());
    let on = drive(&mut session, restore(&bytes, true), |events| last(events).step > STEPS);
    assert!(last(&on).running && last(&on).until.is_none());
}

#[test]
fn what_is_torn_turned_or_of_another_kind_is_refused_and_changes_nothing() {
    let mut session = session();
    let bytes = checkpoint(&drive(&mut session, train(&recipe(Method::default()), 0), ALL));
    for place in (0..bytes.len()).step_by(997).chain([7, 8, bytes.len() - 1]) {
        let mut turned = bytes.clone();
        turned[place] ^= 0x20;
        for bad in [&turned[..], &bytes[..place]] {
            let events = drive(&mut session, restore(bad, true), ALL);
            assert!(refusal(&events).contains("checkpoint is damaged"), "{}", refusal(&events));
            assert_eq!(events.len(), 1);
        }
    }
    let events = pollster::block_on(session.handle(Command::Resume { turn: 1 }));
    assert_eq!((last(&events).run, last(&events).step), (1, STEPS));
}
