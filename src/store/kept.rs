//! What a person can do with the shelf, and what follows from it.

use super::state::Store;
use crate::{download, form::keys::Keys};
use flow::keyed::Keyed;
use leptos::prelude::*;
use protocol::{
    catalogue::ModelId,
    link::View,
    message::{Command, TrainSpec},
    shelf::{self, Kept, MAX_KEPT},
};

impl Store {
    /// What stands in a place of the shelf.
    pub fn kept(self, slot: u8) -> Option<Kept> {
        self.link.with(|link| link.kept.iter().find(|kept| kept.slot == slot).cloned())
    }

    /// The recipe of weights that were trained here.
    pub fn recipe_behind(self, model: ModelId) -> Option<TrainSpec> {
        match model {
            ModelId::Trained => self.training.spec.with(Clone::clone),
            ModelId::Kept(slot) => self.kept(slot).map(|kept| kept.recipe),
            _ => None,
        }
    }

    /// Every model that there is or could be, in the order in which lists offer them.
    pub fn models_on_offer(self) -> Vec<ModelId> {
        let there = |model: &ModelId| match model {
            ModelId::Kept(slot) => self.kept(*slot).is_some(),
            _ => true,
        };
        ModelId::all().filter(there).collect()
    }

    /// Puts the model in training, as it is now, on the shelf.
    pub fn keep_trained(self) {
        let taken = |slot: &u8| untrack(|| self.kept(*slot)).is_some();
        match (1..=MAX_KEPT).find(|slot| !taken(slot)) {
            Some(slot) => self.ask_for(slot),
            None => self.alerts.say(format!("The shelf holds {MAX_KEPT} models; remove one of them first.")),
        }
    }

    fn ask_for(self, slot: u8) {
        self.shelf.wire.send(Command::Keep { slot });
    }

    /// The weights for a place have come.
    pub(super) fn take_kept(self, slot: u8, recipe: TrainSpec, steps: u64, bytes: Vec<u8>) {
        self.shelf.files.update_value(|files| {
            files.retain(|(other, _)| *other != slot);
            files.push((slot, bytes.clone()));
        });
        let known = untrack(|| self.kept(slot));
        let called = known.map_or_else(|| shelf::name(&format!("{} {slot}", recipe.family.0.name)), |kept| kept.name);
        self.link.update(|link| {
            link.kept.retain(|kept| kept.slot != slot);
            link.kept.push(Kept { slot, name: called, recipe, steps });
            link.kept.sort_by_key(|kept| kept.slot);
        });
        self.shelf.load(slot, bytes);
    }

    /// Gives a kept model another name.
    pub fn rename(self, slot: u8, text: &str) {
        let name = shelf::name(text);
        self.link.update(|link| {
            link.kept.iter_mut().filter(|kept| kept.slot == slot).for_each(|kept| kept.name.clone_from(&name));
        });
    }

    /// Takes a model off the shelf.
    pub fn remove(self, slot: u8) {
        let model = ModelId::Kept(slot);
        self.shelf.files.update_value(|files| files.retain(|(other, _)| *other != slot));
        self.shelf.wire.send(Command::Forget { model });
        self.forget_model(model);
        self.link.update(|link| {
            link.kept.retain(|kept| kept.slot != slot);
            // What nobody can show any more is shown by nobody.
            link.compare
                .lanes
                .iter_mut()
                .filter(|lane| lane.model == model)
                .for_each(|lane| lane.model = ModelId::default());
        });
        if self.sample.with_untracked(|sample| sample.model == model) {
            self.take("model")(ModelId::default().key().into());
        }
        self.renew(model);
    }

    /// Saves a kept model as a file.
    pub fn save_kept(self, slot: u8) {
        let file = self.shelf.files.with_value(|files| files.iter().find(|(other, _)| *other == slot).cloned());
        let (Some((_, bytes)), Some(kept)) = (file, untrack(|| self.kept(slot))) else { return };
        if download::save(&format!("flowstep-{}-{}.safetensors", kept.name, kept.steps), &bytes).is_none() {
            self.alerts.say("The browser would not save the weights.");
        }
    }

    /// Trains again what a link says stood in a place.
    pub fn refill(self, slot: u8) {
        let Some(kept) = untrack(|| self.kept(slot)) else { return };
        self.go(View::Train);
        self.link.update(|link| (link.train, link.trained) = (kept.recipe, kept.steps));
        self.retrain();
        self.shelf.refills.set_value(Some(slot));
    }

    /// A training rests; if it was for a place, that is filled.
    pub(super) fn refilled(self, step: u64) {
        let due = self
            .shelf
            .refills
            .get_value()
            .filter(|slot| untrack(|| self.kept(*slot)).is_some_and(|kept| kept.steps == step));
        if let Some(slot) = due {
            self.shelf.refills.set_value(None);
            self.ask_for(slot);
        }
    }
}
