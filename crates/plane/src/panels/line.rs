//! The path in one dimension: p_t(x) over (t, x), with trajectories.

use crate::{
    draft::{Draft, LIFT, back, strength},
    figure::Figure,
    layers::{
        axes::{label, number, ticks},
        line,
    },
    mark::{Mark, faded, halo},
    panel::{Detail, Panel, PanelKind, Sign},
    spec::Layer,
    truth::{COLUMNS, Truth},
};

/// Trajectories that can still be told apart.
const WAYS: usize = 60;

/// The one panel.
pub fn panels(figure: &Figure, truth: &Truth, index: usize, detail: &Detail) -> Vec<Panel> {
    let (spec, t, reach) = (&figure.spec, figure.times[index], truth.reach);
    let mut draft = Draft::new(PanelKind::Line, format!("p(x, t) of the first coordinate, t = {t:.2}"));
    if spec.layers.has(Layer::Heat) {
        draft.map(line::strip(&figure.strip, COLUMNS, LIFT), "exact density", Some(LIFT), strength(spec));
    }
    draft.add(scale(reach, detail));
    let Some(course) = figure.line.as_ref().filter(|course| !course.is_empty()) else { return vec![draft.done()] };
    if spec.layers.has(Layer::Trajectories) || spec.layers.has(Layer::Particles) {
        let frames: Vec<_> = (0..=index).map(|i| (figure.times[i], course.at(i))).collect();
        if spec.layers.has(Layer::Trajectories) {
            draft.add([line::trajectories(&frames, reach, WAYS, &[back(detail)])]);
            draft.name("trajectory", Sign::Line(back(detail)));
        }
        if spec.layers.has(Layer::Particles) {
            let dots = line::particles(t, &frames[index].1, reach, 2.4, &[detail.theme.ink]);
            draft.add(halo(&dots, 1.0, faded(detail.theme.paper, 0.85)));
            draft.add([dots]);
            draft.name("particle", Sign::Dot(detail.theme.ink));
            draft.say(&format!("{} particles", course.len()));
            draft.speak(&spoken(&frames[index].1));
        }
    }
    if let Some(place) = detail.hover.or(spec.probe) {
        let (t, x) = (line::time(place), line::x_at(place, reach));
        let at = truth.line.at(&truth.coefficients(t));
        let (p, u) = (at.log_density(&[x])[0].exp(), at.velocity(&[x])[0]);
        draft.add([line::particles(t, &[x], reach, 4.0, &[detail.theme.accent])]);
        draft.name("chosen place", Sign::Dot(detail.theme.accent));
        draft.say(&format!("at t = {t:.2}, x = {x:.2}: p = {p:.3}, u = {u:.2}").replace('-', "−"));
    }
    draft.add([line::now(t, detail.theme.ink)]);
    draft.name("this t", Sign::Line(detail.theme.ink));
    vec![draft.done()]
}

/// Where the particles are, in words.
fn spoken(xs: &[f64]) -> String {
    let n = xs.len().max(1) as f64;
    let mean = xs.iter().sum::<f64>() / n;
    let std = (xs.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
    format!("Particles around {mean:.1}, standard deviation {std:.1}").replace("-0.0", "0.0").replace('-', "−")
}

/// t along the low side, x along the left one.
fn scale(reach: f64, detail: &Detail) -> Vec<Mark> {
    let t = [0.0, 0.25, 0.5, 0.75, 1.0];
    let low =
        |t: f64, right: f64, text: String| label(line::place(t, -reach, reach), [right, -16.0], text, &detail.theme);
    let t = t.map(|t| low(t, -8.0, format!("{t}")));
    let left = |x: f64| label(line::place(0.0, x, reach), [-22.0, -4.0], number(x), &detail.theme);
    t.into_iter().chain(ticks(-reach, reach).into_iter().map(left)).chain([low(0.5, 24.0, "t".into())]).collect()
}
