//! What a person can do to the state.

use super::{
    address,
    frames::Frames,
    path::Path,
    playhead::Start,
    state::{StepTime, Store},
    training::Phase,
};
use crate::form::keys::{Keeps, Keys};
use flow::{keyed::Keyed, sampler::SamplerId};
use leptos::prelude::*;
use protocol::{
    catalogue::{Architecture, ModelId},
    link::{Link, View},
    message::{Command, MeasureSpec, SampleSpec, TrainSpec},
    tour,
};
use web::{history, plane_module};

/// Typing must have paused this long before a new trajectory begins.
pub(super) const TYPING_MS: u64 = 150;

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
            self.link.update(|link| (link.view, link.tour) = (view, None));
            if view == View::Plane {
                self.link.update(|link| link.plane = plane_module::words().unwrap_or_else(|| link.plane.clone()));
            }
            address::push(self);
        }
    }

    /// Goes to a stop of the tour.
    pub fn tour(self, n: usize) {
        address::write_now(self);
        if tour::of_pictures(n).is_some() {
            let (device, mode) = self.link.with_untracked(|link| (link.device, link.mode));
            return history::visit(&Link { device, mode, ..Link::stop(n) }.to_query());
        }
        self.link.update(|link| (link.view, link.plane, link.tour) = (View::Plane, format!("tour={n}"), None));
        address::push(self);
        plane_module::call();
    }

    /// Goes to the Sample view with these weights.
    pub fn sample_with(self, model: ModelId) {
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
        self.begin_training(None);
    }

    /// Trains the recipe of the link up to the step that the link names.
    pub fn retrain(self) {
        self.go(View::Train);
        self.begin_training(self.link.with_untracked(|link| (link.trained > 0).then_some(link.trained)));
    }

    fn begin_training(self, until: Option<u64>) {
        // The worker drops measurements that it has not finished, so they may be asked for again.
        self.timed.set_value(Vec::new());
        self.shelf.forget_refill();
        let alone = self.training.phase.get_untracked() == Phase::None;
        self.put_away();
        self.saves.begin(alone);
        self.training.start(self.recipe.get_untracked(), until);
        self.renew_trained();
    }

    /// What was known and drawn of the model trained here was of another training.
    pub(super) fn renew_trained(self) {
        self.forget_model(ModelId::Trained);
        self.renew(ModelId::Trained);
    }

    /// Gives the training up.
    pub fn reset(self) {
        self.link.update(|link| link.trained = 0);
        self.put_away();
        self.training.reset();
        self.renew_trained();
    }

    /// Times every size of the chosen family once the worker is up, unless a training keeps it busy.
    pub fn time_architectures(self) {
        let due = self.device.with(Option::is_some) && self.training.phase.get() == Phase::None;
        let family = self.recipe.with(|it| it.family);
        // A GPU takes about as long for a few images as for many, so it is timed with as many as it will get.
        let batch = if self.device.with_untracked(|it| it.as_ref().is_some_and(|it| it.gpu)) { 32 } else { 16 };
        for architecture in Architecture::ALL.into_iter().filter(|_| due) {
            let recipe = TrainSpec { architecture, batch, ..TrainSpec::of(family) };
            let what = (family, architecture);
            let is = |pace: &StepTime| (pace.recipe.family, pace.recipe.architecture) == what;
            let known = self.pace.with_untracked(|pace| pace.iter().any(is));
            if !known && self.timed.with_value(|timed| !timed.contains(&what)) {
                self.timed.update_value(|timed| timed.push(what));
                self.wire.send(Command::Measure(MeasureSpec { recipe, config: None, steps: 2, frames: 0 }));
            }
        }
    }

    /// Opens a weights file.
    pub fn open(self, name: String, bytes: Vec<u8>) {
        self.opening.set(Some(name.clone()));
        self.load(name, bytes);
    }

    /// Offers a weights file to the worker.
    pub(super) fn load(self, name: String, bytes: Vec<u8>) {
        self.offered.set_value(Some((name.clone(), bytes.clone())));
        self.wire.send(Command::Load { model: ModelId::File, name, bytes });
    }

    /// What was known about these weights holds no more.
    pub(super) fn forget_model(self, model: ModelId) {
        self.models.update(|models| models.retain(|report| report.model != model));
    }

    /// Other weights stand behind the name than before, or none: pictures of the old ones are replaced.
    pub(super) fn renew(self, model: ModelId) {
        self.compare.renew(model);
        if self.player.trail.samples(model) {
            self.resample(self.player.same());
        }
    }

    /// Takes another sampler if the one of the settings makes no sense on this path, and says so.
    fn fit(self, path: Path) {
        let sampler = self.sample.with_untracked(|sample| sample.sampler);
        if !path.family.has_path() {
            return;
        }
        if let Err(why) = sampler.fits(path.schedule.0, path.gaussian) {
            // Euler is on every path.
            let other = SamplerId::default();
            self.link.update(|link| link.sample.sampler = other);
            self.alerts
                .say(format!("{} is not for this model, since {why}. {} is used instead.", sampler.name, other.name));
        }
    }

    /// Begins the trajectory that the settings describe, if its weights are there and somebody looks.
    /// Otherwise there is none, and the Sample view begins it when it is time.
    pub fn resample(self, start: Start) {
        self.typing.cancel();
        self.pending.set(false);
        let model = self.sample.with_untracked(|sample| sample.model);
        if self.view.get_untracked() == View::Sample && untrack(|| self.has(model)) {
            let path = untrack(|| self.path_of(model));
            self.fit(path);
            self.player.begin(self.sample.get_untracked(), path, start);
        } else {
            self.player.abandon();
        }
        self.begin_lanes();
    }
}

impl Keys for Store {
    fn set(self, key: &str, text: &str) -> Result<(), String> {
        Store::set(self, key, text)
    }

    fn say(self, sentence: String) {
        self.alerts.say(sentence);
    }
}

impl Keeps<SampleSpec> for Store {
    fn with<R>(self, read: impl FnOnce(&SampleSpec) -> R) -> R {
        self.sample.with(read)
    }
}

impl Keeps<TrainSpec> for Store {
    fn with<R>(self, read: impl FnOnce(&TrainSpec) -> R) -> R {
        self.recipe.with(read)
    }
}
