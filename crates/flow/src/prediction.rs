//! One network, four readings. Every reading is y = p x_1 + q x_0; with x = alpha_t x_1 + sigma_t x_0 and
//! D = alpha_t q - sigma_t p it gives both ends, and they give every other reading:
//!
//! x_1 = (q x - sigma_t y) / D,   x_0 = (alpha_t y - p x) / D.

use super::{keyed::Keyed, schedule::Coefficients, state::State};
use serde::{Deserialize, Serialize};

/// What a network says, or is read as saying, at (x, t).
///
/// ```
/// use flow::{path, prediction::{Reading, convert}, schedule::{Cosine, Schedule}};
///
/// let (c, x_0, x_1) = (Cosine.at(0.4), -0.5, 2.0);
/// let (x_t, u) = (path::x_t(&c, &x_0, &x_1), path::velocity(&c, &x_0, &x_1));
/// assert!((convert(&c, Reading::Velocity, Reading::Data, &x_t, &u) - x_1).abs() < 1e-12);
/// assert!((convert(&c, Reading::Velocity, Reading::Score, &x_t, &u) + x_0 / c.sigma_t).abs() < 1e-12);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Reading {
    /// u = d_alpha_t x_1 + d_sigma_t x_0
    #[default]
    Velocity,
    /// The predicted noise x_0 (eps).
    Noise,
    /// The predicted data x_1.
    Data,
    /// s = -x_0 / sigma_t; needs sigma_t > 0.
    Score,
}

impl Keyed for Reading {
    const WHAT: &'static str = "reading";

    fn all() -> impl Iterator<Item = Self> {
        [Self::Velocity, Self::Noise, Self::Data, Self::Score].into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Velocity => "velocity",
            Self::Noise => "noise",
            Self::Data => "data",
            Self::Score => "score",
        }
    }
}

crate::serde_by_key!(Reading);

impl Reading {
    /// (p, q) of y = p x_1 + q x_0.
    pub fn weights(self, c: &Coefficients) -> [f64; 2] {
        match self {
            Self::Velocity => [c.d_alpha_t, c.d_sigma_t],
            Self::Noise => [0.0, 1.0],
            Self::Data => [1.0, 0.0],
            Self::Score => [0.0, -1.0 / c.sigma_t],
        }
    }

    /// What this reading is on the path of `x_0` and `x_1`: the target of its loss.
    pub fn target<S: State>(self, c: &Coefficients, x_0: &S, x_1: &S) -> S {
        let [p, q] = self.weights(c);
        x_1.combine(p, q, x_0)
    }
}

/// (A, B) such that the reading `to` is A x + B y, where y is the reading `from` at x. Noise and score say
/// nothing about the data where alpha_t = 0, nor do data about the noise where sigma_t = 0.
pub fn conversion(c: &Coefficients, from: Reading, to: Reading) -> [f64; 2] {
    let ([p, q], [to_p, to_q]) = (from.weights(c), to.weights(c));
    let d = c.alpha_t * q - c.sigma_t * p;
    [(to_p * q - to_q * p) / d, (to_q * c.alpha_t - to_p * c.sigma_t) / d]
}

/// The reading `to` at `x`, where the reading `from` is `y`.
pub fn convert<S: State>(c: &Coefficients, from: Reading, to: Reading, x: &S, y: &S) -> S {
    let [a, b] = conversion(c, from, to);
    x.combine(a, b, y)
}

/// The same for a batch, where row i has its own time.
pub fn convert_rows<S: State>(c: &[Coefficients], from: Reading, to: Reading, x: &[S], y: &[S]) -> Vec<S> {
    c.iter().zip(x).zip(y).map(|((c, x), y)| convert(c, from, to, x, y)).collect()
}

/// The predicted data x_1 that the velocity `u` at `x` stands for.
pub fn data_from_velocity<S: State>(c: &Coefficients, x: &S, u: &S) -> S {
    convert(c, Reading::Velocity, Reading::Data, x, u)
}

/// The predicted noise x_0 that the velocity `u` at `x` stands for.
pub fn noise_from_velocity<S: State>(c: &Coefficients, x: &S, u: &S) -> S {
    convert(c, Reading::Velocity, Reading::Noise, x, u)
}

/// The score that the velocity `u` at `x` stands for; needs sigma_t > 0.
pub fn score_from_velocity<S: State>(c: &Coefficients, x: &S, u: &S) -> S {
    convert(c, Reading::Velocity, Reading::Score, x, u)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        path,
        rng::{Purpose, Stream},
        schedule::SCHEDULES,
    };

    /// A function of the coefficients and both ends.
    type OnPath<'a> = dyn Fn(&Coefficients, &[f64; 2], &[f64; 2]) -> [f64; 2] + 'a;

    /// Times at which every reading says everything.
    const TIMES: [f64; 5] = [0.02, 0.2, 0.5, 0.8, 0.98];

    #[test]
    fn all_twelve_conversions_of_every_schedule() {
        let mut stream = Stream::new(1, Purpose::Evaluate, 0);
        let (mut worst, mut worst_f32) = (0f64, 0f64);
        for schedule in SCHEDULES {
            let c: Vec<_> = TIMES.iter().map(|t| schedule.at(*t)).collect();
            let draws = stream.normals(20);
            let (x_0, x_1) = (draws[..10].as_chunks::<2>().0, draws[10..].as_chunks::<2>().0);
            let ends = x_0.iter().zip(x_1).zip(&c);
            let on = |f: &OnPath| -> Vec<[f64; 2]> {
                ends.clone().map(|((x_0, x_1), c)| f(c, &x_0.map(f64::from), &x_1.map(f64::from))).collect()
            };
            let x = on(&|c, x_0, x_1| path::x_t(c, x_0, x_1));
            for from in Reading::all() {
                for to in Reading::all().filter(|to| *to != from) {
                    let (y, exact) = (on(&|c, a, b| from.target(c, a, b)), on(&|c, a, b| to.target(c, a, b)));
                    let single = |rows: &[[f64; 2]]| -> Vec<Vec<f32>> {
                        rows.iter().map(|row| row.map(|v| v as f32).to_vec()).collect()
                    };
                    let converted = convert_rows(&c, from, to, &x, &y);
                    let converted_f32 = convert_rows(&c, from, to, &single(&x), &single(&y));
                    for (i, c) in c.iter().enumerate() {
                        // Where a reading is small beside what it is made of, its digits are lost in those of x and y.
                        let [a, b] = conversion(c, from, to);
                        for k in 0..2 {
                            let size = (a * x[i][k]).abs().max((b * y[i][k]).abs());
                            worst = worst.max((converted[i][k] - exact[i][k]).abs() / size);
                            worst_f32 = worst_f32.max((f64::from(converted_f32[i][k]) - exact[i][k]).abs() / size);
                        }
                    }
                }
            }
        }
        println!("twelve conversions, {} schedules: {worst:.1e} in f64, {worst_f32:.1e} in f32", SCHEDULES.len());
        assert!(worst < 1e-12, "{worst:e}");
        assert!(worst_f32 < 1e-5, "{worst_f32:e}");
    }

    #[test]
    fn the_formulas_of_the_lectures() {
        for schedule in SCHEDULES {
            for t in TIMES {
                let c = schedule.at(t);
                let (x, u): (f64, f64) = (0.3, -0.8);
                let s = score_from_velocity(&c, &x, &u);
                // u = (α'/α) x - (σ/α)(σ' α - α' σ) s, and Tweedie: E[x_1 | x] = (x + σ² s) / α.
                let velocity = c.d_alpha_t / c.alpha_t * x - c.sigma_t / c.alpha_t * c.det() * s;
                let tweedie = (x + c.sigma_t.powi(2) * s) / c.alpha_t;
                let size = (c.d_alpha_t / c.alpha_t * x).abs().max(1.0);
                assert!((velocity - u).abs() < 1e-12 * size, "{} at {t}: {velocity}", schedule.key());
                let data = data_from_velocity(&c, &x, &u);
                let size = (x / c.alpha_t).abs().max(1.0);
                assert!((tweedie - data).abs() < 1e-12 * size, "{} at {t}: {tweedie} {data}", schedule.key());
                assert!((s + noise_from_velocity(&c, &x, &u) / c.sigma_t).abs() < 1e-12 * s.abs().max(1.0));
            }
        }
    }
}
