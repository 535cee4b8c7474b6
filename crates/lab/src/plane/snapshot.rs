//! What the model of a round draws at every time of the grid: particles that follow a field, and its velocities on a lattice;
//! or points that one pass makes, and the verdicts of a critic on the lattice.

use super::{
    marginals::Marginals,
    one_pass::{Artist, Code},
    round::{Drawer, Round},
};
use flow::{brownian::Brownian, field::VelocityField, lattice::Lattice, sampler::Process};
use model::point::PointField;
use protocol::{
    cloud::CloudSpec,
    learned::Snapshot,
    plane::{BLOCK, SnapshotSpec},
};
use std::rc::Rc;

/// Rows that go through the network in one call.
const ROWS: usize = 8192;

/// What it shows, and of which round.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotLabel {
    pub run: u32,
    pub round: usize,
    pub step: u64,
    /// Whether it shows all that was asked for.
    pub whole: bool,
}

/// A snapshot that is being made.
pub struct SnapshotJob {
    label: SnapshotLabel,
    shown: SnapshotSpec,
    times: Vec<f64>,
    /// [times × particles × 2]
    cloud: Vec<f32>,
    velocity: Vec<f32>,
    by: By,
}

enum By {
    Field {
        field: Box<PointField>,
        ends: Rc<Marginals>,
        /// The block under way, how many intervals it has crossed, and where it is.
        block: (usize, usize, Vec<f64>),
    },
    Artist {
        artist: Artist,
        codes: Vec<Code>,
        /// Frames that are drawn.
        drawn: usize,
    },
}

impl SnapshotJob {
    /// Of `round`, as `shown` wants it, or with fewer particles and cells a side.
    pub fn new(
        label: SnapshotLabel,
        mut shown: SnapshotSpec,
        most: Option<[usize; 2]>,
        ends: Rc<Marginals>,
        round: &Round,
    ) -> Self {
        if let Some([particles, side]) = most {
            let Lattice { columns, rows, .. } = shown.lattice;
            shown.particles = shown.particles.min(particles);
            shown.lattice = Lattice { columns: columns.min(side), rows: rows.min(side), ..shown.lattice };
        }
        let by = match round.drawer() {
            Drawer::Field(field) => By::Field { field, ends, block: (0, 0, vec![]) },
            Drawer::Artist(artist) => {
                let codes = Artist::codes(shown.seed, 0..shown.particles);
                By::Artist { artist, codes, drawn: 0 }
            }
        };
        let times = shown.grid.points(shown.steps, round.schedule().0);
        let cloud = vec![0.0; times.len() * shown.particles * 2];
        Self { label, shown, times, cloud, velocity: vec![], by }
    }

    /// Part of it; the snapshot when it is whole. A sentence if a number is none.
    pub fn work(&mut self) -> Result<Option<Snapshot>, String> {
        let whole = match &mut self.by {
            By::Field { block, .. } if block.0 * BLOCK < self.shown.particles => {
                self.walk();
                false
            }
            By::Field { field, .. } => {
                let (cells, points) = (self.shown.lattice.len(), self.shown.lattice.points());
                let done = self.velocity.len() / (2 * cells);
                for t in self.times.iter().skip(done).take((ROWS / cells).max(1)) {
                    self.velocity.extend(field.velocity(&points, *t).into_iter().map(|u| u as f32));
                }
                self.velocity.len() == 2 * cells * self.times.len()
            }
            By::Artist { artist, codes, drawn } => {
                let end = self.times.len().min(*drawn + (ROWS / codes.len()).max(1));
                for frame in *drawn..end {
                    let points = artist.points(codes, self.times[frame]);
                    let at = frame * points.len();
                    self.cloud[at..at + points.len()].iter_mut().zip(points).for_each(|(slot, x)| *slot = x as f32);
                }
                *drawn = end;
                end == self.times.len()
            }
        };
        if whole { self.finish().map(Some) } else { Ok(None) }
    }

    /// Some intervals of a block of particles.
    fn walk(&mut self) {
        let By::Field { field, ends, block: (block, crossed, x) } = &mut self.by else { return };
        let range = *block * BLOCK..((*block + 1) * BLOCK).min(self.shown.particles);
        let schedule = field.config.schedule.0;
        if *crossed == 0 {
            *x = ends.particles(self.shown.seed, range.clone(), schedule.start());
        }
        let sampler = self.shown.sampler;
        let count = sampler.cost().map_or(1, |cost| (ROWS / (BLOCK * cost)).max(1));
        let end = (*crossed + count).min(self.times.len() - 1);
        let brownian = Brownian::new(self.shown.seed, *block as u64, x.len());
        let process = Process { field: &**field, schedule, stochasticity: self.shown.stochasticity };
        let (cloud, particles, mut frame) = (&mut self.cloud, self.shown.particles, *crossed);
        let visit = |_: f64, x: &[f64]| {
            let at = (frame * particles + range.start) * 2;
            cloud[at..at + x.len()].iter_mut().zip(x).for_each(|(slot, x)| *slot = *x as f32);
            frame += 1;
        };
        let start = std::mem::take(x);
        *x = sampler.solve(&process, &self.times[*crossed..=end], start, self.shown.tolerance, &brownian, visit);
        *crossed = end;
        if end == self.times.len() - 1 {
            (*block, *crossed, *x) = (*block + 1, 0, vec![]);
        }
    }

    fn finish(&mut self) -> Result<Snapshot, String> {
        let SnapshotLabel { run, round, step, whole } = self.label;
        let [x, velocity] = [&mut self.cloud, &mut self.velocity].map(std::mem::take);
        let (verdicts, lost) = match &self.by {
            By::Field { .. } => (vec![], "the particles leave every bound: more steps or less noise help"),
            By::Artist { artist, .. } => {
                let verdicts = artist.verdicts(&self.shown.lattice.points());
                (verdicts, "the points leave every bound: a smaller learning rate helps")
            }
        };
        if !x.iter().chain(&velocity).chain(&verdicts).all(|x| x.is_finite()) {
            return Err(lost.into());
        }
        let SnapshotSpec { cloud: CloudSpec { sampler, particles, .. }, lattice } = self.shown;
        let times = std::mem::take(&mut self.times);
        Ok(Snapshot { run, round, step, sampler, whole, times, particles, x, lattice, velocity, verdicts })
    }
}
