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
use std::ops::Range;

/// One update of one learner.
#[derive(Clone, Copy, Debug)]
pub struct Pass {
    /// Which of the design's learners.
    pub learner: usize,
    pub decays: Decays,
}

/// The numbers of a step on the device: what a [`Lesson`] drew, then the rates of every pass.
#[derive(Clone)]
pub struct Row {
    numbers: Tensor<1>,
    read: usize,
    /// Of every batch that is taken, these rows; none for all.
    part: Option<Range<usize>>,
    passes: usize,
}

impl Row {
    pub fn new(numbers: &Tensor<1>, passes: usize) -> Self {
        Self { numbers: numbers.clone(), read: 0, part: None, passes }
    }

    /// The same place of the same row, of which only the rows `part` of a batch are taken.
    pub fn of(&self, part: Range<usize>) -> Self {
        Self { part: Some(part), ..self.clone() }
    }

    /// The next [rows × width] numbers, or those of its part of them.
    pub fn take(&mut self, rows: usize, width: usize) -> Tensor<2> {
        let part = self.part.clone().unwrap_or(0..rows);
        let numbers = self.numbers.clone().narrow(0, self.read + part.start * width, part.len() * width);
        self.read += rows * width;
        numbers.reshape([part.len(), width])
    }

    /// What pass number `pass` hands to Adam.
    pub fn rates(&self, pass: usize) -> Tensor<1> {
        self.numbers.clone().narrow(0, self.numbers.dims()[0] - (self.passes - pass) * RATES, RATES)
    }
}

/// Where a pass leads: down the gradient by the parameters of its learner, [parameters], and the terms that its family
/// reports of it, [terms]. Both are means over the rows of a batch.
#[derive(Clone)]
pub struct Slope {
    pub gradient: Tensor<1>,
    pub terms: Tensor<1>,
}

impl Slope {
    /// At `theta`: the gradient of the first of `pays`, which builds its network, and what else it gives.
    pub fn at<const N: usize>(
        theta: Tensor<1>,
        pays: impl FnOnce(&mut Builder) -> (Tensor<1>, [Tensor<1>; N]),
    ) -> Self {
        let (gradient, terms) = gradient(theta, pays);
        let terms = terms.to_vec();
        Self { gradient, terms: if N == 1 { terms[0].clone() } else { Tensor::cat(terms, 0) } }
    }

    /// This much of it.
    pub fn times(self, share: f64) -> Self {
        Self { gradient: self.gradient * share, terms: self.terms * share }
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self { gradient: self.gradient + other.gradient, terms: self.terms + other.terms }
    }
}

/// How a family learns.
pub trait Lesson {
    /// The passes of a step, in their order. The first learner takes one a step. Of each learner the terms of its last pass
    /// are reported.
    fn passes(&self) -> Vec<Pass>;

    /// Everything that differs from step to step, but for the rates.
    fn draw(&self, step: u64) -> Vec<f32>;

    /// Where pass number `pass` leads, by the rows of the batch that `row` takes, which stands at the numbers of the pass and
    /// is moved on behind them.
    fn slope(&self, learners: &[Adam], row: &mut Row, pass: usize) -> Slope;
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
