//! What a network is told beside x_t: how much of it is signal, and the class; and how its output is read.
//!
//! The share of signal alpha_t / (alpha_t + sigma_t) is t on the linear path. With it and unit variance, F has the same
//! to learn on every path: a schedule decides at which noise, and a loss with which weight.
//!
//! u(x, t) = a_t x + b_t F(c_t x, t, y), F the raw network. With the standard deviation s of the data and
//! v_t = alpha_t² s² + sigma_t², the choice a_t = (alpha_t d_alpha_t s² + sigma_t d_sigma_t) / v_t,
//! b_t = -det s / sqrt(v_t), c_t = 1 / sqrt(v_t) makes input and target of F unit variance at every t
//! (Karras et al., 2022, for any Gaussian path); x̂_1 = F reads data (Li & He, 2025).

use burn::tensor::Tensor;
use data::sets::CLASSES;
use flow::{
    prediction::{Reading, conversion},
    schedule::Coefficients,
};
use serde::{Deserialize, Serialize};

/// The label that stands for “no class”.
pub const NULL: u8 = CLASSES as u8;

/// Pairs of sine and cosine that carry the share of signal.
const FREQUENCIES: usize = 16;

/// Numbers that carry the share and the label.
pub const FEATURES: usize = 2 * FREQUENCIES + CLASSES + 1;

/// Numbers of one row of a condition: the features, then a_t, b_t, c_t.
pub const WIDTH: usize = FEATURES + 3;

/// How the raw output F of a network is read as a velocity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Head {
    /// u = F.
    Velocity,
    /// x̂_1 = F.
    Data,
    /// Unit variance in and out.
    #[default]
    Preconditioned,
}

/// The least sigma_t by which the head for data divides.
const DATA_CLIP: f64 = 0.05;

impl Head {
    /// (a_t, b_t, c_t) of the velocity for data of standard deviation `sigma` about zero.
    pub fn velocity(self, c: &Coefficients, sigma: f64) -> [f64; 3] {
        match self {
            Self::Velocity => [0.0, 1.0, 1.0],
            Self::Data => {
                // u = (σ' x - det x_1) / σ
                let rest = c.sigma_t.max(DATA_CLIP);
                [c.d_sigma_t / rest, -c.det() / rest, 1.0]
            }
            Self::Preconditioned => {
                let v = (c.alpha_t * sigma).powi(2) + c.sigma_t.powi(2);
                let a = (c.alpha_t * c.d_alpha_t * sigma * sigma + c.sigma_t * c.d_sigma_t) / v;
                [a, -c.det() * sigma / v.sqrt(), 1.0 / v.sqrt()]
            }
        }
    }

    /// The same for any reading y = a_t x + b_t F(c_t x): a reading is linear in x and u, so it is in x and F.
    pub fn of(self, reading: Reading, c: &Coefficients, sigma: f64) -> [f64; 3] {
        let [a, b, scale] = self.velocity(c, sigma);
        let [of_x, of_u] = conversion(c, Reading::Velocity, reading);
        [of_x + of_u * a, of_u * b, scale]
    }
}

/// The condition of a batch, ready on the device.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Sines and cosines of the share, then the label one-hot, [batch, FEATURES].
    pub features: Tensor<2>,
    /// a_t, b_t, c_t, each [batch, 1].
    pub head: [Tensor<2>; 3],
}

impl Condition {
    /// Row i is told the share of signal `shares[i]` = alpha_t / (alpha_t + sigma_t) and `labels[i]` (0–9 or [`NULL`]),
    /// and read with `heads[i]`: [batch × [`WIDTH`]] numbers for [`of`](Self::of).
    pub fn rows(shares: &[f64], labels: &[u8], heads: &[[f64; 3]]) -> Vec<f32> {
        let row = |((&share, &label), head): ((&f64, &u8), &[f64; 3])| {
            let mut row = vec![0.0; WIDTH];
            for k in 0..FREQUENCIES {
                // Periods from 4 down to 0.05: slow enough to order shares, fast enough to tell steps apart.
                let angle = share * 1.57 * libm::pow(80.0, k as f64 / (FREQUENCIES - 1) as f64);
                row[2 * k] = libm::sin(angle) as f32;
                row[2 * k + 1] = libm::cos(angle) as f32;
            }
            row[2 * FREQUENCIES + usize::from(label)] = 1.0;
            for (slot, value) in row[FEATURES..].iter_mut().zip(head) {
                *slot = *value as f32;
            }
            row
        };
        shares.iter().zip(labels).zip(heads).flat_map(row).collect()
    }

    /// The condition that `rows` hold, [batch, [`WIDTH`]].
    pub fn of(rows: Tensor<2>) -> Self {
        let batch = rows.dims()[0];
        let column = |i: usize| rows.clone().slice([0..batch, FEATURES + i..FEATURES + i + 1]);
        Self { head: [0, 1, 2].map(column), features: rows.slice([0..batch, 0..FEATURES]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::{keyed::Keyed, schedule::SCHEDULES};

    #[test]
    fn preconditioning_gives_the_network_unit_variance_for_every_reading() {
        // x_t = α x_1 + σ x_0 with Var x_1 = s², Var x_0 = 1: the target of F is (y - a x) / b.
        let s: f64 = 0.9;
        for schedule in SCHEDULES {
            let [low, high] = schedule.clip();
            for t in [low, 0.1, 0.5, 0.9, high.min(0.9995)] {
                let c = schedule.at(t);
                for reading in Reading::all() {
                    let [a, b, scale] = Head::Preconditioned.of(reading, &c, s);
                    let [p, q] = reading.weights(&c);
                    let (of_x_1, of_x_0) = ((p - a * c.alpha_t) / b, (q - a * c.sigma_t) / b);
                    let target = (of_x_1 * s).powi(2) + of_x_0.powi(2);
                    let input = scale * scale * ((c.alpha_t * s).powi(2) + c.sigma_t.powi(2));
                    let name = format!("{} {reading} at {t}", schedule.key());
                    // Where nearly nothing of an end is left, its share is a difference of nearly equal numbers.
                    if b.abs() > 1e-4 {
                        assert!((target - 1.0).abs() < 1e-6, "{name}: {target}");
                    }
                    assert!((input - 1.0).abs() < 1e-12, "{name}");
                }
            }
        }
    }

    #[test]
    fn a_head_for_data_gives_the_velocity_of_the_line_to_it() {
        let (t, x_0, x_1) = (0.6, -0.3, 0.8);
        for schedule in SCHEDULES {
            let c = schedule.at(t);
            let x = c.alpha_t * x_1 + c.sigma_t * x_0;
            let [a, b, _] = Head::Data.velocity(&c, 1.0);
            let u = c.d_alpha_t * x_1 + c.d_sigma_t * x_0;
            assert!((a * x + b * x_1 - u).abs() < 1e-9 * u.abs().max(1.0), "{}", schedule.key());
        }
    }
}
