//! Normalising flows: an invertible map x = f(z) of noise z ~ N(0, I), made of layers whose determinants are products
//! (Dinh et al., 2017):
//!
//! ln p(x) = ln N(f⁻¹(x); 0, I) + ln |det ∂f⁻¹/∂x|.
//!
//! A coupling layer keeps one half of the numbers, x_a = z_a, and moves the other, x_b = z_b exp(s(z_a)) + m(z_a): whatever s and m
//! are, it is undone by x_b ↦ (x_b - m(x_a)) exp(-s(x_a)), and its log-determinant is the sum of s.
//!
//! A layer can be gone through in part: s and m times a share from 0 to 1 is a coupling layer as well. So what passes L layers
//! has a place, and a density, at every time from 0 to L.

use super::exp::exp;

/// |s| stays below this: numbers grow or shrink by less than exp(2) a layer.
pub const REACH: f64 = 2.0;

/// Pixels are squeezed by this much before their logit is taken, since that of 0 or 1 would be none (Dinh et al., 2017).
pub const SQUEEZE: f64 = 0.9;

/// What a coupling layer does to one number: x = z exp(s) + m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine {
    /// s
    pub log_scale: f64,
    /// m
    pub shift: f64,
}

impl Affine {
    /// From what a network puts out: s = -R tanh(raw), R = [`REACH`].
    pub fn of([raw, shift]: [f64; 2]) -> Self {
        Self { log_scale: -REACH * libm::tanh(raw), shift }
    }

    /// This share of it, from 0 to 1.
    pub fn part(self, share: f64) -> Self {
        Self { log_scale: share * self.log_scale, shift: share * self.shift }
    }

    /// z ↦ z exp(s) + m
    pub fn apply(self, z: f64) -> f64 {
        z * exp(self.log_scale) + self.shift
    }

    /// x ↦ (x - m) exp(-s)
    pub fn undo(self, x: f64) -> f64 {
        (x - self.shift) * exp(-self.log_scale)
    }
}

/// Of `layers` layers at the time t from 0 to 1: how many are behind, and what share of the next one.
///
/// ```
/// use flow::normalising::passed;
/// assert_eq!(passed(8, 0.0), (0, 0.0));
/// assert_eq!(passed(8, 0.3125), (2, 0.5));
/// assert_eq!(passed(8, 1.0), (8, 0.0));
/// ```
pub fn passed(layers: usize, t: f64) -> (usize, f64) {
    let at = t.clamp(0.0, 1.0) * layers as f64;
    (at as usize, at.fract())
}

/// The logit of a pixel x in [-1, 1]: y = ln p - ln (1 - p) of p = (1 + κ x) / 2, κ = [`SQUEEZE`]; that is 2 artanh(κ x).
pub fn logit(x: f64) -> f64 {
    2.0 * libm::atanh(SQUEEZE * x)
}

/// ln dy/dx of [`logit`]: ln 2κ - ln(1 - κ² x²).
pub fn logit_slope(x: f64) -> f64 {
    libm::log(2.0 * SQUEEZE) - libm::log1p(-(SQUEEZE * x).powi(2))
}

/// The pixel of a logit, tanh(y / 2) / κ; beyond [-1, 1] where no pixel has that logit.
pub fn pixel(y: f64) -> f64 {
    libm::tanh(y / 2.0) / SQUEEZE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        divergence,
        likelihood::{gaussian, interval, pull_back},
        rng::{Purpose, Stream},
    };
    use proptest::prelude::*;

    /// A velocity with its divergence.
    type Told = Box<dyn Fn(&[f64], f64) -> divergence::WithDivergence>;

    /// Numbers of the model below, and its layers.
    const D: usize = 6;
    const LAYERS: usize = 3;

    /// What the layer does to number `i`, by those that it keeps; it moves every other number.
    fn affine(layer: usize, x: &[f64], i: usize) -> Option<Affine> {
        let kept = |k: &usize| (k + layer).is_multiple_of(2);
        let of =
            |shift: f64| (0..D).filter(kept).map(|k| libm::sin(1.3 * x[k] + (k * (i + 2)) as f64 + shift)).sum::<f64>();
        (!kept(&i)).then(|| Affine::of([0.3 * of(layer as f64), 0.5 * of(1.7)]))
    }

    /// ln p by the layers: what undoing them gives, less the sum of s.
    fn by_layers(x: &[f64]) -> f64 {
        let (mut z, mut stretched) = (x.to_vec(), 0.0);
        for layer in (0..LAYERS).rev() {
            let all: Vec<_> = (0..D).map(|i| affine(layer, &z, i)).collect();
            for (z, affine) in z.iter_mut().zip(all) {
                *z = affine.map_or(*z, |affine| affine.undo(*z));
                stretched += affine.map_or(0.0, |affine| affine.log_scale);
            }
        }
        gaussian(&z, 1.0) - stretched
    }

    /// The velocity of what passes the layer, of which this share is behind: d/dt [z exp(t s) + t m] = s (x - t m) + m.
    fn velocity(layer: usize, x: &[f64], share: f64) -> Vec<f64> {
        let of = |i: usize| affine(layer, x, i).map_or(0.0, |it| it.log_scale * (x[i] - share * it.shift) + it.shift);
        (0..D).map(of).collect()
    }

    #[test]
    fn the_change_of_variables_along_the_layers_gives_their_exact_density() {
        let grid: Vec<f64> = (0..=64).map(|i| f64::from(i) / 64.0).collect();
        let (mut covered, mut spread) = (0, 0.0);
        for seed in 0..40 {
            let mut stream = Stream::new(seed, Purpose::Evaluate, 0);
            let (x, exact) = (stream.normals64(D), by_layers);
            let truth = exact(&x);
            let back = |of: &dyn Fn(usize) -> Told, probes: usize| {
                let step = |state, layer| {
                    let field = of(layer);
                    pull_back(&|z: &(Vec<f64>, Vec<f64>), t: f64| field(&z.0, t), state, &grid)
                };
                let (z, gathered) = (0..LAYERS).rev().fold((x.clone(), vec![0.0; probes]), step);
                gathered.into_iter().map(|gathered| gaussian(&z, 1.0) + gathered).collect::<Vec<_>>()
            };
            let whole = |layer| Box::new(divergence::exact(move |x, t| velocity(layer, x, t), 1e-5)) as Box<_>;
            let found = back(&whole, 1)[0];
            assert!((found - truth).abs() < 1e-6 * truth.abs().max(1.0), "{found} {truth}");
            let probes = divergence::rademacher(&mut Stream::new(seed, Purpose::Probe, 0), D, 32);
            let guessed = |layer| {
                let probes = probes.clone();
                Box::new(divergence::hutchinson(move |x, t| velocity(layer, x, t), probes, 1e-5)) as Box<_>
            };
            let estimates = back(&guessed, 32);
            let [low, high] = interval(&estimates).expect("many probes");
            covered += usize::from(low <= truth && truth <= high);
            spread += (high - low) / 40.0;
        }
        println!("99 % intervals of 32 probes cover {covered} of 40, {spread:.3} nats wide");
        assert!(covered >= 37 && spread > 0.05);
    }

    proptest! {
        #[test]
        fn a_layer_is_undone_and_stretches_by_its_scale(raw in -9.0f64..9.0, shift in -3.0f64..3.0, z in -4.0f64..4.0, share in 0.0f64..1.0) {
            let affine = Affine::of([raw, shift]).part(share);
            let x = affine.apply(z);
            prop_assert!((affine.undo(x) - z).abs() < 1e-9);
            let h = 1e-5;
            let slope = (affine.apply(z + h) - affine.apply(z - h)) / (2.0 * h);
            prop_assert!((libm::log(slope) - affine.log_scale).abs() < 1e-8);
            prop_assert!(affine.log_scale.abs() <= REACH);
        }

        #[test]
        fn a_logit_is_undone_and_stretches_as_it_says(x in -1.0f64..1.0) {
            prop_assert!((pixel(logit(x)) - x).abs() < 1e-12);
            let h = 1e-6;
            let slope = (logit(x + h) - logit(x - h)) / (2.0 * h);
            prop_assert!((libm::log(slope) - logit_slope(x)).abs() < 1e-7);
        }
    }

    #[test]
    fn a_layer_of_which_nothing_is_gone_changes_nothing() {
        let affine = Affine::of([1.3, 0.7]);
        assert_eq!(affine.part(0.0).apply(0.4), 0.4);
        assert_eq!(affine.part(1.0), affine);
    }
}
