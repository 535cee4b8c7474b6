//! Classes as numbers that a network can be told.

use super::condition::NULL;
use burn::tensor::Tensor;
use data::sets::CLASSES;

/// Labels one-hot, [rows × 10]; [`NULL`] is all zero.
pub fn one_hot(labels: &[u8]) -> Vec<f32> {
    let row = |&label: &u8| (0..CLASSES).map(move |class| f32::from(label != NULL && usize::from(label) == class));
    labels.iter().flat_map(row).collect()
}

/// No class for each of these rows, one-hot.
pub fn untold(rows: &Tensor<2>) -> Tensor<2> {
    Tensor::zeros([rows.dims()[0], CLASSES], &rows.device())
}

/// `x` with `classes` beside it where a network is `told` them.
pub fn beside(x: Tensor<2>, classes: &Tensor<2>, told: bool) -> Tensor<2> {
    if told { Tensor::cat(vec![x, classes.clone()], 1) } else { x }
}
