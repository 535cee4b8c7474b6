//! A network as a velocity field on a batch of pictures: what solvers step along.

use super::network::{Config, Network};
use crate::flow::{field::VelocityField, prediction::Reading, state::State};
use burn::tensor::Tensor;

/// A batch of pictures, [batch, 784].
impl State for Tensor<2> {
    fn add_scaled(&self, c: f64, other: &Self) -> Self {
        self.clone() + other.clone() * c
    }

    fn combine(&self, a: f64, b: f64, other: &Self) -> Self {
        self.clone() * a + other.clone() * b
    }
}

/// u(x, t | y) with the label of each picture fixed.
#[derive(Clone, Debug)]
pub struct LabelledField<'a> {
    pub network: &'a Network,
    pub config: &'a Config,
    /// One label a picture, 0–9 or [`NULL`](super::condition::NULL).
    pub labels: Vec<u8>,
}

impl VelocityField<Tensor<2>> for LabelledField<'_> {
    fn velocity(&self, x: &Tensor<2>, t: f64) -> Tensor<2> {
        let times = vec![t as f32; self.labels.len()];
        let condition = self.config.condition(Reading::Velocity, &times, &self.labels, &x.device());
        self.network.read(x.clone(), &condition)
    }
}
