//! min_{G, F} max_{D_X, D_Y} of the adversarial losses of both sets, with λ (E |F(G(x)) - x| + E |G(F(y)) - y|) for the way there and back, and
//! a tenth of λ for E |G(y) - y| + E |F(x) - x|: what is of the set already is left alone (Zhu et al., 2017). No x of a step is made of one of
//! its y.

use super::{
    gan::{self, CRITIC, GENERATOR, critic_loss, generator_loss},
    lesson::{Among, Lesson, Pass, Row, Slope, streams},
    pairs::distance,
};
use burn::tensor::Tensor;
use data::sets::PIXELS;
use flow::coupling::degrade;
use model::{
    adam::Adam,
    cycle::{Critics, CycleConfig, Translators},
    parameters::Builder,
};
use protocol::message::TrainSpec;

/// Share of λ that weighs what is of the set already.
const SAME: f64 = 0.1;

/// Two generators and two critics.
pub struct Translation<'a> {
    pub spec: &'a TrainSpec,
    pub config: &'a CycleConfig,
    pub data: Among<'a>,
}

impl Lesson for Translation<'_> {
    fn passes(&self) -> Vec<Pass> {
        gan::passes(self.spec.critic_steps, gan::bound(self.config.adversarial))
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        let [mut choose, mut noise] = streams(self.spec, step);
        let mut numbers = vec![];
        for _ in 0..=self.spec.critic_steps {
            let (pictures, _) = self.data.pictures(&mut choose, 2 * self.spec.batch);
            let (made_worse, of_set) = pictures.split_at(self.spec.batch * PIXELS);
            let worse = |x: &[f32]| degrade(self.spec.coupling, x, &mut noise);
            numbers.extend(made_worse.chunks(PIXELS).flat_map(worse));
            numbers.extend(of_set);
        }
        numbers
    }

    fn slope(&self, learners: &[Adam], row: &mut Row, pass: usize) -> Slope {
        let [x, y] = [0, 1].map(|_| row.take(self.spec.batch, PIXELS));
        let (config, objective) = (self.config, self.config.adversarial);
        let [translators, critics] = [GENERATOR, CRITIC].map(|k| learners[k].theta.clone());
        if pass < self.spec.critic_steps {
            let frozen = Translators::new(&mut Builder::inference(translators), config);
            let (made_y, made_x) = (frozen.there(x.clone()), frozen.back(y.clone()));
            return Slope::at(critics, |p| {
                let critics = Critics::new(p, config);
                let of_x = critic_loss(objective, critics.of_x(x), critics.of_x(made_x));
                let loss = of_x + critic_loss(objective, critics.of_y(y), critics.of_y(made_y));
                (loss.clone(), [loss])
            });
        }
        let rows = x.dims()[0];
        Slope::at(translators, |p| {
            let both = Translators::new(p, config);
            let critics = Critics::new(&mut Builder::frozen(critics), config);
            let halves = |x: Tensor<2>| [x.clone().narrow(0, 0, rows), x.narrow(0, rows, rows)];
            // Together what is to be translated and what is to be left alone.
            let [made_y, same_y] = halves(both.there(Tensor::cat(vec![x.clone(), y.clone()], 0)));
            let [made_x, same_x] = halves(both.back(Tensor::cat(vec![y.clone(), x.clone()], 0)));
            let found_out = generator_loss(objective, critics.of_y(made_y.clone()))
                + generator_loss(objective, critics.of_x(made_x.clone()));
            let cycle = distance(both.back(made_y), x.clone()) + distance(both.there(made_x), y.clone());
            let same = distance(same_y, y) + distance(same_x, x);
            let all = found_out.clone() + (cycle.clone() + same.clone() * SAME) * self.spec.lambda;
            (all, [found_out, cycle, same])
        })
    }
}
