//! The exact fields of what is shown: data and source are Gaussian mixtures, so nothing has to be learnt to know them.

use super::spec::Spec;
use crate::{
    data::shapes::{Part, gaussians},
    flow::{
        between::{At, Between, Gaussian},
        schedule::{Coefficients, ScheduleId},
    },
};

/// The oracle of a data set, of its classes, and of its shadow on the x axis.
pub struct Truth {
    pub schedule: ScheduleId,
    /// Of all data.
    pub all: Between<2>,
    /// Of each class; `None` where one has no data.
    pub classes: [Option<Between<2>>; 2],
    /// Of the first coordinate.
    pub line: Between<1>,
    /// What x_0 is drawn from there, where it is not N(0, I), as the data of a flow of its own.
    pub line_source: Option<Between<1>>,
}

impl Truth {
    /// What is known about the data of `spec`; a sentence where they are no mixture.
    pub fn new(spec: &Spec) -> Result<Self, String> {
        let parts = spec.active();
        let source = spec.source_parts().map(|parts| gaussians(&parts));
        let between = |parts: &[Part]| match &source {
            Some(source) => Between::product(source, &gaussians(parts)),
            None => Between::from_noise(&gaussians(parts)),
        };
        let class = |y: u8| {
            let parts: Vec<Part> = parts.iter().filter(|part| part.class == y).copied().collect();
            between(&parts).ok()
        };
        let line = match &source {
            Some(source) => Between::product(&shadow(source), &shadow(&gaussians(parts))),
            None => Between::from_noise(&shadow(&gaussians(parts))),
        }?;
        let line_source = source.as_deref().map(|source| Between::from_noise(&shadow(source))).transpose()?;
        Ok(Self { schedule: spec.schedule, all: between(parts)?, classes: [class(0), class(1)], line, line_source })
    }

    /// Pairs of a part of the source and one of the data, of which every value is a sum.
    pub fn pairs(&self) -> usize {
        self.all.source().len() * self.all.data().len()
    }

    /// The coefficients at the time of the clip that is nearest to `t`.
    pub fn coefficients(&self, t: f64) -> Coefficients {
        self.schedule.at(self.schedule.clamp(t))
    }

    /// Everything at `t`.
    pub fn at(&self, t: f64) -> At<2> {
        self.all.at(&self.coefficients(t))
    }
}

/// The first coordinate of Gaussians of the plane.
fn shadow(all: &[Gaussian<2>]) -> Vec<Gaussian<1>> {
    all.iter().map(|it| Gaussian { weight: it.weight, mean: [it.mean[0]], std: it.std }).collect()
}
