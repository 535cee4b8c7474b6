//! One dimension: p_t(x) as a heat map with t to the right and x up, and the ways x(t) of particles over it.

use super::{
    heat::{Heat, Scale, heat},
    trajectories::ways,
};
use crate::{
    flow::lattice::Lattice,
    plane::mark::{Colour, Mark, Point},
};

/// The strip of all times in units of the plane, its middle, t = 1/2, at 0: as wide as the camera's first view allows.
pub const WIDTH: f64 = 7.0;

/// Where time `t` and place `x` are drawn.
pub fn place(t: f64, x: f64) -> Point {
    [WIDTH * (t - 0.5), x]
}

/// What time, in [0, 1], is drawn at `point`.
pub fn time(point: Point) -> f64 {
    (point[0] / WIDTH + 0.5).clamp(0.0, 1.0)
}

/// The strip from `low` to `high` as a lattice: t in `columns`, x in `rows`.
pub fn lattice([low, high]: [f64; 2], columns: usize, rows: usize) -> Lattice {
    Lattice { low: place(0.0, low), high: place(1.0, high), columns, rows }
}

/// The times at the middle of each of the columns.
pub fn times(columns: usize) -> Vec<f64> {
    (0..columns).map(|i| (i as f64 + 0.5) / columns as f64).collect()
}

/// The heat map of `columns`, densities from the low x to the high one at each of [`times`]; all as long as the first.
pub fn strip(columns: &[Vec<f64>], reach: [f64; 2], top: Option<f64>, scale: Scale) -> Heat {
    let rows = columns.first().map_or(0, Vec::len);
    let at = |row: usize| columns.iter().map(move |column| column.get(row).copied().unwrap_or(f64::NAN));
    let values: Vec<f64> = (0..rows).flat_map(at).collect();
    heat(&values, &lattice(reach, columns.len(), rows), top, scale)
}

/// The ways of the first `count` particles through frames 0 … `now`, each a list of their places at one of `times`.
pub fn trajectories(times: &[f64], frames: &[Vec<f64>], now: usize, count: usize, colours: &[Colour]) -> Mark {
    let seen: Vec<(f64, &Vec<f64>)> = times.iter().copied().zip(frames).take(now.saturating_add(1)).collect();
    ways(&seen, count, colours, |(t, frame), i| frame.get(i).map(|x| place(*t, *x)))
}

/// The particles `xs` at time `t`.
pub fn particles(t: f64, xs: &[f64], radius: f64, colours: &[Colour]) -> Mark {
    Mark::Dots { at: xs.iter().map(|x| place(t, *x)).collect(), radius, colours: colours.to_vec() }
}

/// An upright line at time `t`.
pub fn now(t: f64, [low, high]: [f64; 2], colour: Colour) -> Mark {
    Mark::Lines { lines: vec![vec![place(t, low), place(t, high)]], width: 1.5, colours: vec![colour], closed: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        flow::{
            mixture::Mixture,
            schedule::{Linear, Schedule},
        },
        plane::colour::{CLASSES, sheer},
    };

    #[test]
    fn columns_stand_at_their_times_and_densities_at_their_places() {
        let mixture = Mixture::new(vec![0.4, 0.6], vec![vec![-1.5], vec![1.0]], vec![0.5, 0.3]).unwrap();
        let (reach, rows) = ([-4.0, 4.0], 16);
        let grid = lattice(reach, 10, rows);
        let density = |t: f64, x: f64| mixture.log_density(&Linear.at(t), &[x]).exp();
        let column = |t: f64| (0..rows).map(|row| density(t, grid.point(10 * row)[1])).collect();
        let columns: Vec<Vec<f64>> = times(10).into_iter().map(column).collect();
        let strip = strip(&columns, reach, Some(1.0), Scale::Linear);
        let Mark::Map { rgba, .. } = strip.mark else { panic!("no map") };
        for (i, cell) in rgba.as_chunks::<4>().0.iter().enumerate() {
            let point = grid.point(i);
            let share = (255.0 * density(time(point), point[1])).round() / 255.0;
            assert_eq!(*cell, sheer(share), "at {point:?}");
        }
    }

    #[test]
    fn times_and_places_go_there_and_back() {
        for t in [0.0, 0.3, 1.0] {
            assert!((time(place(t, 5.0)) - t).abs() < 1e-15);
        }
        assert_eq!((time([-99.0, 0.0]), time([99.0, 0.0])), (0.0, 1.0));
        assert_eq!(times(4), [0.125, 0.375, 0.625, 0.875]);
        assert_eq!(strip(&[], [0.0, 1.0], None, Scale::Linear).top, 1.0);
    }

    #[test]
    fn ways_of_a_straight_flow_are_straight() {
        // x(t) = (1 - t) x_0 + t x_1, at times that are not evenly spaced.
        let (grid, ends) = ([0.0, 0.1, 0.4, 0.5, 1.0], [[1.0, -2.0], [0.5, 0.5]]);
        let frame = |t: &f64| ends.map(|[x_0, x_1]| (1.0 - t) * x_0 + t * x_1).to_vec();
        let frames: Vec<Vec<f64>> = grid.iter().map(frame).collect();
        let Mark::Lines { lines, .. } = trajectories(&grid, &frames, 9, 5, &CLASSES) else { panic!("no lines") };
        // Three parts a particle.
        assert_eq!(lines.len(), 6);
        for (k, line) in lines.iter().enumerate() {
            let [x_0, x_1] = ends[k / 3];
            assert!(line.iter().all(|p| (x_0 + time(*p) * (x_1 - x_0) - p[1]).abs() < 1e-12));
        }
        let Mark::Dots { at, .. } = particles(0.5, &frames[3], 2.0, &CLASSES) else { panic!("no dots") };
        assert_eq!(at, [[0.0, -0.5], [0.0, 0.5]]);
        assert!(
            matches!(now(0.5, [-1.0, 1.0], CLASSES[0]), Mark::Lines { lines, .. } if lines == [[[0.0, -1.0], [0.0, 1.0]]])
        );
    }
}
