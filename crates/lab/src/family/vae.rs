//! min E_q(z|x)[-ln p(x|z)] + β KL(q(z|x) ‖ N(0, I)), with z = mu + exp(log_var / 2) ε, ε ~ N(0, I), so that gradients
//! reach the encoder through its sample (Kingma & Welling, 2014). Both terms in nats a picture, means over the batch.

use super::lesson::{Among, Lesson, Pass, Row, softplus, streams};
use burn::tensor::Tensor;
use data::sets::{CLASSES, PIXELS};
use flow::elbo::{GAUSSIAN_STD, Likelihood};
use model::{
    adam::{Adam, Decays},
    classes::one_hot,
    parameters::Builder,
    vae::{Vae, VaeConfig},
};
use protocol::message::TrainSpec;
use std::f64::consts::PI;

/// An encoder and a decoder.
pub struct Autoencoder<'a> {
    pub spec: &'a TrainSpec,
    pub config: &'a VaeConfig,
    pub data: Among<'a>,
}

/// -ln p(x|z) and KL(q(z|x) ‖ N(0, I)), each the mean over pictures `x`: [rows, 784], z drawn with ε: [rows, latent].
pub fn nats(
    vae: &Vae,
    likelihood: Likelihood,
    x: Tensor<2>,
    epsilon: Tensor<2>,
    classes: &Tensor<2>,
) -> [Tensor<1>; 2] {
    let rows = x.dims()[0] as f64;
    let [mu, log_var] = vae.encode(x.clone(), classes);
    let z = mu.clone() + (log_var.clone() * 0.5).exp() * epsilon;
    let output = vae.decode(z, classes);
    let reconstruction = match likelihood {
        Likelihood::Bernoulli => (softplus(output.clone()) - output * ((x + 1.0) * 0.5)).sum() / rows,
        Likelihood::Gaussian => {
            let error = (x - output) / GAUSSIAN_STD;
            let rest = PIXELS as f64 * libm::log(GAUSSIAN_STD * (2.0 * PI).sqrt());
            (error.clone() * error).sum() / (2.0 * rows) + rest
        }
    };
    let kl = (mu.clone() * mu + log_var.clone().exp() - log_var - 1.0).sum() / (2.0 * rows);
    [reconstruction, kl]
}

impl Lesson for Autoencoder<'_> {
    fn passes(&self) -> Vec<Pass> {
        // Nats of 784 pixels are large numbers, and so are their gradients.
        vec![Pass { learner: 0, decays: Decays { beta_2: 0.999, clip: f32::MAX, ..Decays::default() } }]
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        let [mut choose, mut noise] = streams(self.spec, step);
        let (mut numbers, labels) = self.data.pictures(&mut choose, self.spec.batch);
        numbers.extend(one_hot(&labels));
        numbers.extend(noise.normals(self.spec.batch * self.config.latent));
        numbers
    }

    fn learn(&self, learners: &mut [Adam], mut row: Row) -> Tensor<1> {
        let size = self.spec.batch;
        let (x, classes) = (row.take(size, PIXELS), row.take(size, CLASSES));
        let epsilon = row.take(size, self.config.latent);
        let mut builder = Builder::training(learners[0].theta.clone());
        let vae = Vae::new(&mut builder, self.config);
        let [reconstruction, kl] = nats(&vae, self.config.likelihood, x, epsilon, &classes);
        let loss = reconstruction.clone() + kl.clone() * self.spec.beta;
        let gradient = builder.into_gradient(&loss.backward());
        learners[0].update(gradient, row.rates(0));
        Tensor::cat(vec![reconstruction.inner(), kl.inner()], 0)
    }
}
