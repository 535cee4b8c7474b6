//! min E_q(z|x)[-ln p(x|z)] + β KL(q(z|x) ‖ N(0, I)), with z = mu + exp(log_var / 2) ε, ε ~ N(0, I), so that gradients
//! reach the encoder through its sample (Kingma & Welling, 2014). Both terms in nats a picture, means over the batch.

use super::lesson::{Among, Lesson, Pass, Row, Slope, streams};
use data::sets::{CLASSES, PIXELS};
use model::{
    adam::{Adam, Decays},
    classes::one_hot,
    vae::{Vae, VaeConfig},
};
use protocol::message::TrainSpec;

/// An encoder and a decoder.
pub struct Autoencoder<'a> {
    pub spec: &'a TrainSpec,
    pub config: &'a VaeConfig,
    pub data: Among<'a>,
}

/// The pass over encoder and decoder.
pub fn pass() -> Pass {
    // Nats are large numbers, and so are their gradients.
    Pass { learner: 0, decays: Decays { beta_2: 0.999, clip: f32::MAX, ..Decays::default() } }
}

impl Lesson for Autoencoder<'_> {
    fn passes(&self) -> Vec<Pass> {
        vec![pass()]
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        let [mut choose, mut noise] = streams(self.spec, step);
        let (mut numbers, labels) = self.data.pictures(&mut choose, self.spec.batch);
        numbers.extend(one_hot(&labels));
        numbers.extend(noise.normals(self.spec.batch * self.config.latent));
        numbers
    }

    fn slope(&self, learners: &[Adam], row: &mut Row, _pass: usize) -> Slope {
        let size = self.spec.batch;
        let (x, classes) = (row.take(size, PIXELS), row.take(size, CLASSES));
        let epsilon = row.take(size, self.config.latent);
        Slope::at(learners[0].theta.clone(), |p| {
            let [reconstruction, kl] = Vae::new(p, self.config).nats(x, epsilon, &classes);
            (reconstruction.clone() + kl.clone() * self.spec.beta, [reconstruction, kl])
        })
    }
}
