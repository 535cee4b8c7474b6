//! Tensors as the buffers of a kernel, and grids of workgroups.

use burn::backend::{DType, Shape};
use burn_cubecl::{cubecl, kernel::into_contiguous, ops::numeric::empty_device_contiguous_dtype, tensor::CubeTensor};
use cubecl::prelude::{BufferArg, CubeCount};

/// Most workgroups along one axis of a grid.
pub const LONGEST: usize = 65_535;

/// A new tensor beside `like`, its numbers not set.
pub fn empty(like: &CubeTensor, shape: impl Into<Shape>) -> CubeTensor {
    empty_device_contiguous_dtype(like.client.clone(), like.device.clone(), shape.into(), DType::F32)
}

/// As an argument of a kernel that reads its numbers in order.
pub fn read(tensor: CubeTensor) -> BufferArg {
    into_contiguous(tensor).into_buffer_arg()
}

/// As an argument of a kernel that writes it: a tensor in order, from [`empty`] or a parameter vector.
pub fn write(tensor: &CubeTensor) -> BufferArg {
    tensor.clone().into_buffer_arg()
}

/// Its sizes.
pub fn sizes<const D: usize>(tensor: &CubeTensor) -> [usize; D] {
    let shape = tensor.meta.shape();
    core::array::from_fn(|i| shape[i])
}

/// Size of the last axis, and how many rows of that size there are.
pub fn rows(tensor: &CubeTensor) -> [usize; 2] {
    let (count, width) = (tensor.meta.num_elements(), tensor.meta.shape().iter().copied().next_back().unwrap_or(1));
    [count / width.max(1), width]
}

/// A grid of at least `count` workgroups, numbered along x first.
pub fn grid(count: usize) -> CubeCount {
    let lines = count.div_ceil(LONGEST).max(1);
    CubeCount::Static(count.div_ceil(lines) as u32, lines as u32, 1)
}
