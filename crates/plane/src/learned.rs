//! What the worker has told of a learned field.

use flow::{field::VelocityField, lattice::Lattice, schedule::ScheduleId};
use protocol::{
    learned::{DensityMap, Snapshot, TracedPath},
    plane::NODES,
};

/// A learned field of one round: where it takes particles and what it says on a lattice, at each time of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    pub round: usize,
    pub step: u64,
    /// True once training rests.
    pub whole: bool,
    /// The path that it was trained on.
    pub schedule: ScheduleId,
    pub times: Vec<f64>,
    pub lattice: Lattice,
    particles: usize,
    x: Vec<f32>,
    velocity: Vec<f32>,
    /// The energy of the cells at each time; empty where there is none.
    energy: Vec<f32>,
    /// What a critic says of the cells; empty where there is none.
    pub verdicts: Vec<f64>,
    /// Where layers have brought the nodes of a grid of noise at each time; empty where there are no layers.
    grid: Vec<f32>,
}

impl Learned {
    /// What a snapshot shows; `None` where its lists do not fit together.
    pub fn new(snapshot: Snapshot, schedule: ScheduleId) -> Option<Self> {
        let Snapshot { round, step, whole, times, particles, x, lattice, velocity, energy, verdicts, grid, .. } =
            snapshot;
        let fits = |found: usize, wanted: usize| found == 0 || found == wanted;
        let fits = x.len() == times.len() * particles * 2
            && fits(velocity.len(), times.len() * lattice.len() * 2)
            && fits(energy.len(), times.len() * lattice.len())
            && fits(verdicts.len(), lattice.len())
            && fits(grid.len(), times.len() * NODES * NODES * 2);
        let fits = fits && !times.is_empty() && lattice.columns > 1 && lattice.rows > 1;
        fits.then_some(Self {
            round,
            step,
            whole,
            schedule,
            times,
            lattice,
            particles,
            x,
            velocity,
            energy,
            grid,
            verdicts: verdicts.into_iter().map(f64::from).collect(),
        })
    }

    /// The particles at a frame, flat.
    pub fn cloud(&self, frame: usize) -> Vec<f64> {
        let size = 2 * self.particles;
        let frame = frame.min(self.times.len() - 1);
        self.x[frame * size..(frame + 1) * size].iter().map(|x| f64::from(*x)).collect()
    }

    /// The time of a frame.
    pub fn time(&self, frame: usize) -> f64 {
        self.times[frame.min(self.times.len() - 1)]
    }

    /// The frames up to `frame`, each flat; without `all`, those between the first and the last are empty.
    pub fn frames(&self, frame: usize, all: bool) -> Vec<Vec<f64>> {
        let of = |i: usize| if i == 0 || i == frame || all { self.cloud(i) } else { vec![] };
        (0..=frame).map(of).collect()
    }

    /// Whether a path leads to its points, along velocities.
    pub fn has_path(&self) -> bool {
        !self.velocity.is_empty()
    }

    /// The nodes of a grid of noise where layers have brought them at a frame, flat; none where there are no layers.
    pub fn nodes(&self, frame: usize) -> Vec<f64> {
        let size = 2 * NODES * NODES;
        let frame = frame.min(self.times.len() - 1);
        self.grid.chunks_exact(size).nth(frame).unwrap_or_default().iter().map(|x| f64::from(*x)).collect()
    }

    /// The velocities of the cells at a frame, flat.
    pub fn velocities(&self, frame: usize) -> Vec<f64> {
        let size = 2 * self.lattice.len();
        let frame = frame.min(self.times.len() - 1);
        self.velocity[frame * size..(frame + 1) * size].iter().map(|u| f64::from(*u)).collect()
    }

    /// The energy of the cells at a frame, above the lowest of them; none where there is no energy.
    pub fn energies(&self, frame: usize) -> Option<Vec<f64>> {
        let frame = frame.min(self.times.len() - 1);
        let cells = self.energy.chunks_exact(self.lattice.len()).nth(frame)?;
        let lowest = cells.iter().copied().fold(f32::MAX, f32::min);
        Some(cells.iter().map(|energy| f64::from(energy - lowest)).collect())
    }

    /// u at `x`, bilinear between cells of a frame; beyond the outermost centres that of the nearest place within.
    pub fn velocity_at(&self, frame: usize, [x, y]: [f64; 2]) -> [f64; 2] {
        let Lattice { low, columns, rows, .. } = self.lattice;
        let cell = self.lattice.cell();
        let place = |x: f64, low: f64, cell: f64, count: usize| {
            let place = ((x - low) / cell - 0.5).clamp(0.0, (count - 1) as f64);
            let left = (place.floor() as usize).min(count - 2);
            (left, place - left as f64)
        };
        let ((i, a), (j, b)) = (place(x, low[0], cell[0], columns), place(y, low[1], cell[1], rows));
        let base = frame.min(self.times.len() - 1) * self.lattice.len();
        let at = |i: usize, j: usize, k: usize| f64::from(self.velocity[2 * (base + j * columns + i) + k]);
        std::array::from_fn(|k| {
            let (lower, upper) = ([at(i, j, k), at(i + 1, j, k)], [at(i, j + 1, k), at(i + 1, j + 1, k)]);
            let [lower, upper] = [lower, upper].map(|[left, right]| left + a * (right - left));
            lower + b * (upper - lower)
        })
    }
}

/// The field between the frames, linear in t.
impl VelocityField<Vec<f64>> for Learned {
    fn velocity(&self, x: &Vec<f64>, t: f64) -> Vec<f64> {
        let after = self.times.partition_point(|time| *time < t).clamp(1, self.times.len().max(2) - 1);
        let (from, to) = (self.times[after - 1], self.times[after.min(self.times.len() - 1)]);
        let share = if to > from { ((t - from) / (to - from)).clamp(0.0, 1.0) } else { 0.0 };
        let at = |place: &[f64; 2]| {
            let (a, b) = (self.velocity_at(after - 1, *place), self.velocity_at(after, *place));
            [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]
        };
        x.as_chunks::<2>().0.iter().flat_map(at).collect()
    }
}

/// log p of a round's flow on a lattice, cell after cell, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    pub round: usize,
    pub lattice: Lattice,
    /// Of the first cells.
    pub log_density: Vec<f64>,
}

impl Map {
    /// What is known; `None` where it does not fit its lattice.
    pub fn new(map: DensityMap) -> Option<Self> {
        let DensityMap { round, lattice, log_density, .. } = map;
        let log_density: Vec<f64> = log_density.into_iter().map(f64::from).collect();
        (log_density.len() <= lattice.len()).then_some(Self { round, lattice, log_density })
    }

    /// How much of it is known.
    pub fn share(&self) -> f64 {
        self.log_density.len() as f64 / self.lattice.len().max(1) as f64
    }
}

/// A trajectory back to noise with log p along it.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    pub round: usize,
    pub times: Vec<f64>,
    pub path: Vec<[f64; 2]>,
    pub log_density: Vec<f64>,
}

impl Trace {
    /// The trajectory; `None` where its lists do not fit together.
    pub fn new(traced: TracedPath) -> Option<Self> {
        let TracedPath { round, times, path, log_density, .. } = traced;
        let path = path.as_chunks().0.to_vec();
        let fits = path.len() == times.len() && log_density.len() == times.len() && !times.is_empty();
        fits.then_some(Self { round, times, path, log_density })
    }
}
