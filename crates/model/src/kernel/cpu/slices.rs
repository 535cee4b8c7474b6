//! Flex tensors as slices, and slices as Flex tensors.

use burn::backend::{
    DType, Shape,
    flex::{FlexTensor, Layout},
};
use std::borrow::Cow;

/// The numbers of a tensor in order; copied only if they are not so in memory.
pub fn numbers(tensor: &FlexTensor) -> Cow<'_, [f32]> {
    match tensor.as_slice::<f32>() {
        Some(slice) => Cow::Borrowed(slice),
        None => Cow::Owned(tensor.to_contiguous().as_slice::<f32>().unwrap_or_default().to_vec()),
    }
}

/// A tensor of these numbers.
pub fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
    FlexTensor::new(burn::tensor::Bytes::from_elems(values), Layout::contiguous(shape.into()), DType::F32)
}

/// Its sizes.
pub fn sizes<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    let shape = tensor.layout().shape();
    core::array::from_fn(|i| shape[i])
}
