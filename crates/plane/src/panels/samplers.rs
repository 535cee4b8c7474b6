//! Two samplers on the same particles and the same noise.

use crate::{
    draft::{Draft, LIFT, Swarm, cross, moving, strength},
    figure::Figure,
    layers::{
        contours::{EQUAL, SHARES, contours},
        heat::heat,
    },
    panel::{Detail, Panel, Sign},
    spec::{Against, Layer},
    truth::Truth,
};

/// A panel for each.
pub fn panels(figure: &Figure, truth: &Truth, index: usize, detail: &Detail) -> Vec<Panel> {
    let (spec, t) = (&figure.spec, figure.times[index]);
    let lattice = figure.exact_lattice(truth, detail.cells);
    let names = [
        (spec.cloud.sampler.name, t, false),
        match spec.against {
            Against::Sampler(sampler) => (sampler.name, t, false),
            Against::Langevin => ("Langevin", spec.level, true),
        },
    ];
    // Both look at one density unless Langevin stands at another t.
    let mapped = spec.layers.has(Layer::Heat) || spec.layers.has(Layer::Contours);
    let density = |t: f64| truth.at(t).density_on(&lattice);
    let shared = mapped.then(|| density(t));
    let panel = |(k, (name, t, stands)): (usize, (&str, f64, bool))| {
        let title = match stands {
            true => format!("{name} at t = {t:.2}, step {index}"),
            false => format!("{name}, t = {t:.2}"),
        };
        let mut draft = Draft::plane(figure, detail, title);
        if let Some(shared) = &shared {
            let own = stands.then(|| density(t));
            let density = own.as_ref().unwrap_or(shared);
            if spec.layers.has(Layer::Heat) {
                draft.map(heat(density, &lattice, None, LIFT), "exact density", Some(LIFT), strength(spec));
            }
            if spec.layers.has(Layer::Contours) {
                draft.add([contours(density, &lattice, &SHARES, detail.theme.ink)]);
                draft.name(EQUAL, Sign::Line(detail.theme.ink));
            }
        }
        if let Some(lane) = figure.lanes.get(k) {
            // A cloud at rest covers the density that it is held against, so that it lets it shine through.
            let swarm = Swarm { sheer: stands, ..Swarm::of(figure, &lane.course, index) };
            moving(&mut draft, figure, &swarm, index, detail);
        }
        let size = 0.02 * spec.camera.span();
        if let Some(place) = spec.start {
            draft.add([cross(place, size, detail.theme.second)]);
            draft.name("where the particles begin", Sign::Line(detail.theme.second));
        }
        draft.add(spec.probe.map(|place| cross(place, size, detail.theme.ink)));
        draft.done()
    };
    names.into_iter().enumerate().map(panel).collect()
}
