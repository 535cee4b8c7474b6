//! What makes codes of pictures and pictures of codes, so that a flow can learn the codes.

use super::{
    blueprint::{Blueprint, OnePass},
    parameters::Builder,
};
use burn::tensor::Tensor;
use flow::family::FamilyId;
use std::rc::Rc;

/// What decides a coder, but for θ.
pub trait CoderConfig: Blueprint + Copy + 'static {
    /// The family of the flow on its codes.
    const FAMILY: FamilyId;

    /// Numbers of a code, as the flow has it.
    fn numbers(&self) -> usize;

    /// A sentence where no flow can stand on it.
    fn fits(&self) -> Result<(), String>;

    /// The coder, with parameters from `p`.
    fn coder(&self, p: &mut Builder) -> Rc<dyn Coder>;
}

/// See the module. As a [`OnePass`] it draws what is told of codes, which a person can change; it is not told the class.
pub trait Coder: OnePass {
    /// Codes of pictures as the flow learns them: [rows, 784] and ε: [rows, numbers] → [rows, numbers].
    fn data(&self, x: Tensor<2>, epsilon: Tensor<2>) -> Tensor<2>;

    /// What it draws of states of the flow: [rows, numbers] → [rows, 784].
    fn draw(&self, state: Tensor<2>) -> Tensor<2>;

    /// What is told of states, [rows, latent].
    fn told(&self, state: Tensor<2>) -> Tensor<2>;
}
