//! Pictures moved and bent a little, so that a classifier learns what stays the same: each pixel of the new one is read where
//!
//! A (pixel - middle) + middle + b
//!
//! lies in the old one, between its four neighbours, black beyond the edges.

use data::sets::{DataSet, PIXELS, SIDE};
use flow::rng::Stream;

/// How much, at most: each number is drawn evenly between minus and plus.
struct Extent {
    /// In radians.
    turn: f64,
    shear: f64,
    /// Of the logarithm of the size, in either direction of its own.
    scale: f64,
    /// In pixels.
    shift: f64,
    /// Whether left and right may be exchanged.
    mirrored: bool,
}

fn extent(data: DataSet) -> Extent {
    match data {
        DataSet::Mnist => Extent { turn: 0.22, shear: 0.2, scale: 0.14, shift: 2.0, mirrored: false },
        DataSet::Fashion => Extent { turn: 0.06, shear: 0.05, scale: 0.1, shift: 1.5, mirrored: true },
    }
}

/// `x`, [784], as the next numbers of `stream` move and bend it.
pub fn augmented(x: &[f32], data: DataSet, stream: &mut Stream) -> Vec<f32> {
    let extent = extent(data);
    let mut within = |most: f64| most * (2.0 * stream.uniform() - 1.0);
    let (turn, shear) = (within(extent.turn), within(extent.shear));
    let [wide, tall] = [within(extent.scale), within(extent.scale)].map(libm::exp);
    let shift = [within(extent.shift), within(extent.shift)];
    let mirror = if extent.mirrored && within(1.0) < 0.0 { -1.0 } else { 1.0 };
    let (sin, cos) = (libm::sin(turn), libm::cos(turn));
    let a = [[mirror * wide * cos, mirror * wide * (shear * cos - sin)], [tall * sin, tall * (shear * sin + cos)]];
    bent(x, a, shift)
}

/// The picture that A and b make of `x`, both for columns and rows.
fn bent(x: &[f32], a: [[f64; 2]; 2], b: [f64; 2]) -> Vec<f32> {
    let middle = (SIDE as f64 - 1.0) / 2.0;
    let at = |column: isize, row: isize| {
        let inside = (0..SIDE as isize).contains(&column) && (0..SIDE as isize).contains(&row);
        if inside { x[row as usize * SIDE + column as usize] } else { -1.0 }
    };
    let pixel = |i: usize| {
        let [u, v] = [(i % SIDE) as f64 - middle, (i / SIDE) as f64 - middle];
        let [column, row] = [0, 1].map(|k| a[k][0] * u + a[k][1] * v + middle + b[k]);
        let (left, top) = (column.floor(), row.floor());
        let [to_right, to_bottom] = [(column - left) as f32, (row - top) as f32];
        let (c, r) = (left as isize, top as isize);
        let line = |r| at(c, r) * (1.0 - to_right) + at(c + 1, r) * to_right;
        line(r) * (1.0 - to_bottom) + line(r + 1) * to_bottom
    };
    (0..PIXELS).map(pixel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::rng::Purpose;

    fn picture() -> Vec<f32> {
        (0..PIXELS).map(|i| ((i * 37) % 101) as f32 / 50.0 - 1.0).collect()
    }

    #[test]
    fn nothing_moves_where_nothing_is_asked() {
        let x = picture();
        assert_eq!(bent(&x, [[1.0, 0.0], [0.0, 1.0]], [0.0; 2]), x);
    }

    #[test]
    fn whole_pixels_move_pictures_and_half_ones_mix_neighbours() {
        let (x, plain) = (picture(), [[1.0, 0.0], [0.0, 1.0]]);
        let moved = bent(&x, plain, [1.0, -2.0]);
        assert_eq!(moved[5 * SIDE + 7], x[3 * SIDE + 8]);
        assert!(moved[..2 * SIDE].iter().all(|x| *x == -1.0) && moved[5 * SIDE + SIDE - 1] == -1.0);
        let half = bent(&x, plain, [0.5, 0.0]);
        assert!((half[40] - 0.5 * (x[40] + x[41])).abs() < 1e-6);
        // A quarter turn puts columns in the place of rows.
        let turned = bent(&x, [[0.0, 1.0], [-1.0, 0.0]], [0.0; 2]);
        assert!((turned[2 * SIDE + 5] - x[(SIDE - 1 - 5) * SIDE + 2]).abs() < 1e-6);
        let mirrored = bent(&x, [[-1.0, 0.0], [0.0, 1.0]], [0.0; 2]);
        assert_eq!(mirrored[4 * SIDE], x[4 * SIDE + SIDE - 1]);
    }

    #[test]
    fn the_same_numbers_bend_alike_and_stay_in_range() {
        for data in DataSet::ALL {
            let bend = |index| augmented(&picture(), data, &mut Stream::new(1, Purpose::Augment, index));
            assert_eq!(bend(0), bend(0));
            assert_ne!(bend(0), bend(1));
            assert!(bend(0).iter().all(|x| (-1.0..=1.0).contains(x)));
        }
    }
}
