//! Data sets of the plane. Each is a Gaussian mixture, so that the truth about it is known at every t.
//!
//! Arcs and squares are rows of Gaussians less than two standard deviations apart, which no eye can tell from even.

use flow::{between::Gaussian, keyed::Keyed};
use font8x8::legacy::BASIC_LEGACY;
use serde::{Deserialize, Serialize};
use std::f64::consts::{PI, TAU};

/// Most parts of a data set.
pub const MAX_PARTS: usize = 512;
/// Largest size of a coordinate of a centre.
pub const REACH: f64 = 8.0;
/// Smallest and largest standard deviation of a part.
pub const STDS: [f64; 2] = [0.02, 3.0];
/// Largest weight of a part; the smallest is 0.
pub const MAX_WEIGHT: f64 = 100.0;
/// What can be a [`Shape::Letter`].
pub const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// One Gaussian of a data set, `weight` · N(`centre`, `std`² I).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Weights need not sum to 1.
    pub weight: f64,
    pub centre: [f64; 2],
    pub std: f64,
    /// 0 or 1, for guidance.
    pub class: u8,
}

/// Most pairs of a part of the source and one of the data: beyond them nothing moves at animation rate.
const MAX_PAIRS: usize = 8_192;

/// A sentence where `data` and `source` parts make too many pairs.
pub fn pairs(data: usize, source: usize) -> Result<(), String> {
    let sentence = || {
        format!(
            "{source} parts of the source and {data} of the data make more than {MAX_PAIRS} pairs, so the source is Gaussian noise."
        )
    };
    (data * source <= MAX_PAIRS).then_some(()).ok_or_else(sentence)
}

/// A data set of the plane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Shape {
    /// Gaussians that a person moves.
    Mixture,
    #[default]
    Moons,
    Spirals,
    Checkerboard,
    Rings,
    /// Eight Gaussians on a circle: where it shows whether all of them are found.
    Eight,
    /// A letter or digit.
    Letter,
    /// Points that a person painted or loaded.
    Points,
}

impl Keyed for Shape {
    const WHAT: &'static str = "data set of the plane";

    fn all() -> impl Iterator<Item = Self> {
        use Shape::*;
        [Mixture, Moons, Spirals, Checkerboard, Rings, Eight, Letter, Points].into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Mixture => "mixture",
            Self::Moons => "moons",
            Self::Spirals => "spirals",
            Self::Checkerboard => "checkerboard",
            Self::Rings => "rings",
            Self::Eight => "eight",
            Self::Letter => "letter",
            Self::Points => "points",
        }
    }
}

flow::serde_by_key!(Shape);

impl Shape {
    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mixture => "Gaussian mixture",
            Self::Moons => "Two moons",
            Self::Spirals => "Spirals",
            Self::Checkerboard => "Checkerboard",
            Self::Rings => "Rings",
            Self::Eight => "Eight Gaussians",
            Self::Letter => "Letter or digit",
            Self::Points => "Points",
        }
    }

    /// What it is, in a sentence.
    pub fn about(self) -> &'static str {
        match self {
            Self::Mixture => "Four Gaussians of different widths and weights, to be dragged about.",
            Self::Moons => "Two arcs that reach into each other; each is a class.",
            Self::Spirals => "Two arms wound about each other; each is a class.",
            Self::Checkerboard => {
                "Eight squares with sharp edges, hard for a smooth field; every other row is a class."
            }
            Self::Rings => "A ring within a ring; each is a class.",
            Self::Eight => {
                "Eight narrow Gaussians on a circle; does a model find all of them? Every other one is a class."
            }
            Self::Letter => "A letter or digit in pixels; its upper and its lower half are the classes.",
            Self::Points => "Points that you paint or load, at first along a loop; each half is a class.",
        }
    }

    /// Its parts as they are at first, at most 130, near 0 and about as wide as 3 standard deviations of the noise.
    /// `letter` is the character of [`Shape::Letter`]; one that there is none of counts as the first of [`LETTERS`].
    pub fn parts(self, letter: char) -> Vec<Part> {
        match self {
            Self::Mixture => mixture(),
            Self::Moons => moons(),
            Self::Spirals => spirals(),
            Self::Checkerboard => checkerboard(),
            Self::Rings => rings(),
            Self::Eight => eight(),
            Self::Letter => glyph(letter).unwrap_or_else(|_| glyph_of(b'A')),
            Self::Points => loop_of_points(),
        }
    }
}

/// The parts as a mixture for the exact flow.
pub fn gaussians(parts: &[Part]) -> Vec<Gaussian<2>> {
    parts.iter().map(|part| Gaussian { weight: part.weight, mean: part.centre, std: part.std }).collect()
}

/// The parts of class `y`, with their weights as they are.
pub fn class(parts: &[Part], y: u8) -> Vec<Part> {
    parts.iter().filter(|part| part.class == y).copied().collect()
}

fn part(centre: [f64; 2], std: f64, class: usize) -> Part {
    Part { weight: 1.0, centre, std, class: class as u8 }
}

fn mixture() -> Vec<Part> {
    let part = |weight, x, y, std, class| Part { weight, centre: [x, y], std, class };
    vec![
        part(3.0, -1.5, 1.1, 0.45, 0),
        part(2.0, 1.3, 1.3, 0.25, 1),
        part(3.0, 1.2, -1.1, 0.55, 0),
        part(2.0, -0.9, -1.4, 0.3, 1),
    ]
}

fn moons() -> Vec<Part> {
    const EACH: usize = 24;
    let at = |i: usize, class: usize| {
        let (sin, cos) = (PI * i as f64 / (EACH - 1) as f64).sin_cos();
        let sign = if class == 0 { 1.0 } else { -1.0 };
        part([1.6 * sign * (cos - 0.5), 1.6 * sign * (sin - 0.25)], 0.12, class)
    };
    (0..2).flat_map(|class| (0..EACH).map(move |i| at(i, class))).collect()
}

fn spirals() -> Vec<Part> {
    const EACH: usize = 60;
    let at = |i: usize, class: usize| {
        // r grows with the angle, and equal steps of its square are about equal steps along the arm.
        let along = ((i as f64 + 1.0) / EACH as f64).sqrt();
        let (sin, cos) = (3.0 * PI * along + PI * class as f64).sin_cos();
        part([2.4 * along * cos, 2.4 * along * sin], 0.1, class)
    };
    (0..2).flat_map(|class| (0..EACH).map(move |i| at(i, class))).collect()
}

fn checkerboard() -> Vec<Part> {
    const SIDE: f64 = 1.2;
    let squares = (0..16usize).map(|i| (i % 4, i / 4)).filter(|(column, row)| (column + row) % 2 == 0);
    let in_square = |(column, row): (usize, usize)| {
        let middle = [column, row].map(|i| SIDE * (i as f64 - 1.5));
        let offset = |i: usize| SIDE / 4.0 * (i as f64 - 1.5);
        (0..16).map(move |i| part([middle[0] + offset(i % 4), middle[1] + offset(i / 4)], 0.16, row % 2))
    };
    squares.flat_map(in_square).collect()
}

fn rings() -> Vec<Part> {
    let ring = |radius: f64, count: usize, class| {
        (0..count).map(move |i| {
            let (sin, cos) = (TAU * i as f64 / count as f64).sin_cos();
            part([radius * cos, radius * sin], 0.12, class)
        })
    };
    ring(1.0, 27, 0).chain(ring(2.2, 59, 1)).collect()
}

fn eight() -> Vec<Part> {
    let at = |i: usize| {
        let (sin, cos) = (TAU * i as f64 / 8.0).sin_cos();
        part([2.0 * cos, 2.0 * sin], 0.15, i % 2)
    };
    (0..8).map(at).collect()
}

fn loop_of_points() -> Vec<Part> {
    const COUNT: usize = 48;
    let at = |i: usize| {
        let angle = TAU * (i as f64 + 0.5) / COUNT as f64;
        let x = 2.3 * angle.sin();
        part([x, 1.3 * (2.0 * angle).sin()], 0.1, usize::from(x > 0.0))
    };
    (0..COUNT).map(at).collect()
}

/// The lit pixels of a character of [`LETTERS`], in either case; a sentence for any other.
pub fn glyph(letter: char) -> Result<Vec<Part>, String> {
    let upper = letter.to_ascii_uppercase();
    match u8::try_from(upper) {
        Ok(byte) if LETTERS.contains(upper) => Ok(glyph_of(byte)),
        _ => Err(format!("there is no picture of “{}”; there are A to Z and 0 to 9", letter.escape_debug())),
    }
}

fn glyph_of(byte: u8) -> Vec<Part> {
    let rows = BASIC_LEGACY[usize::from(byte % 128)];
    // The lowest bit is the pixel on the left, the first row the one on top.
    let lit = (0..64).filter(|i| rows[i / 8] >> (i % 8) & 1 == 1).map(|i| [(i % 8) as f64, -((i / 8) as f64)]);
    let pixels: Vec<[f64; 2]> = lit.collect();
    let mean = [0, 1].map(|k| pixels.iter().map(|pixel| pixel[k]).sum::<f64>() / pixels.len() as f64);
    let centred = pixels.iter().map(|pixel| [pixel[0] - mean[0], pixel[1] - mean[1]]);
    let reach = centred.clone().flatten().map(f64::abs).fold(1.0, f64::max);
    let size = 2.2 / reach;
    centred.map(|[x, y]| part([size * x, size * y], 0.4 * size, usize::from(y > 0.0))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::{between::Between, schedule::DATA};

    /// Every data set, and every letter.
    fn all() -> impl Iterator<Item = (String, Vec<Part>)> {
        let shapes = Shape::all().map(|shape| (shape.key().to_string(), shape.parts('A')));
        shapes.chain(LETTERS.chars().map(|c| (format!("letter {c}"), Shape::Letter.parts(c))))
    }

    #[test]
    fn every_part_of_every_shape_is_in_bounds() {
        for (name, parts) in all() {
            assert!((4..=130).contains(&parts.len()), "{name}: {} parts", parts.len());
            for part in parts {
                assert!(part.centre.iter().all(|x| x.abs() <= 2.6), "{name}: {part:?}");
                assert!((STDS[0]..=STDS[1]).contains(&part.std) && part.class < 2, "{name}: {part:?}");
                assert!(part.weight > 0.0 && part.weight <= MAX_WEIGHT, "{name}: {part:?}");
            }
        }
    }

    #[test]
    fn every_shape_is_centred_and_of_the_size_of_the_noise() {
        for (name, parts) in all() {
            let total: f64 = parts.iter().map(|part| part.weight).sum();
            let mean = [0, 1].map(|i| parts.iter().map(|part| part.weight * part.centre[i]).sum::<f64>() / total);
            let square = |part: &Part| {
                let from_mean = (0..2).map(|i| (part.centre[i] - mean[i]).powi(2)).sum::<f64>();
                part.weight * (from_mean / 2.0 + part.std * part.std)
            };
            let std = (parts.iter().map(square).sum::<f64>() / total).sqrt();
            println!("{name}: {} parts, mean {mean:.3?}, std {std:.3}", parts.len());
            assert!(mean[0].hypot(mean[1]) < 0.05 && (1.0..=1.6).contains(&std), "{name}");
        }
    }

    #[test]
    fn both_classes_have_a_good_share_and_no_part_is_in_neither() {
        for (name, parts) in all() {
            let total = |parts: &[Part]| parts.iter().map(|part| part.weight).sum::<f64>();
            let [zero, one] = [0, 1].map(|y| class(&parts, y));
            assert_eq!(zero.len() + one.len(), parts.len());
            assert!((0.25..=0.75).contains(&(total(&one) / total(&parts))), "{name}");
        }
    }

    #[test]
    fn letters_are_told_apart_and_look_as_they_should() {
        let shapes: Vec<_> = LETTERS.chars().map(|c| glyph(c).unwrap()).collect();
        for (i, one) in shapes.iter().enumerate() {
            assert!(shapes[..i].iter().all(|other| other != one), "{}", &LETTERS[i..=i]);
        }
        // L is lit at the lower left and dark at the upper right, a T is not.
        let density = |letter, x: [f64; 2]| {
            let between = Between::from_noise(&gaussians(&glyph(letter).unwrap())).unwrap();
            between.at(&DATA).log_density(&x)[0].exp()
        };
        assert!(density('L', [-1.0, 1.5]) > 10.0 * density('L', [1.0, 1.8]));
        assert!(density('T', [0.0, -1.5]) > 10.0 * density('T', [1.5, -1.5]));
        assert_eq!(glyph('q'), glyph('Q'));
    }

    #[test]
    fn other_characters_get_a_sentence() {
        for c in [' ', '!', 'é', 'ſ', 'ß', '\n', '\u{0}', '文', '\u{10ffff}'] {
            let sentence = glyph(c).unwrap_err();
            assert!(sentence.ends_with("there are A to Z and 0 to 9") && sentence.lines().count() == 1, "{sentence}");
            assert_eq!(Shape::Letter.parts(c), glyph('A').unwrap());
        }
    }

    #[test]
    fn squares_of_the_checkerboard_are_flat_inside_and_end_sharply() {
        let between = Between::from_noise(&gaussians(&Shape::Checkerboard.parts('A'))).unwrap();
        let density = |x: [f64; 2]| between.at(&DATA).log_density(&x)[0].exp();
        let middle = density([-0.6, -0.6]);
        // Eight squares of side 1.2 share the mass.
        assert!((middle - 1.0 / (8.0 * 1.44)).abs() < 0.05 * middle, "{middle}");
        for x in [[-0.4, -0.7], [-0.75, -0.5], [-0.8, -0.8], [0.5, 0.6]] {
            assert!((density(x) / middle - 1.0).abs() < 0.1, "{x:?}: {}", density(x) / middle);
        }
        assert!(density([0.6, -0.6]) < 0.01 * middle && density([0.0, -0.6]) > 0.3 * middle);
    }

    #[test]
    fn keys_round_trip() {
        for shape in Shape::all() {
            assert_eq!(shape.key().parse::<Shape>(), Ok(shape));
            assert!(shape.about().ends_with('.') && !shape.name().is_empty());
        }
    }
}
