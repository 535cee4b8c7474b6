//! One dimension: p_t(x) as a heat map with t to the right and x up, and the paths x(t) of particles over it.

use super::{
    heat::{Heat, Scale, heat},
    trajectories::paths,
};
use crate::mark::{Colour, Mark, Spot};
use flow::lattice::Lattice;

/// The strip of all times in units of the plane, its middle, t = 1/2, at 0: as wide as the camera's first view allows.
pub const WIDTH: f64 = 7.0;

/// How far from 0 the ends of x are drawn, however large they are.
pub const HALF: f64 = 3.5;

/// Where time `t` and place `x` are drawn where x runs from -`reach` to `reach`.
pub fn place(t: f64, x: f64, reach: f64) -> Spot {
    [WIDTH * (t - 0.5), HALF * x / reach]
}

/// What x is drawn at `point`.
pub fn x_at(point: Spot, reach: f64) -> f64 {
    point[1] * reach / HALF
}

/// What time, in [0, 1], is drawn at `point`.
pub fn time(point: Spot) -> f64 {
    (point[0] / WIDTH + 0.5).clamp(0.0, 1.0)
}

/// The strip as a lattice: t in `columns`, x in `rows`.
pub fn lattice(columns: usize, rows: usize) -> Lattice {
    Lattice { low: place(0.0, -1.0, 1.0), high: place(1.0, 1.0, 1.0), columns, rows }
}

/// The times at the middle of each of the columns.
pub fn times(columns: usize) -> Vec<f64> {
    (0..columns).map(|i| (i as f64 + 0.5) / columns as f64).collect()
}

/// The heat map of the first columns of `count`, densities from the low x to the high one at each of [`times`], all as long as the
/// first; its colours reach to the greatest of them.
pub fn strip(columns: &[Vec<f64>], count: usize, scale: Scale) -> Heat {
    let rows = columns.first().map_or(0, Vec::len);
    let cell = |row: usize, column: usize| columns.get(column).and_then(|it| it.get(row)).copied().unwrap_or(f64::NAN);
    let values: Vec<f64> = (0..rows).flat_map(|row| (0..count).map(move |column| cell(row, column))).collect();
    heat(&values, &lattice(count, rows), None, scale)
}

/// The paths of the first `count` particles through `frames`, a time and their places each.
pub fn trajectories(frames: &[(f64, Vec<f64>)], reach: f64, count: usize, colours: &[Colour]) -> Mark {
    paths(frames, count, colours, |(t, frame), i| frame.get(i).map(|x| place(*t, *x, reach)))
}

/// The particles `xs` at time `t`.
pub fn particles(t: f64, xs: &[f64], reach: f64, radius: f64, colours: &[Colour]) -> Mark {
    Mark::Dots { at: xs.iter().map(|x| place(t, *x, reach)).collect(), radius, colours: colours.to_vec() }
}

/// An upright line at time `t`.
pub fn now(t: f64, colour: Colour) -> Mark {
    let lines = vec![vec![place(t, -1.0, 1.0), place(t, 1.0, 1.0)]];
    Mark::Lines { lines, width: 1.5, colours: vec![colour], closed: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::{CLASSES, sheer};
    use flow::{
        mixture::Mixture,
        schedule::{Linear, Schedule},
    };

    #[test]
    fn columns_stand_at_their_times_and_densities_at_their_places() {
        let mixture = Mixture::new(vec![0.4, 0.6], vec![vec![-1.5], vec![1.0]], vec![0.5, 0.3]).unwrap();
        let (reach, rows) = (4.0, 16);
        let grid = lattice(10, rows);
        let density = |t: f64, x: f64| mixture.log_density(&Linear.at(t), &[x]).exp();
        let column = |t: f64| (0..rows).map(|row| density(t, x_at(grid.point(10 * row), reach))).collect();
        let columns: Vec<Vec<f64>> = times(10).into_iter().map(column).collect();
        let top = columns.iter().flatten().copied().fold(0.0, f64::max);
        let strip = strip(&columns, 10, Scale::Linear);
        assert_eq!(strip.top, top);
        let Mark::Map { rgba, .. } = strip.mark else { panic!("no map") };
        for (i, cell) in rgba.as_chunks::<4>().0.iter().enumerate() {
            let point = grid.point(i);
            let share = (255.0 * density(time(point), x_at(point, reach)) / top).round() / 255.0;
            assert_eq!(*cell, sheer(share), "at {point:?}");
        }
    }

    #[test]
    fn times_and_places_go_there_and_back() {
        for t in [0.0, 0.3, 1.0] {
            assert!(
                (time(place(t, 5.0, 7.0)) - t).abs() < 1e-15 && (x_at(place(t, 5.0, 7.0), 7.0) - 5.0).abs() < 1e-15
            );
        }
        assert_eq!((time([-99.0, 0.0]), time([99.0, 0.0])), (0.0, 1.0));
        assert_eq!(times(4), [0.125, 0.375, 0.625, 0.875]);
        assert_eq!(strip(&[], 0, Scale::Linear).top, 1.0);
        let first = strip(&[vec![1.0, 2.0]], 2, Scale::Linear);
        let Mark::Map { rgba, .. } = first.mark else { panic!("no map") };
        assert_eq!([rgba[3], rgba[7], rgba[15]], [255, 0, 0], "what is not known yet is transparent");
    }

    #[test]
    fn paths_of_a_straight_flow_are_straight() {
        // x(t) = (1 - t) x_0 + t x_1, at times that are not evenly spaced.
        let (grid, ends) = ([0.0, 0.1, 0.4, 0.5, 1.0], [[1.0, -2.0], [0.5, 0.5]]);
        let frame = |t: &f64| ends.map(|[x_0, x_1]| (1.0 - t) * x_0 + t * x_1).to_vec();
        let frames: Vec<(f64, Vec<f64>)> = grid.iter().map(|t| (*t, frame(t))).collect();
        let Mark::Lines { lines, .. } = trajectories(&frames, HALF, 5, &CLASSES) else { panic!("no lines") };
        // Three parts a particle.
        assert_eq!(lines.len(), 6);
        for (k, line) in lines.iter().enumerate() {
            let [x_0, x_1] = ends[k / 3];
            assert!(line.iter().all(|p| (x_0 + time(*p) * (x_1 - x_0) - p[1]).abs() < 1e-12));
        }
        let Mark::Dots { at, .. } = particles(0.5, &frames[3].1, HALF, 2.0, &CLASSES) else { panic!("no dots") };
        assert_eq!(at, [[0.0, -0.5], [0.0, 0.5]]);
        assert!(matches!(now(0.5, CLASSES[0]), Mark::Lines { lines, .. } if lines == [[[0.0, -HALF], [0.0, HALF]]]));
    }
}
