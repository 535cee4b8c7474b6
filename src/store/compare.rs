//! The lanes of the Compare view, which stand at one position of one slider.
//!
//! As with the player of the Sample view, a frame is computed only when it is wanted.

use super::{
    course::Course,
    frames::Frames,
    player::{PACE_MS, Start},
    trail::Trail,
    wire::Wire,
};
use crate::clock;
use leptos::prelude::*;
use protocol::{
    catalogue::ModelId,
    message::{Command, Frame, MAX_LANES},
};

/// The state of the comparison.
#[derive(Clone, Copy)]
pub struct Compare {
    wire: Wire,
    pub trails: [Trail; MAX_LANES],
    /// The place on the slider, 0 … `steps`.
    pub position: RwSignal<usize>,
    pub steps: RwSignal<usize>,
    pub playing: RwSignal<bool>,
    moved_at: StoredValue<f64>,
    due: clock::Soon,
    /// No motion that was not asked for.
    calm: bool,
}

impl Compare {
    pub fn new(wire: Wire) -> Self {
        Self {
            wire,
            trails: std::array::from_fn(|lane| Trail::new(wire, lane)),
            position: RwSignal::new(0),
            steps: RwSignal::new(0),
            playing: RwSignal::new(false),
            moved_at: StoredValue::new(0.0),
            due: clock::Soon::new(),
            calm: clock::reduced_motion(),
        }
    }

    /// Puts the lanes on their courses; those whose trajectory is the same keep their frames.
    pub fn begin(self, courses: Vec<Option<Course>>, steps: usize, start: Start) {
        let (position, playing) = match start {
            Start::Play if self.calm => (steps, false),
            Start::Play => (0, true),
            Start::Frame(index) => (index.min(steps), false),
        };
        self.steps.set(steps);
        self.position.set(position);
        self.playing.set(playing);
        let count = courses.len();
        if self.trails[count.min(MAX_LANES)..].iter().any(|trail| trail.is_active()) {
            self.wire.send(Command::Clear { lane: count });
            self.trails[count..].iter().for_each(|trail| trail.forget());
        }
        for (trail, course) in self.trails.into_iter().zip(courses) {
            match course {
                Some(course) => trail.take(course),
                None => trail.abandon(),
            }
        }
        self.tick();
    }

    /// Drops every trajectory of the lanes from `lane` on in the worker, and all of them here.
    pub fn abandon(self, lane: usize) {
        self.wire.send(Command::Clear { lane });
        self.forget();
    }

    /// Drops every trajectory of a worker that is gone.
    pub fn forget(self) {
        self.playing.set(false);
        self.trails.into_iter().for_each(Trail::forget);
    }

    /// Other weights stand behind the name than before, or none.
    pub fn renew(self, model: ModelId) {
        self.trails.into_iter().filter(|trail| trail.samples(model)).for_each(Trail::abandon);
    }

    /// Begins every lane of these weights anew, all in one go, so that they get the same.
    pub fn refresh(self, model: ModelId) {
        self.trails.into_iter().filter(|trail| trail.samples(model)).for_each(Trail::again);
        self.tick();
    }

    /// Begins a lane anew that the worker refused.
    pub fn try_again(self, lane: usize) {
        if let Some(trail) = self.trails.get(lane) {
            trail.again();
            self.tick();
        }
    }

    /// Begins every lane anew that the worker refused.
    pub fn retry(self) {
        self.trails.into_iter().filter(|trail| trail.stalled.get_untracked()).for_each(Trail::again);
    }

    /// True where the worker refused this trajectory of one of the lanes.
    pub fn is_stalled(self, generation: u32) -> bool {
        self.trails.into_iter().any(|trail| trail.is_stalled(generation))
    }

    /// Training steps behind the weights of each lane of the model trained here, as far as they are known.
    pub fn weights(self) -> Vec<u64> {
        self.trails.into_iter().filter_map(|trail| trail.weights.get()).collect()
    }

    /// True where any lane has a trajectory.
    pub fn is_active(self) -> bool {
        self.trails.into_iter().any(Trail::is_active)
    }

    /// True where the lanes run what they should.
    pub fn runs(self, courses: &[Option<Course>]) -> bool {
        let runs =
            |(lane, trail): (usize, Trail)| trail.course.with(|course| *course == courses.get(lane).cloned().flatten());
        self.trails.into_iter().enumerate().all(runs)
    }

    /// Where changed lanes should begin: at the same share of the way, or from noise while they play.
    pub fn restart(self, steps: usize) -> Start {
        let (position, of) = (self.position.get_untracked(), self.steps.get_untracked().max(1));
        if self.playing.get_untracked() { Start::Play } else { Start::Frame((position * steps + of / 2) / of) }
    }

    /// Takes a frame of one of the lanes.
    pub fn receive(self, generation: u32, frame: &Frame, trained: Option<u64>) {
        if self.trails.into_iter().any(|trail| trail.receive(generation, frame, trained)) {
            self.tick_soon();
        }
    }

    /// The worker refused a trajectory or a frame; the other lanes go on.
    pub fn refused(self, generation: u32) {
        if self.trails.into_iter().any(|trail| trail.refused(generation)) {
            self.tick_soon();
        }
    }

    /// True while a lane does not show what belongs to the position.
    pub fn is_behind(self) -> bool {
        let position = self.position.get();
        self.trails.into_iter().any(|trail| trail.is_behind(position))
    }

    /// Moves what is seen towards what is wanted.
    fn tick(self) {
        let now = clock::now();
        let steps = self.steps.get_untracked();
        let rested = now - self.moved_at.get_value() >= PACE_MS;
        if self.playing.get_untracked() && rested && !untrack(|| self.is_behind()) {
            self.position.update(|position| *position = (*position + 1).min(steps));
            self.moved_at.set_value(now);
        }
        let position = self.position.get_untracked();
        let quiet = self.calm && !self.playing.get_untracked();
        for trail in self.trails {
            if trail.show(position, quiet) {
                self.moved_at.set_value(now);
            }
        }
        let settled = !untrack(|| self.is_behind());
        let ended = settled && (position == steps || !self.is_active());
        if ended && self.playing.get_untracked() {
            self.playing.set(false);
        }
        let playing = self.playing.get_untracked();
        let ahead = (position + usize::from(playing)).min(steps);
        self.trails.into_iter().for_each(|trail| trail.ask(ahead));
        if playing && settled {
            self.tick_soon();
        }
    }

    fn tick_soon(self) {
        self.due.run(move || self.tick());
    }
}

impl Frames for Compare {
    fn step(self, by: isize) {
        self.seek(self.position.get_untracked().saturating_add_signed(by));
    }

    fn seek(self, index: usize) {
        self.playing.set(false);
        self.position.set(index.min(self.steps.get_untracked()));
        self.tick();
    }

    fn toggle(self) {
        let playing = !self.playing.get_untracked();
        if playing && self.position.get_untracked() >= self.steps.get_untracked() {
            self.position.set(0);
        }
        self.playing.set(playing);
        if playing {
            self.retry();
        }
        self.tick();
    }

    fn is_playing(self) -> bool {
        self.playing.get()
    }
}
