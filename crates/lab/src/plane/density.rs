//! log p of what was learned, on a lattice and along one trajectory: of a flow by the change of variables, of layers that can be
//! undone by going back through them.

use super::{marginals::Marginals, one_pass::Artist, round::Drawer, snapshot::SnapshotLabel};
use flow::{lattice::Lattice, likelihood::pull_back, time::Grid};
use model::point::PointField;
use protocol::learned::{DensityMap, TracedPath};
use std::rc::Rc;

/// Intervals of RK4 from data to noise, close together near both ends: on moons 12, 24 and 48 agree to 0.002 nats.
const INTERVALS: usize = 16;
/// Intervals of a way through layers.
const TRACED: usize = 64;
/// Cells of one call.
const CELLS: usize = 32;

/// Cloud, and -∫ div u dt of each of its points.
type Carried = (Vec<f64>, Vec<f64>);

fn slope(field: &PointField) -> impl Fn(&Carried, f64) -> Carried {
    |z: &Carried, t: f64| field.with_divergence(&z.0, t)
}

/// The times, within the clip of the schedule.
fn times(field: &PointField) -> Vec<f64> {
    let schedule = field.config.schedule.0;
    let mut times: Vec<f64> = Grid::Cosine.points(INTERVALS, schedule).iter().map(|&t| schedule.clamp(t)).collect();
    times.dedup();
    times
}

/// What tells the density of every point.
pub enum Density {
    Field(Box<PointField>),
    Layers(Artist),
}

impl Density {
    /// That of what draws points; none where it knows no density.
    pub fn of(drawer: Drawer) -> Option<Self> {
        match drawer {
            Drawer::Field(field) => Some(Self::Field(field)),
            Drawer::Artist(artist) => artist.is_dense().then_some(Self::Layers(artist)),
        }
    }

    /// log p of points, flat.
    fn at(&self, ends: &Marginals, points: Vec<f64>) -> Vec<f64> {
        match self {
            Self::Field(field) => log_density(field, ends, points),
            Self::Layers(artist) => artist.log_density(&points).unwrap_or_default(),
        }
    }

    /// The trajectory that ends at `x`, with log p_t along it.
    pub fn trace(&self, label: SnapshotLabel, ends: &Marginals, x: [f64; 2]) -> TracedPath {
        let (times, path, log_density) = match self {
            Self::Field(field) => traced(field, ends, x),
            Self::Layers(artist) => {
                let times: Vec<f64> = (0..=TRACED).map(|i| i as f64 / TRACED as f64).collect();
                let (path, log_density) = artist.way(x, &times).unwrap_or_default();
                (times, path, log_density)
            }
        };
        let SnapshotLabel { run, round, step, .. } = label;
        TracedPath { run, round, step, times, path, log_density }
    }
}

/// A map under way.
pub struct Mapping {
    pub label: SnapshotLabel,
    lattice: Lattice,
    density: Density,
    ends: Rc<Marginals>,
    log_density: Vec<f32>,
}

impl Mapping {
    pub fn new(label: SnapshotLabel, lattice: Lattice, ends: Rc<Marginals>, density: Density) -> Self {
        Self { label, lattice, density, ends, log_density: vec![] }
    }

    /// Some more cells.
    pub fn work(&mut self) -> DensityMap {
        let (total, begin) = (self.lattice.len(), self.log_density.len());
        let cells: Vec<f64> = (begin..total.min(begin + CELLS)).flat_map(|i| self.lattice.point(i)).collect();
        self.log_density.extend(self.density.at(&self.ends, cells).into_iter().map(|p| p as f32));
        let SnapshotLabel { run, round, step, .. } = self.label;
        let (log_density, done) = (self.log_density.clone(), self.log_density.len());
        DensityMap { run, round, step, lattice: self.lattice, log_density, done, total }
    }

    /// Whether no cell is left.
    pub fn is_over(&self) -> bool {
        self.log_density.len() >= self.lattice.len()
    }
}

/// log p of `field`'s flow at the end of the clip, at each point of a cloud.
pub fn log_density(field: &PointField, ends: &Marginals, xs: Vec<f64>) -> Vec<f64> {
    let none = vec![0.0; xs.len() / 2];
    let (start, gathered) = pull_back(&slope(field), (xs, none), &times(field));
    let base = ends.log_density(&start, field.config.schedule.start());
    base.into_iter().zip(gathered).map(|(base, gathered)| base + gathered).collect()
}

/// The times of the trajectory of `field` that ends at `x`, its places, flat, and log p_t along it.
fn traced(field: &PointField, ends: &Marginals, x: [f64; 2]) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let (times, slope) = (times(field), slope(field));
    let mut states = vec![(x.to_vec(), vec![0.0])];
    for interval in times.windows(2).rev() {
        states.push(pull_back(&slope, states[states.len() - 1].clone(), interval));
    }
    states.reverse();
    let whole = states[0].1[0];
    let base = ends.log_density(&states[0].0, field.config.schedule.start())[0];
    // What has been gathered from the end back to t is missing at t.
    let log_density = states.iter().map(|(_, gathered)| base + whole - gathered[0]).collect();
    let path = states.into_iter().flat_map(|(x, _)| x).collect();
    (times, path, log_density)
}
