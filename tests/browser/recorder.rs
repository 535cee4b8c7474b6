//! What the worker told the page, decoded with the page's own protocol.

use crate::page::Page;
use base64::{Engine, prelude::BASE64_STANDARD};
use protocol::message::{Event, Frame, TrainReport, decode};
use serde_json::{Value, json};

/// Goes into every page before its own scripts.
pub const SCRIPT: &str = include_str!("recorder.js");

pub fn bytes(base64: &Value) -> Vec<u8> {
    BASE64_STANDARD.decode(base64.as_str().expect("Base64 text")).expect("Base64")
}

fn reports<'a>(events: impl Iterator<Item = &'a Event>) -> Vec<TrainReport> {
    events.filter_map(|event| if let Event::Train(report) = event { Some(report.clone()) } else { None }).collect()
}

impl Page {
    /// Everything the workers of this page have said so far.
    pub fn events(&self) -> Vec<Event> {
        let mut heard = self.heard.borrow_mut();
        let new = self.browser.run("return recorded.events.slice(arguments[0]).map(base64)", json!([heard.len()]));
        let new = new.as_array().expect("a list").iter();
        heard.extend(new.map(|event| decode(&bytes(event)).expect("an event of the protocol")));
        heard.clone()
    }

    /// What was said so far counts no more.
    pub fn forget(&self) {
        self.heard.borrow_mut().clear();
        self.browser.run("recorded.events.length = 0", json!([]));
    }

    /// The training reports of the worker that took the place of the first.
    pub fn reports_of_replacement(&self) -> Vec<TrainReport> {
        let events = self.events();
        let second = events.iter().enumerate().filter(|(_, event)| matches!(event, Event::Ready(_))).nth(1);
        reports(events.iter().skip(second.map_or(events.len(), |(at, _)| at)))
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
        reports(self.events().iter())
    }

    /// Every step reported so far with its loss, the first term of its family.
    pub fn losses(&self) -> Vec<(u64, f32)> {
        let first = |(step, terms): (u64, Vec<f32>)| Some((step, *terms.first()?));
        self.reports().into_iter().flat_map(|report| report.losses).filter_map(first).collect()
    }
}
