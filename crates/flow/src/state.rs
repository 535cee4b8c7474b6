//! The arithmetic that a solver needs of a state x: nothing but linear combinations.

/// A point of a real vector space: an `f64`, a point of the plane, or a batch of images.
///
/// ```
/// use flow::state::State;
///
/// assert_eq!([1.0, 2.0].combine(2.0, -1.0, &[1.0, 1.0]), [1.0, 3.0]);
/// ```
pub trait State: Clone {
    /// `self + c · other`.
    fn add_scaled(&self, c: f64, other: &Self) -> Self;

    /// `a · self + b · other`.
    fn combine(&self, a: f64, b: f64, other: &Self) -> Self;
}

impl State for f64 {
    fn add_scaled(&self, c: f64, other: &Self) -> Self {
        self + c * other
    }

    fn combine(&self, a: f64, b: f64, other: &Self) -> Self {
        a * self + b * other
    }
}

impl<const D: usize> State for [f64; D] {
    fn add_scaled(&self, c: f64, other: &Self) -> Self {
        self.combine(1.0, c, other)
    }

    fn combine(&self, a: f64, b: f64, other: &Self) -> Self {
        std::array::from_fn(|i| a * self[i] + b * other[i])
    }
}

/// A picture.
impl State for Vec<f32> {
    fn add_scaled(&self, c: f64, other: &Self) -> Self {
        self.combine(1.0, c, other)
    }

    fn combine(&self, a: f64, b: f64, other: &Self) -> Self {
        debug_assert_eq!(self.len(), other.len());
        let (a, b) = (a as f32, b as f32);
        self.iter().zip(other).map(|(x, y)| a * x + b * y).collect()
    }
}

impl State for Vec<f64> {
    fn add_scaled(&self, c: f64, other: &Self) -> Self {
        self.combine(1.0, c, other)
    }

    fn combine(&self, a: f64, b: f64, other: &Self) -> Self {
        debug_assert_eq!(self.len(), other.len());
        self.iter().zip(other).map(|(x, y)| a * x + b * y).collect()
    }
}
