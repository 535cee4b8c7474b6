//! Two samplers on the same particles and the same noise.

use crate::plane::{
    draft::{Draft, LIFT, cross, frames, moving},
    figure::Figure,
    layers::{
        contours::{SHARES, contours},
        heat::heat,
    },
    panel::{Detail, Panel},
    spec::{Against, Layer},
    truth::Truth,
};

/// A panel for each.
pub fn panels(figure: &Figure, truth: &Truth, index: usize, detail: &Detail) -> Vec<Panel> {
    let (spec, t) = (&figure.spec, figure.times[index]);
    let lattice = figure.exact_lattice(truth, detail.cells);
    let names = [
        (spec.sampler.name, t, false),
        match spec.against {
            Against::Sampler(sampler) => (sampler.name, t, false),
            Against::Langevin => ("Langevin", spec.level, true),
        },
    ];
    let panel = |(k, (name, t, stands)): (usize, (&str, f64, bool))| {
        let title = match stands {
            true => format!("{name} at t = {t:.2}, step {index}"),
            false => format!("{name}, t = {t:.2}"),
        };
        let mut draft = Draft::plane(figure, detail, title);
        if spec.layers.has(Layer::Heat) || spec.layers.has(Layer::Contours) {
            let density = truth.at(t).density_on(&lattice);
            if spec.layers.has(Layer::Heat) {
                draft.map(heat(&density, &lattice, None, LIFT), "exact density", Some(LIFT));
            }
            if spec.layers.has(Layer::Contours) {
                draft.add([contours(&density, &lattice, &SHARES, detail.theme.ink)]);
            }
        }
        if let Some(lane) = figure.lanes.get(k) {
            moving(&mut draft, figure, &frames(figure, &lane.course, index), index, detail);
        }
        let size = 0.02 * spec.camera.span();
        draft.add(spec.start.map(|place| cross(place, size, detail.theme.muted)));
        draft.add(spec.probe.map(|place| cross(place, size, detail.theme.ink)));
        draft.panel
    };
    names.into_iter().enumerate().map(panel).collect()
}
