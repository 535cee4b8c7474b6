//! A computation that is done again and again with other numbers and the same shapes.
//!
//! On a GPU it is recorded once: what Burn and cubecl decide for each of its kernels (shapes, buffers, pipelines, bind
//! groups) stays as it was, and a repetition is one upload and the bare dispatches.

use burn::tensor::{Device, Tensor};

/// See the module. A clone begins anew.
#[derive(Default)]
pub struct Repeated {
    #[cfg(feature = "gpu")]
    gpu: super::gpu::Recorder,
}

impl Clone for Repeated {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Repeated {
    /// `f` of `input` as a tensor on `device`. On a GPU, `f` must do the same at every call: write what lasts in place,
    /// read nothing back; after the first calls it is not called any more.
    pub fn run(&mut self, input: Vec<f32>, device: &Device, f: impl FnMut(&Tensor<1>) -> Tensor<1>) -> Tensor<1> {
        #[cfg(feature = "gpu")]
        if super::gpu::runs(device) {
            return self.gpu.run(input, device, f);
        }
        let (mut f, length) = (f, input.len());
        f(&crate::parameters::upload(input, [length], device))
    }
}
