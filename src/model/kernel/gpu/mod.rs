//! The kernels on a GPU, in CubeCL's language, which becomes WGSL. Plain ones: f32 in rows, no generic types, sizes that
//! come with the call, so that few pipelines serve every network and little code is shipped.
//!
//! Within WebGPU's guaranteed limits: 256 units a workgroup, 16 KiB of shared memory, 8 storage buffers.

mod adam;
mod affine;
mod attention;
mod modulate;
mod recorder;

pub use recorder::{Recorder, runs};

use super::{Activation, Descent, Gradients, Kernels};
use burn::backend::{Cube, DType, Shape};
use burn_cubecl::{cubecl, kernel::into_contiguous, ops::numeric::empty_device_contiguous_dtype, tensor::CubeTensor};
use cubecl::prelude::{BufferArg, CubeCount};

/// Most workgroups along one axis of a grid.
const LONGEST: usize = 65_535;

/// A new tensor beside `like`, its numbers not set.
fn empty(like: &CubeTensor, shape: impl Into<Shape>) -> CubeTensor {
    empty_device_contiguous_dtype(like.client.clone(), like.device.clone(), shape.into(), DType::F32)
}

/// As an argument of a kernel that reads its numbers in order.
fn read(tensor: CubeTensor) -> BufferArg {
    into_contiguous(tensor).into_buffer_arg()
}

/// As an argument of a kernel that writes it: a tensor in order, from [`empty`] or a parameter vector.
fn write(tensor: &CubeTensor) -> BufferArg {
    tensor.clone().into_buffer_arg()
}

/// Its sizes.
fn sizes<const D: usize>(tensor: &CubeTensor) -> [usize; D] {
    let shape = tensor.meta.shape();
    core::array::from_fn(|i| shape[i])
}

/// Size of the last axis, and how many rows of that size there are.
fn rows(tensor: &CubeTensor) -> [usize; 2] {
    let (count, width) = (tensor.meta.num_elements(), tensor.meta.shape().iter().copied().next_back().unwrap_or(1));
    [count / width.max(1), width]
}

/// A grid of at least `count` workgroups, numbered along x first.
fn grid(count: usize) -> CubeCount {
    let lines = count.div_ceil(LONGEST).max(1);
    CubeCount::Static(count.div_ceil(lines) as u32, lines as u32, 1)
}

impl Kernels for Cube {
    fn affine(x: CubeTensor, weight: CubeTensor, bias: CubeTensor, act: Activation) -> CubeTensor {
        affine::forward(x, weight, bias, act)
    }

    fn modulated(h: CubeTensor, modulation: CubeTensor, site: usize) -> CubeTensor {
        modulate::forward(h, modulation, site)
    }

    fn attended(qkv: CubeTensor, heads: usize) -> CubeTensor {
        attention::forward(qkv, heads)
    }
}

impl Gradients for Cube {
    /// Keeps nothing: silu is cheaper there than memory.
    fn affine_keeping(
        x: CubeTensor,
        weight: CubeTensor,
        bias: CubeTensor,
        act: Activation,
    ) -> (CubeTensor, Option<CubeTensor>) {
        (affine::forward(x, weight, bias, act), None)
    }

    fn affine_all(
        dy: CubeTensor,
        (x, _): (CubeTensor, Option<CubeTensor>),
        weight: CubeTensor,
        act: Activation,
        to_x: bool,
    ) -> (Option<CubeTensor>, [CubeTensor; 2]) {
        let dx = to_x.then(|| affine::input(dy.clone(), x.clone(), weight, act));
        (dx, affine::parameters(dy, x, act))
    }

    fn modulated_both(dy: CubeTensor, h: CubeTensor, modulation: CubeTensor, site: usize) -> [CubeTensor; 2] {
        modulate::both(dy, h, modulation, site)
    }

    fn attended_input(dy: CubeTensor, qkv: CubeTensor, heads: usize) -> CubeTensor {
        attention::input(dy, qkv, heads)
    }
}

impl Descent for Cube {
    fn adam(
        theta: CubeTensor,
        m: CubeTensor,
        v: CubeTensor,
        ema: CubeTensor,
        gradient: CubeTensor,
        rates: CubeTensor,
    ) -> (CubeTensor, CubeTensor, CubeTensor, CubeTensor) {
        adam::update([theta, m, v, ema], gradient, rates).into()
    }
}
