//! Readings on a whole lattice. A round Gaussian is a product, e^(-|x - m|²/2v) = e_x e_y, so that exponentials are
//! needed for rows and columns only; sums over the components are then products of matrices,
//!
//! Σ_k e_y(k, row) e_x(k, column),   and with a line a + b d for every coordinate   Σ_k e_y (a_x + b d_x) e_x, ….

use super::at::{At, Response};
use crate::{exp::exp, lattice::Lattice};

/// Rows and columns that are summed together: eight registers of two.
const ROWS: usize = 2;
const COLUMNS: usize = 8;
/// Components whose factors are kept at a time; those of a panel stay in the nearest cache.
const CHUNK: usize = 128;
/// Of the highest peak. A product of two factors that are 0 below e^-708 has all its digits above it.
const FAINT: f64 = 1e-280;

impl At<2> {
    /// p_t at the centre of every cell; what is less than 1e-300 of the highest peak may be 0.
    pub fn density_on(&self, lattice: &Lattice) -> Vec<f64> {
        let (most, mut sums) = (self.most(), Sums::new(lattice));
        for first in (0..self.len()).step_by(CHUNK) {
            let chunk = first..self.len().min(first + CHUNK);
            let factors = Factors::new(self, lattice, chunk, most);
            sums.add(&factors.y, &factors.x);
        }
        let peak = most.exp();
        sums.cells(lattice).map(|sum| peak * sum).collect()
    }

    /// u_t at the centre of every cell: u_x, u_y, u_x, u_y, ….
    pub fn velocity_on(&self, lattice: &Lattice) -> Vec<f64> {
        self.mean_on(&self.velocities(), lattice)
    }

    /// ∇ log p_t at the centre of every cell: s_x, s_y, s_x, s_y, ….
    pub fn score_on(&self, lattice: &Lattice) -> Vec<f64> {
        self.mean_on(&self.scores(), lattice)
    }

    fn mean_on(&self, lines: &[Response<2>], lattice: &Lattice) -> Vec<f64> {
        let (most, mut total, mut x, mut y) = (self.most(), Sums::new(lattice), Sums::new(lattice), Sums::new(lattice));
        for first in (0..self.len()).step_by(CHUNK) {
            let chunk = first..self.len().min(first + CHUNK);
            let mut factors = Factors::new(self, lattice, chunk.clone(), most);
            total.add(&factors.y, &factors.x);
            let rows = factors.y.clone();
            let line = |axis: usize| {
                let (lines, terms) = (&lines[chunk.clone()], &self.terms[chunk.clone()]);
                move |k: usize, at: f64| lines[k].a[axis] + lines[k].b * (at - terms[k].mean[axis])
            };
            factors.y.scale(|row| lattice.y(row), line(1));
            y.add(&factors.y, &factors.x);
            factors.x.scale(|column| lattice.x(column), line(0));
            x.add(&rows, &factors.x);
        }
        let mut means = Vec::with_capacity(2 * lattice.len());
        let (mut faint, mut places) = (vec![], vec![]);
        for (cell, ((total, x), y)) in total.cells(lattice).zip(x.cells(lattice)).zip(y.cells(lattice)).enumerate() {
            if total < FAINT {
                places.push(cell);
                faint.extend(lattice.point(cell));
            }
            means.extend([x / total, y / total]);
        }
        // Where all terms underflow the largest of them has to be known first.
        for (cell, mean) in places.iter().zip(self.mean_of(lines, &faint).as_chunks::<2>().0) {
            means[2 * cell..][..2].copy_from_slice(mean);
        }
        means
    }

    /// The largest log w_k N(m_k; m_k, v_k I).
    fn most(&self) -> f64 {
        self.terms.iter().map(|term| term.log).fold(f64::NEG_INFINITY, f64::max)
    }
}

/// For a chunk of components, one number for each of `N` neighbours on an axis: panel · count + component.
#[derive(Clone)]
struct Panels<const N: usize> {
    count: usize,
    panels: Vec<[f64; N]>,
}

impl<const N: usize> Panels<N> {
    /// `f(component, place)` for `length` places; there may be more of them, to fill up the last panel.
    fn new(count: usize, length: usize, place: impl Fn(usize) -> f64, f: impl Fn(usize, f64) -> f64) -> Self {
        let mut one = Self { count, panels: vec![[1.0; N]; length.div_ceil(N) * count] };
        one.scale(place, f);
        one
    }

    fn scale(&mut self, place: impl Fn(usize) -> f64, f: impl Fn(usize, f64) -> f64) {
        for (panel, numbers) in self.panels.chunks_exact_mut(self.count).enumerate() {
            let places: [f64; N] = std::array::from_fn(|i| place(panel * N + i));
            for (k, numbers) in numbers.iter_mut().enumerate() {
                for (number, place) in numbers.iter_mut().zip(places) {
                    *number *= f(k, place);
                }
            }
        }
    }
}

/// e_y of every row and w e_x of every column.
struct Factors {
    y: Panels<ROWS>,
    x: Panels<COLUMNS>,
}

impl Factors {
    fn new(at: &At<2>, lattice: &Lattice, chunk: std::ops::Range<usize>, most: f64) -> Self {
        let terms = &at.terms[chunk];
        let bell = |k: usize, place: f64, axis: usize| terms[k].scale * (place - terms[k].mean[axis]).powi(2);
        let y = |k: usize, place: f64| exp(bell(k, place, 1));
        let x = |k: usize, place: f64| exp(terms[k].log - most + bell(k, place, 0));
        Self {
            y: Panels::new(terms.len(), lattice.rows, |row| lattice.y(row), y),
            x: Panels::new(terms.len(), lattice.columns, |column| lattice.x(column), x),
        }
    }
}

/// Σ_k y(k, row) x(k, column), in tiles of [`ROWS`] × [`COLUMNS`].
struct Sums {
    across: usize,
    tiles: Vec<[[f64; COLUMNS]; ROWS]>,
}

impl Sums {
    fn new(lattice: &Lattice) -> Self {
        let (across, down) = (lattice.columns.div_ceil(COLUMNS), lattice.rows.div_ceil(ROWS));
        Self { across, tiles: vec![[[0.0; COLUMNS]; ROWS]; across * down] }
    }

    fn add(&mut self, y: &Panels<ROWS>, x: &Panels<COLUMNS>) {
        for (column, x) in x.panels.chunks_exact(x.count).enumerate() {
            for (row, y) in y.panels.chunks_exact(y.count).enumerate() {
                let tile = &mut self.tiles[row * self.across + column];
                let mut sum = *tile;
                for (y, x) in y.iter().zip(x) {
                    for (sum, y) in sum.iter_mut().zip(y) {
                        for (sum, x) in sum.iter_mut().zip(x) {
                            *sum += y * x;
                        }
                    }
                }
                *tile = sum;
            }
        }
    }

    /// In the order of the lattice.
    fn cells(&self, lattice: &Lattice) -> impl Iterator<Item = f64> {
        let row = |row: usize| &self.tiles[row / ROWS * self.across..][..self.across];
        let columns = lattice.columns;
        (0..lattice.rows).flat_map(move |i| row(i).iter().flat_map(move |tile| tile[i % ROWS]).take(columns))
    }
}
