//! What the page asks of the worker about learned fields of the plane, and what it hears back.
//!
//! Clouds are flat, [x, y, x, y, …]; frames follow each other, the first at the start of the schedule's clip.

pub use crate::method::PlaneLoss;
use crate::{method::Method, sight::Sight};
/// The same for points as for pictures.
pub use crate::{
    recipe::MAX_LEARNING_RATE,
    sampling::{MAX_TOLERANCE, MIN_TOLERANCE},
};
use data::shapes::Part;
use flow::{lattice::Lattice, sampler::SamplerId, schedule::ScheduleId};
use serde::{Deserialize, Serialize};
use std::ops::{Deref, DerefMut};

/// Particles that share a Brownian path of 2 · BLOCK dimensions: particle i belongs to path i / BLOCK, so that a larger
/// cloud begins with the smaller one, and the page walks the same paths with the exact field.
pub const BLOCK: usize = 250;

/// Most cells of a lattice to a side.
pub const MAX_SIDE: usize = 64;
/// Most rounds of reflow after the first training.
pub const MAX_ROUNDS: usize = 4;
/// Largest size of a coordinate that is asked about.
pub const FARTHEST: f64 = 100.0;

/// Everything that decides a learned field: the same recipe and number of steps give the same bytes on the CPU. What it has
/// of its method reads as its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaneRecipe {
    pub method: Method,
    /// x_1, 1–[`MAX_PARTS`](data::shapes::MAX_PARTS) parts.
    pub data: Vec<Part>,
    /// x_0; N(0, I) if there is none.
    pub source: Option<Vec<Part>>,
    /// The path of round 0; rounds of reflow run on the linear one.
    pub schedule: ScheduleId,
}

impl Deref for PlaneRecipe {
    type Target = Method;

    fn deref(&self) -> &Method {
        &self.method
    }
}

impl DerefMut for PlaneRecipe {
    fn deref_mut(&mut self) -> &mut Method {
        &mut self.method
    }
}

/// What snapshots show of a learned field. What it has of its sight reads as its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SnapshotSpec {
    /// Snapshots carry it, so that those of an older sight are known.
    pub id: u32,
    pub sight: Sight,
    /// Where velocities are wanted, at most [`MAX_SIDE`] cells a side.
    pub lattice: Lattice,
}

impl Deref for SnapshotSpec {
    type Target = Sight;

    fn deref(&self) -> &Sight {
        &self.sight
    }
}

impl DerefMut for SnapshotSpec {
    fn deref_mut(&mut self) -> &mut Sight {
        &mut self.sight
    }
}

/// A request about learned fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PlaneCommand {
    /// Start from fresh weights; any earlier field is forgotten. It rests after step `until`; then it goes on by itself
    /// to `rounds` rounds of reflow (0–[`MAX_ROUNDS`]), each of as many steps.
    Train { run: u32, recipe: PlaneRecipe, sight: SnapshotSpec, until: Option<u64>, rounds: usize },
    /// Stop after the current step, with a last report and a whole snapshot.
    Pause,
    /// Go on, past the step at which it rested.
    Resume,
    /// Forget everything learned.
    Stop,
    /// New snapshots of every round.
    Look(SnapshotSpec),
    /// Pairs from the last round, and a next round trained on them for as many steps as that has had.
    Reflow,
    /// log p of a round's flow on a lattice, as [`PlaneEvent::Map`] while it grows; one at a time.
    Likelihood { round: usize, lattice: Lattice },
    /// The trajectory of a round that ends at `x`, as [`PlaneEvent::Trace`].
    Trace { round: usize, x: [f64; 2] },
}

/// How a training in the plane stands. Distances are `None` where they were not measured since the last report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaneReport {
    /// The training that it belongs to.
    pub run: u32,
    /// 0 is the first training, k the k-th reflow.
    pub round: usize,
    /// Steps of this round.
    pub step: u64,
    /// Every step since the last report, with the terms that its family reports.
    pub losses: Vec<(u64, Vec<f32>)>,
    /// Seconds spent computing steps of this round.
    pub seconds: f64,
    /// Steps a second since the last report, without snapshots and measures; 0 if there was none.
    pub steps_per_second: f64,
    pub parameters: usize,
    pub running: bool,
    /// The step of this round after which it rests or goes on to the next round.
    pub until: Option<u64>,
    /// Share of the pairs for the next round that are made, while they are being made.
    pub pairs: Option<f64>,
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
}

/// News of learned fields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PlaneEvent {
    /// Several times a second at most.
    Report(PlaneReport),
    /// What the field of a round does at `step`, at every time of the grid.
    Snapshot {
        run: u32,
        round: usize,
        step: u64,
        /// [`SnapshotSpec::id`]
        sight: u32,
        /// The one asked for, or Heun where that does not suit the round.
        sampler: SamplerId,
        /// False while training goes on: fewer particles and cells than asked for, then.
        whole: bool,
        times: Vec<f64>,
        /// Number of particles in `x`: the first of those asked for.
        particles: usize,
        /// [times × particles × 2]
        x: Vec<f32>,
        /// Where `velocity` stands: the corners asked for, perhaps with fewer cells.
        lattice: Lattice,
        /// [times × cells × 2], at the nearest time of the schedule's clip; empty where no path leads to the points.
        velocity: Vec<f32>,
        /// What a critic says of the cells, [cells]; empty where there is none.
        verdicts: Vec<f32>,
    },
    /// log p of round `round` in the first `log_density.len()` = `done` of `total` cells.
    Map { run: u32, round: usize, step: u64, lattice: Lattice, log_density: Vec<f32>, done: usize, total: usize },
    /// The trajectory that ends at the point asked about, in order of time.
    Trace {
        run: u32,
        round: usize,
        step: u64,
        times: Vec<f64>,
        /// [times × 2]
        path: Vec<f64>,
        /// log p_t along it: log p_0 of its start, less the divergence gathered since.
        log_density: Vec<f64>,
    },
}

impl SnapshotSpec {
    /// A sentence if it asks for what is not there.
    pub fn check(&self) -> Result<(), String> {
        self.sight.check()?;
        check_lattice(&self.lattice)
    }
}

/// A sentence if `lattice` is too fine, empty or no rectangle.
pub fn check_lattice(lattice: &Lattice) -> Result<(), String> {
    let Lattice { low, high, columns, rows } = lattice;
    if !(1..=MAX_SIDE).contains(columns) || !(1..=MAX_SIDE).contains(rows) {
        return Err(format!("a lattice has 1 to {MAX_SIDE} cells a side, not {columns} × {rows}"));
    }
    let is_near = low.iter().chain(high).all(|x| x.abs() <= FARTHEST);
    if !(is_near && low[0] < high[0] && low[1] < high[1]) {
        return Err(format!("a lattice lies between a low and a higher corner, all within ±{FARTHEST}"));
    }
    Ok(())
}
