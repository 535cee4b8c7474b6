//! Arrows: at x the vector v as an arrow from x to x + scale · v, cut to a longest length.

use super::heat::greatest;
use crate::mark::{Colour, Mark, Spot, points};

/// Share of an arrow that is its head, and the head's longest length as a share of the longest arrow.
const HEAD: [f64; 2] = [0.4, 0.35];
/// Half the width of a head in its lengths.
const HALF_WIDTH: f64 = 0.45;
/// Shorter arrows than this share of the longest are left out.
const LEAST: f64 = 0.02;
/// Width of a shaft in pixels.
const WIDTH: f64 = 1.25;

/// Units of the plane to a unit of the vectors: the greatest of 1, 2, 5 and their decimal multiples at which four of five
/// vectors are at most `longest`. It is round, so that it rarely changes while the vectors do.
///
/// 1 if no vector has a length.
pub fn scale(vectors: &[f64], longest: f64) -> f64 {
    let vectors = vectors.as_chunks::<2>().0.iter();
    let mut sizes: Vec<f64> = vectors.map(|[x, y]| x.hypot(*y)).filter(|size| size.is_finite()).collect();
    let place = sizes.len().saturating_sub(1) * 4 / 5;
    let typical = if sizes.is_empty() { 0.0 } else { *sizes.select_nth_unstable_by(place, f64::total_cmp).1 };
    let typical = if typical > 0.0 { typical } else { greatest(sizes.into_iter()) };
    let exact = longest / typical;
    if !(exact.is_finite() && exact > 0.0) {
        return 1.0;
    }
    let decade = 10f64.powf(exact.log10().floor());
    // A little is forgiven, or rounding would take 1 for 0.5.
    let round = [5.0, 2.0, 1.0].map(|head| head * decade).into_iter().find(|round| *round <= exact * (1.0 + 1e-9));
    round.unwrap_or(decade)
}

/// Arrows at the points `at` along `vectors` (both flat), `scale` units of the plane to a unit of a vector, none longer
/// than `longest`: shafts, and heads over them.
pub fn arrows(at: &[f64], vectors: &[f64], scale: f64, longest: f64, colour: Colour) -> [Mark; 2] {
    let shaft = |(x, v): (Spot, Spot)| {
        let length = scale * v[0].hypot(v[1]);
        let shown = length.min(longest);
        let tip = [x[0] + scale * v[0] * (shown / length), x[1] + scale * v[1] * (shown / length)];
        (shown >= LEAST * longest && tip.iter().all(|x| x.is_finite())).then_some([x, tip])
    };
    drawn(points(at).into_iter().zip(points(vectors)).filter_map(shaft), longest, colour)
}

/// Arrows from the first to the second point of each shaft; heads are at most as long as those of arrows of `longest`.
pub fn drawn(shafts: impl Iterator<Item = [Spot; 2]>, longest: f64, colour: Colour) -> [Mark; 2] {
    let (mut lines, mut shapes) = (vec![], vec![]);
    for [from, to] in shafts {
        let (x, y) = (to[0] - from[0], to[1] - from[1]);
        let length = x.hypot(y);
        if length > 0.0 && length.is_finite() {
            let head = (HEAD[0] * length).min(HEAD[1] * longest);
            let [x, y] = [x, y].map(|along| along / length * head);
            let base = [to[0] - x, to[1] - y];
            let side = |sign: f64| [base[0] - sign * HALF_WIDTH * y, base[1] + sign * HALF_WIDTH * x];
            lines.push(vec![from, base]);
            shapes.push(vec![to, side(1.0), side(-1.0)]);
        }
    }
    let colours = vec![colour];
    [Mark::Lines { lines, width: WIDTH, colours: colours.clone(), closed: false }, Mark::Fills { shapes, colours }]
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: Colour = [0, 0, 0, 255];

    /// Where arrows begin and end, and the shapes of their heads.
    fn seen(marks: [Mark; 2]) -> (Vec<[Spot; 2]>, Vec<Vec<Spot>>) {
        let [Mark::Lines { lines, .. }, Mark::Fills { shapes, .. }] = marks else { panic!("no arrows") };
        (lines.iter().zip(&shapes).map(|(line, head)| [line[0], head[0]]).collect(), shapes)
    }

    fn close(a: Spot, b: Spot) -> bool {
        (a[0] - b[0]).hypot(a[1] - b[1]) < 1e-12
    }

    #[test]
    fn arrows_end_at_their_vectors() {
        let (ends, heads) = seen(arrows(&[1.0, 2.0, 0.0, 0.0], &[3.0, -4.0, 0.0, 1.0], 0.1, 1.0, INK));
        assert!(close(ends[0][1], [1.3, 1.6]) && close(ends[1][1], [0.0, 0.1]));
        assert_eq!((ends[0][0], ends[1][0]), ([1.0, 2.0], [0.0, 0.0]));
        // The head of the upright arrow: 0.04 long, 0.036 wide, its base across.
        assert!(close(heads[1][1], [-0.018, 0.06]) && close(heads[1][2], [0.018, 0.06]), "{heads:?}");
    }

    #[test]
    fn long_arrows_are_cut_and_keep_their_direction() {
        let (ends, heads) = seen(arrows(&[0.0, 0.0], &[30.0, 40.0], 1.0, 2.0, INK));
        assert!(close(ends[0][1], [1.2, 1.6]));
        let middle = [(heads[0][1][0] + heads[0][2][0]) / 2.0, (heads[0][1][1] + heads[0][2][1]) / 2.0];
        assert!((2.0 - middle[0].hypot(middle[1]) - 0.7).abs() < 1e-12, "the head is 0.35 of the longest arrow");
    }

    #[test]
    fn nothing_is_drawn_of_what_is_no_vector() {
        let vectors = [0.0, 0.0, f64::NAN, 1.0, f64::INFINITY, 0.0, 1e-9, 0.0];
        assert!(seen(arrows(&[0.0; 8], &vectors, 1.0, 1.0, INK)).0.is_empty());
        assert!(seen(arrows(&[f64::NAN, 0.0], &[1.0, 1.0], 1.0, 1.0, INK)).0.is_empty());
    }

    #[test]
    fn scales_are_round_and_fill_the_room() {
        for (size, longest, expected) in
            [(1.0, 1.0, 1.0), (3.0, 1.0, 0.2), (0.5, 1.0, 2.0), (7.0, 0.3, 0.02), (1e-3, 0.25, 200.0)]
        {
            assert!((scale(&[size, 0.0, 0.0, -size], longest) / expected - 1.0).abs() < 1e-12, "{size} {longest}");
        }
        assert_eq!([scale(&[], 1.0), scale(&[0.0, 0.0], 1.0), scale(&[f64::NAN, 1.0], 1.0)], [1.0; 3]);
        // One outlier among a hundred does not shorten the rest.
        let mut vectors = [1.0, 0.0].repeat(100);
        vectors[0] = 1e6;
        assert_eq!(scale(&vectors, 1.0), 1.0);
        // All but a few stand still: those few are shown.
        let mut still = vec![0.0; 200];
        still[7] = 2.0;
        assert_eq!(scale(&still, 1.0), 0.5);
    }
}
