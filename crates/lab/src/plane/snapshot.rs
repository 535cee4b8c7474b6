//! What the model of a round draws at every time of the grid: particles that follow a field, and its velocities on a lattice;
//! or points that one pass makes, and the verdicts of a critic on the lattice.

use super::{
    marginals::Marginals,
    one_pass::{Artist, Code},
    round::{Drawer, Round},
};
use flow::{
    brownian::Brownian,
    field::VelocityField,
    lattice::Lattice,
    sampler::{Process, solve::Passage},
};
use model::point::PointField;
use protocol::{
    cloud::CloudSpec,
    learned::Snapshot,
    plane::{BLOCK, GRID_REACH, SnapshotSpec, grid_of_noise},
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
    energy: Vec<f32>,
    by: By,
}

enum By {
    Field {
        field: Box<PointField>,
        ends: Rc<Marginals>,
        /// The block under way, how many intervals it has crossed, and where it is.
        block: (usize, usize, Vec<f64>),
        /// Where a tolerance has divided an interval.
        passage: Option<Passage>,
    },
    Artist {
        artist: Artist,
        codes: Vec<Code>,
        /// Frames that are drawn.
        drawn: usize,
        /// [times × nodes × 2]
        grid: Vec<f32>,
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
            Drawer::Field(field) => By::Field { field, ends, block: (0, 0, vec![]), passage: None },
            Drawer::Artist(artist) => {
                let codes = Artist::codes(shown.seed, 0..shown.particles);
                By::Artist { artist, codes, drawn: 0, grid: vec![] }
            }
        };
        let times = shown.grid.points(shown.steps, round.schedule().0);
        let cloud = vec![0.0; times.len() * shown.particles * 2];
        Self { label, shown, times, cloud, velocity: vec![], energy: vec![], by }
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
                    let energy = field.energy(&points, *t).into_iter().flatten();
                    self.energy.extend(energy.map(|energy| energy as f32));
                }
                self.velocity.len() == 2 * cells * self.times.len()
            }
            By::Artist { artist, codes, drawn, grid } => {
                let end = self.times.len().min(*drawn + (ROWS / artist.rows(codes.len())).max(1));
                let nodes = grid_of_noise(GRID_REACH);
                for frame in *drawn..end {
                    let points = artist.points(codes, self.times[frame]);
                    let at = frame * points.len();
                    self.cloud[at..at + points.len()].iter_mut().zip(points).for_each(|(slot, x)| *slot = x as f32);
                    let bent = artist.bent(&nodes, self.times[frame]);
                    grid.extend(bent.into_iter().map(|x| x as f32));
                }
                *drawn = end;
                end == self.times.len()
            }
        };
        if whole { self.finish().map(Some) } else { Ok(None) }
    }

    /// Some intervals of a block of particles.
    fn walk(&mut self) {
        let By::Field { field, ends, block: (block, crossed, x), passage } = &mut self.by else { return };
        let range = *block * BLOCK..((*block + 1) * BLOCK).min(self.shown.particles);
        let schedule = field.config.schedule.0;
        if *crossed == 0 && passage.is_none() {
            *x = ends.particles(self.shown.seed, range.clone(), schedule.start());
        }
        let sampler = self.shown.sampler;
        let count = sampler.cost().map_or(1, |cost| (ROWS / (BLOCK * cost)).max(1));
        let end = (*crossed + count).min(self.times.len() - 1);
        let brownian = Brownian::new(self.shown.seed, *block as u64, 2 * range.len());
        let process = Process { field: &**field, schedule, stochasticity: self.shown.stochasticity };
        let (cloud, particles) = (&mut self.cloud, self.shown.particles);
        let mut show = |frame: usize, x: &[f64]| {
            let at = (frame * particles + range.start) * 2;
            cloud[at..at + x.len()].iter_mut().zip(x).for_each(|(slot, x)| *slot = *x as f32);
        };
        let mut under_way = passage.take().unwrap_or_else(|| {
            show(*crossed, x);
            Passage::new(std::mem::take(x), self.shown.tolerance)
        });
        let dw = |from, to| brownian.increment(from, to);
        // A tolerance may ask for thousands of evaluations between two frames, of which a piece is one.
        for _ in 0..ROWS / BLOCK {
            let interval = [self.times[*crossed], self.times[*crossed + 1]];
            if under_way.advance(&sampler, &process, interval, &dw) {
                *crossed += 1;
                show(*crossed, under_way.x());
            }
            if *crossed == end {
                break;
            }
        }
        if *crossed < end {
            *passage = Some(under_way);
            return;
        }
        *x = under_way.x().to_vec();
        if end == self.times.len() - 1 {
            (*block, *crossed, *x) = (*block + 1, 0, vec![]);
        }
    }

    fn finish(&mut self) -> Result<Snapshot, String> {
        let SnapshotLabel { run, round, step, whole } = self.label;
        let [x, velocity, energy] = [&mut self.cloud, &mut self.velocity, &mut self.energy].map(std::mem::take);
        let (verdicts, grid, lost) = match &mut self.by {
            By::Field { .. } => (vec![], vec![], "the particles leave every bound: more steps or less noise help"),
            By::Artist { artist, grid, .. } => {
                let verdicts = artist.verdicts(&self.shown.lattice.points());
                (verdicts, std::mem::take(grid), "the points leave every bound: a smaller learning rate helps")
            }
        };
        if !x.iter().chain(&velocity).chain(&energy).chain(&verdicts).chain(&grid).all(|x| x.is_finite()) {
            return Err(lost.into());
        }
        let SnapshotSpec { cloud: CloudSpec { sampler, particles, .. }, lattice } = self.shown;
        let times = std::mem::take(&mut self.times);
        Ok(Snapshot {
            run,
            round,
            step,
            sampler,
            whole,
            times,
            particles,
            x,
            lattice,
            velocity,
            energy,
            verdicts,
            grid,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data::shapes::Shape;
    use flow::{keyed::Keyed, sampler::SamplerId, schedule::ScheduleId};
    use protocol::{method::Method, plane::PlaneRecipe};

    #[test]
    fn a_tolerance_that_asks_for_many_steps_is_met_in_pieces_and_in_the_same_way() {
        let recipe = PlaneRecipe {
            method: Method::default(),
            data: Shape::Moons.parts('A'),
            source: None,
            schedule: ScheduleId::default(),
        };
        let ends = Rc::new(Marginals::of(&recipe).expect("moons"));
        let mut round = Round::first(&recipe, ends.clone());
        (0..30).for_each(|_| drop(round.train()));
        let sampler = SamplerId::find("dopri5").expect("a sampler");
        let cloud = CloudSpec { particles: 300, steps: 1, sampler, tolerance: 1e-6, ..Default::default() };
        let lattice = Lattice { low: [-1.0; 2], high: [1.0; 2], columns: 2, rows: 2 };
        let label = SnapshotLabel { run: 1, round: 0, step: 30, whole: true };
        let mut job = SnapshotJob::new(label, SnapshotSpec { cloud, lattice }, None, ends.clone(), &round);
        let mut calls = 0;
        let snapshot = loop {
            calls += 1;
            if let Some(snapshot) = job.work().expect("finite numbers") {
                break snapshot;
            }
        };
        // Two blocks of an interval each and the lattice would be three calls.
        assert!(calls > 4, "{calls} calls");
        let field = round.field().expect("a field");
        let process = Process { field: &field, schedule: recipe.schedule.0, stochasticity: 1.0 };
        for (block, range) in [0..250, 250..300].into_iter().enumerate() {
            let mut x = ends.particles(cloud.seed, range.clone(), recipe.schedule.start());
            let brownian = Brownian::new(cloud.seed, block as u64, x.len());
            for frame in 1..2 {
                let interval = &snapshot.times[frame - 1..=frame];
                x = sampler.solve(&process, interval, x, cloud.tolerance, &brownian, |_, _| {});
                let at = (frame * 300 + range.start) * 2;
                let shown: Vec<f32> = x.iter().map(|x| *x as f32).collect();
                assert_eq!(snapshot.x[at..at + x.len()], shown, "block {block}, frame {frame}");
            }
        }
    }
}
