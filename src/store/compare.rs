//! The lanes of the Compare view, which stand at one position of one slider.
//!
//! As with the player of the Sample view, a frame is computed only when it is wanted.

use super::{
    frames::Frames,
    playhead::{Playhead, Start},
    route::Route,
    trail::Trail,
    wire::Wire,
};
use leptos::prelude::*;
use protocol::{
    catalogue::ModelId,
    message::{Command, Frame, MAX_LANES},
};

/// The state of the comparison.
#[derive(Clone, Copy)]
pub struct Compare {
    wire: Wire,
    playhead: Playhead,
    pub trails: [Trail; MAX_LANES],
    /// The last place on the slider.
    steps: RwSignal<usize>,
}

impl Compare {
    pub fn new(wire: Wire) -> Self {
        Self {
            wire,
            playhead: Playhead::new(),
            trails: std::array::from_fn(|lane| Trail::new(wire, lane)),
            steps: RwSignal::new(0),
        }
    }

    /// Puts the lanes on their routes; those whose trajectory is the same keep their frames.
    pub fn begin(self, routes: Vec<Option<Route>>, steps: usize, start: Start) {
        self.steps.set(steps);
        self.playhead.begin(start, steps);
        let count = routes.len();
        if self.trails[count.min(MAX_LANES)..].iter().any(|trail| trail.is_active()) {
            self.wire.send(Command::Clear { lane: count });
            self.trails[count..].iter().for_each(|trail| trail.forget());
        }
        for (trail, route) in self.trails.into_iter().zip(routes) {
            match route {
                Some(route) => trail.take(route),
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
        self.playhead.playing.set(false);
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

    /// The same once the connection is back.
    pub fn reconnect(self) {
        self.retry();
        self.trails.into_iter().for_each(Trail::hope);
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
    pub fn runs(self, routes: &[Option<Route>]) -> bool {
        let runs =
            |(lane, trail): (usize, Trail)| trail.route.with(|route| *route == routes.get(lane).cloned().flatten());
        self.trails.into_iter().enumerate().all(runs)
    }

    /// Where changed lanes should begin: at the same share of the way, or from noise while they play.
    pub fn restart(self, steps: usize) -> Start {
        self.same().scaled(self.steps.get_untracked(), steps)
    }

    /// Takes a frame of one of the lanes. `trained`: steps of the last report on the model trained here. The worker makes
    /// a first frame before it trains on, so that report is on the weights of this one.
    pub fn receive(self, generation: u32, frame: &Frame, trained: Option<u64>) {
        let Some(trail) = self.trails.into_iter().find(|trail| trail.awaits(generation, frame)) else { return };
        if frame.index == 0 && trail.samples(ModelId::Trained) {
            trail.weights.set(trained);
        }
        // Nobody looks at the velocities here, and four lanes of long trajectories are large enough without.
        let (x_t, labels, verdicts) = (frame.x_t.clone(), frame.labels.clone(), frame.verdicts.clone());
        let [velocity, codes, costs] = [const { Vec::new() }; 3];
        trail.add(Frame { velocity, codes, costs, x_t, labels, verdicts, ..*frame });
        self.tick_soon();
    }

    /// The worker refused a trajectory or a frame; the other lanes go on.
    pub fn refused(self, generation: u32) {
        if self.trails.into_iter().any(|trail| trail.refused(generation)) {
            self.trails.into_iter().filter(|trail| trail.takes_hope()).for_each(Trail::again);
            self.tick_soon();
        }
    }
}

impl Frames for Compare {
    fn playhead(self) -> Playhead {
        self.playhead
    }

    fn last(self) -> usize {
        self.steps.get()
    }

    fn is_behind(self) -> bool {
        let position = self.wanted();
        self.trails.into_iter().any(|trail| trail.is_behind(position))
    }

    fn is_over(self) -> bool {
        self.wanted() >= self.last() || !self.is_active()
    }

    fn show(self, quiet: bool) -> bool {
        let position = self.playhead.wanted.get_untracked();
        self.trails.map(|trail| trail.show(position, quiet)).contains(&true)
    }

    fn ask(self, to: usize) {
        self.trails.into_iter().for_each(|trail| trail.ask(to));
    }

    fn play(self) {
        self.retry();
        self.run();
    }
}
