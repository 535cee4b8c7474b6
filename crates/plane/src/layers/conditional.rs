//! Conditional paths x_t = alpha_t x_1 + sigma_t x_0 of given pairs, and where on them it is now.

use crate::mark::{Colour, Mark, Spot, faded};
use flow::{
    path::x_t,
    schedule::{Coefficients, Schedule},
};

/// Pieces of a path; it is straight or gently bent on every schedule.
const PIECES: usize = 32;

/// The paths of `pairs` [x_0, x_1] over the clip of `schedule`, with a dot on each at `t` and a fainter one at its data;
/// in one colour or one for each pair.
pub fn conditional(pairs: &[[Spot; 2]], schedule: &dyn Schedule, t: f64, colours: &[Colour]) -> [Mark; 3] {
    let [low, high] = schedule.clip();
    let at = |i: usize| schedule.at(low + (high - low) * i as f64 / PIECES as f64);
    let along: Vec<Coefficients> = (0..=PIECES).map(at).collect();
    let path = |[x_0, x_1]: &[Spot; 2]| along.iter().map(|c| x_t(c, x_0, x_1)).collect();
    let now = schedule.at(schedule.clamp(t));
    let shades = |share| colours.iter().map(|colour| faded(*colour, share)).collect();
    [
        Mark::Lines { lines: pairs.iter().map(path).collect(), width: 1.0, colours: shades(0.5), closed: false },
        Mark::Dots { at: pairs.iter().map(|pair| pair[1]).collect(), radius: 2.0, colours: shades(0.5) },
        Mark::Dots {
            at: pairs.iter().map(|[x_0, x_1]| x_t(&now, x_0, x_1)).collect(),
            radius: 3.0,
            colours: colours.to_vec(),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::CLASSES;
    use flow::schedule::{Cosine, Linear, SCHEDULES};

    const PAIRS: [[Spot; 2]; 2] = [[[1.0, -2.0], [4.0, 0.5]], [[0.0, 3.0], [-2.0, 0.0]]];

    fn paths_and_dots(schedule: &dyn Schedule, t: f64) -> (Vec<Vec<Spot>>, Vec<Spot>) {
        let [Mark::Lines { lines, .. }, Mark::Dots { at: data, .. }, Mark::Dots { at, .. }] =
            conditional(&PAIRS, schedule, t, &CLASSES)
        else {
            panic!("other marks")
        };
        assert_eq!(data, PAIRS.map(|pair| pair[1]));
        (lines, at)
    }

    #[test]
    fn linear_paths_are_straight_from_end_to_end() {
        let (lines, dots) = paths_and_dots(&Linear, 0.25);
        assert_eq!(dots, [[1.75, -1.375], [-0.5, 2.25]]);
        for (line, [x_0, x_1]) in lines.iter().zip(PAIRS) {
            assert_eq!((line[0], line[PIECES]), (x_0, x_1));
            let off = |p: &Spot| (p[0] - x_0[0]) * (x_1[1] - x_0[1]) - (p[1] - x_0[1]) * (x_1[0] - x_0[0]);
            assert!(line.iter().all(|p| off(p).abs() < 1e-14));
        }
    }

    #[test]
    fn cosine_paths_are_arcs_of_ellipses() {
        // For x_0 and x_1 at right angles and of one length, of a circle.
        let [Mark::Lines { lines, .. }, ..] = conditional(&[[[0.0, 2.0], [2.0, 0.0]]], &Cosine, 0.0, &CLASSES) else {
            panic!("other marks")
        };
        assert!(lines[0].iter().all(|[x, y]| (x.hypot(*y) - 2.0).abs() < 1e-12));
    }

    #[test]
    fn every_schedule_has_finite_paths_at_any_time() {
        for schedule in SCHEDULES {
            for t in [-1.0, 0.0, 0.5, 1.0, 2.0] {
                let (lines, dots) = paths_and_dots(*schedule, t);
                assert!(lines.iter().flatten().chain(&dots).flatten().all(|x| x.is_finite()), "{}", schedule.key());
            }
        }
    }
}
