//! What panels say and show, against closed forms.

use super::*;
use crate::{
    colour::LIGHT,
    layers::line,
    mark::{Colour, Mark},
    panel::{PanelKind, Sign},
    spec::{Layer, Layers, Spec},
};
use flow::keyed::Keyed;
use std::f64::consts::TAU;

const DETAIL: Detail = Detail { cells: 40, theme: LIGHT, hover: None };

fn seen(query: &str, index: usize) -> Vec<Panel> {
    let (spec, complaints) = Spec::parse(query);
    assert_eq!(complaints, [""; 0]);
    let mut figure = Figure::new(&spec);
    while figure.work() {}
    assert!(figure.is_complete(), "{query}");
    panels(&figure, index, &DETAIL)
}

/// The greatest number of the map of a panel.
fn top(panel: &Panel) -> f64 {
    let high = |sign: &Sign| if let Sign::Ramp { high, .. } = sign { Some(*high) } else { None };
    panel.head.legends.iter().find_map(|legend| high(&legend.sign)).expect("a map")
}

/// “parts=…” of these parts.
fn own(parts: &[[f64; 3]]) -> String {
    use data::{inline, shapes::Part};
    let part = |[x, y, std]: &[f64; 3]| Part { weight: 1.0, centre: [*x, *y], std: *std, class: 0 };
    inline::text(&parts.iter().map(part).collect::<Vec<_>>()).unwrap()
}

#[test]
fn the_scale_in_one_dimension_reaches_as_far_as_the_density() {
    // From N(0, 1) to N(0, s²): p_t = N(0, t² s² + (1 - t)²), highest where t = 1 / (1 + s²), or in the noise where s is large.
    for (std, highest) in [(1.0, (TAU * 0.5f64).sqrt().recip()), (3.0, (TAU * 0.9f64).sqrt().recip())] {
        let query = format!("show=line&data=points&parts={}", own(&[[0.0, 0.0, std]]));
        let found = top(&seen(&query, 20)[0]);
        println!("std {std}: {found:.5}, closed form {highest:.5}");
        assert!((found / highest - 1.0).abs() < 2e-3, "{found} and {highest}");
    }
    // Whatever the data are, the noise itself is on the scale.
    for data in ["moons", "rings", "spirals", "checkerboard", "letter", "mixture"] {
        let found = top(&seen(&format!("show=line&data={data}&particles=1"), 0)[0]);
        assert!(found > 0.999 / TAU.sqrt(), "{data}: {found}");
    }
}

/// The opacities of the last column of the strip, with the x at the middle of each cell.
fn last_column(panel: &Panel, reach: f64) -> Vec<(f64, u8)> {
    let strip = panel.marks.iter().find_map(|mark| match mark {
        Mark::Map { columns, rows, rgba, .. } => Some((*columns, *rows, rgba)),
        _ => None,
    });
    let (columns, rows, rgba) = strip.expect("a strip");
    let x = |row: usize| reach * (2.0 * (row as f64 + 0.5) / rows as f64 - 1.0);
    (0..rows).map(|row| (x(row), rgba[4 * (row * columns + columns - 1) + 3])).collect()
}

#[test]
fn two_points_far_out_are_two_lines() {
    for std in [0.02, 0.1] {
        let query = format!("show=line&data=points&parts={}", own(&[[-6.0, 0.0, std], [6.0, 0.0, std]]));
        let panel = &seen(&query, 40)[0];
        let reach = (2.0 * (6.0 + 2.5 * std)).ceil() / 2.0;
        let column = last_column(panel, reach);
        assert!(top(panel) > 0.4, "{}", top(panel));
        for (x, opacity) in column {
            let off = (x.abs() - 6.0).abs();
            let cell = 2.0 * reach / 160.0;
            assert!(opacity > 0 || off > cell, "nothing at {x} for std {std}");
            assert!(opacity == 0 || off < 5.0 * std + cell, "{opacity} at {x} for std {std}");
        }
        // The numbers along the side go as far.
        let far = |mark: &Mark| matches!(mark, Mark::Text { at, text, .. } if text == "6" && (at[1] - line::place(0.0, 6.0, reach)[1]).abs() < 1e-9);
        assert!(panel.marks.iter().any(far));
    }
}

/// Every colour that a mark is drawn in, but for maps.
fn colours(mark: &Mark) -> Vec<Colour> {
    match mark {
        Mark::Dots { colours, at, .. } if !at.is_empty() => colours.clone(),
        Mark::Lines { colours, lines, .. } if !lines.is_empty() => colours.clone(),
        Mark::Fills { colours, shapes } if !shapes.is_empty() => colours.clone(),
        _ => vec![],
    }
}

#[test]
fn every_colour_has_its_legend() {
    let on = |layers: Layers| layers.on().map(Keyed::key).collect::<Vec<_>>().join(",");
    let all: Vec<Layers> = Layer::all().map(|layer| [layer].into_iter().collect()).collect();
    let all = all.into_iter().chain([Layer::all().collect()]);
    for layers in all.map(on) {
        for show in [
            "path&data=mixture&probe=0.3,0.2",
            "samplers&data=moons&start=1,1",
            "guidance&data=moons",
            "line&data=rings&probe=1,1",
            "likelihood&data=moons&probe=1,0.6",
        ] {
            let query = format!("show={show}&layers={layers}&particles=60&steps=8");
            for panel in seen(&query, 4) {
                let named = |colour: &Colour| {
                    let same = |other: &Colour| other[..3] == colour[..3];
                    panel.head.legends.iter().any(|legend| match &legend.sign {
                        Sign::Dot(other) | Sign::Line(other) | Sign::Arrow(other) => same(other),
                        Sign::Ramp { .. } => false,
                    })
                };
                // Paper is a rim; the lines through 0, in the colour of what stands back, have their numbers.
                let plain = |colour: &Colour| colour[..3] == LIGHT.paper[..3] || colour[..3] == LIGHT.muted[..3];
                // The cross is where the pointer put it, in ink.
                let cross = |colour: &Colour| colour[..3] == LIGHT.ink[..3] && query.contains("probe");
                for colour in panel.marks.iter().flat_map(colours) {
                    assert!(
                        plain(&colour) || named(&colour) || cross(&colour),
                        "{colour:?} of “{}”, {query}",
                        panel.head.title
                    );
                }
                let maps = panel.marks.iter().filter(|mark| matches!(mark, Mark::Map { .. })).count();
                let ramps = panel.head.legends.iter().filter(|it| matches!(it.sign, Sign::Ramp { .. })).count();
                assert_eq!(maps, ramps, "{query}");
            }
        }
    }
}

#[test]
fn captions_are_short_and_pictures_are_told() {
    for query in [
        "",
        "data=mixture&layers=particles,residual,heat",
        "show=samplers",
        "show=samplers&against=langevin",
        "show=line",
        "show=likelihood&probe=1,0.6",
        "show=guidance&guidance=3",
    ] {
        for panel in seen(query, 20) {
            let head = &panel.head;
            assert!(head.title.chars().count() <= 60 && head.words.chars().count() <= 90, "{head:?}");
            assert!(!head.label().contains("..") && head.label().starts_with(&head.title));
            if head.words.contains("particles") {
                assert!(!head.spoken.is_empty(), "{head:?}");
                let far = head.kind == PanelKind::Line || head.spoken.contains("from the nearest centre of the data");
                assert!(far, "{}", head.spoken);
            }
        }
    }
}

#[test]
fn what_is_looked_at_stands_out_from_the_map() {
    let opacity = |panel: &Panel| {
        let most = |mark: &Mark| match mark {
            Mark::Map { rgba, .. } => rgba.iter().skip(3).step_by(4).copied().max(),
            _ => None,
        };
        panel.marks.iter().find_map(most).expect("a map")
    };
    assert_eq!(opacity(&seen("data=moons&layers=heat", 20)[0]), 255);
    for layers in ["particles,heat", "velocity,heat", "particles,heat,velocity"] {
        assert!(opacity(&seen(&format!("data=moons&layers={layers}"), 20)[0]) < 160, "{layers}");
    }
    // Langevin's cloud lies on the density that it is held against.
    let langevin = &seen("show=samplers&data=moons&against=langevin&layers=particles,heat", 30)[1];
    let dots = langevin.marks.iter().filter(|mark| matches!(mark, Mark::Dots { .. })).collect::<Vec<_>>();
    assert!(matches!(dots[..], [Mark::Dots { colours, .. }] if colours[0][3] < 128), "one cloud, without a rim");
}
