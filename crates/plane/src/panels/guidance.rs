//! Guidance towards the second of two classes: without it, with the class alone, and with w.

use crate::{
    colour::class,
    draft::{Draft, LIFT, Swarm, back, moving, strength},
    figure::{Crowd, Figure, Follows},
    layers::{arrows, guidance, heat::heat},
    modes,
    panel::{Detail, Panel, PanelKind, Sign},
    spec::Layer,
    truth::Truth,
};

/// Arrows to a side: each is three.
const ARROWS: usize = 12;

/// A panel for each scale.
pub fn panels(figure: &Figure, truth: &Truth, index: usize, detail: &Detail) -> Vec<Panel> {
    figure
        .lanes
        .iter()
        .map(|lane| {
            let Follows::Guided(w) = lane.follows else { return Draft::new(PanelKind::Plane, "").done() };
            let t = figure.times[index];
            let title = match w {
                0.0 => format!("w = 0, no class, t = {t:.2}"),
                1.0 => format!("w = 1, the class, t = {t:.2}"),
                w => format!("w = {w}, guided, t = {t:.2}"),
            };
            let mut draft = Draft::plane(figure, detail, title);
            let c = truth.coefficients(t);
            let class_at = truth.classes[1].as_ref().map(|class| class.at(&c));
            let at = match &class_at {
                Some(class) if w != 0.0 => class,
                _ => &truth.at(t),
            };
            if figure.spec.layers.has(Layer::Heat) {
                let lattice = figure.exact_lattice(truth, detail.cells);
                let name = if w == 0.0 { "density of all" } else { "density of the class" };
                let map = heat(&at.density_on(&lattice), &lattice, None, LIFT);
                draft.map(map, name, Some(LIFT), strength(&figure.spec));
            }
            moving(&mut draft, figure, &Swarm::of(figure, &lane.course, index), index, detail);
            if figure.spec.layers.has(Layer::Velocity) {
                let places = figure.lattice(ARROWS);
                let longest = 0.95 * places.cell()[0];
                let (points, without) = (places.points(), truth.at(t).velocity_on(&places));
                let with = at.velocity_on(&places);
                let scale = 0.7 * arrows::scale(&without, longest);
                if w == 0.0 || w == 1.0 {
                    let (shown, name) = match w {
                        0.0 => (&without, "velocity without a class"),
                        _ => (&with, "velocity of the class"),
                    };
                    draft.add(arrows::arrows(&points, shown, scale, longest, back(detail)));
                    draft.name(name, Sign::Arrow(back(detail)));
                } else {
                    draft.add(guidance::guidance(
                        &points,
                        &without,
                        &with,
                        w,
                        [scale, longest],
                        class(1),
                        &detail.theme,
                    ));
                    draft.name("velocity without a class", Sign::Arrow(detail.theme.muted));
                    draft.name("w times what the class adds", Sign::Arrow(class(1)));
                    draft.name("their sum, the guided velocity", Sign::Arrow(detail.theme.ink));
                }
            }
            if truth.classes[1].is_none() {
                draft.say("no part of these data is of the second class: nothing to be guided towards");
            } else if lane.course.is_complete() {
                draft.say(&format!("{:.0} % end in the second class", 100.0 * share(figure, lane)));
            }
            draft.done()
        })
        .collect()
}

/// The share of the end points that belong to the second class.
fn share(figure: &Figure, lane: &Crowd) -> f64 {
    let classes = modes::classes(figure.spec.active(), &lane.course.at(figure.times.len() - 1));
    classes.iter().filter(|class| **class == 1).count() as f64 / classes.len().max(1) as f64
}
