//! What the worker has refused and can be asked for again. Its sentence stands until it is.

use super::{state::Store, training::Phase};
use crate::{app::clock, lab::protocol::Request};
use leptos::{ev, prelude::*};

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
    fn take(self, holds: impl Fn(Request) -> bool) -> Vec<String> {
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

/// Takes sentences back, and asks again for what failed when the connection comes back.
pub(super) fn keep(store: Store) {
    clock::follow(move || {
        let (phase, opening) = (store.training.phase.get(), store.opening.with(Option::is_some));
        store.player.stalled.track();
        store.compare.trails.iter().for_each(|trail| trail.stalled.track());
        let over = store.refusals.take(|request| match request {
            Request::Sample { generation } => {
                store.player.is_stalled(generation) || store.compare.is_stalled(generation)
            }
            Request::Train => !matches!(phase, Phase::Starting | Phase::Running),
            Request::File => !opening,
            _ => false,
        });
        over.iter().for_each(|sentence| store.alerts.retract(sentence));
    });
    let online = window_event_listener(ev::online, move |_| {
        store.player.retry();
        store.compare.retry();
    });
    on_cleanup(move || online.remove());
}
