//! What a person can do with the shelf, and what follows from it.

use super::state::Store;
use crate::{download, form::keys::Keys};
use flow::keyed::Keyed;
use leptos::prelude::*;
use protocol::{
    catalogue::ModelId,
    link::View,
    message::{Command, TrainSpec},
    saved::keepsake::Keeping,
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
        if let Some(slot) = self.free_place() {
            self.ask_for(slot);
        }
    }

    /// A place of the shelf where nothing stands; where there is none, that is said.
    fn free_place(self) -> Option<u8> {
        let taken = |slot: &u8| untrack(|| self.kept(*slot)).is_some();
        let free = (1..=MAX_KEPT).find(|slot| !taken(slot));
        if free.is_none() {
            self.alerts.say(format!("The shelf holds {MAX_KEPT} models; remove one of them first."));
        }
        free
    }

    fn ask_for(self, slot: u8) {
        self.shelf.wire.send(Command::Keep { slot });
    }

    /// The weights for a place have come.
    pub(super) fn take_kept(self, slot: u8, recipe: TrainSpec, steps: u64, bytes: Vec<u8>) {
        let known = untrack(|| self.kept(slot));
        let name = known.map_or_else(|| shelf::name(&format!("{} {slot}", recipe.family.0.name)), |kept| kept.name);
        let kept = Kept { slot, name, recipe, steps };
        self.keepsakes.keep(Keeping::Model(kept.to_text()), bytes.clone());
        self.put_on_shelf(kept, bytes);
    }

    fn put_on_shelf(self, kept: Kept, bytes: Vec<u8>) {
        let slot = kept.slot;
        self.shelf.files.update_value(|files| {
            files.retain(|(other, _)| *other != slot);
            files.push((slot, bytes.clone()));
        });
        if untrack(|| self.kept(slot)).as_ref() != Some(&kept) {
            self.link.update(|link| {
                link.kept.retain(|kept| kept.slot != slot);
                link.kept.push(kept);
                link.kept.sort_by_key(|kept| kept.slot);
            });
        }
        self.shelf.load(slot, bytes);
    }

    /// Puts what is kept in this browser on the shelf, or opens it, if it is a file.
    pub fn bring(self, id: u64) {
        self.keepsakes.take(id, move |keeping, bytes| match keeping {
            Keeping::Weights(name) => self.open(name, bytes),
            ref model @ Keeping::Model(_) => {
                let place = model.kept().zip(self.free_place());
                place.into_iter().for_each(|(kept, slot)| self.put_on_shelf(Kept { slot, ..kept }, bytes.clone()));
            }
            Keeping::Points(_) => (),
        });
    }

    /// Takes the weights of what the link names from the browser's own storage, where they are there.
    pub(super) fn stock_shelf(self) {
        for kept in self.link.with_untracked(|link| link.kept.clone()) {
            let same = |keeping: &Keeping| {
                keeping.kept().is_some_and(|it| (it.recipe, it.steps) == (kept.recipe.clone(), kept.steps))
            };
            let found =
                self.keepsakes.all.with_untracked(|all| all.iter().find(|it| same(&it.keeping)).map(|it| it.id));
            if let Some(id) = found {
                self.keepsakes.take(id, move |_, bytes| {
                    // Unless it was trained or removed meanwhile.
                    if untrack(|| self.kept(kept.slot)).as_ref() == Some(&kept)
                        && !untrack(|| self.has(ModelId::Kept(kept.slot)))
                    {
                        self.put_on_shelf(kept, bytes);
                    }
                });
            }
        }
    }

    /// Gives a kept model another name.
    pub fn rename(self, slot: u8, text: &str) {
        let name = shelf::name(text);
        self.link.update(|link| {
            link.kept.iter_mut().filter(|kept| kept.slot == slot).for_each(|kept| kept.name.clone_from(&name));
        });
        let file = self.shelf.files.with_value(|files| files.iter().find(|(other, _)| *other == slot).cloned());
        if let Some(((_, bytes), kept)) = file.zip(untrack(|| self.kept(slot))) {
            self.keepsakes.keep(Keeping::Model(kept.to_text()), bytes);
        }
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
