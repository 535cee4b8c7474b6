//! A network as a velocity field on a batch of pictures: what solvers step along.

use super::network::{Config, Network};
use burn::tensor::Tensor;
use flow::{field::VelocityField, prediction::Reading, state::State};

/// A batch of pictures as a state, [batch, 784].
#[derive(Clone, Debug)]
pub struct Pictures(pub Tensor<2>);

impl State for Pictures {
    fn add_scaled(&self, c: f64, other: &Self) -> Self {
        Self(self.0.clone() + other.0.clone() * c)
    }

    fn combine(&self, a: f64, b: f64, other: &Self) -> Self {
        Self(self.0.clone() * a + other.0.clone() * b)
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

impl VelocityField<Pictures> for LabelledField<'_> {
    fn velocity(&self, Pictures(x): &Pictures, t: f64) -> Pictures {
        let times = vec![t as f32; self.labels.len()];
        let condition = self.config.condition(Reading::Velocity, &times, &self.labels, &x.device());
        Pictures(self.network.read(x.clone(), &condition))
    }
}
