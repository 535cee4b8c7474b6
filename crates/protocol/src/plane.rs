//! What is learned of points, and how it is to be seen.

use data::shapes::Part;
use flow::{
    adversarial::Objective,
    coupling::Coupling,
    family::FamilyId,
    keyed::Keyed,
    lattice::Lattice,
    sampler::{MAX_STOCHASTICITY, SamplerId},
    schedule::ScheduleId,
    time::Grid,
};
use serde::{Deserialize, Serialize};

/// Particles that share a Brownian path of 2 · BLOCK dimensions: particle i belongs to path i / BLOCK, so that a larger
/// cloud begins with the smaller one, and the page walks the same paths with the exact field.
pub const BLOCK: usize = 250;

pub const MAX_PARTICLES: usize = 5_000;
/// Most intervals of the time grid.
pub const MAX_STEPS: usize = 200;
/// Most cells of a lattice to a side.
pub const MAX_SIDE: usize = 64;
/// Pairs a step, at least and at most.
pub const BATCHES: [usize; 2] = [16, 1024];
/// Most rounds of reflow after the first training.
pub const MAX_ROUNDS: usize = 4;
pub const MAX_LEARNING_RATE: f64 = 0.1;
pub const MIN_TOLERANCE: f64 = 1e-6;
pub const MAX_TOLERANCE: f64 = 0.1;
/// Largest size of a coordinate that is asked about.
pub const FARTHEST: f64 = 100.0;

/// What a training in the plane minimises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PlaneLoss {
    /// E |u_θ - u|²: conditional flow matching (Lipman et al., 2023).
    #[default]
    Velocity,
    /// E |ε_θ - x_0|² (Ho et al., 2020).
    Noise,
    /// E |sigma_t s_θ + x_0|²: denoising score matching (Vincent, 2011).
    Score,
    /// E sigma_t² (tr ∂s_θ/∂x + |s_θ|²/2): implicit score matching (Hyvärinen, 2005).
    Implicit,
}

impl Keyed for PlaneLoss {
    const WHAT: &'static str = "loss";

    fn all() -> impl Iterator<Item = Self> {
        [Self::Velocity, Self::Noise, Self::Score, Self::Implicit].into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Velocity => "velocity",
            Self::Noise => "noise",
            Self::Score => "score",
            Self::Implicit => "implicit",
        }
    }
}

flow::serde_by_key!(PlaneLoss);

impl PlaneLoss {
    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Velocity => "Velocity (flow matching)",
            Self::Noise => "Noise (DDPM)",
            Self::Score => "Score (denoising)",
            Self::Implicit => "Score (implicit)",
        }
    }
}

/// Everything that decides a learned field: the same recipe and number of steps give the same bytes on the CPU.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaneRecipe {
    /// A flow, or something that draws points in one pass.
    pub family: FamilyId,
    /// What generator and critic minimise.
    pub adversarial: Objective,
    /// Steps of the critic to one of the generator, 1–[`MAX_CRITIC_STEPS`](crate::recipe::MAX_CRITIC_STEPS).
    pub critic_steps: usize,
    /// β of an autoencoder, 0–[`MAX_BETA`](crate::recipe::MAX_BETA).
    pub beta: f64,
    /// x_1, 1–[`MAX_PARTS`](data::shapes::MAX_PARTS) parts.
    pub data: Vec<Part>,
    /// x_0; N(0, I) if there is none.
    pub source: Option<Vec<Part>>,
    /// The path of round 0; rounds of reflow run on the linear one.
    pub schedule: ScheduleId,
    /// Independent or optimal.
    pub coupling: Coupling,
    pub loss: PlaneLoss,
    /// Pairs a step, within [`BATCHES`].
    pub batch: usize,
    /// Adam's step size η before it falls, η / sqrt(1 + step/1000) for a flow, with 4000 for the others, above 0, at most [`MAX_LEARNING_RATE`].
    pub learning_rate: f64,
    /// Seed of weights, pairs and times.
    pub seed: u64,
}

/// What snapshots show of a learned field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SnapshotSpec {
    /// Snapshots carry it, so that those of an older sight are known.
    pub id: u32,
    /// 1–[`MAX_PARTICLES`].
    pub particles: usize,
    /// Seed of x_0 (particle i draws from stream (seed, sample, i)) and of the Brownian paths.
    pub seed: u64,
    pub sampler: SamplerId,
    /// Intervals of the time grid, 1–[`MAX_STEPS`].
    pub steps: usize,
    pub grid: Grid,
    /// κ or η, 0–[`MAX_STOCHASTICITY`].
    pub stochasticity: f64,
    /// rtol and atol of the adaptive sampler.
    pub tolerance: f64,
    /// Where velocities are wanted, at most [`MAX_SIDE`] cells a side.
    pub lattice: Lattice,
}

impl SnapshotSpec {
    /// A sentence if it asks for what is not there.
    pub fn check(&self) -> Result<(), String> {
        let Self { particles, steps, stochasticity, tolerance, lattice, .. } = self;
        if !(1..=MAX_PARTICLES).contains(particles) {
            return Err(format!("there are 1 to {MAX_PARTICLES} particles, not {particles}"));
        }
        if !(1..=MAX_STEPS).contains(steps) {
            return Err(format!("a learned field is sampled in 1 to {MAX_STEPS} steps, not {steps}"));
        }
        if !(0.0..=MAX_STOCHASTICITY).contains(stochasticity) {
            return Err(format!("the stochasticity is from 0 to {MAX_STOCHASTICITY}, not {stochasticity}"));
        }
        if !(MIN_TOLERANCE..=MAX_TOLERANCE).contains(tolerance) {
            return Err(format!("the tolerance is from {MIN_TOLERANCE} to {MAX_TOLERANCE}, not {tolerance}"));
        }
        check_lattice(lattice)
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
