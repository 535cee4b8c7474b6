//! A rectangle of the plane in cells of equal size, each looked at in its centre.

use serde::{Deserialize, Serialize};

/// Cells in rows and columns; cell i = row · columns + column, row 0 at the low y.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lattice {
    /// The corner of least x and y.
    pub low: [f64; 2],
    /// The opposite corner.
    pub high: [f64; 2],
    pub columns: usize,
    pub rows: usize,
}

impl Lattice {
    /// The centre of cell `i`.
    pub fn point(&self, i: usize) -> [f64; 2] {
        let (column, row) = (i % self.columns, i / self.columns);
        let at = |axis: usize, k: usize, n: usize| {
            let [low, high] = [self.low[axis], self.high[axis]];
            low + (high - low) * (k as f64 + 0.5) / n as f64
        };
        [at(0, column, self.columns), at(1, row, self.rows)]
    }

    /// The centres of all cells, [x, y, x, y, …].
    pub fn points(&self) -> Vec<f64> {
        (0..self.len()).flat_map(|i| self.point(i)).collect()
    }

    /// Cells.
    pub fn len(&self) -> usize {
        self.columns * self.rows
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
