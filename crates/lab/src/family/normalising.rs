//! min E[-ln p(x)], exactly: x is taken back through the layers to z, whose density is known. In bits a pixel of bytes
//! that are spread between their levels, means over the batch.

use super::lesson::{Among, Lesson, Pass, Row, Slope, streams};
use burn::tensor::Tensor;
use data::sets::{CLASSES, PIXELS};
use flow::likelihood::dequantise;
use model::{
    adam::{Adam, Decays},
    classes::one_hot,
    normalising::{Normalising, NormalisingConfig},
};
use protocol::message::TrainSpec;

/// Coupling layers.
pub struct Layers<'a> {
    pub spec: &'a TrainSpec,
    pub config: &'a NormalisingConfig,
    pub data: Among<'a>,
}

/// The pass over all layers.
pub fn pass() -> Pass {
    Pass { learner: 0, decays: Decays { beta_2: 0.999, ..Decays::default() } }
}

impl Lesson for Layers<'_> {
    fn passes(&self) -> Vec<Pass> {
        vec![pass()]
    }

    fn draw(&self, step: u64) -> Vec<f32> {
        let [mut choose, mut noise] = streams(self.spec, step);
        let (mut numbers, mut slopes, mut labels) = (vec![], vec![], vec![]);
        for _ in 0..self.spec.batch {
            let i = choose.below(self.data.among);
            let pixels = self.data.images.levels(i).iter().map(|level| dequantise(*level, noise.uniform()));
            let (seen, slope) = self.config.numbers(pixels);
            numbers.extend(seen);
            slopes.push(slope);
            labels.push(self.data.images.label(i));
        }
        numbers.extend(slopes);
        numbers.extend(one_hot(&labels));
        numbers
    }

    fn slope(&self, learners: &[Adam], row: &mut Row, _pass: usize) -> Slope {
        let size = self.spec.batch;
        let (seen, slope, classes) = (row.take(size, PIXELS), row.take(size, 1), row.take(size, CLASSES));
        Slope::at(learners[0].theta.clone(), |p| {
            let bits = Normalising::new(p, self.config).bits(seen, slope, &classes);
            let [bits, noise] = bits.map(Tensor::mean);
            (bits.clone(), [bits, noise])
        })
    }
}
