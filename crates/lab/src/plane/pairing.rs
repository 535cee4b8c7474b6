//! Reflow's pairs: noise x_0 and where a round's flow takes it (Liu et al., 2023).

use super::{distance::solve, marginals::Marginals};
use flow::{
    rng::{Purpose, Stream},
    sampler::SamplerId,
    time::Grid,
};
use model::point::PointField;
use std::rc::Rc;

/// Pairs that the next round is trained on.
pub const PAIRS: usize = 4096;
/// Pairs of one call.
const CHUNK: usize = 128;
/// Intervals of RK4.
const INTERVALS: usize = 24;
/// Bits of a stream's index that count the pairs of a round.
const PAIR_BITS: u32 = 40;

/// Pairs under way.
pub struct Pairing {
    field: PointField,
    ends: Rc<Marginals>,
    seed: u64,
    round: usize,
    pairs: Vec<[[f64; 2]; 2]>,
}

impl Pairing {
    /// Of round `round`, whose field is `field`.
    pub fn new(round: usize, field: PointField, ends: Rc<Marginals>, seed: u64) -> Self {
        Self { field, ends, seed, round, pairs: vec![] }
    }

    /// The share of pairs that are made.
    pub fn share(&self) -> f64 {
        self.pairs.len() as f64 / PAIRS as f64
    }

    /// Some more; all of them once they are made. A sentence if one is lost.
    pub fn work(&mut self) -> Result<Option<Vec<[[f64; 2]; 2]>>, String> {
        let schedule = self.field.config.schedule.0;
        let start = |i: usize| {
            let index = (self.round as u64 + 1) << PAIR_BITS | i as u64;
            self.ends.source(&mut Stream::new(self.seed, Purpose::Source, index))
        };
        let starts: Vec<[f64; 2]> = (self.pairs.len()..PAIRS.min(self.pairs.len() + CHUNK)).map(start).collect();
        let scaled = starts.as_flattened().iter().map(|x| schedule.start() * x).collect();
        let ends = solve(&self.field, SamplerId::RK4, &Grid::Cosine.points(INTERVALS, schedule), scaled);
        if !ends.iter().all(|x| x.is_finite()) {
            return Err("the flow of the last round leaves every bound, so that there are no pairs for the next".into());
        }
        self.pairs.extend(starts.into_iter().zip(ends.as_chunks::<2>().0).map(|(x_0, z_1)| [x_0, *z_1]));
        Ok((self.pairs.len() == PAIRS).then(|| std::mem::take(&mut self.pairs)))
    }
}
