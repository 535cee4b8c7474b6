//! Every signal of the page, and what can be read off them.

use super::{
    alerts::Alerts,
    codes::Codes,
    compare::Compare,
    frames::Frames,
    held::Held,
    judges::Judges,
    keepsakes::Keepsakes,
    path::Path,
    player::Player,
    refusals::Refusals,
    saves::Saves,
    scales::Scales,
    shelf::Shelf,
    study::StudyState,
    trail::Trail,
    training::{Phase, TrainingState},
    wire::Wire,
};
use crate::clock::Delay;
use data::sets::DataSet;
use flow::{
    coupling::Coupling,
    family::{DrawnBy, FamilyId},
    prediction::Reading,
    schedule::ScheduleId,
};
use leptos::prelude::*;
use protocol::{
    catalogue::{Architecture, ModelId},
    comparison::Comparison,
    link::{Link, Show, View},
    message::{DeviceReport, ModelReport, SampleSpec, TrainSpec},
    saved::keepsake::Keeping,
};
use std::ops::Deref;

/// What the whole page is doing, for scripts and for styles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageState {
    Loading,
    Ready,
    Busy,
    Failed,
}

impl PageState {
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

/// How fast a recipe trains on this device.
#[derive(Clone, Debug, PartialEq)]
pub struct StepTime {
    /// The recipe of the steps that were timed.
    pub recipe: TrainSpec,
    pub step_ms: f64,
}

/// Every signal of the page, for as long as there is a page.
#[derive(Clone, Copy)]
pub struct Store(&'static StoreSignals);

impl Deref for Store {
    type Target = StoreSignals;

    fn deref(&self) -> &StoreSignals {
        self.0
    }
}

/// Every signal of the page.
pub struct StoreSignals {
    /// The source of truth for everything a link carries.
    pub link: RwSignal<Link>,
    pub view: Memo<View>,
    pub sample: Memo<SampleSpec>,
    pub comparison: Memo<Comparison>,
    pub recipe: Memo<TrainSpec>,
    /// The picture looked at closely, from 0.
    pub picture: Memo<usize>,
    pub device: RwSignal<Option<DeviceReport>>,
    /// Why another device was passed over.
    pub passed: RwSignal<Option<String>>,
    /// The latest report on each kind of weights.
    pub models: RwSignal<Vec<ModelReport>>,
    pub alerts: Alerts,
    pub player: Player,
    pub compare: Compare,
    pub study: StudyState,
    pub scales: Scales,
    pub judges: Judges,
    pub training: TrainingState,
    /// Trainings in the browser's own storage.
    pub saves: Saves<TrainSpec>,
    /// Models in the browser's own storage.
    pub keepsakes: Keepsakes,
    pub(super) shelf: Shelf,
    /// The picture of the code under the hand.
    pub hand: Codes,
    /// The pictures of many codes.
    pub map: Codes,
    /// What has been timed so far.
    pub pace: RwSignal<Vec<StepTime>>,
    /// No worker can be had.
    pub failed: RwSignal<bool>,
    /// A GPU was lost, and the CPU computes.
    pub(super) lost_gpu: RwSignal<bool>,
    /// The training stops so that the GPU can take it over.
    pub(super) returning: StoredValue<bool>,
    pub(super) held: Held<Link>,
    /// A changed setting waits for the typing to pause.
    pub pending: RwSignal<bool>,
    /// The name of the weights file that is being opened.
    pub opening: RwSignal<Option<String>>,
    /// The lanes have not been seen in this page, so they play once whatever the other view's frame is.
    pub(super) fresh_lanes: StoredValue<bool>,
    pub(super) wire: Wire,
    pub(super) typing: Delay,
    /// The weights file that the worker has loaded, in case it must be replaced.
    pub(super) file: StoredValue<Option<(String, Vec<u8>)>>,
    /// The weights file that the worker is asked to load. It may be refused, or even kill the worker.
    pub(super) offered: StoredValue<Option<(String, Vec<u8>)>>,
    pub(super) refusals: Refusals,
    /// What this worker has been asked to time.
    pub(super) timed: StoredValue<Vec<(FamilyId, Architecture)>>,
}

impl Store {
    /// The state that a link describes, before any worker has spoken.
    pub fn new(link: Link) -> Self {
        let elsewhere = link.view != View::Compare;
        let link = RwSignal::new(link);
        let (wire, alerts) = (Wire::new(), Alerts::new());
        let models = |keeping: &Keeping| matches!(keeping, Keeping::Model(_) | Keeping::Weights(_));
        let signals = StoreSignals {
            link,
            view: Memo::new(move |_| link.with(|link| link.view)),
            sample: Memo::new(move |_| link.with(|link| link.sample.clone())),
            comparison: Memo::new(move |_| link.with(|link| link.compare.clone())),
            recipe: Memo::new(move |_| link.with(|link| link.train.clone())),
            picture: Memo::new(move |_| link.with(|link| link.picture)),
            device: RwSignal::new(None),
            passed: RwSignal::new(None),
            models: RwSignal::new(Vec::new()),
            alerts,
            player: Player::new(wire, 0),
            compare: Compare::new(wire),
            study: StudyState::new(wire),
            scales: Scales::new(wire),
            judges: Judges::new(wire),
            training: TrainingState::new(wire),
            saves: Saves::new(),
            keepsakes: Keepsakes::new(alerts, models),
            shelf: Shelf::new(wire),
            hand: Codes::new(wire),
            map: Codes::new(wire),
            pace: RwSignal::new(Vec::new()),
            failed: RwSignal::new(false),
            lost_gpu: RwSignal::new(false),
            returning: StoredValue::new(false),
            held: Held::new(),
            pending: RwSignal::new(false),
            opening: RwSignal::new(None),
            fresh_lanes: StoredValue::new(elsewhere),
            wire,
            typing: Delay::new(),
            file: StoredValue::new(None),
            offered: StoredValue::new(None),
            refusals: Refusals::new(),
            timed: StoredValue::new(Vec::new()),
        };
        Self(Box::leak(Box::new(signals)))
    }

    /// True where there are weights behind the name.
    pub fn has(self, model: ModelId) -> bool {
        match model {
            ModelId::Trained => self.training.exists(),
            ModelId::File | ModelId::Kept(_) => self.report_of(model).is_some(),
            _ => true,
        }
    }

    /// True where other pictures are due than those on show, though no setting has changed: none are
    /// there and now can be, their weights are gone, or training rests at other weights than theirs.
    pub fn is_stale(self) -> bool {
        match self.player.trail.model() {
            None => self.has(self.sample.with(|sample| sample.model)),
            Some(model) if !self.has(model) => true,
            Some(ModelId::Trained) if self.training.phase.get() == Phase::Paused => {
                self.player.trail.weights.get().is_some_and(|steps| steps != self.training.step())
            }
            Some(_) => false,
        }
    }

    /// What is known about these weights.
    pub fn report_of(self, model: ModelId) -> Option<ModelReport> {
        self.models.with(|models| models.iter().find(|report| report.model == model).cloned())
    }

    /// The set whose classes these weights draw.
    pub fn data_of(self, model: ModelId) -> DataSet {
        match model {
            ModelId::Trained | ModelId::Kept(_) => self.recipe_behind(model).map(|recipe| recipe.data),
            _ => {
                model.shipped().map(|shipped| shipped.data).or_else(|| self.report_of(model).map(|report| report.data))
            }
        }
        .unwrap_or_default()
    }

    /// The kind of these weights.
    pub fn family_of(self, model: ModelId) -> FamilyId {
        match model {
            ModelId::Trained | ModelId::Kept(_) => self.recipe_behind(model).map(|recipe| recipe.family),
            _ => model.shipped().map(|shipped| shipped.family).or_else(|| self.report_of(model).map(|it| it.family)),
        }
        .unwrap_or_default()
    }

    /// How a person knows a model.
    pub fn name_of(self, model: ModelId) -> String {
        let kept = match model {
            ModelId::Kept(slot) => self.kept(slot).map(|kept| kept.title()),
            _ => None,
        };
        kept.unwrap_or_else(|| model.name().into())
    }

    /// Whether a density is known of what a model draws.
    pub fn tells_density(self, model: ModelId) -> bool {
        match self.family_of(model).sampling {
            DrawnBy::Path => self.gaussian_of(model),
            DrawnBy::Layers => true,
            DrawnBy::Latent | DrawnBy::Codes | DrawnBy::Translation | DrawnBy::Styles => false,
        }
    }

    /// The kind of the weights that the settings name.
    pub fn family(self) -> FamilyId {
        self.family_of(self.sample.with(|sample| sample.model))
    }

    /// Numbers of z and whether a class can be asked for, once the weights are known.
    pub fn codes_of(self, model: ModelId) -> Option<(usize, bool)> {
        self.report_of(model).map(|report| (report.latent, report.labels))
    }

    /// Words of the book from which their codes are taken, 0 where these are any numbers; once the weights are known.
    pub fn words_of(self, model: ModelId) -> Option<usize> {
        self.report_of(model).map(|report| report.words)
    }

    /// The schedule that these weights were trained on.
    pub fn schedule_of(self, model: ModelId) -> ScheduleId {
        let trained = || self.recipe_behind(model).map(|recipe| recipe.schedule);
        let told = || self.report_of(model).map(|report| report.schedule);
        model.schedule().or_else(trained).or_else(told).unwrap_or_default()
    }

    /// Which noise met which data in the training of these weights.
    pub fn coupling_of(self, model: ModelId) -> Coupling {
        match model {
            ModelId::Trained | ModelId::Kept(_) => self.recipe_behind(model).map(|recipe| recipe.coupling),
            _ => self.report_of(model).map(|report| report.coupling),
        }
        .unwrap_or_default()
    }

    /// Whether these weights start from N(0, I), so that noise and score can be read.
    pub fn gaussian_of(self, model: ModelId) -> bool {
        self.coupling_of(model).is_gaussian()
    }

    /// What the pictures show: what the link wants, or x_t where the path has none of it.
    pub fn showing(self) -> Show {
        let show = self.link.with(|link| link.show);
        let gaussian = self.player.path.with(|path| path.is_none_or(|path| path.gaussian));
        let path = self.player.path.with(|path| path.is_none_or(|path| path.family.has_readings()));
        if path && (gaussian || !Self::needs_noise(show)) { show } else { Show::State }
    }

    /// True of what can only be read where x_0 is N(0, I).
    pub fn needs_noise(show: Show) -> bool {
        matches!(show, Show::Reading(Reading::Noise | Reading::Score))
    }

    /// The t of every frame that the settings describe.
    pub fn points(self) -> Vec<f64> {
        let (model, grid, steps) = self.sample.with(|sample| (sample.model, sample.grid, sample.steps));
        grid.points(steps, self.schedule_of(model).0)
    }

    /// The path of these weights.
    pub fn path_of(self, model: ModelId) -> Path {
        let family = self.family_of(model);
        Path { family, schedule: self.schedule_of(model), gaussian: self.gaussian_of(model) }
    }

    /// What the page is doing.
    pub fn condition(self) -> PageState {
        let Waiting { unseen, stalled, behind } = match self.view.get() {
            View::Sample => self.waiting_for_player(),
            View::Compare => self.waiting_for_lanes(),
            View::Train | View::Plane => Waiting::default(),
        };
        let busy = self.training.is_busy()
            || self.study.is_running()
            || self.scales.gauge.is_running()
            || self.judges.gauge.is_running()
            || self.opening.with(Option::is_some);
        if self.failed.get() || (unseen && stalled) {
            PageState::Failed
        } else if self.device.with(Option::is_none) || unseen {
            PageState::Loading
        } else if (behind && !stalled) || self.pending.get() || busy {
            PageState::Busy
        } else {
            PageState::Ready
        }
    }

    fn waiting_for_player(self) -> Waiting {
        let absent = !self.has(self.sample.with(|sample| sample.model));
        let behind = self.player.is_playing() || self.player.is_behind();
        let unseen = !absent && self.player.trail.shown.with(Option::is_none);
        Waiting { unseen, stalled: self.player.trail.stalled.get(), behind }
    }

    fn waiting_for_lanes(self) -> Waiting {
        let active = |trail: &&Trail| trail.route.with(Option::is_some);
        let mut lanes = self.compare.trails.iter().filter(active).peekable();
        let any = lanes.peek().is_some();
        let stalled = any && lanes.clone().all(|trail| trail.stalled.get());
        let unseen = any && lanes.all(|trail| trail.shown.with(Option::is_none));
        let behind = self.compare.is_playing() || self.compare.is_behind() || !self.compare.runs(&self.routes());
        Waiting { unseen, stalled, behind }
    }
}

/// What a view waits for.
#[derive(Clone, Copy, Debug, Default)]
struct Waiting {
    /// There are no pictures yet, though there should be.
    unseen: bool,
    /// The worker refused, so none will come.
    stalled: bool,
    /// Other pictures are due than those seen.
    behind: bool,
}
