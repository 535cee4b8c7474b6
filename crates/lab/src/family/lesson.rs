//! A step of learning, whatever is learned: numbers drawn on the CPU, passes over learners.

use burn::tensor::Tensor;
use data::images::Images;
use flow::rng::{Purpose, Stream};
use model::{
    adam::{Adam, Decays},
    kernel::{RATES, Repeated},
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
    pub(super) numbers: &'a Tensor<1>,
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

/// One step of a lesson at this learning rate: the terms that its family reports, which stay on the device.
pub fn take(lesson: &dyn Lesson, learners: &mut [Adam], repeated: &mut Repeated, rate: f64, step: u64) -> Tensor<1> {
    let (mut input, passes, device) = (lesson.draw(step), lesson.passes(), learners[0].device());
    for pass in &passes {
        input.extend(learners[pass.learner].rates(rate, pass.decays));
    }
    repeated.run(input, &device, |input| lesson.learn(learners, Row::new(input, passes.len())))
}

/// The streams of a step: which pictures, and the noise.
pub(super) fn streams(spec: &TrainSpec, step: u64) -> [Stream; 2] {
    [Purpose::Batch, Purpose::Noise].map(|purpose| Stream::new(spec.seed, purpose, step))
}

/// ln(1 + exp(l)), without overflow.
pub(super) fn softplus<const D: usize>(l: Tensor<D>) -> Tensor<D> {
    l.clone().clamp_min(0.0) + (-l.abs()).exp().log1p()
}
