//! A session on real files, driven as the page drives it.
//!
//! Every test file that drives one takes of it what it needs.
#![allow(dead_code)]

use burn::tensor::Device;
use lab::{session::Session, world::World};
use protocol::message::{Command, Event, Frame, TrainReport, decode, encode};
use std::{cell::Cell, rc::Rc, task::Poll, time::Instant};

/// The files that the page is served from.
pub struct Folder(pub Instant, pub Rc<Cell<bool>>);

impl World for Folder {
    fn fetch(&self, path: &str) -> Poll<Result<Vec<u8>, String>> {
        if self.1.get() {
            return Poll::Ready(Err("the connection failed".into()));
        }
        Poll::Ready(std::fs::read(format!("../../public/{path}")).map_err(|error| format!("{path}: {error}")))
    }

    fn arrivals(&self) -> u64 {
        0
    }

    fn now(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1000.0
    }
}

pub fn session() -> Session<Folder> {
    Session::new(Folder(Instant::now(), Rc::default()), Device::flex())
}

/// Sends a command through its bytes, then works until `enough` of the events or nothing is left.
pub fn drive(session: &mut Session<Folder>, command: Command, enough: impl Fn(&[Event]) -> bool) -> Vec<Event> {
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

pub fn frames(events: &[Event]) -> Vec<&Frame> {
    events.iter().filter_map(|event| if let Event::Frame { frame, .. } = event { Some(frame) } else { None }).collect()
}

pub fn reports(events: &[Event]) -> Vec<&TrainReport> {
    events.iter().filter_map(|event| if let Event::Train(report) = event { Some(report) } else { None }).collect()
}

pub fn refusal(events: &[Event]) -> &str {
    let found =
        events.iter().find_map(|event| if let Event::Refused { message, .. } = event { Some(message) } else { None });
    found.expect("a refusal")
}

pub fn checkpoint(events: &[Event]) -> Vec<u8> {
    let found = events.iter().rev().find_map(|event| match event {
        Event::Checkpoint { bytes, .. } => Some(bytes.clone()),
        _ => None,
    });
    found.expect("a checkpoint")
}

/// Goes on as long as there is something to do.
pub const ALL: fn(&[Event]) -> bool = |_| false;
