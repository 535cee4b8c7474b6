//! Flows on points: pairs in, one network that learns what is between them.

use super::{
    marginals::Marginals,
    objective::{self, TimedPair},
};
use crate::{
    batch,
    family::{Lesson, Pass, Row, Slope},
};
use flow::{
    coupling::{Coupling, assign},
    family::FamilyId,
    rng::{Purpose, Stream},
    schedule::{Linear, ScheduleId},
};
use model::{
    adam::{Adam, Decays},
    point::{PointConfig, PointNetwork},
};
use protocol::plane::{PlaneLoss, PlaneRecipe};
use std::rc::Rc;

/// Sizes of the network, by measurement: see the tests.
const WIDTH: usize = 64;
const DEPTH: usize = 3;
/// Pairs among which the optimal coupling chooses: 0.3 ms for 64, but 10 for 256 and 400 for 1024.
const GROUP: usize = 64;
/// Bits of a stream's index that count the steps of a round.
const STEP_BITS: u32 = 40;

/// What a step draws from.
#[derive(Clone)]
enum PairSource {
    /// Both ends anew, and paired by the coupling.
    Laws(Rc<Marginals>, Coupling),
    /// Pairs (x_0, z_1) that the round before has joined.
    Pairs(Rc<[[[f64; 2]; 2]]>),
}

/// What a flow learns in a round.
#[derive(Clone)]
pub struct Paths {
    pub config: PointConfig,
    loss: PlaneLoss,
    source: PairSource,
    round: usize,
    batch: usize,
    seed: u64,
}

impl Paths {
    /// The first round of `recipe`, whose ends are `ends`.
    pub fn new(recipe: &PlaneRecipe, ends: Rc<Marginals>) -> Self {
        let [data, source] = ends.sizes();
        let potential = recipe.family == FamilyId::ENERGY;
        let config = PointConfig { width: WIDTH, depth: DEPTH, schedule: recipe.schedule, data, source, potential };
        let source = PairSource::Laws(ends, recipe.coupling);
        Self { config, loss: recipe.loss, source, round: 0, batch: recipe.batch, seed: recipe.seed }
    }

    /// The round that learns the lines of `pairs`.
    pub fn next(&self, pairs: Vec<[[f64; 2]; 2]>) -> Self {
        let config = PointConfig { schedule: ScheduleId(&Linear), ..self.config };
        let (loss, source) = (PlaneLoss::Velocity, PairSource::Pairs(pairs.into()));
        Self { config, loss, source, round: self.round + 1, ..*self }
    }

    /// The pairs that it draws from, where a round before has joined them.
    pub fn joined(&self) -> &[[[f64; 2]; 2]] {
        match &self.source {
            PairSource::Laws(..) => &[],
            PairSource::Pairs(pairs) => pairs,
        }
    }

    /// The batch of a step: times are stratified, so that each step sees all of the path.
    fn pairs(&self, step: u64) -> Vec<TimedPair> {
        let n = self.batch;
        let stream = |purpose| Stream::new(self.seed, purpose, (self.round as u64) << STEP_BITS | step);
        let (mut choose, mut noise, mut times) =
            (stream(Purpose::Batch), stream(Purpose::Noise), stream(Purpose::Time));
        let ends: Vec<[[f64; 2]; 2]> = match &self.source {
            PairSource::Laws(ends, coupling) => {
                let x_0: Vec<_> = (0..n).map(|_| ends.source(&mut noise)).collect();
                let x_1: Vec<_> = (0..n).map(|_| ends.data(&mut choose)).collect();
                coupled(*coupling, &x_0, &x_1)
            }
            PairSource::Pairs(pairs) => (0..n).map(|_| pairs[choose.below(pairs.len())]).collect(),
        };
        let time = |i: usize, u: f64| batch::time(self.config.schedule.0, (i as f64 + u) / n as f64);
        ends.into_iter()
            .enumerate()
            .map(|(i, [x_0, x_1])| TimedPair { t: time(i, times.uniform()), x_0, x_1 })
            .collect()
    }
}

impl Lesson for Paths {
    fn passes(&self) -> Vec<Pass> {
        vec![Pass { learner: 0, decays: Decays::default() }]
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        objective::numbers(self.loss, &self.pairs(step), &self.config)
    }

    fn slope(&self, learners: &[Adam], row: &mut Row, _pass: usize) -> Slope {
        Slope::at(learners[0].theta.clone(), |p| {
            let loss = objective::value(self.loss, &PointNetwork::new(p, &self.config), self.batch, row);
            (loss.clone(), [loss])
        })
    }
}

fn coupled(coupling: Coupling, x_0: &[[f64; 2]], x_1: &[[f64; 2]]) -> Vec<[[f64; 2]; 2]> {
    let rows = |xs: &[[f64; 2]]| xs.iter().map(|x| x.map(|x| x as f32).to_vec()).collect::<Vec<_>>();
    let group = |(x_0, x_1): (&[[f64; 2]], &[[f64; 2]])| -> Vec<[[f64; 2]; 2]> {
        let order =
            if coupling == Coupling::Optimal { assign(&rows(x_0), &rows(x_1)) } else { (0..x_1.len()).collect() };
        order.into_iter().zip(x_1).map(|(i, x_1)| [x_0[i], *x_1]).collect()
    };
    x_0.chunks(GROUP).zip(x_1.chunks(GROUP)).flat_map(group).collect()
}
