//! What is learned of points, and how it is to be seen.

pub use crate::method::PlaneLoss;
use crate::{cloud::CloudSpec, method::Method};
use data::shapes::Part;
use flow::{lattice::Lattice, schedule::ScheduleId};
use serde::{Deserialize, Serialize};
use std::ops::{Deref, DerefMut};

/// Particles that share a Brownian path of 2 · BLOCK dimensions: particle i belongs to path i / BLOCK, so that a larger
/// cloud begins with the smaller one, and the page walks the same paths with the exact field.
pub const BLOCK: usize = 250;

/// Most cells of a lattice to a side.
pub const MAX_SIDE: usize = 64;
/// Most rounds of reflow after the first training.
pub const MAX_ROUNDS: usize = 4;
/// How far the grid of noise reaches that is seen bent, in widths of noise.
pub const GRID_REACH: f64 = 3.0;
/// Nodes to a side of it.
pub const NODES: usize = 25;

/// The nodes of a regular grid as far as `reach` on all sides, flat, row after row.
pub fn grid_of_noise(reach: f64) -> Vec<f64> {
    let node = |i: usize| reach * (2.0 * i as f64 / (NODES - 1) as f64 - 1.0);
    (0..NODES * NODES).flat_map(|i| [node(i % NODES), node(i / NODES)]).collect()
}

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

/// What snapshots show of a learned field. What it has of its cloud reads as its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SnapshotSpec {
    pub cloud: CloudSpec,
    /// Where velocities are wanted, at most [`MAX_SIDE`] cells a side.
    pub lattice: Lattice,
}

impl Deref for SnapshotSpec {
    type Target = CloudSpec;

    fn deref(&self) -> &CloudSpec {
        &self.cloud
    }
}

impl DerefMut for SnapshotSpec {
    fn deref_mut(&mut self) -> &mut CloudSpec {
        &mut self.cloud
    }
}

impl SnapshotSpec {
    /// A sentence if it asks for what is not there.
    pub fn check(&self) -> Result<(), String> {
        self.cloud.check()?;
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
