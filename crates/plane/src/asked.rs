//! What is asked of whoever learns the field of a spec.

use super::spec::Spec;
use flow::{coupling::Coupling, lattice::Lattice, sampler::SamplerId};
use protocol::{
    cloud::CloudSpec,
    plane::{MAX_SIDE, PlaneRecipe, SnapshotSpec},
};

/// Cells a side of the lattice on which velocities are wanted.
const CELLS: usize = 40;
/// How far the lattice reaches, at least.
const REACH: f64 = 4.5;
/// Cells a side of the map of log p.
pub const MAP: usize = 48;

/// Where velocities are wanted: a square that holds noise and data, or all that is seen if that is more.
fn lattice(spec: &Spec) -> Lattice {
    let cells = CELLS.min(MAX_SIDE);
    let [low, high] = spec.camera.seen([1.0, 1.0]);
    let reach = [low[0], low[1], high[0], high[1]].into_iter().fold(REACH, |reach, x| reach.max(x.abs()));
    Lattice { low: [-reach; 2], high: [reach; 2], columns: cells, rows: cells }
}

/// What snapshots of a field learned from `taught` should show; Heun where the sampler makes no sense for it.
pub fn shown(spec: &Spec, taught: &PlaneRecipe) -> SnapshotSpec {
    let sampler = spec.cloud.sampler;
    let independent = taught.coupling == Coupling::Independent || !sampler.is_stochastic();
    let fits = independent && sampler.fits(taught.schedule.0, taught.source.is_none()).is_ok();
    let sampler = if fits { sampler } else { SamplerId::HEUN };
    SnapshotSpec { cloud: CloudSpec { sampler, ..spec.cloud }, lattice: lattice(spec) }
}
