//! Contours: the lines {x : p(x) = share · max p}, by marching squares (Lorensen and Cline, 1987).

use super::heat::greatest;
use crate::mark::{Colour, Mark, Spot, faded};
use contour::ContourBuilder;
use flow::lattice::Lattice;

/// What contours at [`SHARES`] are.
pub const EQUAL: &str = "equal density: 5, 15, 35, 60, 85 % of the top";

/// Levels as shares of the maximum.
pub const SHARES: [f64; 5] = [0.05, 0.15, 0.35, 0.6, 0.85];

/// The contours of `values` on `lattice` at `shares` of the greatest of them, the lower the fainter; interpolated along
/// straight lines between centres of cells, open where they leave the lattice.
///
/// What is no finite number counts as 0. Nothing if there is nothing above 0.
pub fn contours(values: &[f64], lattice: &Lattice, shares: &[f64], colour: Colour) -> Mark {
    let values: Vec<f64> = values.iter().map(|value| if value.is_finite() { *value } else { 0.0 }).collect();
    let top = greatest(values.iter().copied());
    let (mut lines, mut colours) = (vec![], vec![]);
    if top > 0.0 && values.len() == lattice.len() {
        let levels: Vec<f64> = shares.iter().map(|share| share * top).collect();
        // The library counts from the corner of the first cell, whose centre it has at (1/2, 1/2), as the lattice does.
        let builder = ContourBuilder::new(lattice.columns, lattice.rows, true);
        let found = builder.lines(&values, &levels).unwrap_or_default();
        for (line, share) in found.into_iter().zip(shares) {
            for ring in line.into_inner().0 {
                let ring: Vec<Spot> = ring.0.iter().map(|place| [place.x, place.y]).collect();
                let parts = inside(&ring, lattice);
                colours.extend(parts.iter().map(|_| faded(colour, 0.35 + 0.65 * share)));
                lines.extend(parts);
            }
        }
    }
    Mark::Lines { lines, width: 1.25, colours, closed: false }
}

/// The parts of a ring, in units of cells, that do not run outside the centres of the outermost ones: there the library
/// closes every ring, though nothing is known of the density. In coordinates of the plane.
fn inside(ring: &[Spot], lattice: &Lattice) -> Vec<Vec<Spot>> {
    let most = [lattice.columns, lattice.rows].map(|count| count as f64 - 0.5);
    let within = |place: &Spot| (0..2).all(|i| (0.5..=most[i]).contains(&place[i]));
    let cell = lattice.cell();
    let plane = |place: &Spot| std::array::from_fn(|i| lattice.low[i] + cell[i] * place[i]);
    // Begin outside, if the ring is there at all, so that no part is cut in two by where the ring happens to begin.
    let open = &ring[..ring.len().saturating_sub(1)];
    let Some(start) = open.iter().position(|place| !within(place)) else {
        return vec![ring.iter().map(plane).collect()];
    };
    let turned: Vec<&Spot> = open[start..].iter().chain(&open[..start]).collect();
    let parts = turned.split(|place| !within(place)).filter(|part| part.len() > 1);
    parts.map(|part| part.iter().map(|place| plane(place)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::{mixture::Mixture, schedule::DATA};

    const INK: Colour = [0, 0, 0, 255];

    fn lines(mark: Mark) -> Vec<Vec<Spot>> {
        let Mark::Lines { lines, .. } = mark else { panic!("no lines") };
        lines
    }

    fn gaussian(lattice: &Lattice, centre: Spot, std: f64) -> Vec<f64> {
        let density = Mixture::new(vec![1.0], vec![centre.to_vec()], vec![std]).unwrap();
        lattice.points().as_chunks::<2>().0.iter().map(|x| density.log_density(&DATA, x).exp()).collect()
    }

    #[test]
    fn contours_of_a_gaussian_are_circles() {
        // A lattice with a centre at that of the Gaussian, so that the maximum is on it; its cells are no squares.
        let lattice = Lattice { low: [-3.05, -3.02], high: [3.05, 4.02], columns: 61, rows: 176 };
        let (centre, std) = ([0.2, 0.5], 0.7);
        for share in SHARES {
            let rings = lines(contours(&gaussian(&lattice, centre, std), &lattice, &[share], INK));
            assert_eq!(rings.len(), 1);
            assert_eq!(rings[0].first(), rings[0].last(), "a closed ring");
            let radius = std * (-2.0 * share.ln()).sqrt();
            let error = |p: &Spot| ((p[0] - centre[0]).hypot(p[1] - centre[1]) - radius).abs();
            let worst = rings[0].iter().map(error).fold(0.0, f64::max);
            println!("share {share}: radius {radius:.3}, worst error {worst:.1e}");
            // Linear interpolation errs at second order in the cell of 0.1: far below half a cell.
            assert!(worst < 0.01, "{worst}");
            assert!(rings[0].len() > 20);
        }
    }

    #[test]
    fn contours_of_a_plane_are_straight_and_open() {
        // p = x + 2 on [-1, 1]²: the greatest value is at the last centre, 0.95 + 2.
        let lattice = Lattice { low: [-1.0; 2], high: [1.0; 2], columns: 20, rows: 20 };
        let values: Vec<f64> = (0..lattice.len()).map(|i| lattice.point(i)[0] + 2.0).collect();
        let found = lines(contours(&values, &lattice, &[2.3 / 2.95], INK));
        assert_eq!(found.len(), 1);
        assert!(found[0].iter().all(|[x, _]| (x - 0.3).abs() < 1e-12));
        let [low, high] = [f64::min, f64::max].map(|f| found[0].iter().map(|p| p[1]).reduce(f).unwrap());
        assert!((low + 0.95).abs() < 1e-12 && (high - 0.95).abs() < 1e-12, "{low} to {high}");
    }

    #[test]
    fn two_peaks_have_two_rings_each_level() {
        let lattice = Lattice { low: [-4.0; 2], high: [4.0; 2], columns: 160, rows: 160 };
        let [a, b] = [[-2.0, 0.0], [2.0, 0.0]].map(|centre| gaussian(&lattice, centre, 0.5));
        let sum: Vec<f64> = a.iter().zip(b).map(|(a, b)| a + b).collect();
        assert_eq!(lines(contours(&sum, &lattice, &SHARES, INK)).len(), 10);
    }

    #[test]
    fn hopeless_values_have_no_contours() {
        let lattice = Lattice { low: [-1.0; 2], high: [1.0; 2], columns: 3, rows: 3 };
        for values in [vec![], vec![0.0; 9], vec![f64::NAN; 9], vec![-1.0; 9], vec![1.0; 8]] {
            assert!(lines(contours(&values, &lattice, &SHARES, INK)).is_empty());
        }
        let none = Lattice { columns: 0, ..lattice };
        assert!(lines(contours(&[], &none, &SHARES, INK)).is_empty());
        let single = Lattice { columns: 1, rows: 1, ..lattice };
        assert!(lines(contours(&[1.0], &single, &SHARES, INK)).is_empty());
    }
}
