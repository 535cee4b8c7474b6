//! Kinds that learn the same points side by side, as the plane drives them.

mod driver;

use data::shapes::Shape;
use driver::{ALL, checkpoint, drive, refusal, reports, session};
use flow::{
    family::{FamilyId, Needs},
    lattice::Lattice,
    schedule::ScheduleId,
};
use protocol::{
    cloud::CloudSpec,
    contest::{Contest, Rival},
    learned::{Inquiry, Snapshot},
    message::{Command, Event, Request, Task, TrainReport},
    method::Method,
    plane::{PlaneRecipe, SnapshotSpec},
};

/// Where the table of kinds stands, and between which lines.
const DOCS: &str = "../../docs/families.md";
const MARKS: [&str; 2] = ["<!-- kinds: written by a test -->\n", "<!-- end of kinds -->"];
const SEEDS: [u64; 3] = [1, 2, 3];

/// Steps of each in most tests here.
const STEPS: u64 = 40;
/// Steps amid which one can be interrupted.
const LONG: u64 = 600;

fn kinds() -> Vec<FamilyId> {
    FamilyId::of(Needs::Points).collect()
}

fn recipe(family: FamilyId) -> PlaneRecipe {
    let method = Method { family, batch: 64, learning_rate: family.learning_rates[1], seed: 5, ..Method::default() };
    PlaneRecipe { method, data: Shape::Eight.parts('R'), source: None, schedule: ScheduleId::default() }
}

fn shown() -> SnapshotSpec {
    SnapshotSpec {
        cloud: CloudSpec { particles: 80, steps: 6, ..CloudSpec::default() },
        lattice: Lattice { low: [-3.0; 2], high: [3.0; 2], columns: 8, rows: 8 },
    }
}

fn contest(until: Option<u64>, seconds: f64) -> Command {
    let rivals = kinds().into_iter().map(|family| Rival { family, until }).collect();
    train(Contest { recipe: recipe(FamilyId::FLOW), rivals, shown: shown(), seconds })
}

fn train(contest: Contest) -> Command {
    Command::Train { run: 3, task: Task::Contest(contest), until: None }
}

/// All losses that were told of a round.
fn losses(events: &[Event], round: usize) -> Vec<(u64, Vec<f32>)> {
    reports(events).into_iter().filter(|it| it.round == round).flat_map(|it| it.losses.clone()).collect()
}

/// The last whole snapshot of a round.
fn seen(events: &[Event], of: usize) -> &Snapshot {
    let mut all = events.iter().rev().filter_map(|event| if let Event::Snapshot(it) = event { Some(it) } else { None });
    all.find(|it| it.whole && it.round == of).expect("a whole snapshot")
}

/// The last report of each.
fn last(events: &[Event]) -> Vec<&TrainReport> {
    let all = reports(events);
    (0..kinds().len()).map(|k| *all.iter().rev().find(|it| it.round == k).expect("a report of each")).collect()
}

#[test]
fn each_learns_to_the_byte_what_it_learns_alone() {
    let together = drive(&mut session(), contest(Some(STEPS), 1.0), ALL);
    for (k, family) in kinds().into_iter().enumerate() {
        let task = Task::Points { recipe: recipe(family), shown: shown(), rounds: 0 };
        let alone = drive(&mut session(), Command::Train { run: 1, task, until: Some(STEPS) }, ALL);
        assert_eq!(losses(&together, k), losses(&alone, 0), "{family}");
        assert_eq!(losses(&together, k).len() as u64, STEPS);
        assert_eq!(seen(&together, k).x, seen(&alone, 0).x, "{family}");
    }
}

#[test]
fn the_same_is_measured_of_each_and_a_density_only_where_there_is_one() {
    let events = drive(&mut session(), contest(Some(STEPS), 1.0), ALL);
    for (family, report) in kinds().into_iter().zip(last(&events)) {
        let measured = reports(&events)
            .into_iter()
            .rev()
            .find(|it| it.parameters == report.parameters && it.round == report.round && it.distances.energy.is_some());
        let told = measured.expect("a measurement").distances;
        assert!(!report.running && report.step == STEPS && report.seconds > 0.0, "{family}");
        assert!(told.modes.is_some_and(|[reached, of]| reached <= of && of == 8), "{family}");
        let drawing = told.drawing.expect("what drawing costs");
        assert!(drawing.ms > 0.0 && (drawing.evaluations == 1) != family.has_path(), "{family}");
        let dense = family.has_path() || family == FamilyId::NORMALISING;
        assert_eq!(told.nats.is_some(), dense, "{family}");
        // No density is nearer to the data than their own, but by the chance of so few.
        if let Some([nats, least]) = told.nats {
            assert!(nats > least - 0.05, "{family}: {nats} and {least}");
        }
    }
}

#[test]
fn time_is_shared_out_evenly_and_more_of_it_can_be_had() {
    let mut session = session();
    let events = drive(&mut session, contest(None, 1.0), ALL);
    let spent: Vec<f64> = last(&events).into_iter().map(|report| report.seconds).collect();
    // A step, or a unit of steps, is the most that one is ahead.
    assert!(spent.iter().all(|spent| (1.0..1.5).contains(spent)), "{spent:?}");
    let steps: Vec<u64> = last(&events).into_iter().map(|report| report.step).collect();
    assert!(last(&events).iter().all(|report| !report.running));
    let more = drive(&mut session, Command::Resume { turn: 1 }, ALL);
    for ((report, before), spent) in last(&more).into_iter().zip(&steps).zip(&spent) {
        assert!(report.step > *before && report.seconds > spent + 0.5 && !report.running && report.turn == 1);
    }
}

#[test]
fn a_checkpoint_goes_on_as_if_nothing_had_happened() {
    let whole = drive(&mut session(), contest(Some(LONG), 1.0), ALL);
    let mut first = session();
    let half = drive(&mut first, contest(Some(LONG), 1.0), |events| {
        (0..kinds().len()).all(|k| reports(events).iter().any(|it| it.round == k && it.step > 3))
    });
    let paused = drive(&mut first, Command::Pause { turn: 1 }, ALL);
    assert!(last(&paused).iter().all(|report| !report.running && report.turn == 1));
    let bytes = checkpoint(&[half, paused].concat());
    let restore = |running| Command::Restore { run: 9, bytes: bytes.clone(), running, until: None };
    let rest = drive(&mut session(), restore(false), ALL);
    assert!(last(&rest).iter().all(|report| !report.running && report.run == 9));
    let mut second = session();
    let on = drive(&mut second, restore(true), ALL);
    for k in 0..kinds().len() {
        let (on, all) = (losses(&on, k), losses(&whole, k));
        assert!(
            !on.is_empty() && all.ends_with(&on),
            "round {k}: {:?} and {:?}",
            on.first(),
            all.get(all.len() - on.len())
        );
        assert_eq!(all.last().map(|(step, _)| *step), Some(LONG));
    }
    // What is not whole is refused, and nothing else ends.
    for (at, byte) in [(9, 1), (bytes.len() / 2, 7), (bytes.len() - 1, 3)] {
        let mut broken = bytes.clone();
        broken[at] ^= byte;
        let events = drive(&mut second, Command::Restore { run: 10, bytes: broken, running: true, until: None }, ALL);
        assert!(matches!(events[0], Event::Refused { request: Request::Train { run: 10 }, .. }));
    }
}

#[test]
fn questions_go_to_the_kind_that_they_are_about() {
    let mut session = session();
    drive(&mut session, contest(Some(STEPS), 1.0), ALL);
    let looked = drive(
        &mut session,
        Command::Ask(Inquiry::Look(SnapshotSpec {
            cloud: CloudSpec { particles: 30, steps: 3, ..CloudSpec::default() },
            ..shown()
        })),
        ALL,
    );
    for k in 0..kinds().len() {
        assert_eq!((seen(&looked, k).particles, seen(&looked, k).times.len()), (30, 4));
    }
    for (k, family) in kinds().into_iter().enumerate() {
        let traced = drive(&mut session, Command::Ask(Inquiry::Trace { round: k, x: [0.5, 0.5] }), ALL);
        match family.has_path() || family == FamilyId::NORMALISING {
            true => assert!(traced.iter().any(|event| matches!(event, Event::Trace(it) if it.round == k)), "{family}"),
            false => assert!(refusal(&traced).contains("no trajectory"), "{family}: {}", refusal(&traced)),
        }
    }
    let lattice = Lattice { low: [-1.0; 2], high: [1.0; 2], columns: 2, rows: 2 };
    let map = drive(&mut session, Command::Ask(Inquiry::Likelihood { round: 0, lattice }), ALL);
    assert!(map.iter().any(|event| matches!(event, Event::Map(map) if map.done == 4)));
    for (asked, word) in [
        (Inquiry::Reflow, "none of them goes on to reflow"),
        (Inquiry::Trace { round: 8, x: [0.0; 2] }, "no kind 8"),
        (Inquiry::Likelihood { round: 9, lattice }, "no kind 9"),
    ] {
        let refused = drive(&mut session, Command::Ask(asked), ALL);
        assert!(refusal(&refused).contains(word), "{}", refusal(&refused));
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let rival = Rival { family: FamilyId::VAE, until: None };
    let sound = || Contest { recipe: recipe(FamilyId::FLOW), rivals: vec![rival], shown: shown(), seconds: 1.0 };
    let mut none = recipe(FamilyId::FLOW);
    none.method.batch = 0;
    let mut frames = shown();
    frames.cloud.steps = 0;
    for (contest, word) in [
        (Contest { recipe: none, ..sound() }, "batch"),
        (Contest { rivals: vec![], ..sound() }, "not 0"),
        (Contest { rivals: vec![rival; 9], ..sound() }, "not 9"),
        (Contest { seconds: f64::NAN, ..sound() }, "NaN"),
        (Contest { shown: frames, ..sound() }, "steps"),
    ] {
        let refused = drive(&mut session(), train(contest), ALL);
        assert!(matches!(refused[..], [Event::Refused { request: Request::Train { run: 3 }, .. }]), "{refused:?}");
        assert!(refusal(&refused).contains(word), "{}", refusal(&refused));
    }
}

/// The last measurement of each kind in a contest of this seed: of a time for each, or of as many steps as were taken before.
fn measured(seed: u64, steps: Option<&[u64]>) -> Vec<TrainReport> {
    let rival = |(k, family): (usize, FamilyId)| Rival { family, until: steps.map(|steps| steps[k]) };
    let rivals = kinds().into_iter().enumerate().map(rival).collect();
    let mut recipe = recipe(FamilyId::FLOW);
    (recipe.method.batch, recipe.method.seed) = (256, seed);
    let events = drive(&mut session(), train(Contest { recipe, rivals, shown: shown(), seconds: 8.0 }), ALL);
    let all = reports(&events);
    let of = |k: usize| all.iter().rev().find(|it| it.round == k && it.distances.energy.is_some());
    (0..kinds().len()).map(|k| TrainReport { losses: vec![], ..(*of(k).expect("a measurement")).clone() }).collect()
}

/// “middle ± half the spread” of the numbers of all seeds.
fn spread(all: &[f64], digits: usize) -> String {
    let (low, high) = all.iter().fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(*x), high.max(*x)));
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    format!("{mean:.digits$} ± {:.digits$}", (high - low) / 2.0)
}

/// The place of the table in the docs.
fn place(docs: &str) -> std::ops::Range<usize> {
    let [begin, end] = MARKS.map(|mark| docs.find(mark).expect("the marks of the table"));
    begin + MARKS[0].len()..end
}

#[test]
#[ignore = "writes the table of kinds into docs/families.md, in some two minutes"]
fn write_the_table() {
    let first = measured(SEEDS[0], None);
    let steps: Vec<u64> = first.iter().map(|report| report.step).collect();
    let runs: Vec<_> = SEEDS.map(|seed| measured(seed, Some(&steps))).into();
    let row = |(k, family): (usize, FamilyId)| {
        let told: Vec<_> = runs.iter().map(|run| run[k].distances).collect();
        let of =
            |read: fn(&protocol::learned::Distances) -> Option<f64>| told.iter().map(read).collect::<Option<Vec<_>>>();
        let energy = of(|it| it.energy.map(|energy| 1000.0 * energy)).map_or("–".into(), |all| spread(&all, 1));
        let above = of(|it| it.nats.map(|[nats, least]| nats - least)).map_or("none".into(), |all| spread(&all, 3));
        let modes: Vec<_> = told.iter().filter_map(|it| Some(it.modes?[0].to_string())).collect();
        let drawing = told[0].drawing.expect("what drawing costs");
        let (name, parameters, steps) = (family.name, first[k].parameters, steps[k]);
        let (modes, nfe, ms) = (modes.join(", "), drawing.evaluations, drawing.ms);
        format!("| {name} | {parameters} | {steps} | {energy} | {modes} | {above} | {nfe} | {ms:.1} |\n")
    };
    let rows: String = kinds().into_iter().enumerate().map(row).collect();
    let head = "| Kind | parameters | steps in 8 s | energy distance × 1000 | parts reached of 8 | ln p, nats below the data’s own | NFE | ms for 1,000 |\n\
        |---|---|---|---|---|---|---|---|\n";
    let mut docs = std::fs::read_to_string(DOCS).expect("docs/families.md");
    docs.replace_range(place(&docs), &format!("{head}{rows}"));
    std::fs::write(DOCS, docs).expect("docs/families.md");
}

#[test]
fn the_table_has_every_kind() {
    let docs = std::fs::read_to_string(DOCS).expect("docs/families.md");
    let table = &docs[place(&docs)];
    let again = "docs/families.md: cargo test -p flowstep-lab --test contest -- --ignored write_the_table";
    assert_eq!(table.lines().count(), 2 + kinds().len(), "{again}");
    for (family, line) in kinds().into_iter().zip(table.lines().skip(2)) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        assert_eq!((cells.len(), cells[1]), (10, family.name), "{again}");
        let energy: f64 = cells[4].split(' ').next().and_then(|cell| cell.parse().ok()).expect(again);
        // Noise is some 500 away.
        assert!(energy < 120.0, "{family}: {energy}");
        assert_eq!(cells[6] == "none", !(family.has_path() || family == FamilyId::NORMALISING), "{again}");
        assert_eq!(cells[7] == "1", !family.has_path(), "{again}");
    }
}
