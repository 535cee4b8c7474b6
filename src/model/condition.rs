//! What a network is told beside x_t: the time and the class, and how its output is read.
//!
//! u(x, t) = a_t x + b_t F(c_t x, t, y), F the raw network. With the standard deviation σ of the data and
//! v_t = t² σ² + (1 - t)², the choice a_t = (t σ² - (1 - t)) / v_t, b_t = σ / sqrt(v_t), c_t = 1 / sqrt(v_t)
//! makes input and target of F unit variance at every t (Karras et al., 2022, for the linear path);
//! reading data, x̂_1 = F gives u = (F - x) / (1 - t) (Li & He, 2025).

use super::parameters::upload;
use crate::data::sets::CLASSES;
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

/// The label that stands for “no class”.
pub const NULL: u8 = CLASSES as u8;

/// Pairs of sine and cosine that carry t.
const FREQUENCIES: usize = 16;

/// Numbers that carry t and the label.
pub const FEATURES: usize = 2 * FREQUENCIES + CLASSES + 1;

/// How the raw output F of a network is read as a velocity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reading {
    /// u = F.
    Velocity,
    /// x̂_1 = F.
    Data,
    /// Unit variance in and out.
    #[default]
    Preconditioned,
}

/// Nearest to t = 1 that the reading as data divides by 1 - t.
const DATA_CLIP: f64 = 0.05;

impl Reading {
    /// (a_t, b_t, c_t) for data of standard deviation `sigma` about zero.
    pub fn head(self, t: f64, sigma: f64) -> [f64; 3] {
        match self {
            Self::Velocity => [0.0, 1.0, 1.0],
            Self::Data => {
                let rest = (1.0 - t).max(DATA_CLIP);
                [-1.0 / rest, 1.0 / rest, 1.0]
            }
            Self::Preconditioned => {
                let v = t * t * sigma * sigma + (1.0 - t) * (1.0 - t);
                [(t * sigma * sigma - (1.0 - t)) / v, sigma / v.sqrt(), 1.0 / v.sqrt()]
            }
        }
    }
}

/// The condition of a batch, ready on the device.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Sines and cosines of t, then the label one-hot, [batch, FEATURES].
    pub features: Tensor<2>,
    /// a_t, b_t, c_t, each [batch, 1].
    pub head: [Tensor<2>; 3],
}

impl Condition {
    /// Row i is told `times[i]` and `labels[i]` (0–9 or [`NULL`]). One upload.
    pub fn new(times: &[f32], labels: &[u8], reading: Reading, sigma: f64, device: &Device) -> Self {
        let width = FEATURES + 3;
        let row = |(&t, &label): (&f32, &u8)| {
            let mut row = vec![0.0; width];
            for k in 0..FREQUENCIES {
                // Periods from 4 down to 0.05: slow enough to order t, fast enough to tell steps apart.
                let angle = f64::from(t) * 1.57 * libm::pow(80.0, k as f64 / (FREQUENCIES - 1) as f64);
                row[2 * k] = libm::sin(angle) as f32;
                row[2 * k + 1] = libm::cos(angle) as f32;
            }
            row[2 * FREQUENCIES + usize::from(label)] = 1.0;
            for (slot, value) in row[FEATURES..].iter_mut().zip(reading.head(f64::from(t), sigma)) {
                *slot = value as f32;
            }
            row
        };
        let rows: Vec<f32> = times.iter().zip(labels).flat_map(row).collect();
        let all = upload(rows, [times.len(), width], device);
        let column = |i: usize| all.clone().slice([0..times.len(), FEATURES + i..FEATURES + i + 1]);
        Self { features: all.clone().slice([0..times.len(), 0..FEATURES]), head: [0, 1, 2].map(column) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preconditioning_gives_the_network_unit_variance() {
        // x_t = t x_1 + (1 - t) x_0 with Var x_1 = σ², Var x_0 = 1: the target of F is (u - a x) / b.
        let sigma: f64 = 0.9;
        for t in [0.0, 0.1, 0.5, 0.9, 1.0] {
            let [a, b, c] = Reading::Preconditioned.head(t, sigma);
            let (of_x_1, of_x_0) = ((1.0 - a * t) / b, (-1.0 - a * (1.0 - t)) / b);
            let target = (of_x_1 * sigma).powi(2) + of_x_0.powi(2);
            let input = c * c * ((t * sigma).powi(2) + (1.0 - t).powi(2));
            assert!((target - 1.0).abs() < 1e-12 && (input - 1.0).abs() < 1e-12, "t = {t}");
        }
    }

    #[test]
    fn reading_data_gives_the_velocity_of_the_line_to_it() {
        let (t, x_0, x_1) = (0.6, -0.3, 0.8);
        let x = t * x_1 + (1.0 - t) * x_0;
        let [a, b, _] = Reading::Data.head(t, 1.0);
        assert!((a * x + b * x_1 - (x_1 - x_0)).abs() < 1e-12);
    }
}
