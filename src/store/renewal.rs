//! A newer build of the page on its server: looked for, said, and reloaded into without losing a training.

use super::{state::Store, training::Phase};
use crate::clock;
use leptos::prelude::*;
use protocol::message::Command;
use std::{cell::Cell, time::Duration};
use wasm_bindgen_futures::spawn_local;
use web::offline;

/// Milliseconds between two looks.
const BETWEEN_MS: f64 = 30_000.0;
/// How often it is asked whether the training is saved, and how long, before the page reloads all the same.
const SAVING: (Duration, u32) = (Duration::from_millis(100), 100);

thread_local! {
    static LOOKED: Cell<f64> = const { Cell::new(f64::NEG_INFINITY) };
}

impl Store {
    /// Asks the server for its build, since something of this one could not be had; not too often.
    pub fn look_for_newer(self) {
        if clock::now() - LOOKED.get() < BETWEEN_MS {
            return;
        }
        LOOKED.set(clock::now());
        spawn_local(async move {
            if offline::is_newer_there().await {
                self.offer_newer();
            }
        });
    }

    /// Says that a newer build is there.
    pub fn offer_newer(self) {
        let sentence = "A new version of this page is there, and parts of this one may no longer be. The new one opens the \
            same link; a training is saved and can be resumed.";
        self.alerts.offer(sentence, "Reload", move || self.renew_page());
    }

    /// Reloads into the newest build, once the training is saved.
    fn renew_page(self) {
        if self.training.phase.get_untracked() == Phase::Running {
            self.wire.send(Command::Checkpoint);
            self.saves.expect();
        }
        self.renew_when_saved(SAVING.1);
    }

    fn renew_when_saved(self, tries: u32) {
        if tries == 0 || self.saves.is_settled() {
            return spawn_local(offline::renew());
        }
        set_timeout(move || self.renew_when_saved(tries - 1), SAVING.0);
    }
}

/// Has the browser keep the page for visits without a network, and says when it has a newer one.
pub(super) fn keep(store: Store) {
    offline::keep(move || store.offer_newer());
}
