//! What the worker told the page, decoded with the page's own protocol.

use crate::page::Page;
use base64::{Engine, prelude::BASE64_STANDARD};
use flowstep::lab::protocol::{Event, Frame, TrainReport, decode};
use serde_json::{Value, json};

/// Goes into every page before its own scripts.
pub const SCRIPT: &str = include_str!("recorder.js");

pub fn bytes(base64: &Value) -> Vec<u8> {
    BASE64_STANDARD.decode(base64.as_str().expect("Base64 text")).expect("Base64")
}

impl Page {
    /// Everything the workers of this page have said so far.
    pub fn events(&self) -> Vec<Event> {
        let said = self.browser.run("return recorded.events.map(base64)", json!([]));
        let said = said.as_array().expect("a list");
        said.iter().map(|event| decode(&bytes(event)).expect("an event of the protocol")).collect()
    }

    /// The frames of the newest trajectory, in the order of their computation.
    pub fn frames(&self) -> Vec<Frame> {
        let mut newest = (0, Vec::new());
        for event in self.events() {
            if let Event::Frame { generation, frame } = event {
                if generation != newest.0 {
                    newest = (generation, Vec::new());
                }
                newest.1.push(frame);
            }
        }
        newest.1
    }

    /// The training reports so far.
    pub fn reports(&self) -> Vec<TrainReport> {
        let events = self.events().into_iter();
        events.filter_map(|event| if let Event::Train(report) = event { Some(report) } else { None }).collect()
    }

    /// (step, loss) of every step reported so far.
    pub fn losses(&self) -> Vec<(u64, f32)> {
        self.reports().into_iter().flat_map(|report| report.losses).collect()
    }
}
