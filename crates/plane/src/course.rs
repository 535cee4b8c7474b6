//! Trajectories of many particles, block by block, so that the first ones can be seen while others are computed.
//!
//! Particle i starts from stream i of the seed and block b follows Brownian path b, here and in the worker: two fields, or
//! two samplers, are compared on the same noise.

use super::spec::{FigureKind, Spec};
use data::shapes::gaussians;
use flow::{
    between::Between,
    brownian::Brownian,
    field::VelocityField,
    prediction::score_from_velocity,
    rng::{Purpose, Stream},
    sampler::{Process, SamplerId, SamplerKind, langevin, solve::Passage},
    schedule::ScheduleId,
    state::State,
};
use protocol::plane::BLOCK;

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
        match spec.start.filter(|_| spec.show == FigureKind::Samplers) {
            Some(place) => Self::Around { place, std: CLOUD },
            None => Self::with(spec, spec.schedule.start()),
        }
    }

    /// x_0 itself, which the path multiplies by sigma_t.
    pub fn unit(spec: &Spec) -> Self {
        Self::with(spec, 1.0)
    }

    fn with(spec: &Spec, std: f64) -> Self {
        let data = spec.source_parts().and_then(|parts| Between::from_noise(&gaussians(&parts)).ok());
        data.map_or(Self::Noise { std }, |of| Self::Data { of: Box::new(of), std })
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

impl Way {
    /// Velocities of one interval, or of one piece of it where a tolerance decides.
    fn velocities(self) -> usize {
        match self {
            Self::Sampler { sampler, .. } => sampler.cost().unwrap_or(1),
            Self::Langevin { .. } => 1,
        }
    }

    /// What the noise of `numbers` coordinates costs in an interval, in exponentials.
    fn noise(self, numbers: usize) -> usize {
        match self {
            Self::Sampler { sampler, .. } => noise(sampler, numbers),
            Self::Langevin { .. } => NOISE * numbers,
        }
    }

    /// Particles that cross an interval together in one piece of work where a velocity costs `cost` exponentials: a multiple
    /// of [`TOGETHER`]. All of them where a tolerance decides, since it looks at all of them.
    fn particles(self, cost: usize) -> usize {
        match self {
            Self::Sampler { sampler, .. } if sampler.is_adaptive() => usize::MAX,
            _ => (WORK / (cost * self.velocities()) / TOGETHER).max(1).saturating_mul(TOGETHER),
        }
    }
}

/// Exponentials of one piece of work: some milliseconds.
pub const WORK: usize = 1 << 19;
/// What a number of a Brownian increment costs in exponentials: the path is drawn at forty nodes.
const NOISE: usize = 40 * 3;

/// What the noise of `numbers` coordinates costs a sampler in an interval, in exponentials.
pub fn noise(sampler: SamplerId, numbers: usize) -> usize {
    match sampler.kind {
        _ if !sampler.is_stochastic() => 0,
        // It draws at every step of its ladder.
        SamplerKind::AnnealedLangevin => NOISE * numbers * sampler.cost().unwrap_or(1),
        _ => NOISE * numbers,
    }
}

/// Points that the exact field works out together: cut between them, a cloud gives the same bits as in one piece.
const TOGETHER: usize = 8;

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
    /// The frames of the next block so far.
    under_way: Vec<Vec<f64>>,
    /// Its first particles at the frame after them.
    next: Vec<f64>,
    /// Adaptive steps towards that frame.
    passage: Option<Passage>,
}

impl<const D: usize> Course<D> {
    /// Nothing computed yet.
    pub fn new(plan: Plan<D>) -> Self {
        Self { plan, blocks: vec![], under_way: vec![], next: vec![], passage: None }
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

    /// Computes a piece more along `field`, a field on whole clouds, each value of which costs about `cost` exponentials:
    /// as much of the block under way as takes a few milliseconds.
    pub fn extend(&mut self, field: &impl VelocityField<Vec<f64>>, cost: usize) {
        let (cost, block) = (cost.max(1), self.blocks.len());
        let mut left = WORK as i64;
        while left > 0 && !self.is_complete() && self.blocks.len() == block {
            let particles = self.advance(field, cost);
            left -= (particles * cost * self.plan.way.velocities() + self.plan.way.noise(particles * D)) as i64;
        }
    }

    /// Takes some particles of the block under way across an interval, or all of them a piece further where a tolerance
    /// decides; how many.
    fn advance(&mut self, field: &impl VelocityField<Vec<f64>>, cost: usize) -> usize {
        let (first, block) = (self.len(), self.blocks.len());
        let last = (first + BLOCK).min(self.plan.particles);
        if self.under_way.is_empty() {
            self.under_way.push(self.plan.source.starts(self.plan.seed, first, last));
        }
        let index = self.under_way.len() - 1;
        if index + 1 < self.plan.times.len() {
            let begin = self.next.len();
            let end = ((last - first) * D).min(begin.saturating_add(self.plan.way.particles(cost).saturating_mul(D)));
            let x = self.under_way[index][begin..end].to_vec();
            // A particle meets the same noise however many stand behind it: longer draws extend shorter ones.
            let brownian = Brownian::new(self.plan.seed, block as u64, end);
            let dw = |from: f64, to: f64| brownian.increment(from, to)[begin..].to_vec();
            if let Some(x) = self.crossed(field, x, index, &dw) {
                self.next.extend(x);
            }
            if self.next.len() == (last - first) * D {
                self.under_way.push(std::mem::take(&mut self.next));
            }
            if self.under_way.len() < self.plan.times.len() {
                return (end - begin) / D;
            }
        }
        self.blocks.push(std::mem::take(&mut self.under_way));
        last - first
    }

    /// `x` after interval `index`; nothing yet where adaptive steps take more pieces.
    fn crossed(
        &mut self,
        field: &impl VelocityField<Vec<f64>>,
        x: Vec<f64>,
        index: usize,
        dw: &impl Fn(f64, f64) -> Vec<f64>,
    ) -> Option<Vec<f64>> {
        match self.plan.way {
            Way::Sampler { sampler, stochasticity, tolerance } => {
                let process = Process { field, schedule: self.plan.schedule.0, stochasticity };
                let mut passage = self.passage.take().unwrap_or_else(|| Passage::new(x, tolerance));
                let interval = [self.plan.times[index], self.plan.times[index + 1]];
                if passage.advance(&sampler, &process, interval, dw) {
                    return Some(passage.x().to_vec());
                }
                self.passage = Some(passage);
                None
            }
            Way::Langevin { t, stochasticity } => Some(self.wandered(field, x, index, t, stochasticity, dw)),
        }
    }

    /// `x` after Langevin step `i`.
    fn wandered(
        &self,
        field: &impl VelocityField<Vec<f64>>,
        x: Vec<f64>,
        i: usize,
        t: f64,
        stochasticity: f64,
        dw: &impl Fn(f64, f64) -> Vec<f64>,
    ) -> Vec<f64> {
        let t = self.plan.schedule.clamp(t);
        let c = self.plan.schedule.at(t);
        if c.sigma_t == 0.0 {
            // Without noise there is no score to follow.
            return x;
        }
        let (delta, steps) = ((stochasticity * c.sigma_t).powi(2) / 4.0, (self.plan.times.len() - 1) as f64);
        let score = score_from_velocity(&c, &x, &field.velocity(&x, t));
        let dw = dw(i as f64 / steps, (i + 1) as f64 / steps);
        langevin(&x, &score, delta, &dw.combine(steps.sqrt(), 0.0, &dw))
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

#[cfg(test)]
mod tests;
