//! Trajectories of many particles, block by block, so that the first ones can be seen while others are computed.
//!
//! Particle i starts from stream i of the seed and block b follows Brownian path b, here and in the worker: two fields, or
//! two samplers, are compared on the same noise.

use super::spec::Spec;
use crate::{
    data::shapes::gaussians,
    flow::{
        between::Between,
        brownian::Brownian,
        field::VelocityField,
        prediction::score_from_velocity,
        rng::{Purpose, Stream},
        sampler::{Process, SamplerId, langevin},
        schedule::ScheduleId,
        state::State,
    },
    lab::plane::protocol::BLOCK,
};

/// Where particles begin.
#[derive(Clone, Debug, PartialEq)]
pub enum Source<const D: usize> {
    /// N(0, `std`² I)
    Noise { std: f64 },
    /// N(`place`, `std`² I)
    Around { place: [f64; D], std: f64 },
    /// `std` times a draw from the data of a mixture.
    Data { of: Box<Between<D>>, std: f64 },
    /// These places, one a particle, which take no noise.
    Places(Vec<f64>),
}

/// Width of the cloud that is put down somewhere by hand.
const CLOUD: f64 = 0.08;

impl Source<2> {
    /// Where the particles of `spec` begin: its start, its source, or the noise of its schedule.
    pub fn of(spec: &Spec) -> Self {
        let data = spec.source_parts().and_then(|parts| Between::from_noise(&gaussians(&parts)).ok());
        match (spec.start, data) {
            (Some(place), _) => Self::Around { place, std: CLOUD },
            (None, Some(data)) => Self::Data { of: Box::new(data), std: spec.schedule.start() },
            (None, None) => Self::Noise { std: spec.schedule.start() },
        }
    }
}

impl<const D: usize> Source<D> {
    /// x_0 of particles `first` … `last` - 1, flat.
    pub fn starts(&self, seed: u64, first: usize, last: usize) -> Vec<f64> {
        let stream = |i: usize| Stream::new(seed, Purpose::Sample, i as u64);
        let normals = |i: usize| stream(i).normals64(D);
        let moved = |i: usize, place: [f64; D], std: f64| {
            normals(i).into_iter().zip(place).map(move |(z, centre)| centre + std * z).collect::<Vec<_>>()
        };
        match self {
            Self::Noise { std } => (first..last).flat_map(|i| moved(i, [0.0; D], *std)).collect(),
            Self::Around { place, std } => (first..last).flat_map(|i| moved(i, *place, *std)).collect(),
            Self::Data { of, std } => {
                (first..last).flat_map(|i| of.sample_data(&mut stream(i)).map(|x| std * x)).collect()
            }
            Self::Places(places) => places[first * D..last * D].to_vec(),
        }
    }
}

/// How particles go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    /// From the first time to the last.
    Sampler { sampler: SamplerId, stochasticity: f64, tolerance: f64 },
    /// Langevin steps of δ = (κ sigma_t)² / 4 at this t, one a frame.
    Langevin { t: f64, stochasticity: f64 },
}

/// Everything that decides trajectories but the field.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan<const D: usize> {
    pub source: Source<D>,
    pub particles: usize,
    pub seed: u64,
    pub times: Vec<f64>,
    pub schedule: ScheduleId,
    pub way: Way,
}

/// Trajectories, as far as they have been computed.
pub struct Course<const D: usize> {
    plan: Plan<D>,
    /// x of each block at each time, flat.
    blocks: Vec<Vec<Vec<f64>>>,
}

impl<const D: usize> Course<D> {
    /// Nothing computed yet.
    pub fn new(plan: Plan<D>) -> Self {
        Self { plan, blocks: vec![] }
    }

    pub fn plan(&self) -> &Plan<D> {
        &self.plan
    }

    /// Particles computed so far.
    pub fn len(&self) -> usize {
        (self.blocks.len() * BLOCK).min(self.plan.particles)
    }

    /// Whether nothing has been computed.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Whether every particle has been computed.
    pub fn is_complete(&self) -> bool {
        self.len() == self.plan.particles
    }

    /// Computes one block more along `field`, a field on whole clouds.
    pub fn extend(&mut self, field: &impl VelocityField<Vec<f64>>) {
        if self.is_complete() {
            return;
        }
        let (first, block) = (self.len(), self.blocks.len());
        let last = (first + BLOCK).min(self.plan.particles);
        let x_0 = self.plan.source.starts(self.plan.seed, first, last);
        // Particle i of the block meets the same noise however many stand beside it: longer draws extend shorter ones.
        let brownian = Brownian::new(self.plan.seed, block as u64, x_0.len());
        let frames = match self.plan.way {
            Way::Sampler { sampler, stochasticity, tolerance } => {
                self.sampled(field, x_0, sampler, stochasticity, tolerance, &brownian)
            }
            Way::Langevin { t, stochasticity } => self.wandered(field, x_0, t, stochasticity, &brownian),
        };
        self.blocks.push(frames);
    }

    fn sampled(
        &self,
        field: &impl VelocityField<Vec<f64>>,
        x_0: Vec<f64>,
        sampler: SamplerId,
        stochasticity: f64,
        tolerance: f64,
        brownian: &Brownian,
    ) -> Vec<Vec<f64>> {
        let process = Process { field, schedule: self.plan.schedule.0, stochasticity };
        let mut frames = Vec::with_capacity(self.plan.times.len());
        sampler.solve(&process, &self.plan.times, x_0, tolerance, brownian, |_, x| frames.push(x.to_vec()));
        frames
    }

    fn wandered(
        &self,
        field: &impl VelocityField<Vec<f64>>,
        x_0: Vec<f64>,
        t: f64,
        stochasticity: f64,
        brownian: &Brownian,
    ) -> Vec<Vec<f64>> {
        let t = self.plan.schedule.clamp(t);
        let c = self.plan.schedule.at(t);
        let delta = (stochasticity * c.sigma_t).powi(2) / 4.0;
        let steps = self.plan.times.len() - 1;
        let mut frames = vec![x_0];
        for i in 0..steps {
            let x = &frames[i];
            let score = score_from_velocity(&c, x, &field.velocity(x, t));
            let (from, to) = (i as f64 / steps as f64, (i + 1) as f64 / steps as f64);
            let dw = brownian.increment(from, to);
            let next = langevin(x, &score, delta, &dw.combine(1.0 / (to - from).sqrt(), 0.0, &dw));
            frames.push(next);
        }
        frames
    }

    /// x of every computed particle at a frame, flat; the last frame stands for all beyond it.
    pub fn at(&self, frame: usize) -> Vec<f64> {
        let of = |block: &Vec<Vec<f64>>| block[frame.min(block.len() - 1)].clone();
        self.blocks.iter().flat_map(of).collect()
    }

    /// The places of particle `i` at frames 0 to `frame`.
    pub fn path(&self, i: usize, frame: usize) -> Vec<[f64; D]> {
        let Some(block) = self.blocks.get(i / BLOCK) else { return vec![] };
        let at = (i % BLOCK) * D;
        block.iter().take(frame + 1).map(|x| std::array::from_fn(|k| x[at + k])).collect()
    }
}
