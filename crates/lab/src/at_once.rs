//! Numbers of tensors on the CPU, which alone can be read without a wait. What may be on a GPU is read by `walk::numbers`.

use burn::tensor::Tensor;

/// The numbers of `tensor`, which is on the CPU.
pub fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_to_vec().expect("numbers of 32 bits on the CPU")
}
