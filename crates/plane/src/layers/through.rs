//! What passes through one place: v_t(x) = E[d_alpha_t X_1 + d_sigma_t X_0 | X_t = x] = Σ_k r_k (d_alpha_t E[x_1 | k, x] + d_sigma_t E[x_0 | k, x]).
//!
//! For every pair k of parts the straight line from E[x_0 | k, x] to E[x_1 | k, x], as opaque as its weight r_k is heavy,
//! and their mean as an arrow. On the linear schedule all of these lines meet in x, as t E[x_1 | k, x] + (1 - t) E[x_0 | k, x] = x.

use super::arrows::drawn;
use crate::{
    colour::Theme,
    mark::{Colour, Mark, Spot, faded},
};

/// Lines of less than this share of the heaviest are left out.
const LEAST: f64 = 0.02;
/// The head is that of an arrow of this length, however long it is.
const HEAD: f64 = 0.7;
/// At most so many lines, the heaviest ones.
const MOST: usize = 64;

/// The lines through `x` with `weights` r_k and `ends` [E[x_0 | k, x], E[x_1 | k, x]], their mean `velocity` as an arrow
/// of `scale` units of the plane to a unit of it, none longer than `longest`.
pub fn through(
    x: Spot,
    weights: &[f64],
    ends: &[[Spot; 2]],
    velocity: Spot,
    [scale, longest]: [f64; 2],
    theme: &Theme,
) -> Vec<Mark> {
    let mut heavy: Vec<(f64, [Spot; 2])> = weights.iter().copied().zip(ends.iter().copied()).collect();
    heavy.sort_by(|a, b| b.0.total_cmp(&a.0));
    let most = heavy.first().map_or(0.0, |first| first.0);
    heavy.retain(|(weight, _)| *weight > 0.0 && *weight >= LEAST * most);
    heavy.truncate(MOST);
    // The heaviest last, over the others.
    heavy.reverse();
    let shades = |colour: Colour| heavy.iter().map(|(weight, _)| faded(colour, weight / most)).collect::<Vec<_>>();
    let lines = heavy.iter().map(|(_, ends)| ends.to_vec()).collect();
    let dots = |end: usize, colour: Colour| Mark::Dots {
        at: heavy.iter().map(|(_, ends)| ends[end]).collect(),
        radius: 3.5,
        colours: shades(colour),
    };
    let mut marks = vec![
        Mark::Lines { lines, width: 1.5, colours: shades(theme.ink), closed: false },
        dots(0, theme.muted),
        dots(1, theme.second),
        Mark::Dots { at: vec![x], radius: 4.0, colours: vec![theme.accent] },
    ];
    marks.extend(one(x, velocity, [scale, longest], theme.accent));
    marks
}

/// One velocity at `x` as an arrow of `scale` units of the plane to a unit of it, none longer than `longest`.
pub fn one(x: Spot, velocity: Spot, [scale, longest]: [f64; 2], colour: Colour) -> [Mark; 2] {
    let share = (longest / (scale * velocity[0].hypot(velocity[1]))).min(1.0);
    let tip = [x[0] + share * scale * velocity[0], x[1] + share * scale * velocity[1]];
    drawn([[x, tip]].into_iter(), HEAD, colour).map(thick)
}

fn thick(mark: Mark) -> Mark {
    match mark {
        Mark::Lines { lines, colours, closed, .. } => Mark::Lines { lines, width: 2.5, colours, closed },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::LIGHT;
    use flow::{
        mixture::Mixture,
        schedule::{Linear, Schedule},
    };

    /// Weights and ends of each part of a mixture from noise at `x`: given part k, x_1 is Gaussian and so are both ends.
    fn posterior(means: &[Spot], std: f64, t: f64, x: Spot) -> (Vec<f64>, Vec<[Spot; 2]>, Spot) {
        let list = means.iter().map(|mean| mean.to_vec()).collect();
        let mixture = Mixture::new(vec![1.0; means.len()], list, vec![std; means.len()]).unwrap();
        let c = Linear.at(t);
        let v = (c.alpha_t * std).powi(2) + c.sigma_t.powi(2);
        let end = |mean: &Spot| {
            let d: Spot = std::array::from_fn(|i| x[i] - c.alpha_t * mean[i]);
            [d.map(|d| c.sigma_t / v * d), std::array::from_fn(|i| mean[i] + c.alpha_t * std * std / v * d[i])]
        };
        let velocity = mixture.velocity(&c, &x);
        (mixture.responsibilities(&c, &x), means.iter().map(end).collect(), [velocity[0], velocity[1]])
    }

    #[test]
    fn the_lines_meet_in_x_and_their_weighted_mean_is_the_velocity() {
        let (means, x, t) = ([[1.0, 1.0], [-1.5, 0.5], [0.0, -1.0]], [0.2, 0.1], 0.4);
        let (weights, ends, velocity) = posterior(&means, 0.3, t, x);
        let marks = through(x, &weights, &ends, velocity, [0.5, 2.0], &LIGHT);
        let Mark::Lines { lines, colours, .. } = &marks[0] else { panic!("no lines") };
        assert_eq!((lines.len(), colours.len()), (3, 3));
        let mut mean = [0.0; 2];
        for line in lines {
            let k = ends.iter().position(|ends| line == ends).expect("one of the pairs");
            for i in 0..2 {
                assert!((t * line[1][i] + (1.0 - t) * line[0][i] - x[i]).abs() < 1e-14);
                mean[i] += weights[k] * (line[1][i] - line[0][i]);
            }
        }
        let Mark::Fills { shapes, .. } = &marks[5] else { panic!("no head") };
        for i in 0..2 {
            assert!((shapes[0][0][i] - x[i] - 0.5 * mean[i]).abs() < 1e-14, "the arrow is half the mean of the lines");
        }
    }

    #[test]
    fn opacity_is_the_weight_and_light_lines_are_left_out() {
        let ends = [[[0.0; 2], [1.0; 2]]; 4];
        let marks = through([0.0; 2], &[0.2, 0.01, 0.79, 0.4], &ends, [0.0; 2], [1.0; 2], &LIGHT);
        let Mark::Lines { colours, .. } = &marks[0] else { panic!("no lines") };
        let opacity = |share: f64| (255.0 * share / 0.79).round() as u8;
        let expected = [opacity(0.2), opacity(0.4), 255];
        assert_eq!(colours.iter().map(|colour| colour[3]).collect::<Vec<_>>(), expected);
        let many = through([0.0; 2], &[1.0; 500], &[[[0.0; 2]; 2]; 500], [0.0; 2], [1.0; 2], &LIGHT);
        assert!(matches!(&many[0], Mark::Lines { lines, .. } if lines.len() == MOST));
        let [_, Mark::Fills { shapes, .. }] = one([1.0, 0.0], [0.0, -8.0], [0.5, 2.0], LIGHT.ink) else {
            panic!("no head")
        };
        assert_eq!(shapes[0][0], [1.0, -2.0], "cut to the longest");
        let none = through([0.0; 2], &[f64::NAN, 0.0], &ends, [0.0; 2], [1.0; 2], &LIGHT);
        assert!(matches!(&none[0], Mark::Lines { lines, .. } if lines.is_empty()));
    }
}
