//! A training on points as bytes: enough to go on tomorrow as if nothing had happened.
//!
//! All randomness is drawn by (seed, step), so the recipe, the pairs of reflow and the state of the learners of each round are
//! the whole of it. Pairs that were being made are made again.

use super::{marginals::Marginals, pairing::PAIRS, round::Round};
use crate::{
    at_once::numbers,
    checkpoint::{damaged, seal, unseal},
};
use burn::tensor::Device;
use model::{adam::Adam, parameters::upload};
use protocol::plane::{MAX_ROUNDS, PlaneRecipe, SnapshotSpec};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// What such bytes begin with; those of a training on pictures do not.
const LETTERS: &[u8; 8] = b"points-1";

/// Steps taken, and θ, m, v, θ̄ of a learner.
type Learner = (u64, [Vec<f32>; 4]);

#[derive(Serialize, Deserialize)]
struct RoundState {
    learners: Vec<Learner>,
    /// What it learns from, after the first round.
    pairs: Vec<[[f64; 2]; 2]>,
}

/// What a training on points is besides its rounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Course {
    pub recipe: PlaneRecipe,
    pub shown: SnapshotSpec,
    /// The step after which a round is over.
    pub until: Option<u64>,
    /// The number of the last round to go on to by itself.
    pub last: usize,
}

/// True of bytes that [`write`] wrote.
pub fn is_of_points(bytes: &[u8]) -> bool {
    bytes.starts_with(LETTERS)
}

fn state(round: &Round) -> RoundState {
    let learner = |it: &Adam| (it.step, [&it.theta, &it.m, &it.v, &it.ema].map(|vector| numbers(vector.clone())));
    RoundState { learners: round.learners().iter().map(learner).collect(), pairs: round.pairs().to_vec() }
}

/// A course and its rounds; nothing where a number is not finite, since no training could go on from there.
pub fn write(course: &Course, rounds: &[Round]) -> Option<Vec<u8>> {
    let rounds: Vec<RoundState> = rounds.iter().map(state).collect();
    let mut vectors = rounds.iter().flat_map(|round| &round.learners).flat_map(|(_, vectors)| vectors);
    let sound = vectors.all(|vector| vector.iter().all(|x| x.is_finite()));
    let mut bytes = LETTERS.to_vec();
    bytes.extend(postcard::to_allocvec(&(course, rounds)).ok().filter(|_| sound)?);
    Some(seal(bytes))
}

/// What [`write`] wrote, and between which ends it learns; a sentence if it is no such thing.
pub fn read(bytes: &[u8]) -> Result<(Course, Rc<Marginals>, Vec<Round>), String> {
    let body = unseal(bytes)?.strip_prefix(LETTERS).ok_or_else(|| damaged("it is of no training on points"))?;
    let (course, states): (Course, Vec<RoundState>) = postcard::from_bytes(body).map_err(damaged)?;
    course.shown.check().map_err(damaged)?;
    let ends = Rc::new(Marginals::of(&course.recipe).map_err(damaged)?);
    let most = if course.recipe.family.has_path() { MAX_ROUNDS } else { 0 };
    if course.last > most || states.is_empty() || states.len() > course.last + 1 {
        return Err(damaged("it has rounds that there are not"));
    }
    let mut rounds: Vec<Round> = vec![];
    for RoundState { learners, pairs } in states {
        let fresh = match rounds.last() {
            None => Some(Round::first(&course.recipe, ends.clone())),
            Some(before) => {
                let whole = pairs.len() == PAIRS && pairs.iter().flatten().flatten().all(|x| x.is_finite());
                before.next(pairs).filter(|_| whole)
            }
        };
        let fresh = fresh.ok_or_else(|| damaged("its pairs are not whole"))?;
        let same = fresh.learners().len() == learners.len();
        let fits = |(made, (_, vectors)): (&Adam, &Learner)| {
            let size = made.theta.dims()[0];
            vectors.iter().all(|vector| vector.len() == size && vector.iter().all(|x| x.is_finite()))
        };
        if !same || !fresh.learners().iter().zip(&learners).all(fits) {
            return Err(damaged("its vectors do not fit the network"));
        }
        rounds.push(fresh.with(learners.into_iter().map(learner).collect()));
    }
    Ok((course, ends, rounds))
}

fn learner((step, vectors): Learner) -> Adam {
    let up = |vector: Vec<f32>| {
        let size = vector.len();
        upload(vector, [size], &Device::flex())
    };
    let [theta, m, v, ema] = vectors.map(up);
    Adam { theta, m, v, ema, step }
}
