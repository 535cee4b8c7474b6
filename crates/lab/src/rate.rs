//! What share of its learning rate a training takes, step by step.

/// Steps over which a rate rises to its value, on pictures and on points.
const WARM_UP: u64 = 100;

/// min((step + 1) / [`WARM_UP`], 1)
pub fn warm(step: u64) -> f64 {
    ((step as f64 + 1.0) / WARM_UP as f64).min(1.0)
}

/// Half a cosine, down to none at `end`.
pub fn fall(step: u64, end: u64) -> f64 {
    let done = (step as f64 / end as f64).min(1.0);
    (1.0 + libm::cos(std::f64::consts::PI * done)) / 2.0
}

/// [`warm`] / sqrt(1 + step / after). A rule of the step alone: a training that goes on is the same as one that was to be so
/// long.
pub fn settle(step: u64, after: f64) -> f64 {
    warm(step) / (1.0 + step as f64 / after).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_rise_then_fall_to_where_they_should() {
        assert_eq!((warm(0), warm(WARM_UP - 1), warm(10_000)), (0.01, 1.0, 1.0));
        assert!(fall(0, 10) == 1.0 && (fall(5, 10) - 0.5).abs() < 1e-12 && fall(10, 10) == 0.0 && fall(11, 10) == 0.0);
        assert_eq!((settle(0, 1000.0), settle(3000, 1000.0)), (0.01, 0.5));
    }
}
