//! The state of the plane in one place. Its views read these signals and call its verbs.

use super::{pace::DrawingTimes, undo::Undo};
use crate::{
    clock::{Delay, Soon},
    form::keys::{Keeps, Keys},
    store::{Alerts, Frames, Held, Keepsakes, Losses, Playhead, Saves, Start, complaint},
};
use data::shapes::Shape;
use leptos::prelude::*;
use plane::{
    figure::Figure,
    panel::PanelHead,
    spec::{FigureKind, Layer, Spec},
};
use protocol::{
    message::TrainReport,
    plane::{PlaneRecipe, SnapshotSpec},
    saved::{keepsake::Keeping, points::PointsSubject},
};
use std::{collections::BTreeMap, ops::Deref};
use web::{client::Client, plane_module};
use web_sys::HtmlCanvasElement;

/// How a learned field stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LearningPhase {
    /// There is none.
    #[default]
    None,
    /// It has been asked for, or is training.
    Running,
    Paused,
}

/// What rests because nobody sees it.
#[derive(Clone, Copy, Default)]
pub struct Left {
    pub playing: bool,
    pub learning: bool,
}

/// Every signal of the plane.
pub struct PlaneSignals {
    /// The source of truth for everything a link carries.
    pub spec: RwSignal<Spec>,
    pub show: Memo<FigureKind>,
    pub data: Memo<Shape>,
    pub playhead: Playhead,
    /// What there is to see, panel by panel.
    pub heads: RwSignal<Vec<PanelHead>>,
    /// The place under the pointer.
    pub hover: RwSignal<Option<[f64; 2]>>,
    /// The part that is being edited, from 0.
    pub chosen: RwSignal<usize>,
    /// Strokes on the plane paint points.
    pub brush: RwSignal<bool>,
    /// So do those of a finger, which otherwise scrolls: whoever wants that presses “Brush”.
    pub strokes: RwSignal<bool>,
    /// What is painted is of the second class.
    pub second: RwSignal<bool>,
    pub phase: RwSignal<LearningPhase>,
    /// The last report on each round.
    pub reports: RwSignal<Vec<TrainReport>>,
    /// Of every term that the family reports.
    pub losses: RwSignal<Vec<Losses>>,
    /// Error against NFE of both samplers, as they are measured.
    pub errors: RwSignal<Vec<Vec<(f64, f64)>>>,
    /// Something is still being computed.
    pub working: RwSignal<bool>,
    pub alerts: Alerts,
    pub(super) undo: Undo,
    /// Trainings in the browser's own storage.
    pub saves: Saves<PointsSubject>,
    /// Points in the browser's own storage.
    pub keepsakes: Keepsakes,
    /// The sheet of points that is being painted, as it was kept last.
    pub(super) sheet: StoredValue<Option<u64>>,
    pub(super) keeping: Delay,
    /// Counts what the worker has brought, so that the drawing follows.
    pub news: RwSignal<u32>,
    pub(super) figure: StoredValue<Figure, LocalStorage>,
    pub(super) canvases: StoredValue<BTreeMap<u32, HtmlCanvasElement>, LocalStorage>,
    pub(super) client: StoredValue<Option<Client>, LocalStorage>,
    /// The training that events must belong to.
    pub(super) run: StoredValue<u32>,
    /// Which pause or resume of it was the last, so that a report from before it changes no phase.
    pub(super) turn: StoredValue<u32>,
    /// The step and the rounds after which learning is to rest.
    pub(super) goal: StoredValue<(Option<u64>, usize)>,
    /// What the learned field is learned from.
    pub(super) taught: StoredValue<Option<PlaneRecipe>>,
    /// How the plane was seen when what is learned was last what is shown, in the words of its link.
    pub(super) seen_as: StoredValue<String>,
    /// The last checkpoint of it, in case the worker dies.
    pub(super) checkpoint: StoredValue<Option<Vec<u8>>>,
    /// A link names it, so it is not saved: the link is enough.
    pub(super) linked: StoredValue<bool>,
    /// It was saved before, and the worker has not taken it yet.
    pub(super) resumed: StoredValue<bool>,
    /// What snapshots were last asked to show.
    pub(super) seen: StoredValue<Option<SnapshotSpec>>,
    pub(super) left: StoredValue<Left>,
    pub(super) pace: StoredValue<DrawingTimes>,
    pub(super) due: Soon,
    pub(super) writing: Delay,
    /// What the address bar was last told.
    pub(super) written: StoredValue<String>,
    pub(super) held: Held<Spec>,
}

/// Every signal of the plane, for as long as there is a page.
#[derive(Clone, Copy)]
pub struct Plane(&'static PlaneSignals);

impl Deref for Plane {
    type Target = PlaneSignals;

    fn deref(&self) -> &PlaneSignals {
        self.0
    }
}

impl Plane {
    /// The state that a link describes.
    pub fn new(spec: Spec) -> Self {
        let (spec, alerts) = (RwSignal::new(spec), Alerts::new());
        let signals = PlaneSignals {
            spec,
            show: Memo::new(move |_| spec.with(|spec| spec.show)),
            data: Memo::new(move |_| spec.with(|spec| spec.data)),
            playhead: Playhead::new(),
            heads: RwSignal::new(Vec::new()),
            hover: RwSignal::new(None),
            chosen: RwSignal::new(0),
            brush: RwSignal::new(false),
            strokes: RwSignal::new(false),
            second: RwSignal::new(false),
            phase: RwSignal::new(LearningPhase::None),
            reports: RwSignal::new(Vec::new()),
            losses: RwSignal::new(Vec::new()),
            errors: RwSignal::new(Vec::new()),
            working: RwSignal::new(false),
            alerts,
            undo: Undo::new(),
            saves: Saves::new(),
            keepsakes: Keepsakes::new(alerts, |keeping| matches!(keeping, Keeping::Points(_))),
            sheet: StoredValue::new(None),
            keeping: Delay::new(),
            news: RwSignal::new(0),
            figure: StoredValue::new_local(spec.with_untracked(Figure::new)),
            canvases: StoredValue::new_local(BTreeMap::new()),
            client: StoredValue::new_local(None),
            run: StoredValue::new(0),
            turn: StoredValue::new(0),
            goal: StoredValue::new((None, 0)),
            taught: StoredValue::new(None),
            seen_as: StoredValue::new(String::new()),
            checkpoint: StoredValue::new(None),
            linked: StoredValue::new(false),
            resumed: StoredValue::new(false),
            seen: StoredValue::new(None),
            left: StoredValue::new(Left::default()),
            pace: StoredValue::new(DrawingTimes::UNKNOWN),
            due: Soon::new(),
            writing: Delay::new(),
            written: StoredValue::new(String::new()),
            held: Held::new(),
        };
        Self(Box::leak(Box::new(signals)))
    }

    /// Something of the spec, as text.
    pub fn of(self, read: fn(&Spec) -> String) -> Signal<String> {
        Signal::derive(move || self.spec.with(read))
    }

    /// The last frame.
    pub fn steps(self) -> usize {
        self.spec.with(|spec| spec.cloud.steps)
    }

    /// Changes one setting by its key in the link; a sentence if the text is no value of it.
    pub fn change(self, key: &str, text: &str) -> Result<(), String> {
        let mut spec = self.spec.get_untracked();
        spec.set(key, text)?;
        self.put(spec);
        Ok(())
    }

    /// Another spec, unless it is the same; one that does not fit together is made to, and that is said.
    pub fn put(self, spec: Spec) {
        let before = self.spec.get_untracked();
        self.place(spec);
        if self.spec.with_untracked(|spec| self.undo.keep(&before, spec)) {
            // The last change is what Ctrl+Z takes back.
            self.saves.keep_gone();
            self.keep_points();
        }
    }

    /// The same as a link does it, which Back undoes and no other.
    pub fn place(self, mut spec: Spec) {
        // In one piece, whatever did not go together.
        complaint(&[], &spec.fit()).into_iter().for_each(|sentence| self.alerts.say(sentence));
        if self.spec.with_untracked(|before| *before != spec) {
            // Whoever looks at t = 1 still does with other steps.
            let (last, steps) = (self.spec.with_untracked(|before| before.cloud.steps), spec.cloud.steps);
            let Playhead { wanted, playing, .. } = self.playhead;
            let ended = wanted.get_untracked() == last && !playing.get_untracked();
            if ended && last != steps {
                spec.frame = spec.frame.map(|_| steps);
                wanted.set(steps);
            }
            wanted.update(|frame| *frame = (*frame).min(steps));
            self.spec.set(spec);
        }
    }

    /// Changes the spec in place.
    pub fn edit(self, change: impl FnOnce(&mut Spec)) {
        let mut spec = self.spec.get_untracked();
        change(&mut spec);
        self.put(spec);
    }

    /// Nearer or farther, about the middle of what is seen.
    pub fn zoom(self, factor: f64) {
        self.edit(|spec| spec.camera = spec.camera.zoomed([1.0, 1.0], [0.5, 0.5], factor));
    }

    /// Puts a layer on or off.
    pub fn lay(self, layer: Layer, on: bool) {
        self.edit(|spec| spec.layers = spec.layers.with(layer, on));
    }
}

impl Keys for Plane {
    fn set(self, key: &str, text: &str) -> Result<(), String> {
        self.change(key, text)
    }

    fn say(self, sentence: String) {
        self.alerts.say(sentence);
    }
}

impl Keeps<Spec> for Plane {
    fn with<R>(self, read: impl FnOnce(&Spec) -> R) -> R {
        self.spec.with(read)
    }
}

impl Plane {
    /// Begins as the spec says: at its frame, or playing.
    pub fn begin(self) {
        let (start, last) = self.spec.with_untracked(|spec| (Start::at(spec.frame), spec.cloud.steps));
        self.playhead.begin(start, last);
        self.tick_soon();
    }
}

impl Frames for Plane {
    fn playhead(self) -> Playhead {
        self.playhead
    }

    fn last(self) -> usize {
        self.steps()
    }

    // A grid of few steps is not over before it has been seen.
    fn pace_ms(self) -> f64 {
        f64::max(40.0, 1_200.0 / untrack(|| self.steps()) as f64)
    }

    fn is_in_sight(self) -> bool {
        plane_module::room().is_some()
    }

    // The link names the frame that is at rest; out of sight it stays as it is.
    fn seek(self, index: usize) {
        self.rest(index);
        if self.is_in_sight() {
            self.edit(|spec| spec.frame = Some(self.playhead.wanted.get_untracked()));
        }
    }

    fn play(self) {
        self.edit(|spec| spec.frame = None);
        self.run();
    }
}
