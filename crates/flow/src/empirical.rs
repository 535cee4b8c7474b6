//! A finite data set, and what flow matching on it would learn if it could learn everything,
//!
//! u_t(x) = Σ_i w_i u_t(x | x_1^i),   w_i ∝ p_t(x | x_1^i) = N(x; alpha_t x_1^i, sigma_t² I).
//!
//! It is the mixture whose components have shrunk to points. Sampling with it returns the training
//! points: a network that makes anything new owes that to not being exact.

use super::{
    field::VelocityField,
    mixture::Mixture,
    schedule::{Coefficients, Schedule},
};

/// Training points x_1^i, each as likely as the next; exact where sigma_t > 0 and singular (no number)
/// where sigma_t = 0.
///
/// ```
/// use flow::{empirical::Empirical, schedule::{Linear, Schedule}};
///
/// let digits = Empirical::new(&[[-1.0], [1.0]])?;
/// // In the middle both are as likely, and the velocity is 0; near the data the nearer one has all the weight.
/// assert!(digits.velocity(&Linear.at(0.5), &[0.0])[0].abs() < 1e-12);
/// assert!(digits.weights(&Linear.at(0.95), &[0.9])[1] > 0.999);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Empirical(Mixture);

impl Empirical {
    /// The data set of `points`; a sentence if there are none, of different dimensions, or not finite.
    pub fn new<P: AsRef<[f64]>>(points: &[P]) -> Result<Self, String> {
        Mixture::of_points(points.iter().map(|point| point.as_ref().to_vec()).collect()).map(Self)
    }

    /// The training points x_1^i.
    pub fn points(&self) -> &[Vec<f64>] {
        self.0.means()
    }

    /// The dimension of x.
    pub fn dimension(&self) -> usize {
        self.0.dimension()
    }

    /// w_i, the softmax of -|x - alpha_t x_1^i|² / 2 sigma_t²: how likely x came from point i.
    pub fn weights(&self, c: &Coefficients, x: &[f64]) -> Vec<f64> {
        self.0.responsibilities(c, x)
    }

    /// log p_t(x), in nats.
    pub fn log_density(&self, c: &Coefficients, x: &[f64]) -> f64 {
        self.0.log_density(c, x)
    }

    /// The score ∇ log p_t(x).
    pub fn score(&self, c: &Coefficients, x: &[f64]) -> Vec<f64> {
        self.0.score(c, x)
    }

    /// The posterior mean E[x_1 | x_t = x] = Σ_i w_i x_1^i.
    pub fn data(&self, c: &Coefficients, x: &[f64]) -> Vec<f64> {
        self.0.data(c, x)
    }

    /// The posterior mean E[x_0 | x_t = x].
    pub fn noise(&self, c: &Coefficients, x: &[f64]) -> Vec<f64> {
        self.0.noise(c, x)
    }

    /// The exact marginal velocity u_t(x).
    pub fn velocity(&self, c: &Coefficients, x: &[f64]) -> Vec<f64> {
        self.0.velocity(c, x)
    }

    /// div u_t(x)
    pub fn divergence(&self, c: &Coefficients, x: &[f64]) -> f64 {
        self.0.divergence(c, x)
    }

    /// The field (x, t) → u_t(x) on `schedule`.
    pub fn field<'a>(&'a self, schedule: &'a dyn Schedule) -> impl VelocityField<Vec<f64>> + 'a {
        self.0.field(schedule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        rng::{Purpose, Stream},
        schedule::{Linear, SCHEDULES},
        state::State,
        time::uniform_grid,
    };

    fn normals(index: u64, count: usize) -> Vec<f64> {
        Stream::new(5, Purpose::Evaluate, index).normals64(count)
    }

    fn distance(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    #[test]
    fn the_marginal_velocity_averages_the_conditional_ones() {
        for &schedule in SCHEDULES {
            let mut worst: f64 = 0.0;
            for dimension in [1, 2, 5] {
                let points: Vec<_> = (0..6).map(|i| normals(i, dimension)).collect();
                let data = Empirical::new(&points).unwrap();
                for (i, t) in [0.03, 0.3, 0.6, 0.97].into_iter().enumerate() {
                    let c = schedule.at(t);
                    // Between two points, so that the weights are not all 0 or 1.
                    let middle = points[i].combine(0.5, 0.5, &points[i + 1]);
                    let x = middle.combine(c.alpha_t, 0.7 * c.sigma_t, &normals(50, dimension));
                    let likelihood = |x_1: &Vec<f64>| {
                        let squared = distance(&x, &x_1.combine(c.alpha_t, 0.0, x_1)).powi(2);
                        let nearest = points.iter().map(|p| distance(&x, &p.combine(c.alpha_t, 0.0, p)).powi(2));
                        ((nearest.fold(f64::INFINITY, f64::min) - squared) / (2.0 * c.sigma_t * c.sigma_t)).exp()
                    };
                    let total: f64 = points.iter().map(likelihood).sum();
                    // u_t(x | x_1) = d_alpha_t x_1 + d_sigma_t x_0, where x_0 = (x - alpha_t x_1) / sigma_t.
                    let rate = c.d_sigma_t / c.sigma_t;
                    let conditional = |x_1: &Vec<f64>| x_1.combine(c.d_alpha_t - rate * c.alpha_t, rate, &x);
                    let zero = vec![0.0; dimension];
                    let u = points.iter().fold(zero, |u, x_1| u.add_scaled(likelihood(x_1) / total, &conditional(x_1)));
                    let size = distance(&u, &vec![0.0; dimension]);
                    worst = worst.max(distance(&data.velocity(&c, &x), &u) / (1.0 + size));
                    for (w, x_1) in data.weights(&c, &x).iter().zip(&points) {
                        worst = worst.max((w - likelihood(x_1) / total).abs());
                    }
                }
            }
            println!("{}: off by {worst:.1e}", schedule.key());
            assert!(worst < 1e-11, "{}", schedule.key());
        }
    }

    #[test]
    fn a_mixture_of_narrow_components_is_its_limit() {
        let points: Vec<_> = (0..6).map(|i| normals(i, 2)).collect();
        let narrow = Mixture::new(vec![1.0; 6], points.clone(), vec![1e-9; 6]).unwrap();
        let (data, c, x) = (Empirical::new(&points).unwrap(), Linear.at(0.6), [0.3, 0.1]);
        assert!(distance(&data.score(&c, &x), &narrow.score(&c, &x)) < 1e-12);
        assert!(distance(&data.data(&c, &x), &narrow.data(&c, &x)) < 1e-12);
        assert!((data.log_density(&c, &x) - narrow.log_density(&c, &x)).abs() < 1e-12);
        assert!((data.divergence(&c, &x) - narrow.divergence(&c, &x)).abs() < 1e-12);
    }

    #[test]
    fn sampling_returns_training_points() {
        let points: Vec<_> = (0..12).map(|i| normals(i, 2)).collect();
        let data = Empirical::new(&points).unwrap();
        let (field, n, starts) = (data.field(&Linear), 200, 500);
        let (mut worst, mut reached): (f64, _) = (0.0, [false; 12]);
        for start in 0..starts {
            let x_0 = normals(1000 + start, 2);
            let x_1 = (0..n).fold(x_0, |x, i| x.add_scaled(1.0 / n as f64, &field.velocity(&x, uniform_grid(i, n))));
            let distances = points.iter().map(|point| distance(&x_1, point));
            let (nearest, d) = distances.enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            reached[nearest] = true;
            worst = worst.max(d);
        }
        println!("{starts} samples: at most {worst:.1e} from one of {} points", points.len());
        assert!(worst < 1e-6);
        assert_eq!(reached, [true; 12]);
    }

    #[test]
    fn bad_points_get_a_sentence() {
        let none: [[f64; 2]; 0] = [];
        assert!(Empirical::new(&none).unwrap_err().contains("at least one point"));
        assert!(Empirical::new(&[vec![1.0], vec![1.0, 2.0]]).unwrap_err().contains("same dimension"));
        assert!(Empirical::new(&[[f64::NAN]]).unwrap_err().contains("coordinates"));
    }
}
