//! What is drawn, as data: marks in coordinates of the plane, widths and radii in pixels of the screen.

use std::ops::Range;

/// A place of the plane, [x, y], y up.
pub type Spot = [f64; 2];

/// Red, green, blue and opacity.
pub type Colour = [u8; 4];

/// One thing to draw; later marks lie over earlier ones.
///
/// `colours` are one for all or one for each; widths and radii are in CSS pixels. Points that are no finite numbers are
/// left out by whoever draws.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// Coloured cells that fill the rectangle from the low to the high corner.
    Map {
        place: [Spot; 2],
        columns: usize,
        rows: usize,
        /// Four bytes a cell, row after row from the LOW y, opacity not multiplied in.
        rgba: Vec<u8>,
    },
    /// Filled discs.
    Dots { at: Vec<Spot>, radius: f64, colours: Vec<Colour> },
    /// Polylines; `closed` ones go back to where they began.
    Lines { lines: Vec<Vec<Spot>>, width: f64, colours: Vec<Colour>, closed: bool },
    /// Filled polygons.
    Fills { shapes: Vec<Vec<Spot>>, colours: Vec<Colour> },
    /// A few words that begin at `at`, moved by `shift` pixels to the right and up, on a rim of the colour `halo`.
    Text { at: Spot, shift: [f64; 2], text: String, colour: Colour, halo: Colour },
}

/// [x, y, x, y, …] as points.
pub fn points(flat: &[f64]) -> Vec<Spot> {
    flat.as_chunks().0.to_vec()
}

/// The colours of `count` things as stretches of one colour each; nothing if there are no colours.
///
/// Of too few colours the last one serves for the rest.
pub fn runs(colours: &[Colour], count: usize) -> Vec<(Colour, Range<usize>)> {
    let mut found: Vec<(Colour, Range<usize>)> = Vec::new();
    let Some(&last) = colours.last() else { return found };
    if colours.len() == 1 && count > 0 {
        return vec![(last, 0..count)];
    }
    for i in 0..count {
        let colour = colours.get(i).copied().unwrap_or(last);
        match found.last_mut() {
            Some((before, range)) if *before == colour => range.end = i + 1,
            _ => found.push((colour, i..i + 1)),
        }
    }
    found
}

/// `colour` at `share` of its opacity, `share` in [0, 1].
pub fn faded([red, green, blue, opacity]: Colour, share: f64) -> Colour {
    [red, green, blue, (f64::from(opacity) * share.clamp(0.0, 1.0)).round() as u8]
}

/// What lies under `mark` so that it can be told from whatever is below: the same, `by` pixels larger to each side, in one
/// `colour`. Maps and words have none.
pub fn halo(mark: &Mark, by: f64, colour: Colour) -> Option<Mark> {
    let colours = vec![colour];
    match mark {
        Mark::Dots { at, radius, .. } => Some(Mark::Dots { at: at.clone(), radius: radius + by, colours }),
        Mark::Lines { lines, width, closed, .. } => {
            Some(Mark::Lines { lines: lines.clone(), width: width + 2.0 * by, colours, closed: *closed })
        }
        Mark::Fills { shapes, .. } => {
            Some(Mark::Lines { lines: shapes.clone(), width: 2.0 * by, colours, closed: true })
        }
        Mark::Map { .. } | Mark::Text { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Colour = [1, 2, 3, 255];
    const B: Colour = [4, 5, 6, 100];

    #[test]
    fn runs_cover_everything_once() {
        assert_eq!(runs(&[A], 3), [(A, 0..3)]);
        assert_eq!(runs(&[A, A, B, A], 4), [(A, 0..2), (B, 2..3), (A, 3..4)]);
        assert_eq!(runs(&[A, B], 4), [(A, 0..1), (B, 1..4)]);
        assert_eq!(runs(&[A, B], 1), [(A, 0..1)]);
        assert_eq!(runs(&[], 3), []);
        assert_eq!(runs(&[A], 0), []);
    }

    #[test]
    fn halos_are_larger_to_each_side() {
        let (at, lines) = (vec![[1.0, 2.0]], vec![vec![[0.0; 2], [1.0; 2]]]);
        let dots = Mark::Dots { at: at.clone(), radius: 2.0, colours: vec![A, B] };
        assert_eq!(halo(&dots, 1.5, B), Some(Mark::Dots { at, radius: 3.5, colours: vec![B] }));
        let line = |width, closed| Mark::Lines { lines: lines.clone(), width, colours: vec![B], closed };
        assert_eq!(halo(&line(1.0, false), 0.5, B), Some(line(2.0, false)));
        assert_eq!(halo(&Mark::Fills { shapes: lines.clone(), colours: vec![A] }, 0.5, B), Some(line(1.0, true)));
        assert_eq!(
            halo(&Mark::Text { at: [0.0; 2], shift: [0.0; 2], text: "a".into(), colour: A, halo: B }, 1.0, B),
            None
        );
    }

    #[test]
    fn flat_batches_become_points() {
        assert_eq!(points(&[1.0, 2.0, 3.0, 4.0]), [[1.0, 2.0], [3.0, 4.0]]);
        assert_eq!(faded(B, 0.5), [4, 5, 6, 50]);
    }
}
