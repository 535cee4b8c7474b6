//! The kernels on a GPU, in CubeCL's language, which becomes WGSL. Plain ones: f32 in rows, no generic types, sizes that
//! come with the call, so that few pipelines serve every network and little code is shipped.
//!
//! Within WebGPU's guaranteed limits: 256 units a workgroup, 16 KiB of shared memory, 8 storage buffers.

// Kernels are written in what CubeCL's macro reads; what is decided when one is compiled stands in an `if` of its own.
#![allow(clippy::assign_op_pattern, clippy::collapsible_if, clippy::needless_range_loop)]

mod adam;
mod affine;
mod attention;
mod buffers;
mod modulate;
mod recorder;

pub use recorder::{Recorder, runs};

use super::operations::{Activation, Descent, Gradients, Kernels, To};
use burn::backend::Cube;
use burn_cubecl::tensor::CubeTensor;

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
        to: To,
    ) -> (Option<CubeTensor>, Option<[CubeTensor; 2]>) {
        let dx = to.x.then(|| affine::input(dy.clone(), x.clone(), weight, act));
        (dx, to.weight.then(|| affine::parameters(dy, x, act)))
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
