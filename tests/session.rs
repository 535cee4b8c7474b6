//! The session as the page drives it, on real files, without a browser.

use burn::tensor::Device;
use flowstep::{
    lab::{
        protocol::{Command, Event, Frame, MeasureSpec, SampleSpec, TrainReport, TrainSpec, decode, encode},
        session::Session,
        world::World,
    },
    model::catalogue::{Architecture, ModelId},
};
use std::{cell::Cell, rc::Rc, time::Instant};

/// The files that the page is served from.
struct Folder(Instant, Rc<Cell<bool>>);

impl World for Folder {
    async fn fetch(&self, path: &str) -> Result<Vec<u8>, String> {
        if self.1.get() {
            return Err("the connection failed".into());
        }
        std::fs::read(format!("public/{path}")).map_err(|error| format!("{path}: {error}"))
    }

    fn now(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1000.0
    }
}

fn session() -> Session<Folder> {
    Session::new(Folder(Instant::now(), Rc::default()), Device::flex())
}

/// Sends a command through its bytes, then works until `enough` of the events or nothing is left.
fn drive(session: &mut Session<Folder>, command: Command, enough: impl Fn(&[Event]) -> bool) -> Vec<Event> {
    let command = decode(&encode(&command)).expect("commands survive their bytes");
    let mut events = pollster::block_on(session.handle(command));
    while session.busy() && !enough(&events) {
        events.extend(pollster::block_on(session.work()));
    }
    for event in &events {
        let bytes = encode(event);
        assert_eq!(encode(&decode::<Event>(&bytes).expect("events survive their bytes")), bytes);
    }
    events
}

fn frames(events: &[Event]) -> Vec<&Frame> {
    events.iter().filter_map(|event| if let Event::Frame { frame, .. } = event { Some(frame) } else { None }).collect()
}

fn reports(events: &[Event]) -> Vec<&TrainReport> {
    events.iter().filter_map(|event| if let Event::Train(report) = event { Some(report) } else { None }).collect()
}

fn refusal(events: &[Event]) -> &str {
    let found =
        events.iter().find_map(|event| if let Event::Refused { message, .. } = event { Some(message) } else { None });
    found.expect("a refusal")
}

fn checkpoint(events: &[Event]) -> Vec<u8> {
    let found = events.iter().rev().find_map(|event| match event {
        Event::Checkpoint { bytes, .. } => Some(bytes.clone()),
        _ => None,
    });
    found.expect("a checkpoint")
}

const ALL: fn(&[Event]) -> bool = |_| false;

fn spec() -> SampleSpec {
    SampleSpec { pictures: 3, steps: 4, ..SampleSpec::default() }
}

fn quick() -> TrainSpec {
    TrainSpec { batch: 16, ..TrainSpec::default() }
}

#[test]
fn frames_are_computed_when_they_are_asked_for_and_once() {
    let mut session = session();
    let begun = drive(&mut session, Command::Sample { generation: 7, spec: spec() }, ALL);
    assert!(matches!(&begun[0], Event::Model(report) if report.model == ModelId::default() && report.steps > 0));
    assert_eq!(frames(&begun).iter().map(|frame| frame.index).collect::<Vec<_>>(), [0]);
    assert!(begun.iter().all(|event| !matches!(event, Event::Frame { generation, .. } if *generation != 7)));
    let more = drive(&mut session, Command::Advance { to: 2 }, ALL);
    assert_eq!(frames(&more).iter().map(|frame| frame.index).collect::<Vec<_>>(), [1, 2]);
    assert!(drive(&mut session, Command::Advance { to: 1 }, ALL).is_empty());
    let rest = drive(&mut session, Command::Advance { to: 400 }, ALL);
    let rest = frames(&rest);
    assert_eq!(rest.iter().map(|frame| frame.index).collect::<Vec<_>>(), [3, 4]);
    // Euler at guidance 2: two evaluations a step.
    assert_eq!((rest[1].nfe, rest[1].t), (8, 1.0));
    assert_eq!(rest[1].labels, [0, 1, 2]);
    assert!(!session.busy());
}

#[test]
fn a_frame_is_the_euler_step_of_the_one_before_and_its_readings_agree() {
    let mut session = session();
    let mut events = drive(&mut session, Command::Sample { generation: 1, spec: spec() }, ALL);
    events.extend(drive(&mut session, Command::Advance { to: 4 }, ALL));
    let frames = frames(&events);
    for pair in frames.windows(2) {
        let h = (pair[1].t - pair[0].t) as f32;
        for ((now, u), next) in pair[0].x_t.iter().zip(&pair[0].velocity).zip(&pair[1].x_t) {
            assert!((now + h * u - next).abs() < 1e-5);
        }
        for ((x, u), x_1) in pair[0].x_t.iter().zip(&pair[0].velocity).zip(&pair[0].x_1) {
            assert!((x + pair[0].sigma_t as f32 * u - x_1).abs() < 1e-4);
        }
    }
}

#[test]
fn a_picture_is_the_same_in_every_grid_and_every_time() {
    let last = |pictures| {
        let mut session = session();
        drive(&mut session, Command::Sample { generation: 1, spec: SampleSpec { pictures, ..spec() } }, ALL);
        let events = drive(&mut session, Command::Advance { to: 4 }, ALL);
        frames(&events).last().expect("a last frame").x_t.clone()
    };
    let three = last(3);
    assert_eq!(three, last(3));
    let five = last(5);
    assert!(three.iter().zip(&five).all(|(a, b)| (a - b).abs() < 1e-4));
}

#[test]
fn training_lowers_the_loss_rests_and_goes_on_exactly_from_a_checkpoint() {
    let until = |until| Command::Train { run: 1, spec: quick(), until: Some(until) };
    let mut whole = session();
    let events = drive(&mut whole, until(40), ALL);
    let losses: Vec<_> = reports(&events).iter().flat_map(|report| report.losses.clone()).collect();
    assert_eq!(losses.iter().map(|(step, _)| *step).collect::<Vec<_>>(), (1..=40).collect::<Vec<_>>());
    let mean = |part: &[(u64, f32)]| part.iter().map(|(_, loss)| loss).sum::<f32>() / part.len() as f32;
    assert!(mean(&losses[35..]) < 0.9 * mean(&losses[..5]), "{losses:?}");
    assert!(!reports(&events).last().expect("a report").running);
    assert!(events.iter().any(|event| matches!(event, Event::Preview { pixels, .. } if pixels.len() == 7840)));

    // The same recipe, cut at step 25 and carried to another session.
    let cut = checkpoint(&drive(&mut session(), until(25), ALL));
    let mut other = session();
    let reached = |events: &[Event]| reports(events).last().is_some_and(|report| report.step >= 40);
    let mut carried = drive(&mut other, Command::Restore { run: 1, bytes: cut, running: true, until: None }, reached);
    carried.extend(pollster::block_on(other.handle(Command::Pause { turn: 1 })));
    let losses_again: Vec<_> = reports(&carried).iter().flat_map(|report| report.losses.clone()).collect();
    assert_eq!(losses_again[..15], losses[25..]);
}

#[test]
fn trained_weights_can_be_sampled_downloaded_and_opened_again() {
    let mut session = session();
    drive(&mut session, Command::Train { run: 1, spec: quick(), until: Some(10) }, ALL);
    let sample = |model| Command::Sample { generation: 2, spec: SampleSpec { model, ..spec() } };
    let trained = drive(&mut session, sample(ModelId::Trained), ALL);
    let Event::Weights { name, bytes } = drive(&mut session, Command::Download, ALL).remove(0) else {
        panic!("the file that was asked for")
    };
    assert_eq!(name, "flowstep-mnist-tiny-10.safetensors");
    drive(&mut session, Command::Load { name, bytes }, ALL);
    let opened = drive(&mut session, sample(ModelId::File), ALL);
    assert_eq!(frames(&opened)[0].velocity, frames(&trained)[0].velocity);
}

#[test]
fn what_cannot_be_done_is_refused_and_nothing_is_lost() {
    let mut session = session();
    let sample = |model| Command::Sample { generation: 1, spec: SampleSpec { model, ..spec() } };
    assert!(refusal(&drive(&mut session, sample(ModelId::Trained), ALL)).contains("no model has been trained"));
    assert!(refusal(&drive(&mut session, sample(ModelId::File), ALL)).contains("no weights file"));
    assert!(refusal(&drive(&mut session, Command::Download, ALL)).contains("no training"));
    let bad = Command::Load { name: "cat.jpg".into(), bytes: vec![1, 2, 3] };
    assert!(refusal(&drive(&mut session, bad, ALL)).starts_with("cat.jpg was not loaded"));
    let torn = Command::Restore { run: 1, bytes: vec![9; 40], running: true, until: None };
    assert!(refusal(&drive(&mut session, torn, ALL)).contains("damaged"));
    assert!(!frames(&drive(&mut session, sample(ModelId::default()), ALL)).is_empty());
}

#[test]
fn a_lost_connection_pauses_training_and_resuming_goes_on() {
    let offline = Rc::new(Cell::new(true));
    let mut session = Session::new(Folder(Instant::now(), offline.clone()), Device::flex());
    let events = drive(&mut session, Command::Train { run: 1, spec: quick(), until: Some(3) }, ALL);
    assert!(refusal(&events).contains("connection failed"));
    assert!(!reports(&events).last().expect("a report").running);
    assert!(!session.busy());
    offline.set(false);
    let events = drive(&mut session, Command::Resume { turn: 1 }, ALL);
    let last = reports(&events).pop().expect("a report");
    assert_eq!((last.step, last.turn, last.running), (3, 1, false));
}

#[test]
fn a_loss_that_explodes_stops_training_with_a_sentence() {
    let mut session = session();
    // Beyond what a link accepts, so that it explodes at once.
    let spec = TrainSpec { learning_rate: 1e30, ..quick() };
    let events = drive(&mut session, Command::Train { run: 1, spec, until: Some(400) }, ALL);
    assert!(refusal(&events).contains("no longer a finite number"));
    assert!(!session.busy());
}

#[test]
fn a_network_is_timed_and_a_bad_one_refused() {
    let mut session = session();
    let measure = |config| {
        Command::Measure(MeasureSpec { architecture: Architecture::Tiny, config, batch: 2, steps: 3, frames: 3 })
    };
    let Event::Measured { parameters, step_ms, forward_ms, .. } = drive(&mut session, measure(None), ALL).remove(0)
    else {
        panic!("what was measured")
    };
    assert!(parameters > 100_000 && step_ms > 0.0 && forward_ms > 0.0 && forward_ms < step_ms);
    let uneven = r#"{"body":{"transformer":{"patch":7,"width":9,"depth":1,"heads":2}},"sigma":1.0}"#;
    let refused = drive(&mut session, measure(Some(uneven.into())), ALL);
    assert!(refusal(&refused).contains("does not divide into 2 heads"));
}
