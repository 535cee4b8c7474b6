//! What a person can do to the comparison, and what follows from it.

use super::{judges::Judgement, playhead::Start, route::Route, state::Store, training::Phase, verbs::TYPING_MS};
use data::sets::PIXELS;
use leptos::prelude::*;
use protocol::{
    catalogue::ModelId,
    comparison::{Lane, MIN_LANES},
    likelihood::DrawnPicture,
    link::View,
    message::{MAX_LANES, SampleSpec},
    quality::Judged,
};

/// Every lane samples at most this many pictures, since there are up to four lanes.
const MOST_PICTURES: usize = 10;

impl Store {
    /// The settings that all lanes share.
    pub fn shared(self) -> SampleSpec {
        self.sample.with(|sample| SampleSpec { pictures: sample.pictures.min(MOST_PICTURES), ..sample.clone() })
    }

    /// The picture looked at closely among those of the lanes, from 0.
    pub fn compared_picture(self) -> usize {
        self.picture.get().min(self.shared().pictures - 1)
    }

    /// Why the sampler of a lane makes no sense with its model, if it makes none.
    pub fn obstacle(self, lane: &Lane) -> Option<String> {
        let path = self.path_of(lane.model);
        if !path.family.has_path() {
            return None;
        }
        lane.sampler
            .fits(path.schedule.0, path.gaussian)
            .err()
            .map(|why| format!("{} does not fit: {why}.", lane.sampler.name))
    }

    /// What each lane should run; `None` where it cannot.
    pub fn routes(self) -> Vec<Option<Route>> {
        let (comparison, shared) = (self.comparison.get(), self.shared());
        let Some(first) = comparison.lanes.first().map(|lane| self.path_of(lane.model)) else { return Vec::new() };
        let route = |lane: &Lane| {
            let free = self.has(lane.model) && self.obstacle(lane).is_none();
            free.then(|| Route::new(lane, self.path_of(lane.model), first, &shared, comparison.lock))
        };
        comparison.lanes.iter().map(route).collect()
    }

    /// True where lanes of the model trained here show different weights, or training rests at others.
    pub fn are_lanes_worn(self) -> bool {
        let weights = self.compare.weights();
        let rests = self.training.phase.get() == Phase::Paused;
        let due = if rests { Some(self.training.step()) } else { weights.first().copied() };
        weights.iter().any(|&steps| Some(steps) != due)
    }

    /// Changes the lanes; nothing happens if there would be too few or too many.
    pub fn change_lanes(self, change: impl FnOnce(&mut Vec<Lane>)) {
        let before = self.link.get_untracked();
        let mut link = before.clone();
        change(&mut link.compare.lanes);
        if link != before && (MIN_LANES..=MAX_LANES).contains(&link.compare.lanes.len()) {
            self.link.set(link);
        }
    }

    /// Measures the error of every lane that can run.
    pub fn study_lanes(self) {
        let routes = untrack(|| self.routes()).into_iter().enumerate();
        let specs = routes.filter_map(|(lane, route)| Some((lane, route?.spec)));
        // One pass has no error to measure.
        let lanes: Vec<_> = specs.filter(|(_, spec)| untrack(|| self.family_of(spec.model)).has_path()).collect();
        if !lanes.is_empty() {
            self.study.start(lanes);
        }
    }

    /// The models of the lanes, each once.
    pub fn lane_models(self) -> Vec<ModelId> {
        let mut models = vec![];
        for lane in &self.comparison.get().lanes {
            if !models.contains(&lane.model) {
                models.push(lane.model);
            }
        }
        models
    }

    /// Measures how likely test pictures are to the models of the lanes, and the chosen picture as each has drawn it.
    pub fn weigh_lanes(self) {
        let models = untrack(|| self.lane_models()).into_iter().filter(|model| {
            let there = untrack(|| self.has(*model));
            there && untrack(|| self.tells_density(*model))
        });
        let k = untrack(|| self.compared_picture());
        let drawn = |model: ModelId| {
            let trail = self.compare.trails.into_iter().find(|trail| trail.samples(model))?;
            let frame = trail.end()?;
            let pixels = frame.x_t.get(k * PIXELS..(k + 1) * PIXELS)?.to_vec();
            Some(DrawnPicture { pixels, label: *frame.labels.get(k)? })
        };
        let models: Vec<_> = models.map(|model| (model, drawn(model))).collect();
        if !models.is_empty() {
            self.scales.start(models);
        }
    }

    /// Hash and steps of weights that may become others under the same name.
    pub fn weights_of(self, model: ModelId) -> Option<(String, u64)> {
        let report = self.report_of(model).filter(|_| model.shipped().is_none())?;
        Some((report.hash, report.steps))
    }

    /// Measures how good the pictures of every lane that can run are, and real pictures of their data beside them.
    pub fn judge_lanes(self) {
        let routes = untrack(|| self.routes()).into_iter().enumerate();
        let lanes: Vec<_> = routes.filter_map(|(lane, route)| Some((lane, route?.spec))).collect();
        let mut all: Vec<Judgement> = vec![];
        for (lane, spec) in lanes {
            let data = untrack(|| self.data_of(spec.model));
            let weights = untrack(|| self.weights_of(spec.model));
            let own = Judgement { lane: Some(lane), subject: Judged::Model(spec), weights, quality: None };
            // Set by set, so that what judges one is called once.
            match all.iter().position(|it| it.subject == Judged::Real(data)) {
                Some(place) => all.insert(place, own),
                None => {
                    let real = Judgement { lane: None, subject: Judged::Real(data), weights: None, quality: None };
                    all.extend([own, real]);
                }
            }
        }
        if !all.is_empty() {
            self.judges.start(all);
        }
    }

    /// Somebody looks at the lanes: begins them, or takes a change to them once the typing pauses.
    pub(super) fn keep_lanes(self, routes: Vec<Option<Route>>) {
        if self.compare.runs(&routes) {
            return;
        }
        if self.compare.is_active() {
            self.pending.set(true);
            self.typing.run(TYPING_MS, move || self.begin_lanes());
            return;
        }
        let frame = self.link.with_untracked(|link| link.frame);
        let fresh = self.fresh_lanes.try_update_value(std::mem::take).unwrap_or_default();
        let start = Start::at(frame.filter(|_| !fresh));
        self.compare.begin(routes, self.sample.with_untracked(|sample| sample.steps), start);
    }

    /// Puts the lanes on the routes that the link describes.
    pub(super) fn begin_lanes(self) {
        self.typing.cancel();
        self.pending.set(false);
        let routes = untrack(|| self.routes());
        if self.view.get_untracked() == View::Compare && !untrack(|| self.compare.runs(&routes)) {
            let steps = self.sample.with_untracked(|sample| sample.steps);
            self.compare.begin(routes, steps, self.compare.restart(steps));
        }
    }

    /// Nobody looks at the lanes any more: nothing further is computed of them.
    pub(super) fn leave_lanes(self) {
        self.study.stop();
        self.scales.stop();
        self.judges.stop();
        if self.compare.is_active() {
            // The first lane may be the player's again.
            self.compare.abandon(usize::from(self.player.trail.is_active()));
        }
    }
}
