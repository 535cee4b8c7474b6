//! |x|² of a state, for everything that is measured in mean squares.

use super::state::State;

/// A state whose length is known.
pub trait Norm: State {
    /// |x|² = Σ_i x_i², summed in f64.
    fn square(&self) -> f64;

    /// |x - other|²
    fn square_distance(&self, other: &Self) -> f64 {
        self.add_scaled(-1.0, other).square()
    }
}

impl Norm for f64 {
    fn square(&self) -> f64 {
        self * self
    }
}

impl<const D: usize> Norm for [f64; D] {
    fn square(&self) -> f64 {
        self.iter().map(|x| x * x).sum()
    }
}

impl Norm for Vec<f64> {
    fn square(&self) -> f64 {
        self.iter().map(|x| x * x).sum()
    }
}

impl Norm for Vec<f32> {
    fn square(&self) -> f64 {
        self.iter().map(|&x| f64::from(x) * f64::from(x)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_four_five_in_every_kind_of_state() {
        assert_eq!((-5.0).square(), 25.0);
        assert_eq!([3.0, 4.0].square(), 25.0);
        assert_eq!(vec![3f32, 4.0].square(), 25.0);
        assert_eq!(vec![4f64, 4.0].square_distance(&vec![1.0, 0.0]), 25.0);
    }
}
