//! The exact fields of what is shown: data and source are Gaussian mixtures, so nothing has to be learnt to know them.

use super::{layers::line::HALF, spec::Spec};
use data::shapes::{self, Part, gaussians};
use flow::{
    between::{At, Between, Gaussian},
    schedule::{Coefficients, ScheduleId},
};

/// Times and places of the strip of the figure in one dimension.
pub const COLUMNS: usize = 120;
const ROWS: usize = 160;
/// Cells of a column whose places fill whole blocks of the exact field.
const TOGETHER: usize = 8;
/// Places within a cell of it, at most, of which the cell has the mean.
const FINEST: f64 = 8.0;

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
    /// The strip of the figure in one dimension runs from -`reach` to `reach`.
    pub reach: f64,
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
            reach: reach(parts.iter().chain(&spec.source_parts().unwrap_or_default())),
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

    /// A column of the strip, none of it worked out yet.
    pub fn column(&self, t: f64) -> Column {
        let (at, cell) = (self.line.at(&self.coefficients(t)), 2.0 * self.reach / ROWS as f64);
        let each = (cell / at.narrowest()).ceil().clamp(1.0, FINEST) as usize;
        Column { at, each, reach: self.reach, cells: vec![] }
    }

    /// Everything at `t`.
    pub fn at(&self, t: f64) -> At<2> {
        self.all.at(&self.coefficients(t))
    }
}

/// p(x, t) of the first coordinate in the cells of one column of the strip, as far as it is worked out. Where p is narrower
/// than a cell, the mean over it, so that no line falls between two places.
pub struct Column {
    at: At<1>,
    /// Places within a cell.
    each: usize,
    reach: f64,
    cells: Vec<f64>,
}

impl Column {
    /// Some more cells, about as many as take `budget` exponentials; how many that were.
    pub fn work(&mut self, budget: usize) -> usize {
        let (cost, first) = (self.each * self.at.len(), self.cells.len());
        // Places are worked out eight at a time: cut between them, a column has the same bits as in one piece.
        let some = (budget / cost / TOGETHER).max(1) * TOGETHER;
        let (last, cell) = (ROWS.min(first + some), 2.0 * self.reach / ROWS as f64);
        let place = |i: usize| -self.reach + cell * (i as f64 + 0.5) / self.each as f64;
        let places: Vec<f64> = (first * self.each..last * self.each).map(place).collect();
        let density = self.at.log_density(&places);
        let mean = |all: &[f64]| all.iter().map(|log| log.exp()).sum::<f64>() / self.each as f64;
        self.cells.extend(density.chunks(self.each).map(mean));
        (last - first) * cost
    }

    /// The cells, once they are all there.
    pub fn whole(&mut self) -> Option<Vec<f64>> {
        (self.cells.len() == ROWS).then(|| std::mem::take(&mut self.cells))
    }
}

/// As far as everything is in sight that `parts` have within a standard deviation of their centres.
fn reach<'a>(parts: impl Iterator<Item = &'a Part>) -> f64 {
    let far = parts.map(|part| (part.centre[0].abs(), part.std)).filter(|(x, std)| x + std > HALF);
    far.map(|(x, std)| (2.0 * (x + 2.5 * std)).ceil() / 2.0).fold(HALF, f64::max)
}

/// The first coordinate of Gaussians of the plane.
fn shadow(all: &[Gaussian<2>]) -> Vec<Gaussian<1>> {
    all.iter().map(|it| Gaussian { weight: it.weight, mean: [it.mean[0]], std: it.std }).collect()
}
