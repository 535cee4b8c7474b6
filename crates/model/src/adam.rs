//! Adam (Kingma & Ba, 2015) with clipped gradients, and the exponential moving average, on θ as one vector:
//!
//! m ← β₁ m + (1 - β₁) g,   v ← β₂ v + (1 - β₂) g²,   θ ← θ - η m̂ / (sqrt(v̂) + ε),   θ̄ ← d θ̄ + (1 - d) θ.
//!
//! Burn's Adam keeps moments a parameter and restores them on the default device, which a page
//! without a GPU does not have; on one vector it is one kernel.

use super::kernel::{self, RATES};
use burn::tensor::{Device, Tensor};

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

/// What [`Adam::update`] takes besides the gradient, as numbers.
pub type Rates = [f32; RATES];

/// What sets one Adam apart from another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decays {
    /// Decay of m.
    pub beta_1: f32,
    /// Decay of v.
    pub beta_2: f32,
    /// Largest norm of a gradient that is followed unchanged.
    pub clip: f32,
    /// How far from zero a parameter may be.
    pub bound: f32,
}

impl Default for Decays {
    fn default() -> Self {
        Self { beta_1: 0.9, beta_2: 0.99, clip: 1.0, bound: f32::MAX }
    }
}

impl Adam {
    /// Before the first step.
    pub fn new(theta: Tensor<1>) -> Self {
        // Four buffers of their own: a GPU changes them in place.
        Self { m: theta.zeros_like(), v: theta.zeros_like(), ema: theta.clone() * 1.0, theta, step: 0 }
    }

    /// Counts a step of size `learning_rate` and gives the numbers that it needs: η / (1 - β₁ⁿ), 1 / sqrt(1 - β₂ⁿ), d, and
    /// `decays`.
    pub fn rates(&mut self, learning_rate: f64, decays: Decays) -> Rates {
        self.step += 1;
        let n = self.step as f64;
        let left = |beta: f32| 1.0 - libm::pow(f64::from(beta), n);
        let decay = EMA_DECAY.min((1.0 + n) / (10.0 + n));
        let Decays { beta_1, beta_2, clip, bound } = decays;
        let [rate, root, decay] = [learning_rate / left(beta_1), 1.0 / left(beta_2).sqrt(), decay].map(|x| x as f32);
        [rate, root, decay, beta_1, beta_2, clip, bound]
    }

    /// One step against `gradient`, with `rates` on the same device.
    pub fn update(&mut self, gradient: Tensor<1>, rates: Tensor<1>) {
        // Taken out, so that nobody else holds them and the CPU changes them in place as well.
        let take = |part: &mut Tensor<1>| std::mem::replace(part, gradient.clone());
        let state = [take(&mut self.theta), take(&mut self.m), take(&mut self.v), take(&mut self.ema)];
        [self.theta, self.m, self.v, self.ema] = kernel::adam(state, gradient, rates);
    }

    /// A copy that further steps leave as it is.
    pub fn copy(&self) -> Self {
        let copy = |part: &Tensor<1>| part.clone() * 1.0;
        let [theta, m, v, ema] = [&self.theta, &self.m, &self.v, &self.ema].map(copy);
        Self { theta, m, v, ema, step: self.step }
    }

    /// A copy of θ̄ that further steps leave as it is.
    pub fn average(&self) -> Tensor<1> {
        self.ema.clone() * 1.0
    }

    /// Where it computes.
    pub fn device(&self) -> Device {
        self.theta.device()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::upload;

    fn step(adam: &mut Adam, gradient: Tensor<1>, learning_rate: f64) {
        let rates = adam.rates(learning_rate, Decays::default());
        adam.update(gradient, upload(rates.to_vec(), [rates.len()], &Device::flex()));
    }

    #[test]
    fn the_first_step_has_the_length_of_the_learning_rate() {
        // m̂ / sqrt(v̂) = g / |g|, whatever the size of g, as long as it is not clipped.
        let mut adam = Adam::new(upload(vec![1.0, -2.0], [2], &Device::flex()));
        step(&mut adam, upload(vec![1e-3, -0.5], [2], &Device::flex()), 0.1);
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
            step(&mut adam, gradient, 0.01);
        }
        let theta: Vec<f32> = adam.theta.into_data().try_to_vec().unwrap();
        assert!(theta.iter().all(|x| x.abs() < 0.02), "{theta:?}");
    }

    #[test]
    fn a_bound_holds_and_a_clip_shortens_the_gradient() {
        let mut adam = Adam::new(upload(vec![0.0, 0.0], [2], &Device::flex()));
        let decays = Decays { beta_1: 0.0, beta_2: 0.9, bound: 0.25, clip: f32::MAX };
        for _ in 0..9 {
            let rates = adam.rates(0.1, decays);
            let gradient = upload(vec![-1e4, 1e-3], [2], &Device::flex());
            adam.update(gradient, upload(rates.to_vec(), [rates.len()], &Device::flex()));
        }
        let theta: Vec<f32> = adam.theta.clone().into_data().try_to_vec().unwrap();
        assert_eq!(theta, [0.25, -0.25]);
        // Shortened to norm 1, the small one is lost beside the large one.
        let mut adam = Adam::new(upload(vec![0.0, 0.0], [2], &Device::flex()));
        let rates = adam.rates(0.1, Decays { clip: 1.0, ..Decays::default() });
        adam.update(
            upload(vec![-1e4, 1e-3], [2], &Device::flex()),
            upload(rates.to_vec(), [rates.len()], &Device::flex()),
        );
        let m: Vec<f32> = adam.m.clone().into_data().try_to_vec().unwrap();
        assert!((m[0] + 0.1).abs() < 1e-6 && m[1].abs() < 1e-7, "{m:?}");
    }
}
