//! A regular lattice on a rectangle of the plane, its points the centres of equal cells.

use serde::{Deserialize, Serialize};

/// `columns` × `rows` cells on [low_0, high_0] × [low_1, high_1]; cell row · columns + column, row 0 at the low y.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lattice {
    /// The corner of least x and y.
    pub low: [f64; 2],
    /// The corner of greatest x and y.
    pub high: [f64; 2],
    pub columns: usize,
    pub rows: usize,
}

impl Lattice {
    /// The number of cells.
    pub fn len(&self) -> usize {
        self.columns * self.rows
    }

    /// True if there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Width and height of a cell.
    pub fn cell(&self) -> [f64; 2] {
        let counts = [self.columns, self.rows];
        std::array::from_fn(|i| (self.high[i] - self.low[i]) / counts[i] as f64)
    }

    /// The x of a column's centres; `column` may be any integer.
    pub fn x(&self, column: usize) -> f64 {
        self.low[0] + self.cell()[0] * (column as f64 + 0.5)
    }

    /// The y of a row's centres; `row` may be any integer.
    pub fn y(&self, row: usize) -> f64 {
        self.low[1] + self.cell()[1] * (row as f64 + 0.5)
    }

    /// The centre of cell `i`; there must be a column.
    pub fn point(&self, i: usize) -> [f64; 2] {
        [self.x(i % self.columns), self.y(i / self.columns)]
    }

    /// The centres of all cells: x, y, x, y, ….
    pub fn points(&self) -> Vec<f64> {
        (0..self.len()).flat_map(|i| self.point(i)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_centres_of_cells_row_by_row_from_below() {
        let lattice = Lattice { low: [-1.0, 0.0], high: [2.0, 4.0], columns: 3, rows: 2 };
        assert_eq!(lattice.cell(), [1.0, 2.0]);
        assert_eq!(lattice.points(), [-0.5, 1.0, 0.5, 1.0, 1.5, 1.0, -0.5, 3.0, 0.5, 3.0, 1.5, 3.0]);
        assert_eq!((lattice.len(), lattice.point(4)), (6, [0.5, 3.0]));
    }

    #[test]
    fn no_cells_have_no_points() {
        for (columns, rows) in [(0, 0), (0, 5), (5, 0)] {
            let lattice = Lattice { low: [0.0; 2], high: [1.0; 2], columns, rows };
            assert!(lattice.is_empty() && lattice.points().is_empty());
        }
    }
}
