//! Trainings that outlive the page: what is saved of them, and how one is gone on with or brought back.

use super::{keeping, state::Store, training::Phase};
use crate::clock;
use leptos::prelude::*;
use protocol::{message::Command, saved::Head};

impl Store {
    /// Takes a checkpoint of the worker, which is saved as well.
    pub(super) fn take_checkpoint(self, run: u32, step: u64, bytes: Vec<u8>) {
        if self.saves.take_last(run, step, &bytes) {
            return;
        }
        if let Some(head) = self.training.head(run, step) {
            self.saves.keep(head, bytes.clone());
        }
        self.training.keep(run, step, bytes);
        if self.training.is_of(run) {
            self.has_stopped();
        }
    }

    /// Gives up what is being trained, if anything is. It is saved, and can be brought back.
    pub(super) fn put_away(self) {
        let (run, unsaved) = self.training.parting();
        if unsaved.is_some() {
            self.wire.send(Command::Checkpoint);
        }
        self.saves.depart(run, unsaved);
    }

    /// Goes on with a training that was left.
    pub fn resume_left(self, id: u32) {
        self.saves.take(id, move |found| match found {
            Ok((head, checkpoint)) => self.go_on_with(id, head, checkpoint, true),
            Err(sentence) => self.alerts.say(sentence),
        });
    }

    /// Undoes that a training was reset, or that another took its place.
    pub fn bring_back(self) {
        if let Some((id, head, checkpoint, running)) = self.saves.take_gone() {
            self.go_on_with(id, head, checkpoint, running);
        }
    }

    fn go_on_with(self, id: u32, head: Head, checkpoint: Vec<u8>, running: bool) {
        self.put_away();
        self.saves.adopt(id, &head, &checkpoint);
        // What was said of it in the meantime holds no more.
        self.shelf.forget_refill();
        self.link.update(|link| (link.train, link.trained) = (head.recipe.clone(), 0));
        self.training.resume_from(head, checkpoint, running);
        self.renew_trained();
    }
}

/// Saves a training whenever it may be the last moment, and finds what other visits have kept.
pub(super) fn keep(store: Store) {
    let phase = store.training.phase;
    let running = Signal::derive(move || phase.get() == Phase::Running);
    let there = Signal::derive(move || phase.get() != Phase::None);
    store.keepsakes.open();
    let looked = store.keepsakes.looked;
    clock::follow(move || {
        if looked.get() {
            store.stock_shelf();
        }
    });
    keeping::keep(store.saves, store.alerts, running, there, move || store.wire.send(Command::Checkpoint));
}
