//! Work that would be long is cut in pieces, between which others may work.

use super::{
    family::{Lesson, Pass, Row, Slope},
    learners::{Learners, numbers, told},
};
use burn::tensor::Tensor;
use model::{adam::Adam, parameters::upload};
use std::ops::Range;

/// `rows` in as few parts as there may be at most `together` in each, as many in each as in the others.
pub fn parts(rows: usize, together: u64) -> Vec<Range<usize>> {
    let together = usize::try_from(together).unwrap_or(usize::MAX).max(1);
    let count = rows.div_ceil(together).max(1);
    (0..count).map(|k| k * rows / count..(k + 1) * rows / count).collect()
}

/// A step of learning in pieces. Those who learn keep what they know until it is done, so that it may be given up at any time.
#[derive(Clone)]
pub struct UnderWay {
    learners: Vec<Adam>,
    passes: Vec<Pass>,
    parts: Vec<Range<usize>>,
    /// Where the numbers of the pass begin that is under way.
    row: Row,
    /// Of each part of that pass: how it leads, as a share of the whole.
    sum: Option<Slope>,
    next: usize,
    /// The terms of the passes that are done.
    terms: Vec<Tensor<1>>,
}

impl UnderWay {
    /// The step that `learners` would take of `lesson` at this learning rate; the gradient of every pass is the mean of those of
    /// `parts` of its batch.
    pub fn begin(learners: &Learners, lesson: &dyn Lesson, rate: f64, parts: Vec<Range<usize>>) -> Self {
        let (device, mut learners, passes) = (learners.device(), learners.to_vec(), lesson.passes());
        let numbers = numbers(lesson, &passes, &mut learners, rate);
        let length = numbers.len();
        let row = Row::new(&upload(numbers, [length], &device), passes.len());
        Self { learners, passes, parts, row, sum: None, next: 0, terms: vec![] }
    }

    /// One piece. The learners after the step and the terms before it, once it is done.
    pub fn advance(&mut self, lesson: &dyn Lesson) -> Option<(Learners, Tensor<1>)> {
        let (pass, part) = (self.terms.len(), self.parts[self.next].clone());
        let share = part.len() as f64 / self.parts.last().map_or(1, |last| last.end) as f64;
        let mut row = self.row.of(part);
        let slope = lesson.slope(&self.learners, &mut row, pass).times(share);
        let sum = match self.sum.take() {
            Some(sum) => sum.plus(slope),
            None => slope,
        };
        self.next += 1;
        if self.next < self.parts.len() {
            self.sum = Some(sum);
            return None;
        }
        self.learners[self.passes[pass].learner].update(sum.gradient, row.rates(pass));
        self.terms.push(sum.terms);
        (self.row, self.next) = (row, 0);
        let is_done = self.terms.len() == self.passes.len();
        is_done.then(|| (Learners::of(self.learners.clone()), told(&self.passes, self.terms.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_all_rows_once_and_none_is_larger_than_it_may_be() {
        for (rows, together, count) in [(64, 64, 1), (65, 64, 2), (256, 100, 3), (3, 0, 3), (1, u64::MAX, 1)] {
            let parts = parts(rows, together);
            assert_eq!(parts.len(), count);
            assert!(parts.iter().flat_map(Clone::clone).eq(0..rows));
            let sizes = || parts.iter().map(ExactSizeIterator::len);
            assert!(sizes().max() <= sizes().min().map(|least| least + 1));
        }
    }
}
