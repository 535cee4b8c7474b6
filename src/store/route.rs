//! Where on a slider the frames of a trajectory lie: each at its own place, or those of lanes on one that they share.
//!
//! Position n = 0 … N, where N are the steps of the settings: the n-th point of lane A's time grid, or n network evaluations.

use super::path::Path;
use protocol::{
    comparison::{Lane, Lock},
    message::SampleSpec,
};

/// The trajectory of a lane and its place on the slider.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    pub spec: SampleSpec,
    pub places: Places,
}

/// Which frame a lane shows at each position.
#[derive(Clone, Debug, PartialEq)]
pub enum Places {
    /// Each in its turn.
    Every,
    /// Its index at each position 0 … N.
    Known(Vec<usize>),
    /// The last frame that took no more network evaluations than the position; the last of all at position `end`.
    Within { end: Option<usize> },
}

/// Times of different schedules that differ by less than this are the same.
const SAME_TIME: f64 = 1e-9;

impl Route {
    /// A trajectory that has the slider to itself.
    pub fn alone(spec: SampleSpec) -> Self {
        Self { spec, places: Places::Every }
    }

    /// The route of `lane` on its `path`, next to lane A on the path `first`.
    pub fn new(lane: &Lane, path: Path, first: Path, shared: &SampleSpec, lock: Lock) -> Self {
        // Every frame of one pass costs that pass, so there is nothing to share out.
        let lock = if path.family.has_path() { lock } else { Lock::Time };
        let spec = lane.spec(shared, lock);
        let positions = 0..=shared.steps;
        let each = lane.evaluations();
        let even = each == 1 || shared.guided == [0.0, 1.0];
        let places = match (lock, lane.sampler.cost()) {
            (Lock::Time, _) => {
                let times = shared.grid.points(shared.steps, first.schedule.0);
                let own = spec.grid.points(spec.steps, path.schedule.0);
                let nearest = |t: f64| own.partition_point(|own| *own <= t + SAME_TIME).saturating_sub(1);
                Places::Known(times.into_iter().map(nearest).collect())
            }
            // At the last position a lane is at its end, even where a single step costs more than there is.
            (Lock::Nfe, Some(cost)) if even => {
                let frame = |n: usize| if n == shared.steps { spec.steps } else { (n / (cost * each)).min(spec.steps) };
                Places::Known(positions.map(frame).collect())
            }
            // A step in which guidance rests costs less than the others.
            (Lock::Nfe, Some(_)) => Places::Within { end: Some(shared.steps) },
            (Lock::Nfe, None) => Places::Within { end: None },
        };
        Self { spec, places }
    }
}
