//! What a person can do to the state.

use super::{address, player::Start, state::Store, training::Phase};
use crate::{
    lab::{
        link::{Link, View},
        protocol::{Command, MeasureSpec},
    },
    model::catalogue::{Architecture, ModelId},
    web::history,
};
use leptos::prelude::*;

/// Typing must have paused this long before a new trajectory begins.
const TYPING_MS: u64 = 150;

impl Store {
    /// Changes one setting by its key in the link; a sentence if the text is no value of it.
    pub fn set(self, key: &str, text: &str) -> Result<(), String> {
        let before = self.link.get_untracked();
        let mut link = before.clone();
        link.set(key, text)?;
        link.picture = link.picture.min(link.sample.pictures - 1);
        let changed = link.sample != before.sample;
        if link != before {
            self.link.set(link);
        }
        if changed {
            self.pending.set(true);
            self.typing.run(TYPING_MS, move || {
                let steps = self.sample.with_untracked(|sample| sample.steps);
                self.resample(self.player.restart(steps));
            });
        }
        Ok(())
    }

    /// Looks at another picture.
    pub fn look_at(self, picture: usize) {
        let last = self.sample.with_untracked(|sample| sample.pictures - 1);
        self.link.update(|link| link.picture = picture.min(last));
    }

    /// Goes to a view, so that Back returns.
    pub fn go(self, view: View) {
        if self.view.get_untracked() != view {
            address::write_now(self);
            self.link.update(|link| link.view = view);
            history::push(&self.link.with_untracked(Link::to_query));
        }
    }

    /// Goes to the Sample view with these weights.
    pub fn sample_with(self, model: ModelId) {
        if model == ModelId::Trained {
            let steps = untrack(|| self.training.step());
            self.link.update(|link| link.trained = steps);
        }
        self.go(View::Sample);
        let again = self.sample.with_untracked(|sample| sample.model == model);
        if again {
            // The weights behind the name may be newer than the pictures.
            self.resample(Start::Play);
        } else if let Err(sentence) = self.set("model", model.key()) {
            self.alerts.say(sentence);
        }
    }

    /// Starts a training from fresh weights.
    pub fn train(self) {
        self.link.update(|link| link.trained = 0);
        self.training.start(self.recipe.get_untracked(), None);
    }

    /// Times every architecture once the worker is up, unless a training keeps it busy.
    pub fn time_architectures(self) {
        let due = self.device.with(Option::is_some) && self.training.phase.get() == Phase::None;
        for architecture in Architecture::ALL.into_iter().filter(|_| due) {
            let known = self.pace.with_untracked(|pace| pace.iter().any(|pace| pace.architecture == architecture));
            if !known {
                let spec = MeasureSpec { architecture, config: None, batch: 16, steps: 2, frames: 0 };
                self.wire.send(Command::Measure(spec));
            }
        }
    }

    /// Forgets the training.
    pub fn reset(self) {
        self.link.update(|link| link.trained = 0);
        self.training.reset();
    }

    /// Trains the recipe of the link up to the step that the link names.
    pub fn retrain(self) {
        let link = self.link.get_untracked();
        self.go(View::Train);
        self.training.start(link.train, (link.trained > 0).then_some(link.trained));
    }

    /// Opens a weights file.
    pub fn open(self, name: String, bytes: Vec<u8>) {
        self.opening.set(Some(name.clone()));
        self.file.set_value(Some((name.clone(), bytes.clone())));
        self.wire.send(Command::Load { name, bytes });
    }

    /// Begins the trajectory that the settings describe, if its weights are there.
    pub fn resample(self, start: Start) {
        self.typing.cancel();
        self.pending.set(false);
        let spec = self.sample.get_untracked();
        if untrack(|| self.has(spec.model)) {
            self.player.begin(spec, start);
        } else {
            self.player.abandon();
        }
    }
}
