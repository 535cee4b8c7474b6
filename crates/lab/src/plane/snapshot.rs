//! What a learned field does, at every time of the grid: particles that follow it, and its velocities on a lattice.

use super::marginals::Marginals;
use flow::{brownian::Brownian, field::VelocityField, lattice::Lattice, sampler::Process};
use model::point::PointField;
use protocol::{
    plane::{BLOCK, PlaneEvent, SnapshotSpec},
    sight::Sight,
};
use std::rc::Rc;

/// Rows that go through the network in one call.
const ROWS: usize = 8192;

/// What it shows, and of which field.
#[derive(Clone, Copy, Debug)]
pub struct Label {
    pub run: u32,
    pub round: usize,
    pub step: u64,
    /// Whether it shows all that was asked for.
    pub whole: bool,
}

/// A snapshot that is being made.
pub struct Snapshot {
    pub label: Label,
    sight: SnapshotSpec,
    ends: Rc<Marginals>,
    field: PointField,
    times: Vec<f64>,
    /// [times × particles × 2]
    cloud: Vec<f32>,
    /// The block under way, how many intervals it has crossed, and where it is.
    block: (usize, usize, Vec<f64>),
    velocity: Vec<f32>,
}

/// `lattice` with at most `side` cells to a side.
pub fn coarse(lattice: Lattice, side: usize) -> Lattice {
    Lattice { columns: lattice.columns.min(side), rows: lattice.rows.min(side), ..lattice }
}

impl Snapshot {
    /// Of `field`, as `sight` wants it, or with fewer particles and cells a side.
    pub fn new(
        label: Label,
        mut sight: SnapshotSpec,
        most: Option<[usize; 2]>,
        ends: Rc<Marginals>,
        field: PointField,
    ) -> Self {
        if let Some([particles, side]) = most {
            sight.particles = sight.particles.min(particles);
            sight.lattice = coarse(sight.lattice, side);
        }
        let times = sight.grid.points(sight.steps, field.config.schedule.0);
        let cloud = vec![0.0; times.len() * sight.particles * 2];
        Self { label, sight, ends, field, times, cloud, block: (0, 0, vec![]), velocity: vec![] }
    }

    /// Part of it; the event when it is whole. A sentence if a number is none.
    pub fn work(&mut self) -> Result<Option<PlaneEvent>, String> {
        let cells = self.sight.lattice.len();
        if self.block.0 * BLOCK < self.sight.particles {
            self.walk();
            return Ok(None);
        }
        let done = self.velocity.len() / (2 * cells);
        let points = self.sight.lattice.points();
        for t in self.times.iter().skip(done).take((ROWS / cells).max(1)) {
            self.velocity.extend(self.field.velocity(&points, *t).into_iter().map(|u| u as f32));
        }
        if self.velocity.len() < 2 * cells * self.times.len() { Ok(None) } else { self.finish().map(Some) }
    }

    /// Some intervals of a block of particles.
    fn walk(&mut self) {
        let (block, crossed, x) = &mut self.block;
        let range = *block * BLOCK..((*block + 1) * BLOCK).min(self.sight.particles);
        let schedule = self.field.config.schedule.0;
        if *crossed == 0 {
            *x = self.ends.particles(self.sight.seed, range.clone(), schedule.start());
        }
        let sampler = self.sight.sampler;
        let count = sampler.cost().map_or(1, |cost| (ROWS / (BLOCK * cost)).max(1));
        let end = (*crossed + count).min(self.times.len() - 1);
        let brownian = Brownian::new(self.sight.seed, *block as u64, x.len());
        let process = Process { field: &self.field, schedule, stochasticity: self.sight.stochasticity };
        let (cloud, particles, mut frame) = (&mut self.cloud, self.sight.particles, *crossed);
        let visit = |_: f64, x: &[f64]| {
            let at = (frame * particles + range.start) * 2;
            cloud[at..at + x.len()].iter_mut().zip(x).for_each(|(slot, x)| *slot = *x as f32);
            frame += 1;
        };
        let start = std::mem::take(x);
        *x = sampler.solve(&process, &self.times[*crossed..=end], start, self.sight.tolerance, &brownian, visit);
        *crossed = end;
        if end == self.times.len() - 1 {
            self.block = (*block + 1, 0, vec![]);
        }
    }

    fn finish(&mut self) -> Result<PlaneEvent, String> {
        let Label { run, round, step, whole } = self.label;
        let [x, velocity] = [&mut self.cloud, &mut self.velocity].map(std::mem::take);
        if !x.iter().chain(&velocity).all(|x| x.is_finite()) {
            return Err("the particles leave every bound: more steps or less noise help".into());
        }
        let SnapshotSpec { id, sight: Sight { sampler, particles, .. }, lattice } = self.sight;
        let times = std::mem::take(&mut self.times);
        let verdicts = vec![];
        Ok(PlaneEvent::Snapshot {
            run,
            round,
            step,
            sight: id,
            sampler,
            whole,
            times,
            particles,
            x,
            lattice,
            velocity,
            verdicts,
        })
    }
}
