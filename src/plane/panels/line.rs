//! The path in one dimension: p_t(x) over (t, x), with trajectories.

use crate::plane::{
    draft::{Draft, LIFT},
    figure::Figure,
    layers::line,
    mark::{Mark, faded, halo},
    panel::{Detail, Kind, Panel},
    spec::Layer,
    truth::{STRIP_REACH, Truth},
};

/// Trajectories that can still be told apart.
const WAYS: usize = 60;

/// The one panel.
pub fn panels(figure: &Figure, truth: &Truth, index: usize, detail: &Detail) -> Vec<Panel> {
    let (spec, t) = (&figure.spec, figure.times[index]);
    let mut draft = Draft::new(Kind::Line, format!("p(x, t) of the first coordinate, t = {t:.2}"));
    draft.add(scale(detail));
    if spec.layers.has(Layer::Heat) {
        let columns = truth.strip();
        // Near the data p is steep: there the colours end before it does.
        let top = columns[columns.len() * 9 / 10].iter().copied().fold(0.0, f64::max);
        draft.map(line::strip(columns, STRIP_REACH, Some(top), LIFT), "exact density", Some(LIFT));
    }
    let Some(course) = figure.line.as_ref().filter(|course| !course.is_empty()) else { return vec![draft.panel] };
    let frames: Vec<Vec<f64>> = (0..=index).map(|i| course.at(i)).collect();
    // In ink: hues would drown in those of the map.
    let colours = [faded(detail.theme.ink, 0.7)];
    if spec.layers.has(Layer::Trajectories) || spec.layers.has(Layer::Particles) {
        let count = if spec.layers.has(Layer::Trajectories) { WAYS } else { 0 };
        draft.add([line::trajectories(&figure.times, &frames, index, count, &colours)]);
    }
    if spec.layers.has(Layer::Particles) {
        let dots = line::particles(t, &frames[index], 2.4, &[detail.theme.ink]);
        draft.add(halo(&dots, 1.0, faded(detail.theme.paper, 0.85)));
        draft.add([dots]);
        draft.say(&format!("{} particles", course.len()));
    }
    if let Some(place) = detail.hover.or(spec.probe) {
        let (t, x) = (line::time(place), place[1]);
        let at = truth.line.at(&truth.coefficients(t));
        let (p, u) = (at.log_density(&[x])[0].exp(), at.velocity(&[x])[0]);
        draft.add([line::particles(t, &[x], 4.0, &[detail.theme.ink])]);
        draft.say(&format!("at t = {t:.2}, x = {x:.2}: p = {p:.3}, u = {u:.2}").replace('-', "−"));
    }
    draft.add([line::now(t, STRIP_REACH, detail.theme.ink)]);
    vec![draft.panel]
}

/// t along the low side, x along the left one.
fn scale(detail: &Detail) -> Vec<Mark> {
    let colour = detail.theme.muted;
    let text = |at: [f64; 2], shift: [f64; 2], text: String| Mark::Text { at, shift, text, colour };
    let t = [0.0, 0.25, 0.5, 0.75, 1.0].map(|t| text(line::place(t, STRIP_REACH[0]), [-8.0, -16.0], format!("{t}")));
    let x = [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0];
    let x = x.map(|x| text(line::place(0.0, x), [-22.0, -4.0], format!("{x}").replace('-', "−")));
    t.into_iter().chain(x).chain([text(line::place(0.5, STRIP_REACH[0]), [24.0, -16.0], "t".into())]).collect()
}
