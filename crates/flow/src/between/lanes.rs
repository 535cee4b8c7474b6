//! Many points at once under one mixture: the responsibilities r_k ∝ w_k N(x; m_k, v_k I) of points that lie side
//! by side in SIMD lanes, by the exact log-sum-exp, so that nothing underflows however far away a point is.

use crate::exp::exp;
use std::f64::consts::TAU;

/// Points that are worked out together: four registers of two, which hides the latency of each.
pub const LANES: usize = 8;
/// One number for each of these points.
pub type Lanes = [f64; LANES];

/// e^-45 = 3e-20: what is less than that of the largest term is left out, since a million such are 3e-14.
const FAINT: f64 = -45.0;

/// log w N(x; mean, v I) = log + scale |x - mean|².
#[derive(Clone, Copy, Debug)]
pub struct LogGaussian<const D: usize> {
    pub mean: [f64; D],
    /// -1 / 2v
    pub scale: f64,
    /// log w - (D / 2) log 2πv
    pub log: f64,
}

impl<const D: usize> LogGaussian<D> {
    pub fn new(weight: f64, mean: [f64; D], v: f64) -> Self {
        Self { mean, scale: -0.5 / v, log: weight.ln() - 0.5 * D as f64 * (TAU * v).ln() }
    }

    #[inline(always)]
    fn at(&self, x: &[Lanes; D]) -> Lanes {
        let mut square = [0.0; LANES];
        for (x, mean) in x.iter().zip(self.mean) {
            for l in 0..LANES {
                square[l] += (x[l] - mean) * (x[l] - mean);
            }
        }
        square.map(|square| self.log + self.scale * square)
    }
}

/// What the terms of a mixture weigh at [`LANES`] points.
pub struct Weights {
    /// The largest log term.
    pub most: Lanes,
    /// Σ_k e^(log term - most)
    pub total: Lanes,
    /// k and e^(log term - most), of the terms that count at any of the points.
    pub terms: Vec<(usize, Lanes)>,
}

impl Weights {
    const NONE: Self = Self { most: [0.0; LANES], total: [0.0; LANES], terms: vec![] };

    pub fn new<const D: usize>(mixture: &[LogGaussian<D>], x: &[Lanes; D]) -> Self {
        let mut weights = Self::NONE;
        weights.weigh(mixture, x);
        weights
    }

    fn weigh<const D: usize>(&mut self, mixture: &[LogGaussian<D>], x: &[Lanes; D]) {
        self.terms.clear();
        (self.most, self.total) = ([f64::NEG_INFINITY; LANES], [0.0; LANES]);
        for term in mixture {
            self.most = larger(self.most, term.at(x));
        }
        for (k, term) in mixture.iter().enumerate() {
            let mut log = term.at(x);
            for (log, most) in log.iter_mut().zip(self.most) {
                *log -= most;
            }
            // Not so of NaN either, which must not be lost.
            if log.iter().fold(true, |faint, log| faint & (*log < FAINT)) {
                continue;
            }
            let e = log.map(exp);
            for (total, e) in self.total.iter_mut().zip(e) {
                *total += e;
            }
            self.terms.push((k, e));
        }
    }
}

#[inline(always)]
fn larger(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|l| if a[l] > b[l] { a[l] } else { b[l] })
}

/// `W` numbers for each point of `xs` (x, y, x, y, …) from what the terms weigh there.
pub fn map<const D: usize, const W: usize>(
    mixture: &[LogGaussian<D>],
    xs: &[f64],
    reading: impl Fn(&[Lanes; D], &Weights) -> [Lanes; W],
) -> Vec<f64> {
    let (points, rest) = xs.as_chunks::<D>();
    debug_assert!(rest.is_empty());
    let mut found = Vec::with_capacity(points.len() * W);
    let mut weights = Weights::NONE;
    for block in points.chunks(LANES) {
        // The last block is filled up with its last point.
        let x: [Lanes; D] = std::array::from_fn(|i| std::array::from_fn(|l| block[l.min(block.len() - 1)][i]));
        weights.weigh(mixture, &x);
        let read = reading(&x, &weights);
        found.extend((0..block.len()).flat_map(|l| read.map(|lanes| lanes[l])));
    }
    found
}
