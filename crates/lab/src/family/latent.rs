//! A coder as it learns alone, and min_θ E |y_θ(z_t, t) - y(z_0, z_1)|² on its codes z_1, which count as data: no gradient of the
//! flow reaches the coder (Rombach et al., 2022). Both learn in the same step, so that the flow follows codes that still move,
//! and is right once these rest.

use super::lesson::{Among, Lesson, Pass, Row, Slope, streams};
use crate::batch::{Aim, time};
use burn::tensor::Tensor;
use data::{images::Images, sets::PIXELS};
use flow::rng::{Purpose, Stream};
use model::{
    adam::{Adam, Decays},
    browser::mean,
    coder::{Coder, CoderConfig},
    condition::{Condition, NULL, WIDTH},
    latent::LatentConfig,
    network::{Config, Network},
    parameters::Builder,
};
use protocol::message::TrainSpec;

/// The learners.
pub const CODES: usize = 0;
pub const FLOW: usize = 1;

/// Numbers beside a code that say where on the path it is, and what is to be answered there: alpha_t, sigma_t, and the shares of z_1
/// and z_0 in the target.
const PLACE: usize = 4;

/// More than the steps of any training: from there on is what the second pass of a step draws.
const BEYOND: u64 = 1 << 48;

/// A coder and the flow of its codes.
pub struct Latents<'a, C> {
    pub spec: &'a TrainSpec,
    pub config: &'a LatentConfig<C>,
    pub data: Among<'a>,
    /// How the coder learns, in one pass.
    pub alone: Box<dyn Lesson + 'a>,
}

/// What a pass of the flow needs of the `chosen` images at `times`: pictures, ε of their codes, noise z_0, where on the path they
/// are, conditions. A code has so many `numbers`.
pub fn input(
    (flow, numbers): (&Config, usize),
    aim: Aim,
    (images, chosen): (&Images, &[usize]),
    labels: &[u8],
    times: &[f32],
    noise: &mut Stream,
) -> Vec<f32> {
    let reading = aim.reading();
    let mut row: Vec<f32> = chosen.iter().flat_map(|&i| images.x_1(i)).collect();
    row.extend(noise.normals(2 * chosen.len() * numbers));
    for t in times {
        let c = aim.schedule.at(f64::from(*t));
        let [of_data, of_noise] = reading.weights(&c);
        row.extend([c.alpha_t, c.sigma_t, of_data, of_noise].map(|number| number as f32));
    }
    row.extend(flow.rows(reading, times, labels));
    row
}

/// mean |y_θ(z_t) - target|² over the numbers of codes and the pictures that `row` takes of the `size` of an [`input`], [1].
pub fn loss(coder: &dyn Coder, network: &Network, numbers: usize, row: &mut Row, size: usize) -> Tensor<1> {
    let (x, epsilon, z_0) = (row.take(size, PIXELS), row.take(size, numbers), row.take(size, numbers));
    let (place, rows) = (row.take(size, PLACE), row.take(size, WIDTH));
    let z_1 = coder.data(x, epsilon);
    let [alpha, sigma, of_data, of_noise] = [0, 1, 2, 3].map(|k| place.clone().narrow(1, k, 1));
    let z_t = z_1.clone() * alpha + z_0.clone() * sigma;
    let target = z_1 * of_data + z_0 * of_noise;
    let error = network.read(z_t, &Condition::of(rows)) - target;
    mean(error.clone() * error)
}

impl<C> Latents<'_, C> {
    fn aim(&self) -> Aim<'_> {
        Aim { schedule: self.spec.schedule.0, loss: self.spec.loss, coupling: self.spec.coupling }
    }
}

impl<C: CoderConfig> Lesson for Latents<'_, C> {
    fn passes(&self) -> Vec<Pass> {
        [self.alone.passes(), vec![Pass { learner: FLOW, decays: Decays::default() }]].concat()
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        let mut row = self.alone.draw(step);
        // Pictures and noise of its own.
        let [mut choose, mut noise] = streams(self.spec, BEYOND + step);
        let stream = |purpose| Stream::new(self.spec.seed, purpose, step);
        let mut drop = stream(Purpose::Drop);
        let chosen: Vec<usize> = (0..self.spec.batch).map(|_| choose.below(self.data.among)).collect();
        let keep = |i: &usize| match drop.uniform() < self.spec.label_drop {
            true => NULL,
            false => self.data.images.label(*i),
        };
        let labels: Vec<u8> = chosen.iter().map(keep).collect();
        let draws = self.spec.draw.draws_at(
            &mut stream(Purpose::Time),
            [self.spec.draw_location, self.spec.draw_scale],
            self.spec.batch,
        );
        let times: Vec<f32> = draws.into_iter().map(|t| time(self.aim().schedule, f64::from(t)) as f32).collect();
        let flow = (&self.config.flow, self.config.codes.numbers());
        row.extend(input(flow, self.aim(), (self.data.images, &chosen), &labels, &times, &mut noise));
        row
    }

    fn slope(&self, learners: &[Adam], row: &mut Row, pass: usize) -> Slope {
        if pass == 0 {
            return self.alone.slope(learners, row, pass);
        }
        let LatentConfig { codes, flow } = self.config;
        let frozen = codes.coder(&mut Builder::inference(learners[CODES].theta.clone()));
        Slope::at(learners[FLOW].theta.clone(), |p| {
            let loss = loss(&*frozen, &Network::new(p, flow), codes.numbers(), row, self.spec.batch);
            (loss.clone(), [loss])
        })
    }
}
