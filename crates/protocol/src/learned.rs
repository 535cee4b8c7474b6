//! What can be asked of a training on points beside what can be asked of any, and what the worker tells of it.
//!
//! Clouds are flat, [x, y, x, y, …]; frames follow each other, the first at the start of the schedule's clip.

use crate::plane::SnapshotSpec;
use flow::{lattice::Lattice, sampler::SamplerId};
use serde::{Deserialize, Serialize};

/// A question about what has been learned of points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Inquiry {
    /// New [`Snapshot`]s of every round.
    Look(SnapshotSpec),
    /// Pairs from the last round, and a next round trained on them for as many steps as that has had.
    Reflow,
    /// log p of a round's flow or layers on a lattice of 1–[`MAX_SIDE`](crate::plane::MAX_SIDE) cells a side, as a [`DensityMap`] while it grows; one at a time.
    Likelihood { round: usize, lattice: Lattice },
    /// The trajectory of a round that ends at `x`, within ±[`FARTHEST`](crate::plane::FARTHEST), as a [`TracedPath`].
    Trace { round: usize, x: [f64; 2] },
}

/// How far samples are from the data, and learned fields from exact ones and from straight lines. `None` where it was not
/// measured since the last report, or means nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Distances {
    /// E |u_θ - u|² / E |u|² over the path; only where the truth is known: independent pairs, round 0, and
    /// not too many parts at both ends.
    pub velocity_error: Option<f64>,
    /// Energy distance of samples to fresh data.
    pub energy: Option<f64>,
    /// S of [`flow::reflow`]; only on the linear schedule.
    pub straightness: Option<f64>,
    /// Root mean square distance of one Euler step from the whole trajectory.
    pub one_step: Option<f64>,
    /// How many parts of the data have a sample within three of their widths, of how many.
    pub modes: Option<[usize; 2]>,
    /// E -ln p(x) over fresh data in nats: of the model, where it tells a density, and of the data themselves, which is the
    /// least that there is on average.
    pub nats: Option<[f64; 2]>,
    /// What a thousand of those samples took, and passes through the network for each.
    pub drawing: Option<Drawing>,
}

/// What drawing costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drawing {
    /// Milliseconds for a thousand points.
    pub ms: f64,
    /// Passes through the network for a point (NFE).
    pub evaluations: usize,
}

impl Distances {
    /// These, and where they say nothing, `before`.
    pub fn or(self, before: Self) -> Self {
        Self {
            velocity_error: self.velocity_error.or(before.velocity_error),
            energy: self.energy.or(before.energy),
            straightness: self.straightness.or(before.straightness),
            one_step: self.one_step.or(before.one_step),
            modes: self.modes.or(before.modes),
            nats: self.nats.or(before.nats),
            drawing: self.drawing.or(before.drawing),
        }
    }
}

/// What the model of a round draws after `step` steps, at every time of the grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub run: u32,
    pub round: usize,
    pub step: u64,
    /// The one asked for, or Heun where that does not suit the round.
    pub sampler: SamplerId,
    /// False while training goes on: fewer particles and cells than asked for, then.
    pub whole: bool,
    pub times: Vec<f64>,
    /// Number of particles in `x`: the first of those asked for.
    pub particles: usize,
    /// [times × particles × 2]
    pub x: Vec<f32>,
    /// Where `velocity` and `verdicts` stand: the corners asked for, perhaps with fewer cells.
    pub lattice: Lattice,
    /// [times × cells × 2], at the nearest time of the schedule's clip; empty where no path leads to the points.
    pub velocity: Vec<f32>,
    /// The energy of the cells at the same times, [times × cells], each time up to a number of its own; empty where there is none.
    pub energy: Vec<f32>,
    /// What a critic says of the cells, [cells]; empty where there is none.
    pub verdicts: Vec<f32>,
    /// Where layers that can be undone have brought the nodes of a grid of noise ([`grid_of_noise`](crate::plane::grid_of_noise)):
    /// [times × nodes × 2]; empty where there are none.
    pub grid: Vec<f32>,
}

/// log p of a round's flow or layers in the first `log_density.len()` = `done` of `total` cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DensityMap {
    pub run: u32,
    pub round: usize,
    pub step: u64,
    pub lattice: Lattice,
    pub log_density: Vec<f32>,
    pub done: usize,
    pub total: usize,
}

/// The trajectory that ends at the point asked about, in order of time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TracedPath {
    pub run: u32,
    pub round: usize,
    pub step: u64,
    pub times: Vec<f64>,
    /// [times × 2]
    pub path: Vec<f64>,
    /// log p_t along it: log p_0 of its start, less the divergence gathered since.
    pub log_density: Vec<f64>,
}
