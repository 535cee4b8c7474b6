//! The residual of the continuity equation, ∂_t p + div(p v) = ∂_t p + p (div v + v · ∇ log p): 0 where v transports p.
//!
//! ∂_t p is a central difference, and so is div v where it is not known; ∇ log p is exact, since p is steep near the data.

use super::heat::{Heat, greatest, signed};
use flow::lattice::Lattice;

/// What the residual is made of, on one lattice around one t.
#[derive(Clone, Copy, Debug)]
pub struct Flux<'a> {
    /// p at t - h.
    pub before: &'a [f64],
    /// p at t + h.
    pub after: &'a [f64],
    /// Half the difference of the two times, above 0.
    pub h: f64,
    /// p at t.
    pub density: &'a [f64],
    /// ∇ log p at t, flat.
    pub score: &'a [f64],
    /// v at t, flat.
    pub velocity: &'a [f64],
    /// div v at t; by differences if it is not known.
    pub divergence: Option<&'a [f64]>,
}

impl Flux<'_> {
    /// The residual in every cell; no number in the outermost ones, nor where something is missing.
    pub fn residual(&self, lattice: &Lattice) -> Vec<f64> {
        let (velocity, score) = (self.velocity.as_chunks::<2>().0, self.score.as_chunks::<2>().0);
        let known = self.divergence.map_or(lattice.len(), <[f64]>::len);
        let n = [self.before.len(), self.after.len(), self.density.len(), velocity.len(), score.len(), known];
        let n = n.into_iter().min();
        if n < Some(lattice.len()) {
            return vec![f64::NAN; lattice.len()];
        }
        let (columns, rows, [width, height]) = (lattice.columns, lattice.rows, lattice.cell());
        let difference = |i: usize| {
            let across = (velocity[i + 1][0] - velocity[i - 1][0]) / (2.0 * width);
            let up = (velocity[i + columns][1] - velocity[i - columns][1]) / (2.0 * height);
            across + up
        };
        let at = |i: usize| {
            if !(1..columns - 1).contains(&(i % columns)) || !(1..rows - 1).contains(&(i / columns)) {
                return f64::NAN;
            }
            let rate = (self.after[i] - self.before[i]) / (2.0 * self.h);
            let spread = self.divergence.map_or_else(|| difference(i), |known| known[i]);
            let along = velocity[i][0] * score[i][0] + velocity[i][1] * score[i][1];
            // Where there is next to nothing, a score that is huge says nothing.
            if self.density[i] > 0.0 { rate + self.density[i] * (spread + along) } else { rate }
        };
        (0..lattice.len()).map(at).collect()
    }

    /// The greatest |∂_t p|: what a residual should be small against.
    pub fn rate(&self) -> f64 {
        greatest(self.after.iter().zip(self.before).map(|(after, before)| (after - before).abs() / (2.0 * self.h)))
    }

    /// The residual from blue to red, up to `limit` or else the greatest |∂_t p|.
    pub fn map(&self, lattice: &Lattice, limit: Option<f64>) -> Heat {
        signed(&self.residual(lattice), lattice, Some(limit.unwrap_or_else(|| self.rate())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mark::Mark;
    use flow::{
        mixture::Mixture,
        schedule::{Linear, Schedule},
    };

    const T: f64 = 0.45;

    fn oracle() -> Mixture {
        Mixture::new(vec![0.4, 0.6], vec![vec![-1.5, 0.5], vec![1.0, -1.0]], vec![0.5, 0.3]).unwrap()
    }

    struct Fields {
        lattice: Lattice,
        h: f64,
        densities: [Vec<f64>; 3],
        score: Vec<f64>,
        velocity: Vec<f64>,
    }

    /// Densities and `factor` times the exact velocity on 3n/4 rows of n cells, with h in proportion to a cell.
    fn fields(n: usize, factor: f64) -> Fields {
        let lattice = Lattice { low: [-3.0; 2], high: [3.0; 2], columns: n, rows: 3 * n / 4 };
        let (mixture, h, places) = (oracle(), 1.0 / n as f64, lattice.points());
        let places = places.as_chunks::<2>().0;
        let density = |t: f64| places.iter().map(|x| mixture.log_density(&Linear.at(t), x).exp()).collect();
        let velocity = places.iter().flat_map(|x| mixture.velocity(&Linear.at(T), x));
        let velocity = velocity.map(|u| factor * u).collect();
        let score = places.iter().flat_map(|x| mixture.score(&Linear.at(T), x)).collect();
        Fields { lattice, h, densities: [T - h, T, T + h].map(density), score, velocity }
    }

    impl Fields {
        fn flux(&self) -> Flux<'_> {
            let [before, density, after] = &self.densities;
            let (score, velocity) = (&self.score, &self.velocity);
            Flux { before, after, h: self.h, density, score, velocity, divergence: None }
        }

        /// The greatest error against `truth` in a cell inside.
        fn worst(&self, truth: impl Fn(&[f64]) -> f64) -> f64 {
            let values = self.flux().residual(&self.lattice);
            let inside = values.iter().enumerate().filter(|(_, value)| value.is_finite());
            assert_eq!(inside.clone().count(), (self.lattice.columns - 2) * (self.lattice.rows - 2));
            inside.map(|(i, value)| (value - truth(&self.lattice.point(i))).abs()).fold(0.0, f64::max)
        }
    }

    #[test]
    fn the_residual_of_the_exact_flow_falls_at_order_two() {
        let worst = [80, 160].map(|n| fields(n, 1.0).worst(|_| 0.0));
        let order = (worst[0] / worst[1]).log2();
        println!("residuals {worst:?}, order {order:.2}");
        assert!((order - 2.0).abs() < 0.15);
        assert!(worst[1] < 0.02 * fields(160, 1.0).flux().rate());
    }

    #[test]
    fn a_tenth_too_fast_leaves_a_tenth_of_the_flux() {
        // div(p u) = p (div u + u · ∇ log p)
        let (mixture, c) = (oracle(), Linear.at(T));
        let truth = |x: &[f64]| {
            let along: f64 = mixture.velocity(&c, x).iter().zip(mixture.score(&c, x)).map(|(u, s)| u * s).sum();
            0.1 * mixture.log_density(&c, x).exp() * (mixture.divergence(&c, x) + along)
        };
        let worst = [80, 160].map(|n| fields(n, 1.1).worst(truth));
        let size = fields(80, 1.1).worst(|_| 0.0);
        println!("errors {worst:?} of residuals up to {size:.3}");
        assert!(worst[1] < worst[0] / 3.5 && worst[1] < 0.1 * size);
    }

    #[test]
    fn the_map_says_what_its_last_colour_is() {
        let fields = fields(40, 1.0);
        assert_eq!(fields.flux().map(&fields.lattice, Some(0.5)).top, 0.5);
        let heat = fields.flux().map(&fields.lattice, None);
        assert_eq!(heat.top, fields.flux().rate());
        let Mark::Map { rgba, .. } = heat.mark else { panic!("no map") };
        assert!(rgba[..4 * 40].chunks(4).all(|cell| cell[3] == 0), "the outermost row is transparent");
    }

    #[test]
    fn what_is_missing_is_no_number() {
        let fields = fields(8, 1.0);
        let short = Flux { velocity: &fields.velocity[2..], ..fields.flux() };
        assert!(short.residual(&fields.lattice).iter().all(|value| value.is_nan()));
        for (columns, rows) in [(0, 0), (1, 1), (2, 4), (4, 2)] {
            let small = Lattice { columns, rows, ..fields.lattice };
            assert!(fields.flux().residual(&small).iter().all(|value| value.is_nan()));
        }
    }
}
