//! Precision and recall of a set against another (Kynkäänniemi et al., 2019): how many of its points lie where the other has
//! points, and how many of the other's where it has some. A set has points within the balls about each of its own that reach to
//! the third nearest.

/// Neighbours to which a ball reaches.
const K: usize = 3;
const LANES: usize = 8;

/// A set of n points of `width` numbers, n > [`K`].
#[derive(Clone, Debug)]
pub struct Balls {
    width: usize,
    points: Vec<f32>,
    /// Of each ball, squared.
    radii: Vec<f32>,
}

/// |a - b|², in lanes.
pub fn square(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += (a - b) * (a - b);
        }
    }
    lanes.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| (a - b) * (a - b)).sum::<f32>()
}

impl Balls {
    /// About `points`, [n × width]; time O(n²).
    pub fn about(points: &[f32], width: usize) -> Self {
        let radius = |point: &[f32]| {
            // Itself is the nearest, at no distance.
            let mut nearest = [f32::INFINITY; K + 1];
            for other in points.chunks_exact(width) {
                let mut far = square(point, other);
                for near in &mut nearest {
                    if far < *near {
                        std::mem::swap(&mut far, near);
                    }
                }
            }
            nearest[K]
        };
        Self { width, points: points.to_vec(), radii: points.chunks_exact(width).map(radius).collect() }
    }

    /// The share of the other's points that lie in a ball of these: the precision of what is `other`, or the recall of what these are.
    pub fn hold(&self, other: &Self) -> f64 {
        let mut all = other.points.chunks_exact(self.width);
        let count = all.len();
        let within = |point: &[f32]| {
            let mut balls = self.points.chunks_exact(self.width).zip(&self.radii);
            balls.any(|(centre, radius)| square(point, centre) <= *radius)
        };
        all.by_ref().filter(|point| within(point)).count() as f64 / count.max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Stream};

    #[test]
    fn a_ball_reaches_to_the_third_neighbour() {
        let line = Balls::about(&[0.0, 1.0, 2.0, 3.0, 10.0], 1);
        assert_eq!(line.radii, [9.0, 4.0, 4.0, 9.0, 81.0]);
        // -3 and 19 are at the edges, -3.1 and 19.1 beyond.
        let there = |x: f32| line.hold(&Balls { width: 1, points: vec![x], radii: vec![0.0] });
        assert_eq!([-3.0, 19.0, -3.1, 19.1].map(there), [1.0, 1.0, 0.0, 0.0]);
    }

    #[test]
    fn a_half_that_is_missed_lowers_recall_and_one_too_many_precision() {
        let cloud = |index, at: f32| {
            let z = Stream::new(1, Purpose::Evaluate, index).normals(200 * 2);
            z.into_iter().map(move |z| 0.1 * z + at).collect::<Vec<f32>>()
        };
        let two = Balls::about(&[cloud(0, 0.0), cloud(1, 5.0)].concat(), 2);
        let one = Balls::about(&cloud(2, 0.0), 2);
        let (precision, recall) = (two.hold(&one), one.hold(&two));
        assert!(precision > 0.9 && (0.4..0.55).contains(&recall), "{precision} {recall}");
        assert!((one.hold(&one), two.hold(&two)) == (1.0, 1.0));
    }

    #[test]
    fn squares_add_up_in_lanes() {
        for width in [1, 7, 8, 13, 48] {
            let (a, b): (Vec<f32>, Vec<f32>) = (0..width).map(|i| (i as f32, 0.5 * i as f32 - 1.0)).unzip();
            let plain: f32 = a.iter().zip(&b).map(|(a, b)| (a - b) * (a - b)).sum();
            assert!((square(&a, &b) - plain).abs() <= 1e-4 * plain, "{width}");
        }
    }
}
