//! Adam (Kingma & Ba, 2015) with clipped gradients, and the exponential moving average, on θ as one vector:
//!
//! m ← β₁ m + (1 - β₁) g,   v ← β₂ v + (1 - β₂) g²,   θ ← θ - η m̂ / (sqrt(v̂) + ε),   θ̄ ← d θ̄ + (1 - d) θ.
//!
//! Burn's Adam keeps moments a parameter and restores them on the default device, which a page
//! without a GPU does not have; on one vector it is these four lines.

use burn::tensor::{Device, Tensor};

const BETA_1: f64 = 0.9;
const BETA_2: f64 = 0.99;
const EPSILON: f64 = 1e-8;
/// Largest norm of a gradient that is followed unchanged.
const CLIP: f64 = 1.0;
/// Decay of the moving average, once it has warmed up.
const EMA_DECAY: f64 = 0.999;

/// θ in training, with its moments and its moving average.
#[derive(Clone, Debug)]
pub struct Adam {
    /// θ
    pub theta: Tensor<1>,
    /// First moment m.
    pub m: Tensor<1>,
    /// Second moment v.
    pub v: Tensor<1>,
    /// Moving average θ̄.
    pub ema: Tensor<1>,
    /// Steps taken.
    pub step: u64,
}

impl Adam {
    /// Before the first step.
    pub fn new(theta: Tensor<1>) -> Self {
        let zero = theta.zeros_like();
        Self { m: zero.clone(), v: zero, ema: theta.clone(), theta, step: 0 }
    }

    /// One step of size `learning_rate` against `gradient`.
    pub fn update(&mut self, gradient: Tensor<1>, learning_rate: f64) {
        self.step += 1;
        let norm = (gradient.clone() * gradient.clone()).sum().sqrt();
        let g = gradient / (norm / CLIP).clamp_min(1.0);
        let old = self.clone();
        self.m = old.m * BETA_1 + g.clone() * (1.0 - BETA_1);
        self.v = old.v * BETA_2 + g.clone() * g * (1.0 - BETA_2);
        // The corrections of both moments, folded into two numbers.
        let (c_1, c_2) = (1.0 - libm::pow(BETA_1, self.step as f64), 1.0 - libm::pow(BETA_2, self.step as f64));
        let root = self.v.clone().sqrt() / c_2.sqrt() + EPSILON;
        self.theta = old.theta - self.m.clone() / root * (learning_rate / c_1);
        let decay = EMA_DECAY.min((1.0 + self.step as f64) / (10.0 + self.step as f64));
        self.ema = old.ema * decay + self.theta.clone() * (1.0 - decay);
    }

    /// Where it computes.
    pub fn device(&self) -> Device {
        self.theta.device()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::parameters::upload;

    #[test]
    fn the_first_step_has_the_length_of_the_learning_rate() {
        // m̂ / sqrt(v̂) = g / |g|, whatever the size of g, as long as it is not clipped.
        let mut adam = Adam::new(upload(vec![1.0, -2.0], [2], &Device::flex()));
        adam.update(upload(vec![1e-3, -0.5], [2], &Device::flex()), 0.1);
        let theta: Vec<f32> = adam.theta.into_data().try_to_vec().unwrap();
        assert!((theta[0] - 0.9).abs() < 1e-5 && (theta[1] + 1.9).abs() < 1e-6, "{theta:?}");
    }

    #[test]
    fn it_finds_the_minimum_of_a_badly_scaled_quadratic() {
        let device = Device::flex();
        let scale = upload(vec![100.0, 0.01], [2], &device);
        let mut adam = Adam::new(upload(vec![3.0, -4.0], [2], &device));
        for _ in 0..2000 {
            let gradient = adam.theta.clone() * scale.clone();
            adam.update(gradient, 0.01);
        }
        let theta: Vec<f32> = adam.theta.into_data().try_to_vec().unwrap();
        assert!(theta.iter().all(|x| x.abs() < 0.02), "{theta:?}");
    }
}
