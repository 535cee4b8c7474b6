//! Guidance as a sum of two arrows (Ho and Salimans, 2022): u_w = u_∅ + w (u_y - u_∅).

use super::arrows::drawn;
use crate::{
    colour::Theme,
    mark::{Colour, Mark, Spot, points},
};

/// At each of the points `at` the velocity `without` the class, from its tip w times what the class adds, and their sum.
///
/// All flat; `scale` units of the plane to a unit of velocity. Where an arrow would be longer than `longest`, all three are
/// made smaller alike, so that the triangle stays closed.
pub fn guidance(
    at: &[f64],
    without: &[f64],
    with: &[f64],
    w: f64,
    [scale, longest]: [f64; 2],
    class: Colour,
    theme: &Theme,
) -> Vec<Mark> {
    let fields = points(without).into_iter().zip(points(with));
    let corners = |(x, (u, u_y)): (Spot, (Spot, Spot))| {
        let first = u.map(|u| scale * u);
        let second: Spot = std::array::from_fn(|i| scale * w * (u_y[i] - u[i]));
        let sum: Spot = std::array::from_fn(|i| first[i] + second[i]);
        let length = [first, second, sum].iter().map(|arrow| arrow[0].hypot(arrow[1])).fold(0.0, f64::max);
        let shrink = if length > longest { longest / length } else { 1.0 };
        let end = |arrow: Spot| std::array::from_fn(|i| x[i] + shrink * arrow[i]);
        [x, end(first), end(sum)]
    };
    let corners: Vec<[Spot; 3]> = points(at).into_iter().zip(fields).map(corners).collect();
    let side = |from: usize, to: usize, colour| drawn(corners.iter().map(|at| [at[from], at[to]]), longest, colour);
    [side(0, 1, theme.muted), side(1, 2, class), side(0, 2, theme.ink)].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::{CLASSES, LIGHT};
    use flow::{
        mixture::Mixture,
        schedule::{Linear, Schedule},
    };

    /// From where to where the arrows of a field go.
    fn ends(marks: &[Mark]) -> Vec<[Spot; 2]> {
        let [Mark::Lines { lines, .. }, Mark::Fills { shapes, .. }] = marks else { panic!("no arrows") };
        lines.iter().zip(shapes).map(|(line, head)| [line[0], head[0]]).collect()
    }

    fn close(a: Spot, b: Spot) -> bool {
        (a[0] - b[0]).hypot(a[1] - b[1]) < 1e-12
    }

    #[test]
    fn the_sum_is_the_guided_field() {
        let part = |mean: &[f64]| Mixture::new(vec![1.0], vec![mean.to_vec()], vec![0.4]).unwrap();
        let (a, b) = ([1.0, 1.0], [-1.0, 0.5]);
        let all = Mixture::new(vec![1.0; 2], vec![a.to_vec(), b.to_vec()], vec![0.4; 2]).unwrap();
        let (c, at, w, scale) = (Linear.at(0.6), [0.1, 0.2, -0.7, 0.4], 3.0, 0.3);
        let field = |mixture: &Mixture| -> Vec<f64> { at.chunks(2).flat_map(|x| mixture.velocity(&c, x)).collect() };
        let (without, with) = (field(&all), field(&part(&a)));
        let marks = guidance(&at, &without, &with, w, [scale, 99.0], CLASSES[0], &LIGHT);
        let (first, second, sum) = (ends(&marks[..2]), ends(&marks[2..4]), ends(&marks[4..]));
        for i in 0..2 {
            let x: Spot = [at[2 * i], at[2 * i + 1]];
            // As flow::guidance has it.
            let guided = std::array::from_fn(|k| x[k] + scale * ((1.0 - w) * without[2 * i + k] + w * with[2 * i + k]));
            assert!(close(sum[i][0], x) && close(sum[i][1], guided));
            assert!(close(first[i][0], x) && close(first[i][1], second[i][0]) && close(second[i][1], guided));
        }
    }

    #[test]
    fn long_triangles_shrink_alike() {
        let marks = guidance(&[1.0, 1.0], &[30.0, 0.0], &[30.0, 40.0], 1.0, [1.0, 5.0], CLASSES[0], &LIGHT);
        assert!(close(ends(&marks[..2])[0][1], [4.0, 1.0]));
        assert!(close(ends(&marks[2..4])[0][1], [4.0, 5.0]));
        assert!(close(ends(&marks[4..])[0][1], [4.0, 5.0]));
    }

    #[test]
    fn without_a_weight_the_class_adds_nothing() {
        let marks = guidance(&[0.0; 2], &[1.0, 0.0], &[0.0, 1.0], 0.0, [1.0, 5.0], CLASSES[0], &LIGHT);
        assert!(ends(&marks[2..4]).is_empty());
        assert_eq!(ends(&marks[4..]), [[[0.0; 2], [1.0, 0.0]]]);
    }
}
