//! min E[-ln p(x | z_q) + |sg(z_e) - z_q|² + β |z_e - sg(z_q)|²]: pixels teach decoder and encoder, the second term moves the words of
//! the book to what the encoder says, the third keeps the encoder by its words (van den Oord et al., 2017). Words that nobody uses are
//! drawn to what is said badly (`Vq::terms`).

use super::{
    lesson::{Among, Lesson, Pass, Row, Slope, streams},
    vae,
};
use data::sets::PIXELS;
use model::{
    adam::Adam,
    vq::{Vq, VqConfig, VqTerms},
};
use protocol::message::TrainSpec;

/// Encoder, book and decoder.
pub struct Quantiser<'a> {
    pub spec: &'a TrainSpec,
    pub config: &'a VqConfig,
    pub data: Among<'a>,
}

impl Lesson for Quantiser<'_> {
    fn passes(&self) -> Vec<Pass> {
        vec![vae::pass()]
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        let [mut choose, _] = streams(self.spec, step);
        self.data.pictures(&mut choose, self.spec.batch).0
    }

    fn slope(&self, learners: &[Adam], row: &mut Row, _pass: usize) -> Slope {
        let x = row.take(self.spec.batch, PIXELS);
        Slope::at(learners[0].theta.clone(), |p| {
            let VqTerms { reconstruction, codebook, commitment, revival, perplexity } =
                Vq::new(p, self.config).terms(x);
            let all = reconstruction.clone() + codebook.clone() + commitment * self.spec.beta + revival;
            (all, [reconstruction, codebook, perplexity])
        })
    }
}
