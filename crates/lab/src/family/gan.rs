//! Critic and generator in turn, each with the other one frozen; the objectives are those of `flow::adversarial`.

use super::lesson::{Among, Lesson, Pass, Row, softplus, streams};
use burn::tensor::Tensor;
use data::sets::{CLASSES, PIXELS};
use flow::adversarial::Objective;
use model::{
    adam::{Adam, Decays},
    classes::one_hot,
    gan::{Critic, GanConfig, Generator},
    parameters::Builder,
};
use protocol::message::TrainSpec;

/// The learners of [`Design::Gan`](model::design::Design::Gan).
const GENERATOR: usize = 0;
const CRITIC: usize = 1;

/// A generator and a critic.
pub struct Adversaries<'a> {
    pub spec: &'a TrainSpec,
    pub config: &'a GanConfig,
    pub data: Among<'a>,
}

/// What the critic pays for the logits of `real` and of `made` pictures, each [rows, 1]: [1].
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

/// What the generator pays for the logits of pictures that it `made`, [rows, 1]: [1].
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

impl Adversaries<'_> {
    fn train_critic(&self, learners: &mut [Adam], row: &mut Row, pass: usize) -> Tensor<1> {
        let size = self.spec.batch;
        let (real, classes, z) = (row.take(size, PIXELS), row.take(size, CLASSES), row.take(size, self.config.latent));
        let made = Generator::new(&mut Builder::inference(learners[GENERATOR].theta.clone()), self.config)
            .pictures(z, &classes);
        let mut builder = Builder::training(learners[CRITIC].theta.clone());
        let critic = Critic::new(&mut builder, self.config);
        let logits = critic.logits(Tensor::cat(vec![real, made], 0), &Tensor::cat(vec![classes.clone(), classes], 0));
        let (real, made) = (logits.clone().narrow(0, 0, size), logits.narrow(0, size, size));
        let loss = critic_loss(self.config.adversarial, real, made);
        let gradient = builder.into_gradient(&loss.backward());
        learners[CRITIC].update(gradient, row.rates(pass));
        loss.inner()
    }

    fn train_generator(&self, learners: &mut [Adam], row: &mut Row, pass: usize) -> Tensor<1> {
        let size = self.spec.batch;
        let (classes, z) = (row.take(size, CLASSES), row.take(size, self.config.latent));
        let mut builder = Builder::training(learners[GENERATOR].theta.clone());
        let generator = Generator::new(&mut builder, self.config);
        let critic = Critic::new(&mut Builder::frozen(learners[CRITIC].theta.clone()), self.config);
        let loss = generator_loss(self.config.adversarial, critic.logits(generator.pictures(z, &classes), &classes));
        let gradient = builder.into_gradient(&loss.backward());
        learners[GENERATOR].update(gradient, row.rates(pass));
        loss.inner()
    }
}

impl Lesson for Adversaries<'_> {
    fn passes(&self) -> Vec<Pass> {
        // Both chase a moving target, so that they should forget its direction soon (Radford et al., 2016).
        let decays = Decays { beta_1: 0.5, beta_2: 0.99, clip: f32::MAX, ..Decays::default() };
        let bound = self.config.adversarial.bound().map_or(f32::MAX, |bound| bound as f32);
        let critic = Pass { learner: CRITIC, decays: Decays { bound, ..decays } };
        [vec![critic; self.spec.critic_steps], vec![Pass { learner: GENERATOR, decays }]].concat()
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        let [mut choose, mut noise] = streams(self.spec, step);
        let (size, latent) = (self.spec.batch, self.spec.batch * self.config.latent);
        let mut numbers = vec![];
        for _ in 0..self.spec.critic_steps {
            let (pixels, labels) = self.data.pictures(&mut choose, size);
            numbers.extend(pixels);
            numbers.extend(one_hot(&labels));
            numbers.extend(noise.normals(latent));
        }
        let labels: Vec<u8> = (0..size).map(|_| self.data.images.label(choose.below(self.data.among))).collect();
        numbers.extend(one_hot(&labels));
        numbers.extend(noise.normals(latent));
        numbers
    }

    fn learn(&self, learners: &mut [Adam], mut row: Row) -> Tensor<1> {
        let mut critic = None;
        for pass in 0..self.spec.critic_steps {
            critic = Some(self.train_critic(learners, &mut row, pass));
        }
        let generator = self.train_generator(learners, &mut row, self.spec.critic_steps);
        Tensor::cat(critic.into_iter().chain([generator]).collect(), 0)
    }
}
