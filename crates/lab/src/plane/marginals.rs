//! Where both ends of the paths come from: x_1 from the data, x_0 from the source or from noise.

use data::shapes::{MAX_PARTS, Part, REACH, STDS, gaussians};
use flow::{
    between::{Between, Gaussian},
    coupling::Coupling,
    rng::{Purpose, Stream},
    schedule::Coefficients,
};
use protocol::plane::{PlaneLoss, PlaneRecipe};

/// The laws of x_0 and x_1 in the plane.
#[derive(Clone, Debug)]
pub struct Marginals {
    between: Between<2>,
    /// x_0 alone: its data are never looked at.
    alone: Between<2>,
    is_noise: bool,
}

/// `parts` as a mixture; a sentence if they are none.
fn mixture(what: &str, parts: &[Part]) -> Result<Vec<Gaussian<2>>, String> {
    if parts.is_empty() || parts.len() > MAX_PARTS {
        return Err(format!("the {what} has 1 to {MAX_PARTS} parts, not {}", parts.len()));
    }
    let [narrowest, widest] = STDS;
    let is_sound = |part: &Part| {
        part.centre.iter().all(|x| x.abs() <= REACH) && (narrowest..=widest).contains(&part.std) && part.weight >= 0.0
    };
    if !parts.iter().all(is_sound) {
        return Err(format!(
            "the parts of the {what} have centres within ±{REACH}, widths from {narrowest} to {widest} and no weight below 0"
        ));
    }
    Ok(gaussians(parts))
}

impl Marginals {
    /// N(0, I), or `source`, and `data`. A sentence for what is no mixture of the plane.
    pub fn new(source: Option<&[Part]>, data: &[Part]) -> Result<Self, String> {
        let data = mixture("data set", data)?;
        let law = source.map_or_else(|| Ok(vec![Gaussian::NOISE]), |source| mixture("source", source))?;
        let (between, alone) = (Between::product(&law, &data)?, Between::product(&law, &[Gaussian::NOISE])?);
        Ok(Self { between, alone, is_noise: source.is_none() })
    }

    /// Those of a recipe, all of which is sound; else a sentence.
    pub fn of(recipe: &PlaneRecipe) -> Result<Self, String> {
        let PlaneRecipe { method, source, data, .. } = recipe;
        method.check()?;
        if source.is_some() && method.loss != PlaneLoss::Velocity {
            return Err(
                "with a source of one's own only the velocity can be learned: noise and score need x_0 ~ N(0, I)"
                    .into(),
            );
        }
        if method.coupling == Coupling::Optimal && method.loss == PlaneLoss::Implicit {
            // It would learn the same: the pairs do not enter it.
            return Err("implicit score matching sees no pairs: choose the independent coupling".into());
        }
        Self::new(source.as_deref(), data)
    }

    /// The exact flow where ends are independent.
    pub fn between(&self) -> &Between<2> {
        &self.between
    }

    /// Whether x_0 ~ N(0, I).
    pub fn is_noise(&self) -> bool {
        self.is_noise
    }

    /// One draw of x_0.
    pub fn source(&self, stream: &mut Stream) -> [f64; 2] {
        if self.is_noise {
            let z = stream.normals64(2);
            [z[0], z[1]]
        } else {
            self.between.sample_source(stream)
        }
    }

    /// One draw of x_1.
    pub fn data(&self, stream: &mut Stream) -> [f64; 2] {
        self.between.sample_data(stream)
    }

    /// x_0 of the particles `range` of `seed`, flat, where the path starts at `start` · x_0: particle i draws from stream
    /// (seed, sample, i), so that exact and learned fields begin at the same places.
    pub fn particles(&self, seed: u64, range: std::ops::Range<usize>, start: f64) -> Vec<f64> {
        let draw = |i: usize| self.source(&mut Stream::new(seed, Purpose::Sample, i as u64)).map(|x| start * x);
        range.flat_map(draw).collect()
    }

    /// log p of `start` · x_0 at each of `xs`, where paths begin.
    pub fn log_density(&self, xs: &[f64], start: f64) -> Vec<f64> {
        let c = Coefficients { alpha_t: 0.0, sigma_t: start, d_alpha_t: 0.0, d_sigma_t: 0.0 };
        self.alone.at(&c).log_density(xs)
    }

    /// log p of the data at each of `xs`; nothing where they are no mixture.
    pub fn log_density_of_data(&self, xs: &[f64]) -> Option<Vec<f64>> {
        let c = Coefficients { alpha_t: 1.0, sigma_t: 0.0, d_alpha_t: 0.0, d_sigma_t: 0.0 };
        Some(Between::from_noise(self.between.data()).ok()?.at(&c).log_density(xs))
    }

    /// Root mean squares of a coordinate about zero: of the data, and of the source.
    pub fn sizes(&self) -> [f64; 2] {
        let of = |mixture: &[Gaussian<2>]| {
            let square = |g: &Gaussian<2>| g.weight * (0.5 * (g.mean[0].powi(2) + g.mean[1].powi(2)) + g.std * g.std);
            mixture.iter().map(square).sum::<f64>().sqrt()
        };
        [of(self.between.data()), of(self.between.source())]
    }
}
