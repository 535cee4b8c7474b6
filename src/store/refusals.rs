//! What the worker has refused and can be asked for again. Its sentence stands until it is.

use leptos::prelude::*;
use protocol::message::Request;

/// Requests with the sentences that were said of them.
#[derive(Clone, Copy)]
pub struct Refusals(StoredValue<Vec<(Request, String)>>);

impl Refusals {
    pub fn new() -> Self {
        Self(StoredValue::new(Vec::new()))
    }

    /// Remembers what was said.
    pub fn add(self, request: Request, sentence: String) {
        self.0.update_value(|all| all.push((request, sentence)));
    }

    /// The sentences of what no longer holds; those that something else still holds by are not among them.
    pub fn take(self, holds: impl Fn(Request) -> bool) -> Vec<String> {
        let take = |all: &mut Vec<(Request, String)>| {
            let (kept, over): (Vec<_>, Vec<_>) =
                std::mem::take(all).into_iter().partition(|(request, _)| holds(*request));
            *all = kept;
            let stands = |sentence: &String| all.iter().any(|(_, other)| other == sentence);
            over.into_iter().map(|(_, sentence)| sentence).filter(|sentence| !stands(sentence)).collect()
        };
        self.0.try_update_value(take).unwrap_or_default()
    }
}
