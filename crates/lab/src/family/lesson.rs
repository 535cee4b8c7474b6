//! A step of learning, whatever is learned: numbers drawn on the CPU, passes over learners.

use burn::tensor::Tensor;
use data::images::Images;
use flow::rng::{Purpose, Stream};
use model::{
    adam::{Adam, Decays},
    kernel::RATES,
    parameters::Builder,
};
use protocol::message::TrainSpec;

/// One update of one learner.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    /// Which of the design's learners.
    pub learner: usize,
    pub decays: Decays,
}

/// The numbers of a step on the device: what a [`Lesson`] drew, then the rates of every pass.
pub struct Row<'a> {
    pub numbers: &'a Tensor<1>,
    read: usize,
    passes: usize,
}

impl<'a> Row<'a> {
    pub fn new(numbers: &'a Tensor<1>, passes: usize) -> Self {
        Self { numbers, read: 0, passes }
    }

    /// The next [rows × width] numbers.
    pub fn take(&mut self, rows: usize, width: usize) -> Tensor<2> {
        let part = self.numbers.clone().narrow(0, self.read, rows * width);
        self.read += rows * width;
        part.reshape([rows, width])
    }

    /// What pass number `pass` hands to Adam.
    pub fn rates(&self, pass: usize) -> Tensor<1> {
        self.numbers.clone().narrow(0, self.numbers.dims()[0] - (self.passes - pass) * RATES, RATES)
    }
}

/// How a family learns.
pub trait Lesson {
    /// The passes of a step, in their order. The first learner takes one a step.
    fn passes(&self) -> Vec<Pass>;

    /// Everything that differs from step to step, but for the rates.
    fn draw(&self, step: u64) -> Vec<f32>;

    /// One step; the terms that the family reports, before it.
    fn learn(&self, learners: &mut [Adam], row: Row) -> Tensor<1>;
}

/// The pictures of a step: the first `among` of `images`.
#[derive(Clone, Copy)]
pub struct Among<'a> {
    pub images: &'a Images,
    pub among: usize,
}

impl Among<'_> {
    /// So many, drawn with replacement: their pixels, and their labels.
    pub(super) fn pictures(&self, choose: &mut Stream, count: usize) -> (Vec<f32>, Vec<u8>) {
        let chosen: Vec<usize> = (0..count).map(|_| choose.below(self.among)).collect();
        let pixels = chosen.iter().flat_map(|&i| self.images.x_1(i)).collect();
        (pixels, chosen.iter().map(|&i| self.images.label(i)).collect())
    }
}

/// One update of `learner` with `rates`, down the gradient of the first of `pays`, which builds its network: what else it
/// gives, before the update.
pub fn descend<const N: usize>(
    learner: &mut Adam,
    rates: Tensor<1>,
    pays: impl FnOnce(&mut Builder) -> (Tensor<1>, [Tensor<1>; N]),
) -> [Tensor<1>; N] {
    let theta = learner.theta.clone();
    descend_at(theta, learner, rates, pays)
}

/// The same with the gradient taken at `theta`.
pub fn descend_at<const N: usize>(
    theta: Tensor<1>,
    learner: &mut Adam,
    rates: Tensor<1>,
    pays: impl FnOnce(&mut Builder) -> (Tensor<1>, [Tensor<1>; N]),
) -> [Tensor<1>; N] {
    let (gradient, terms) = gradient(theta, pays);
    learner.update(gradient, rates);
    terms
}

/// The gradient at `theta` of the first of `pays`, and what else it gives.
pub fn gradient<const N: usize>(
    theta: Tensor<1>,
    pays: impl FnOnce(&mut Builder) -> (Tensor<1>, [Tensor<1>; N]),
) -> (Tensor<1>, [Tensor<1>; N]) {
    let mut builder = Builder::training(theta);
    let (loss, terms) = pays(&mut builder);
    (builder.into_gradient(&loss.backward()), terms.map(Tensor::inner))
}

/// The streams of a step: which pictures, and the noise.
pub(super) fn streams(spec: &TrainSpec, step: u64) -> [Stream; 2] {
    [Purpose::Batch, Purpose::Noise].map(|purpose| Stream::new(spec.seed, purpose, step))
}
