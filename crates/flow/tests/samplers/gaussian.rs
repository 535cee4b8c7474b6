//! Data on the line whose flow is known. N(m, s²): x_t ~ N(alpha_t m, v_t), v_t = alpha_t² s² + sigma_t², and everything is linear in x.

use flow::{
    field::VelocityField,
    schedule::{Coefficients, Schedule},
};

/// The law of x_1.
#[derive(Clone, Copy)]
pub struct Gaussian {
    pub mean: f64,
    pub std: f64,
}

/// Its field on a schedule.
pub struct Field<'a>(pub Gaussian, pub &'a dyn Schedule);

impl Gaussian {
    /// E x_t
    pub fn mean_at(&self, c: &Coefficients) -> f64 {
        c.alpha_t * self.mean
    }

    /// v_t
    pub fn variance_at(&self, c: &Coefficients) -> f64 {
        (c.alpha_t * self.std).powi(2) + c.sigma_t.powi(2)
    }

    /// Where the flow of the ODE takes `x` between two times: the number of standard deviations from the mean stays.
    pub fn flow(&self, from: &Coefficients, to: &Coefficients, x: f64) -> f64 {
        self.mean_at(to) + (self.variance_at(to) / self.variance_at(from)).sqrt() * (x - self.mean_at(from))
    }
}

impl VelocityField<f64> for Field<'_> {
    /// d_alpha_t m + (v_t' / 2 v_t) (x - alpha_t m)
    fn velocity(&self, x: &f64, t: f64) -> f64 {
        let (c, s2) = (self.1.at(t), self.0.std.powi(2));
        let rate = (c.alpha_t * c.d_alpha_t * s2 + c.sigma_t * c.d_sigma_t) / self.0.variance_at(&c);
        c.d_alpha_t * self.0.mean + rate * (x - self.0.mean_at(&c))
    }
}

/// Half N(-1, 0.2²) and half N(1, 0.3²), for a flow that is not linear.
pub struct Pair<'a>(pub &'a dyn Schedule);

const PAIR: [Gaussian; 2] = [Gaussian { mean: -1.0, std: 0.2 }, Gaussian { mean: 1.0, std: 0.3 }];

impl Pair<'_> {
    /// P(x_t <= x)
    fn below(c: &Coefficients, x: f64) -> f64 {
        let one = |data: Gaussian| 0.25 * libm::erfc((data.mean_at(c) - x) / (2.0 * data.variance_at(c)).sqrt());
        PAIR.map(one).iter().sum()
    }

    /// Where the flow takes `x`: on the line it keeps the quantile.
    pub fn flow(from: &Coefficients, to: &Coefficients, x: f64) -> f64 {
        let (quantile, [mut low, mut high]) = (Self::below(from, x), [-100.0, 100.0]);
        for _ in 0..100 {
            let middle = (low + high) / 2.0;
            if Self::below(to, middle) < quantile { low = middle } else { high = middle }
        }
        (low + high) / 2.0
    }
}

impl VelocityField<f64> for Pair<'_> {
    fn velocity(&self, x: &f64, t: f64) -> f64 {
        let c = self.0.at(t);
        let density = |data: Gaussian| {
            let v = data.variance_at(&c);
            (-(x - data.mean_at(&c)).powi(2) / (2.0 * v)).exp() / v.sqrt()
        };
        let p = PAIR.map(density);
        let u = PAIR.map(|data| Field(data, self.0).velocity(x, t));
        (p[0] * u[0] + p[1] * u[1]) / (p[0] + p[1])
    }
}
