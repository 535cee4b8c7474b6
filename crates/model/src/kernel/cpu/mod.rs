//! The kernels on the CPU: slices of Burn's Flex tensors, one thread, the same order of sums everywhere.

mod adam;
mod affine;
mod attention;
mod browser;
mod gemm;
mod lanes;
mod modulate;
mod silu;
mod slices;

pub use browser::{as_in_browsers, imitates};
#[cfg(test)]
pub use gemm::multiplications;
pub use gemm::{MatrixView, product};

use super::operations::{Activation, Descent, Gradients, Kernels, To};
use burn::backend::{Flex, flex::FlexTensor};

impl Kernels for Flex {
    fn affine(x: FlexTensor, weight: FlexTensor, bias: FlexTensor, act: Activation) -> FlexTensor {
        affine::forward(&x, &weight, &bias, act).0
    }

    fn modulated(h: FlexTensor, modulation: FlexTensor, site: usize) -> FlexTensor {
        modulate::forward(&h, &modulation, site)
    }

    fn attended(qkv: FlexTensor, heads: usize) -> FlexTensor {
        attention::forward(&qkv, heads)
    }
}

impl Gradients for Flex {
    fn affine_keeping(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        act: Activation,
    ) -> (FlexTensor, Option<FlexTensor>) {
        affine::forward(&x, &weight, &bias, act)
    }

    fn affine_all(
        dy: FlexTensor,
        (x, kept): (FlexTensor, Option<FlexTensor>),
        weight: FlexTensor,
        _: Activation,
        to: To,
    ) -> (Option<FlexTensor>, Option<[FlexTensor; 2]>) {
        affine::gradients(&dy, (&x, kept.as_ref()), &weight, to)
    }

    fn modulated_both(dy: FlexTensor, h: FlexTensor, modulation: FlexTensor, site: usize) -> [FlexTensor; 2] {
        modulate::both(&dy, &h, &modulation, site)
    }

    fn attended_input(dy: FlexTensor, qkv: FlexTensor, heads: usize) -> FlexTensor {
        attention::input(&dy, &qkv, heads)
    }
}

impl Descent for Flex {
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
