//! The kernels on the CPU: slices of Burn's Flex tensors, one thread, the same order of sums everywhere.

mod adam;
mod affine;
mod attention;
mod gemm;
mod modulate;
mod silu;

pub use gemm::{View, product};

use burn::backend::{
    DType, Flex, Shape,
    flex::{FlexTensor, Layout},
};
use std::borrow::Cow;

/// The numbers of a tensor in order; copied only if they are not so in memory.
fn numbers(tensor: &FlexTensor) -> Cow<'_, [f32]> {
    match tensor.as_slice::<f32>() {
        Some(slice) => Cow::Borrowed(slice),
        None => Cow::Owned(tensor.to_contiguous().as_slice::<f32>().unwrap_or_default().to_vec()),
    }
}

/// A tensor of these numbers.
fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
    FlexTensor::new(burn::tensor::Bytes::from_elems(values), Layout::contiguous(shape.into()), DType::F32)
}

/// Its sizes.
fn sizes<const D: usize>(tensor: &FlexTensor) -> [usize; D] {
    let shape = tensor.layout().shape();
    core::array::from_fn(|i| shape[i])
}

impl super::Kernels for Flex {
    fn affine(x: FlexTensor, weight: FlexTensor, bias: FlexTensor, act: super::Activation) -> FlexTensor {
        affine::forward(&x, &weight, &bias, act).0
    }

    fn modulated(h: FlexTensor, modulation: FlexTensor, site: usize) -> FlexTensor {
        modulate::forward(&h, &modulation, site)
    }

    fn attended(qkv: FlexTensor, heads: usize) -> FlexTensor {
        attention::forward(&qkv, heads)
    }
}

impl super::Gradients for Flex {
    fn affine_keeping(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        act: super::Activation,
    ) -> (FlexTensor, Option<FlexTensor>) {
        affine::forward(&x, &weight, &bias, act)
    }

    fn affine_all(
        dy: FlexTensor,
        (x, kept): (FlexTensor, Option<FlexTensor>),
        weight: FlexTensor,
        _: super::Activation,
        to_x: bool,
    ) -> (Option<FlexTensor>, [FlexTensor; 2]) {
        affine::gradients(&dy, (&x, kept.as_ref()), &weight, to_x)
    }

    fn modulated_both(dy: FlexTensor, h: FlexTensor, modulation: FlexTensor, site: usize) -> [FlexTensor; 2] {
        modulate::both(&dy, &h, &modulation, site)
    }

    fn attended_input(dy: FlexTensor, qkv: FlexTensor, heads: usize) -> FlexTensor {
        attention::input(&dy, &qkv, heads)
    }
}

impl super::Descent for Flex {
    fn adam(
        theta: FlexTensor,
        m: FlexTensor,
        v: FlexTensor,
        ema: FlexTensor,
        gradient: FlexTensor,
        rates: FlexTensor,
    ) -> (FlexTensor, FlexTensor, FlexTensor, FlexTensor) {
        adam::update([theta, m, v, ema], &gradient, &rates).into()
    }
}
