//! The state of the page in one place. Views read its signals and call its verbs; nothing else changes it.

mod alerts;
mod events;
mod player;
mod training;
mod wire;

use super::clock::Delay;
use crate::{
    data::sets::DataSet,
    lab::{
        link::{Link, View},
        protocol::{Command, DeviceReport, ModelReport, SampleSpec, TrainSpec},
    },
    model::catalogue::ModelId,
    web::{client::Client, history},
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

pub use alerts::Alerts;
pub use player::{Player, Start};
pub use training::{Phase, Training};
use wire::Wire;

/// A weights file larger than this is not read.
pub const MAX_FILE: f64 = 64.0 * 1024.0 * 1024.0;

/// Typing must have paused this long before a new trajectory begins.
const TYPING_MS: u64 = 150;

/// What the whole page is doing, for scripts and for styles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    Loading,
    Ready,
    Busy,
    Failed,
}

impl Condition {
    /// The value of `data-state`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Ready => "ready",
            Self::Busy => "busy",
            Self::Failed => "failed",
        }
    }
}

/// Every signal of the page.
#[derive(Clone, Copy)]
pub struct Store {
    /// The source of truth for everything a link carries.
    pub link: RwSignal<Link>,
    pub view: Memo<View>,
    pub sample: Memo<SampleSpec>,
    pub recipe: Memo<TrainSpec>,
    /// The picture looked at closely, from 0.
    pub picture: Memo<usize>,
    pub device: RwSignal<Option<DeviceReport>>,
    /// The latest report on each kind of weights.
    pub models: RwSignal<Vec<ModelReport>>,
    pub alerts: Alerts,
    pub player: Player,
    pub training: Training,
    /// No worker can be had.
    pub failed: RwSignal<bool>,
    /// A changed setting waits for the typing to pause.
    pub pending: RwSignal<bool>,
    /// The name of the weights file that is being opened.
    pub opening: RwSignal<Option<String>>,
    wire: Wire,
    typing: Delay,
    /// The last weights file, for a worker that must be replaced.
    file: StoredValue<Option<(String, Vec<u8>)>>,
}

impl Store {
    /// The state that this address describes, with a client that still has to be started.
    pub fn new() -> (Self, Client) {
        let (start, complaints) = Link::parse(&history::query());
        let link = RwSignal::new(start);
        let wire = Wire::new();
        let store = Self {
            link,
            view: Memo::new(move |_| link.with(|link| link.view)),
            sample: Memo::new(move |_| link.with(|link| link.sample.clone())),
            recipe: Memo::new(move |_| link.with(|link| link.train.clone())),
            picture: Memo::new(move |_| link.with(|link| link.picture)),
            device: RwSignal::new(None),
            models: RwSignal::new(Vec::new()),
            alerts: Alerts::new(),
            player: Player::new(wire),
            training: Training::new(wire),
            failed: RwSignal::new(false),
            pending: RwSignal::new(false),
            opening: RwSignal::new(None),
            wire,
            typing: Delay::new(),
            file: StoredValue::new(None),
        };
        for complaint in complaints {
            store.alerts.say(format!("In this link, {complaint}. The default is used instead."));
        }
        let client = Client::new(move |notice| events::take(store, notice));
        wire.connect(client.clone());
        (store, client)
    }

    /// Starts the worker, and the first trajectory once the Sample view is seen.
    pub fn start(self, client: Client) {
        let choice = self.link.with_untracked(|link| link.device);
        spawn_local(async move { client.start(choice).await });
        Effect::new(move |_| match self.view.get() {
            View::Sample if self.player.spec.with_untracked(Option::is_none) => {
                let frame = self.link.with_untracked(|link| link.frame);
                self.resample(frame.map_or(Start::Play, Start::Frame));
            }
            View::Sample => {}
            // A training should not wait for pictures that nobody sees.
            View::Train => self.player.pause(),
        });
        self.keep_frame_in_link();
        super::address::keep(self);
    }

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
            super::address::write_now(self);
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

    /// True where there are weights behind the name.
    pub fn has(self, model: ModelId) -> bool {
        match model {
            ModelId::Shipped(_) => true,
            ModelId::Trained => self.training.exists(),
            ModelId::File => self.report_of(ModelId::File).is_some(),
        }
    }

    /// What is known about these weights.
    pub fn report_of(self, model: ModelId) -> Option<ModelReport> {
        self.models.with(|models| models.iter().find(|report| report.model == model).cloned())
    }

    /// The set whose classes these weights draw.
    pub fn data_of(self, model: ModelId) -> DataSet {
        match model {
            ModelId::Shipped(set) => set,
            ModelId::Trained => self.training.spec.with(|spec| spec.as_ref().map(|spec| spec.data)).unwrap_or_default(),
            ModelId::File => self.report_of(model).map(|report| report.data).unwrap_or_default(),
        }
    }

    /// What the page is doing.
    pub fn condition(self) -> Condition {
        let absent = !self.has(self.sample.with(|sample| sample.model));
        let sampling = self.view.get() == View::Sample && !absent;
        let stalled = self.player.stalled.get();
        let unseen = self.player.shown.with(Option::is_none);
        let behind = self.player.playing.get() || (self.player.is_behind() && !stalled);
        if self.failed.get() || (sampling && unseen && stalled) {
            Condition::Failed
        } else if self.device.with(Option::is_none) || (sampling && unseen) {
            Condition::Loading
        } else if behind || self.pending.get() || self.training.is_busy() || self.opening.with(Option::is_some) {
            Condition::Busy
        } else {
            Condition::Ready
        }
    }

    /// Begins the trajectory that the settings describe, if its weights are there.
    fn resample(self, start: Start) {
        self.typing.cancel();
        self.pending.set(false);
        let spec = self.sample.get_untracked();
        if untrack(|| self.has(spec.model)) {
            self.player.begin(spec, start);
        } else {
            self.player.abandon();
        }
    }

    /// The link names the frame that is at rest, and none while the pictures move.
    fn keep_frame_in_link(self) {
        let player = self.player;
        Effect::new(move |_| {
            let shown = player.shown.with(|frame| frame.as_ref().map(|frame| frame.index));
            let frame = if player.playing.get() { None } else { shown };
            let settled = player.playing.get() || !(player.is_behind() || self.pending.get());
            if settled && player.spec.with(Option::is_some) && self.link.with_untracked(|link| link.frame != frame) {
                self.link.update(|link| link.frame = frame);
            }
        });
    }
}
