//! Trainings that outlive the page: what is saved of them, and how one is gone on with.

use super::{state::Store, training::Phase};
use leptos::{ev, prelude::*};
use protocol::message::{Command, TrainSpec};

impl Store {
    /// Takes a checkpoint of the worker, which is saved as well.
    pub(super) fn take_checkpoint(self, run: u32, step: u64, bytes: Vec<u8>) {
        if let Some(head) = self.training.head(run, step) {
            self.saves.keep(&head, &bytes);
        }
        if self.training.is_left(run) {
            self.saves.leave();
        }
        self.training.keep(run, step, bytes);
    }

    /// Goes on with a training that was left.
    pub fn resume_left(self, id: u32) {
        self.saves.take(id, move |head, checkpoint| {
            // What was said of it in the meantime holds no more.
            self.shelf.forget_refill();
            self.link.update(|link| (link.train, link.trained) = (head.recipe.clone(), 0));
            self.training.resume_from(head, checkpoint);
            self.renew_trained();
        });
    }

    /// The settings of a training that was left, in words.
    pub fn about_left(self, recipe: &TrainSpec) -> String {
        format!("{}, {}, {}", recipe.family.0.name, recipe.architecture.name(), recipe.data.name())
    }
}

/// Saves a training whenever it may be the last moment, and says once where it cannot be saved.
pub(super) fn keep(store: Store) {
    store.saves.open();
    window_event_listener(ev::visibilitychange, move |_| {
        if document().hidden() && store.training.phase.get_untracked() == Phase::Running {
            store.wire.send(Command::Checkpoint);
        }
    });
    let mut told = false;
    crate::clock::follow(move || {
        let trouble = store.saves.trouble.get().filter(|_| store.training.phase.get() == Phase::Running);
        if let Some(why) = trouble.filter(|_| !told) {
            told = true;
            store.alerts.say(format!("This training is not being saved, since {why}. It ends with this page."));
        }
    });
}
