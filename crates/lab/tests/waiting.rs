//! A file that does not come keeps nobody waiting but who needs it.

use burn::tensor::Device;
use data::sets::DataSet;
use flow::keyed::Keyed;
use lab::{session::Session, world::World};
use protocol::{
    catalogue::ModelId,
    likelihood::WeighSpec,
    message::{Command, Event, SampleSpec, Task, TrainSpec},
    quality::Judged,
};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    rc::Rc,
    task::Poll,
};

/// The files that the page is served from, of which some are on their way until they are let come.
#[derive(Clone, Default)]
struct Slow(Rc<Line>);

#[derive(Default)]
struct Line {
    held: RefCell<BTreeSet<&'static str>>,
    arrivals: Cell<u64>,
    time: Cell<f64>,
}

impl Slow {
    fn holding(paths: &[&'static str]) -> Self {
        let slow = Self::default();
        slow.0.held.borrow_mut().extend(paths);
        slow
    }

    fn let_come(&self, path: &str) {
        self.0.held.borrow_mut().remove(path);
        self.0.arrivals.set(self.0.arrivals.get() + 1);
    }
}

impl World for Slow {
    fn fetch(&self, path: &str) -> Poll<Result<Vec<u8>, String>> {
        if self.0.held.borrow().contains(path) {
            return Poll::Pending;
        }
        Poll::Ready(std::fs::read(format!("../../public/{path}")).map_err(|error| error.to_string()))
    }

    fn arrivals(&self) -> u64 {
        self.0.arrivals.get()
    }

    fn now(&self) -> f64 {
        self.0.time.set(self.0.time.get() + 1.0);
        self.0.time.get()
    }
}

/// Does what there is to do, and is left with nothing but what waits.
fn drive(session: &mut Session<Slow>, commands: impl IntoIterator<Item = Command>) -> Vec<Event> {
    let mut events = vec![];
    for command in commands {
        events.extend(pollster::block_on(session.handle(command)));
    }
    while session.busy() {
        events.extend(pollster::block_on(session.work()));
    }
    events
}

fn frames(events: &[Event]) -> usize {
    events.iter().filter(|event| matches!(event, Event::Frame { .. })).count()
}

/// The steps of the last report.
fn step(events: &[Event]) -> Option<u64> {
    events.iter().rev().find_map(|event| if let Event::Train(report) = event { Some(report.step) } else { None })
}

fn sample(lane: usize, steps: usize) -> [Command; 2] {
    let spec = SampleSpec { pictures: 1, steps, ..SampleSpec::default() };
    [Command::Sample { lane, generation: 1 + lane as u32, spec }, Command::Advance { lane, to: steps }]
}

fn train() -> Command {
    let recipe = TrainSpec { batch: 2, ..TrainSpec::default() };
    Command::Train { run: 1, task: Task::Pictures(recipe), until: Some(2) }
}

const SHARD: &str = "data/mnist-train-00.bin";
const WEIGHTS: &str = "weights/mnist.safetensors";

#[test]
fn a_shard_that_does_not_come_leaves_sampling_and_the_verbs_of_the_training_alone() {
    let slow = Slow::holding(&[SHARD]);
    let mut session = Session::new(slow.clone(), Device::flex());
    assert_eq!(step(&drive(&mut session, [train()])), Some(0));
    assert_eq!(frames(&drive(&mut session, sample(0, 3))), 4);
    let paused = drive(&mut session, [Command::Pause { turn: 1 }]);
    assert!(paused.iter().any(|event| matches!(event, Event::Train(report) if !report.running)), "{paused:?}");
    assert!(paused.iter().any(|event| matches!(event, Event::Preview { .. })), "{paused:?}");
    drive(&mut session, [Command::Resume { turn: 2 }]);
    slow.let_come(SHARD);
    assert_eq!(step(&drive(&mut session, [])), Some(2));
}

#[test]
fn a_training_that_waits_can_be_given_up() {
    let slow = Slow::holding(&[SHARD]);
    let mut session = Session::new(slow.clone(), Device::flex());
    drive(&mut session, [train(), Command::Reset]);
    slow.let_come(SHARD);
    assert!(!session.busy());
}

#[test]
fn weights_that_do_not_come_leave_training_and_other_lanes_alone() {
    let slow = Slow::holding(&[WEIGHTS]);
    let mut session = Session::new(slow.clone(), Device::flex());
    assert_eq!(frames(&drive(&mut session, sample(0, 3))), 0);
    assert_eq!(step(&drive(&mut session, [train()])), Some(2));
    slow.let_come(WEIGHTS);
    let events = drive(&mut session, []);
    assert_eq!(frames(&events), 4);
    assert!(events.iter().any(|event| matches!(event, Event::Model(_))));
}

/// A browser: what is asked for comes later, is handed on once, and is fetched anew where it is asked for anew.
#[derive(Clone, Default)]
struct Once(Rc<Line>, Rc<RefCell<BTreeSet<String>>>, Rc<RefCell<Vec<String>>>);

impl World for Once {
    fn fetch(&self, path: &str) -> Poll<Result<Vec<u8>, String>> {
        if self.1.borrow_mut().remove(path) {
            return Poll::Ready(std::fs::read(format!("../../public/{path}")).map_err(|error| error.to_string()));
        }
        self.1.borrow_mut().insert(path.into());
        self.2.borrow_mut().push(path.into());
        self.0.arrivals.set(self.0.arrivals.get() + 1);
        Poll::Pending
    }

    fn arrivals(&self) -> u64 {
        self.0.arrivals.get()
    }

    fn now(&self) -> f64 {
        0.0
    }
}

#[test]
fn what_a_measurement_needs_is_fetched_once() {
    let once = Once::default();
    let mut session = Session::new(once.clone(), Device::flex());
    let layers = ModelId::find("mnist-normalising").expect("a model");
    let spec = |model| SampleSpec { model, steps: 1, ..SampleSpec::default() };
    let subjects = [ModelId::default(), layers].map(|model| Judged::Model(spec(model)));
    let weigh = WeighSpec { model: layers, tests: 5_001, drawn: None };
    for command in [
        Command::Judge { run: 1, pictures: 20, subjects: [&subjects[..], &[Judged::Real(DataSet::Mnist)]].concat() },
        Command::Weigh { run: 1, models: vec![weigh] },
    ] {
        assert!(pollster::block_on(session.handle(command)).is_empty());
    }
    let (mut judged, mut weighed) = (0, 0);
    while session.busy() {
        for event in pollster::block_on(session.work()) {
            judged += usize::from(matches!(event, Event::Judged { found: Some(_), .. }));
            weighed += usize::from(matches!(event, Event::Weighed { weight: Some(_), .. }));
        }
    }
    assert_eq!(
        (judged, weighed),
        (3, 5_001),
        "two models and what is real; of two files one picture more than one has"
    );
    let mut fetched = once.2.borrow().clone();
    fetched.sort();
    let all = ["mnist-classifier", "mnist-normalising", "mnist"].map(|it| format!("weights/{it}.safetensors"));
    let shards = ["test-00", "test-01", "train-00"].map(|it| format!("data/mnist-{it}.bin"));
    assert_eq!(fetched, [shards, all].concat());
}
