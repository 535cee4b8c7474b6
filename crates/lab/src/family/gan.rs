//! Critic and generator in turn, each with the other one frozen; the objectives are those of `flow::adversarial`.

use super::lesson::{Among, Lesson, Pass, Row, Slope, streams};
use burn::tensor::Tensor;
use data::sets::{CLASSES, PIXELS};
use flow::adversarial::Objective;
use model::{
    adam::{Adam, Decays},
    classes::one_hot,
    gan::Duel,
    layers::softplus,
    parameters::Builder,
};
use protocol::message::TrainSpec;

/// The learners of [`Design::Gan`](model::design::Design::Gan).
pub const GENERATOR: usize = 0;
pub const CRITIC: usize = 1;

/// A generator and a critic.
pub struct Adversaries<'a> {
    pub spec: &'a TrainSpec,
    pub config: &'a dyn Duel,
    pub data: Among<'a>,
}

/// What the critic pays for the logits of `real` and of `made` pictures, each [rows, 1], or a column for every place: [1].
pub fn critic_loss(objective: Objective, real: Tensor<2>, made: Tensor<2>) -> Tensor<1> {
    match objective {
        Objective::NonSaturating | Objective::Minimax => softplus(-real).mean() + softplus(made).mean(),
        Objective::LeastSquares => {
            let miss = real - 1.0;
            ((miss.clone() * miss).mean() + (made.clone() * made).mean()) * 0.5
        }
        Objective::Wasserstein => made.mean() - real.mean(),
    }
}

/// What the generator pays for the logits of pictures that it `made`, alike: [1].
pub fn generator_loss(objective: Objective, made: Tensor<2>) -> Tensor<1> {
    match objective {
        Objective::NonSaturating => softplus(-made).mean(),
        Objective::Minimax => -softplus(made).mean(),
        Objective::LeastSquares => {
            let miss = made - 1.0;
            (miss.clone() * miss).mean() * 0.5
        }
        Objective::Wasserstein => -made.mean(),
    }
}

/// How far from zero parameters of a critic of pictures may be.
pub fn bound(objective: Objective) -> f32 {
    objective.bound().map_or(f32::MAX, |bound| bound as f32)
}

/// The passes of a step: those of the critic, whose parameters stay within `bound`, then the generator's.
pub fn passes(critic_steps: usize, bound: f32) -> Vec<Pass> {
    // Both chase a moving target, so that they should forget its direction soon (Radford et al., 2016).
    let decays = Decays { beta_1: 0.5, beta_2: 0.99, clip: f32::MAX, ..Decays::default() };
    let critic = Pass { learner: CRITIC, decays: Decays { bound, ..decays } };
    [vec![critic; critic_steps], vec![Pass { learner: GENERATOR, decays }]].concat()
}

/// Where a pass of the critic leads, which gives the logits of real ones and then of as many made ones, [2 rows, 1].
pub fn slope_of_critic(objective: Objective, critic: &Adam, logits: impl FnOnce(&mut Builder) -> Tensor<2>) -> Slope {
    Slope::at(critic.theta.clone(), |p| {
        let logits = logits(p);
        let rows = logits.dims()[0] / 2;
        let loss = critic_loss(objective, logits.clone().narrow(0, 0, rows), logits.narrow(0, rows, rows));
        (loss.clone(), [loss])
    })
}

/// Where a pass of the generator leads through a frozen critic, which gives the logits of what it makes.
pub fn slope_of_generator(
    objective: Objective,
    generator: &Adam,
    logits: impl FnOnce(&mut Builder) -> Tensor<2>,
) -> Slope {
    Slope::at(generator.theta.clone(), |p| {
        let loss = generator_loss(objective, logits(p));
        (loss.clone(), [loss])
    })
}

impl Adversaries<'_> {
    fn critic(&self, learners: &[Adam], row: &mut Row) -> Slope {
        let size = self.spec.batch;
        let (real, classes, z) =
            (row.take(size, PIXELS), row.take(size, CLASSES), row.take(size, self.config.latent()));
        let made = self.config.draws(&mut Builder::inference(learners[GENERATOR].theta.clone()))(z, &classes);
        let both = Tensor::cat(vec![classes.clone(), classes], 0);
        slope_of_critic(self.config.objective(), &learners[CRITIC], |p| {
            self.config.critic(p).logits(Tensor::cat(vec![real, made], 0), &both)
        })
    }

    fn generator(&self, learners: &[Adam], row: &mut Row) -> Slope {
        let size = self.spec.batch;
        let (classes, z) = (row.take(size, CLASSES), row.take(size, self.config.latent()));
        let frozen = learners[CRITIC].theta.clone();
        slope_of_generator(self.config.objective(), &learners[GENERATOR], |p| {
            let made = self.config.draws(p)(z, &classes);
            self.config.critic(&mut Builder::frozen(frozen)).logits(made, &classes)
        })
    }
}

impl Lesson for Adversaries<'_> {
    fn passes(&self) -> Vec<Pass> {
        passes(self.spec.critic_steps, bound(self.config.objective()))
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        let [mut choose, mut noise] = streams(self.spec, step);
        let size = self.spec.batch;
        let mut numbers = vec![];
        for _ in 0..self.spec.critic_steps {
            let (pixels, labels) = self.data.pictures(&mut choose, size);
            numbers.extend(pixels);
            numbers.extend(one_hot(&labels));
            numbers.extend(self.config.codes(&mut noise, size));
        }
        let labels: Vec<u8> = (0..size).map(|_| self.data.images.label(choose.below(self.data.among))).collect();
        numbers.extend(one_hot(&labels));
        numbers.extend(self.config.codes(&mut noise, size));
        numbers
    }

    fn slope(&self, learners: &[Adam], row: &mut Row, pass: usize) -> Slope {
        if pass < self.spec.critic_steps { self.critic(learners, row) } else { self.generator(learners, row) }
    }
}
