//! One training in the plane: pairs in, gradient steps, the moving average out.

use super::{
    marginals::Marginals,
    objective::{Objective, Pair},
};
use crate::{batch, train::WARM_UP};
use burn::tensor::Device;
use flow::{
    coupling::{Coupling, assign},
    rng::{Purpose, Stream},
    schedule::{Linear, ScheduleId},
};
use model::{
    adam::{Adam, Decays},
    parameters::{initial, upload},
    point::{PointConfig, PointField},
};
use protocol::plane::{PlaneLoss, PlaneRecipe};

/// Sizes of the network, by measurement: see the tests.
const WIDTH: usize = 64;
const DEPTH: usize = 3;
/// Steps after which the learning rate falls as 1/sqrt(step). A rule of the step alone: a training that goes on is the same
/// as one that was to be so long.
const FALL: f64 = 1000.0;
/// Pairs among which the optimal coupling chooses: 0.3 ms for 64, but 10 for 256 and 400 for 1024.
const GROUP: usize = 64;
/// Bits of a stream's index that count the steps of a round.
const STEP_BITS: u32 = 40;

/// What a step draws from.
#[derive(Clone)]
pub enum PairSource {
    /// Both ends anew, and paired by the coupling.
    Laws(Marginals, Coupling),
    /// Pairs (x_0, z_1) that the round before has joined.
    Pairs(Vec<[[f64; 2]; 2]>),
}

/// A round: the first training, or one after a reflow.
#[derive(Clone)]
pub struct Round {
    /// 0 is the first.
    pub number: usize,
    pub config: PointConfig,
    loss: PlaneLoss,
    source: PairSource,
    recipe: (usize, f64, u64),
    adam: Adam,
}

impl Round {
    /// The first training of `recipe`, whose ends are `ends`.
    pub fn first(recipe: &PlaneRecipe, ends: &Marginals) -> Self {
        let [data, source] = ends.sizes();
        let config = PointConfig { width: WIDTH, depth: DEPTH, schedule: recipe.schedule, data, source };
        Self {
            number: 0,
            config,
            loss: recipe.loss,
            source: PairSource::Laws(ends.clone(), recipe.coupling),
            recipe: (recipe.batch, recipe.learning_rate, recipe.seed),
            adam: fresh(&config, recipe.seed),
        }
    }

    /// The round that learns the lines of `pairs`, from fresh weights: those of the round before are nearer after few
    /// steps, but on spirals a second such round was less straight than the first.
    pub fn next(&self, pairs: Vec<[[f64; 2]; 2]>) -> Self {
        let config = PointConfig { schedule: ScheduleId(&Linear), ..self.config };
        let (number, loss, source) = (self.number + 1, PlaneLoss::Velocity, PairSource::Pairs(pairs));
        Self { number, config, loss, source, adam: fresh(&config, self.recipe.2), ..*self }
    }

    /// Steps done.
    pub fn step(&self) -> u64 {
        self.adam.step
    }

    /// The batch of the next step: times are stratified, so that each step sees all of the path.
    pub fn pairs(&self) -> Vec<Pair> {
        let (n, _, seed) = self.recipe;
        let stream = |purpose| Stream::new(seed, purpose, (self.number as u64) << STEP_BITS | self.step());
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
        ends.into_iter().enumerate().map(|(i, [x_0, x_1])| Pair { t: time(i, times.uniform()), x_0, x_1 }).collect()
    }

    /// One step; the loss before it.
    pub fn train(&mut self) -> f32 {
        let objective = Objective::new(self.loss, &self.pairs(), &self.config);
        let (_, rate, _) = self.recipe;
        let step = self.step() as f64;
        let share = ((step + 1.0) / WARM_UP as f64).min(1.0) / (1.0 + step / FALL).sqrt();
        let (loss, gradient) = objective.gradient(&self.config, self.adam.theta.clone());
        let rates = self.adam.rates(rate * share, Decays::default());
        self.adam.update(gradient, upload(rates.to_vec(), [rates.len()], &self.adam.device()));
        loss
    }

    /// The field of the moving average of the weights.
    pub fn field(&self) -> PointField {
        PointField::new(self.config, self.adam.average())
    }
}

/// Before the first step, with the weights of `seed`.
fn fresh(config: &PointConfig, seed: u64) -> Adam {
    let theta = initial(&config.entries(), seed);
    let size = theta.len();
    Adam::new(upload(theta, [size], &Device::flex()))
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
