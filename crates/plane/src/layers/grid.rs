//! The grid of the plane as the flow has deformed it: the images of its nodes, joined along rows and columns.

use crate::mark::{Colour, Mark, Spot, points};

/// What it is called.
pub const DEFORMED: &str = "grid that moves with the flow";

/// Lines through the images `nodes` (flat, row after row, `columns` a row) of the nodes of a regular grid.
pub fn grid(nodes: &[f64], columns: usize, colour: Colour) -> Mark {
    let nodes = points(nodes);
    let columns = columns.max(1);
    let rows = nodes.chunks_exact(columns).filter(|row| row.len() > 1).map(<[Spot]>::to_vec);
    let column = |i: usize| nodes.iter().skip(i).step_by(columns).copied().collect::<Vec<_>>();
    let lines = rows.chain((0..columns).map(column).filter(|line| line.len() > 1)).collect();
    Mark::Lines { lines, width: 1.0, colours: vec![colour], closed: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::lattice::Lattice;

    #[test]
    fn a_linear_flow_turns_and_shears_the_grid() {
        let lattice = Lattice { low: [-2.0; 2], high: [2.0; 2], columns: 4, rows: 3 };
        let image = |[x, y]: Spot| [0.5 * x - y, x + 0.25 * y];
        let nodes: Vec<f64> = points(&lattice.points()).into_iter().flat_map(image).collect();
        let Mark::Lines { lines, closed: false, .. } = grid(&nodes, 4, [0; 4]) else { panic!("no open lines") };
        assert_eq!(lines.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 4, 3, 3, 3, 3]);
        for (row, line) in lines[..3].iter().enumerate() {
            assert_eq!(*line, (0..4).map(|column| image(lattice.point(4 * row + column))).collect::<Vec<_>>());
        }
        for (column, line) in lines[3..].iter().enumerate() {
            assert_eq!(*line, (0..3).map(|row| image(lattice.point(4 * row + column))).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_few_nodes_make_no_lines() {
        for (nodes, columns) in [(vec![], 0), (vec![], 3), (vec![1.0, 2.0], 1)] {
            assert!(matches!(grid(&nodes, columns, [0; 4]), Mark::Lines { lines, .. } if lines.is_empty()));
        }
    }
}
