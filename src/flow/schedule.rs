//! The Gaussian path x_t = alpha_t x_1 + sigma_t x_0 and its two coefficients.

/// alpha_t, sigma_t and their derivatives in t, always together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coefficients {
    /// Weight of the data x_1.
    pub alpha_t: f64,
    /// Weight of the noise x_0.
    pub sigma_t: f64,
    /// d alpha_t / dt
    pub d_alpha_t: f64,
    /// d sigma_t / dt
    pub d_sigma_t: f64,
}

/// A schedule t → coefficients on [0, 1], from noise (t = 0) to data (t = 1).
pub trait Schedule {
    /// The name by which links and lists know it.
    fn key(&self) -> &'static str;

    /// The coefficients at `t` in [0, 1].
    fn at(&self, t: f64) -> Coefficients;
}

/// Straight lines: alpha_t = t, sigma_t = 1 - t (CondOT; Lipman et al., 2023; Liu et al., 2023).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Linear;

impl Schedule for Linear {
    fn key(&self) -> &'static str {
        "linear"
    }

    fn at(&self, t: f64) -> Coefficients {
        Coefficients { alpha_t: t, sigma_t: 1.0 - t, d_alpha_t: 1.0, d_sigma_t: -1.0 }
    }
}

/// Every schedule; joining this list is all it takes to be tested.
pub const SCHEDULES: &[&dyn Schedule] = &[&Linear];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derivatives_agree_with_central_differences() {
        let h = 1e-5;
        for schedule in SCHEDULES {
            for i in 1..20 {
                let t = f64::from(i) / 20.0;
                let (lo, at, hi) = (schedule.at(t - h), schedule.at(t), schedule.at(t + h));
                let alpha = (hi.alpha_t - lo.alpha_t) / (2.0 * h);
                let sigma = (hi.sigma_t - lo.sigma_t) / (2.0 * h);
                assert!((alpha - at.d_alpha_t).abs() < 1e-8, "{} alpha at {t}", schedule.key());
                assert!((sigma - at.d_sigma_t).abs() < 1e-8, "{} sigma at {t}", schedule.key());
            }
        }
    }

    #[test]
    fn the_linear_path_runs_from_noise_to_data() {
        assert_eq!((Linear.at(0.0).alpha_t, Linear.at(0.0).sigma_t), (0.0, 1.0));
        assert_eq!((Linear.at(1.0).alpha_t, Linear.at(1.0).sigma_t), (1.0, 0.0));
    }
}
