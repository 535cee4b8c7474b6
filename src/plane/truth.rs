//! The exact fields of what is shown: data and source are Gaussian mixtures, so nothing has to be learnt to know them.

use super::{layers::line::times, spec::Spec};
use crate::{
    data::shapes::{self, Part, gaussians},
    flow::{
        between::{At, Between, Gaussian},
        schedule::{Coefficients, ScheduleId},
    },
};
use std::cell::OnceCell;

/// What the strip of the figure in one dimension shows of x.
pub const STRIP_REACH: [f64; 2] = [-3.5, 3.5];
/// Its times and its places.
const COLUMNS: usize = 120;
const ROWS: usize = 160;

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
    strip: OnceCell<Vec<Vec<f64>>>,
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
        let class = |y: u8| between(&shapes::class(parts, y)).ok();
        let line = match &source {
            Some(source) => Between::product(&shadow(source), &shadow(&gaussians(parts))),
            None => Between::from_noise(&shadow(&gaussians(parts))),
        }?;
        let line_source = source.as_deref().map(|source| Between::from_noise(&shadow(source))).transpose()?;
        Ok(Self {
            schedule: spec.schedule,
            all: between(parts)?,
            classes: [class(0), class(1)],
            line,
            line_source,
            strip: OnceCell::new(),
        })
    }

    /// Pairs of a part of the source and one of the data, of which every value is a sum.
    pub fn pairs(&self) -> usize {
        self.all.source().len() * self.all.data().len()
    }

    /// The coefficients at the time of the clip that is nearest to `t`.
    pub fn coefficients(&self, t: f64) -> Coefficients {
        self.schedule.at(self.schedule.clamp(t))
    }

    /// p(x, t) of the first coordinate, a column a time; computed once, since no frame changes it.
    pub fn strip(&self) -> &[Vec<f64>] {
        let ([low, high], rows) = (STRIP_REACH, ROWS as f64);
        let column = |t: f64| {
            let xs: Vec<f64> = (0..ROWS).map(|row| low + (high - low) * (row as f64 + 0.5) / rows).collect();
            self.line.at(&self.coefficients(t)).log_density(&xs).into_iter().map(f64::exp).collect()
        };
        self.strip.get_or_init(|| times(COLUMNS).into_iter().map(column).collect())
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
