//! What a person takes hold of: the centre of every part of the data, its standard deviation as a ring.

use crate::{
    colour::{Theme, class},
    mark::{Mark, Spot, faded},
};
use data::shapes::Part;
use std::f64::consts::TAU;

/// Corners of a ring; it lies within 0.3% of the circle.
const CORNERS: u32 = 48;
/// Radii in pixels: of a handle, of the rim around it, and of the rim around the chosen one.
const RADII: [f64; 3] = [5.0, 6.5, 9.0];

/// The rings and centres of `parts` in the colours of their classes, the `chosen` one with a wide rim of ink.
pub fn handles(parts: &[Part], chosen: Option<usize>, theme: &Theme) -> Vec<Mark> {
    let [inner, rim, wide] = RADII;
    let centres: Vec<Spot> = parts.iter().map(|part| part.centre).collect();
    let colours: Vec<_> = parts.iter().map(|part| class(part.class.into())).collect();
    let rings = parts.iter().map(|part| ring(part.centre, part.std)).collect();
    let soft = colours.iter().map(|colour| faded(*colour, 0.8)).collect();
    let mut marks = vec![Mark::Lines { lines: rings, width: 1.5, colours: soft, closed: true }];
    if let Some(part) = chosen.and_then(|i| parts.get(i)) {
        let lines = vec![ring(part.centre, part.std)];
        marks.push(Mark::Lines { lines, width: 2.5, colours: vec![theme.ink], closed: true });
        marks.push(Mark::Dots { at: vec![part.centre], radius: wide, colours: vec![theme.ink] });
    }
    marks.push(Mark::Dots { at: centres.clone(), radius: rim, colours: vec![theme.paper] });
    marks.push(Mark::Dots { at: centres, radius: inner, colours });
    marks
}

/// The circle of `radius` around `centre`, as a polygon.
pub fn ring(centre: Spot, radius: f64) -> Vec<Spot> {
    let corner = |i| {
        let (sin, cos) = (TAU * f64::from(i) / f64::from(CORNERS)).sin_cos();
        [centre[0] + radius * cos, centre[1] + radius * sin]
    };
    (0..CORNERS).map(corner).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::{CLASSES, LIGHT};

    const PARTS: [Part; 3] = [
        Part { weight: 1.0, centre: [1.0, 2.0], std: 0.5, class: 0 },
        Part { weight: 2.0, centre: [-1.0, 0.0], std: 0.25, class: 1 },
        Part { weight: 2.0, centre: [-1.0, 0.0], std: 1.0, class: 0 },
    ];

    #[test]
    fn rings_are_one_standard_deviation_wide() {
        let marks = handles(&PARTS, None, &LIGHT);
        let [Mark::Lines { lines, closed: true, .. }, Mark::Dots { .. }, Mark::Dots { at, colours, .. }] = &marks[..]
        else {
            panic!("{marks:?}")
        };
        for (line, part) in lines.iter().zip(PARTS) {
            let radius = |p: &Spot| (p[0] - part.centre[0]).hypot(p[1] - part.centre[1]);
            assert!(line.iter().all(|p| (radius(p) - part.std).abs() < 1e-12));
            // The middle of a side is nearest to the centre.
            let middle = [(line[0][0] + line[1][0]) / 2.0, (line[0][1] + line[1][1]) / 2.0];
            assert!(radius(&middle) > 0.997 * part.std);
        }
        assert_eq!(*at, PARTS.map(|part| part.centre));
        assert_eq!(*colours, [CLASSES[0], CLASSES[1], CLASSES[0]]);
    }

    #[test]
    fn the_chosen_one_is_marked() {
        let marks = handles(&PARTS, Some(1), &LIGHT);
        assert_eq!(marks.len(), 5);
        assert!(matches!(&marks[2], Mark::Dots { at, colours, .. } if *at == [[-1.0, 0.0]] && *colours == [LIGHT.ink]));
        assert_eq!(handles(&PARTS, Some(7), &LIGHT), handles(&PARTS, None, &LIGHT));
        assert_eq!(handles(&[], Some(0), &LIGHT).len(), 3);
    }
}
