//! min_G max_D of the adversarial loss on pictures beside what they are made of, with λ E |y - G(x, z)| for the generator: the distance
//! alone makes pictures right and blurred, since the median of all that may be is least far from them (Isola et al., 2017).

use super::{
    gan::{self, CRITIC, GENERATOR, generator_loss, slope_of_critic},
    lesson::{Among, Lesson, Pass, Row, Slope, streams},
};
use burn::tensor::Tensor;
use data::{
    images::Images,
    sets::{CLASSES, PIXELS},
};
use flow::{
    coupling::{Coupling, degrade},
    rng::Stream,
};
use model::{
    adam::Adam,
    browser::mean,
    classes::one_hot,
    pairs::{Painter, PairsConfig, Witness},
    parameters::Builder,
};
use protocol::message::TrainSpec;

/// A generator and a critic.
pub struct Painting<'a> {
    pub spec: &'a TrainSpec,
    pub config: &'a PairsConfig,
    pub data: Among<'a>,
}

/// Of each of the `chosen` images, what it is made of and what `code` draws, [rows × (784 + latent)]; then the images, and their classes.
pub fn input(
    code: impl Fn(&mut Stream) -> Vec<f32>,
    coupling: Coupling,
    (images, chosen): (&Images, &[usize]),
    noise: &mut Stream,
) -> Vec<f32> {
    let (mut given, mut pictures) = (vec![], vec![]);
    for &i in chosen {
        let y: Vec<f32> = images.x_1(i).collect();
        given.extend(degrade(coupling, &y, noise));
        given.extend(code(noise));
        pictures.extend(y);
    }
    given.extend(pictures);
    given.extend(one_hot(&chosen.iter().map(|&i| images.label(i)).collect::<Vec<_>>()));
    given
}

/// E |a - b| over all pixels, [1].
pub fn distance(a: Tensor<2>, b: Tensor<2>) -> Tensor<1> {
    mean((a - b).abs())
}

impl Painting<'_> {
    /// x beside z, y, and classes.
    fn take(&self, row: &mut Row) -> [Tensor<2>; 3] {
        let size = self.spec.batch;
        [PIXELS + self.config.latent, PIXELS, CLASSES].map(|width| row.take(size, width))
    }
}

impl Lesson for Painting<'_> {
    fn passes(&self) -> Vec<Pass> {
        gan::passes(self.spec.critic_steps, gan::bound(self.config.adversarial))
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        let [mut choose, mut noise] = streams(self.spec, step);
        let mut pass = |_| {
            let chosen: Vec<usize> = (0..self.spec.batch).map(|_| choose.below(self.data.among)).collect();
            input(
                |noise| noise.normals(self.config.latent),
                self.spec.coupling,
                (self.data.images, &chosen),
                &mut noise,
            )
        };
        (0..=self.spec.critic_steps).flat_map(&mut pass).collect()
    }

    fn slope(&self, learners: &[Adam], row: &mut Row, pass: usize) -> Slope {
        let [given, y, classes] = self.take(row);
        let (config, [generator, critic]) = (self.config, [&learners[GENERATOR], &learners[CRITIC]]);
        if pass < self.spec.critic_steps {
            let made = Painter::new(&mut Builder::inference(generator.theta.clone()), config)
                .pictures(given.clone(), &classes);
            let twice = |x: Tensor<2>| Tensor::cat(vec![x.clone(), x], 0);
            return slope_of_critic(config.adversarial, critic, |p| {
                let both = Tensor::cat(vec![y, made], 0);
                Witness::new(p, config).logits(both, twice(given), &twice(classes))
            });
        }
        Slope::at(generator.theta.clone(), |p| {
            let made = Painter::new(p, config).pictures(given.clone(), &classes);
            let witness = Witness::new(&mut Builder::frozen(critic.theta.clone()), config);
            let found_out = generator_loss(config.adversarial, witness.logits(made.clone(), given, &classes));
            let far = distance(y, made);
            (found_out.clone() + far.clone() * self.spec.lambda, [found_out, far])
        })
    }
}
