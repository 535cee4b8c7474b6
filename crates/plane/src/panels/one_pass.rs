//! What was learned to be drawn in one pass: its points at t, and of adversaries the critic's verdict beside the best one.
//!
//! D*(x) = p(x) / (p(x) + q(x)) for data p and drawn points q. The points are known one by one and not by their density, so that
//! both are seen through a blur: p and q convolved with N(0, h² I), which is exact for the mixture p and for the points.

use crate::{
    draft::{Draft, Swarm, cross, moving, pair},
    figure::Figure,
    layers::{
        contours::{EQUAL, SHARES, contours},
        grid::{DEFORMED, grid},
        heat::{Scale, heat, signed},
    },
    learned::Learned,
    panel::{Detail, Panel, Sign},
    spec::Layer,
    truth::Truth,
};
use data::shapes::{Part, gaussians};
use flow::{
    adversarial::optimal,
    between::{Between, Gaussian},
    lattice::Lattice,
    schedule::Coefficients,
};
use protocol::plane::NODES;

/// h, of the root mean square of the data.
const BLUR: f64 = 0.15;
/// Points of which q is made, at most.
const POINTS: usize = 500;
/// t = 1 of any path: the data themselves.
const DATA: Coefficients = Coefficients { alpha_t: 1.0, sigma_t: 0.0, d_alpha_t: 0.0, d_sigma_t: 0.0 };

/// The panel of what was learned, and that of the best critic where there is a critic.
pub fn panels(figure: &Figure, truth: &Truth, learned: &Learned, index: usize, detail: &Detail) -> Vec<Panel> {
    let mut panels = vec![drawn(figure, truth, learned, index, detail)];
    let tells = figure.spec.method.adversarial.tells_shares();
    if !learned.verdicts.is_empty() && !figure.outdated && tells {
        panels.push(best(figure, learned, detail));
    }
    panels
}

fn drawn(figure: &Figure, truth: &Truth, learned: &Learned, index: usize, detail: &Detail) -> Panel {
    let name = if figure.outdated { "Learned of another recipe" } else { figure.spec.method.family.0.name };
    let title = format!("{name}, step {}, t = {:.2}", learned.step, learned.time(index));
    let mut draft = Draft::plane(figure, detail, title);
    if learned.verdicts.is_empty() {
        if figure.spec.layers.has(Layer::Contours) || figure.spec.layers.has(Layer::Heat) {
            let lattice = figure.exact_lattice(truth, detail.cells);
            let density = truth.all.at(&DATA_END).density_on(&lattice);
            draft.add([contours(&density, &lattice, &SHARES, detail.theme.ink)]);
            draft.name(EQUAL, Sign::Line(detail.theme.ink));
        }
    } else if figure.spec.method.adversarial.tells_shares() || figure.outdated {
        let verdicts = verdict(&learned.verdicts, &learned.lattice);
        draft.map(verdicts, "the critic's verdict D, 1 is real", Some(Scale::Linear), 0.8);
    } else {
        draft.map(
            signed(&learned.verdicts, &learned.lattice, None),
            "the critic's number, more is more real",
            None,
            0.8,
        );
    }
    let nodes = learned.nodes(index);
    let bent = !nodes.is_empty();
    if bent && figure.spec.layers.has(Layer::Grid) {
        draft.add([grid(&nodes, NODES, detail.theme.muted)]);
        draft.name(DEFORMED, Sign::Line(detail.theme.muted));
    }
    let ends = if figure.spec.layers.has(Layer::Classes) { learned.cloud(learned.times.len() - 1) } else { vec![] };
    let frames = learned.frames(index, figure.spec.layers.has(Layer::Trajectories));
    moving(&mut draft, figure, &Swarm { frames, ends, sheer: false }, index, detail);
    draft.explain(match bent {
        true => {
            "noise at t = 0, behind the last layer at t = 1: every layer moves one coordinate, by what the other is"
        }
        false => "the points of t z: from the middle of all codes at t = 0 to each one's own at t = 1",
    });
    place(&mut draft, figure, detail, &learned.lattice, &learned.verdicts);
    draft.done()
}

/// Just before the data: an exact density of points without width would be none.
const DATA_END: Coefficients = Coefficients { sigma_t: 1e-3, ..DATA };

fn best(figure: &Figure, learned: &Learned, detail: &Detail) -> Panel {
    let parts = figure.spec.active();
    let Best { verdicts, weights } = best_verdicts(parts, &learned.cloud(learned.times.len() - 1), &learned.lattice);
    let mut draft = Draft::plane(figure, detail, "Best critic for these points");
    draft.map(verdict(&verdicts, &learned.lattice), "D* = p / (p + q)", Some(Scale::Linear), 0.8);
    let both = learned.verdicts.iter().zip(&verdicts).zip(&weights);
    let apart = both.map(|((a, b), weight)| weight * (a - b).powi(2)).sum::<f64>();
    let apart = (apart / weights.iter().sum::<f64>().max(f64::MIN_POSITIVE)).sqrt();
    draft.say(&format!("the verdict beside is {apart:.2} from it, where data or points are"));
    draft.explain("data p and points q are both seen through a blur, since points have no density of their own");
    place(&mut draft, figure, detail, &learned.lattice, &verdicts);
    draft.done()
}

/// Verdicts from 0 to 1; numbers of another kind keep to their ends.
fn verdict(values: &[f64], lattice: &Lattice) -> crate::layers::heat::Heat {
    let clipped: Vec<f64> = values.iter().map(|d| d.clamp(0.0, 1.0)).collect();
    heat(&clipped, lattice, Some(1.0), Scale::Linear)
}

/// What is said of the place under the pointer, or of the one that was chosen.
fn place(draft: &mut Draft, figure: &Figure, detail: &Detail, lattice: &Lattice, verdicts: &[f64]) {
    let Some(x) = detail.hover.or(figure.spec.probe) else { return };
    draft.add([cross(x, 0.02 * figure.spec.camera.span(), detail.theme.ink)]);
    let cell = lattice.cell();
    let at = [0, 1].map(|k| ((x[k] - lattice.low[k]) / cell[k]).floor());
    let inside = at[0] >= 0.0 && at[1] >= 0.0 && at[0] < lattice.columns as f64 && at[1] < lattice.rows as f64;
    if let Some(d) =
        verdicts.get(at[1].max(0.0) as usize * lattice.columns + at[0].max(0.0) as usize).filter(|_| inside)
    {
        draft.say(&format!("D{} = {d:.2}", pair(x)));
    }
}

/// The best critic of a lattice.
struct Best {
    /// D* of the cells.
    verdicts: Vec<f64>,
    /// p + q there.
    weights: Vec<f64>,
}

/// The best critic for data of these parts and drawn points, flat.
fn best_verdicts(parts: &[Part], points: &[f64], lattice: &Lattice) -> Best {
    let data = gaussians(parts);
    let square: f64 =
        data.iter().map(|g| g.weight * (0.5 * (g.mean[0].powi(2) + g.mean[1].powi(2)) + g.std * g.std)).sum();
    let h = BLUR * square.sqrt();
    let blurred: Vec<_> = data.into_iter().map(|g| Gaussian { std: g.std.hypot(h), ..g }).collect();
    let points = &points.as_chunks::<2>().0[..(points.len() / 2).min(POINTS)];
    let weight = 1.0 / points.len().max(1) as f64;
    let drawn: Vec<_> = points.iter().map(|x| Gaussian { weight, mean: *x, std: h }).collect();
    let density = |all: &[Gaussian<2>]| match Between::from_noise(all) {
        Ok(between) => between.at(&DATA).density_on(lattice),
        Err(_) => vec![0.0; lattice.len()],
    };
    let both: Vec<(f64, f64)> = density(&blurred).into_iter().zip(density(&drawn)).collect();
    Best {
        verdicts: both.iter().map(|(p, q)| optimal(*p, *q)).collect(),
        weights: both.iter().map(|(p, q)| p + q).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATTICE: Lattice = Lattice { low: [-2.0; 2], high: [2.0; 2], columns: 20, rows: 20 };

    fn part(x: f64) -> Part {
        Part { weight: 1.0, centre: [x, 0.0], std: 0.3, class: 0 }
    }

    #[test]
    fn the_best_critic_is_sure_where_only_one_of_both_is() {
        // Points drawn at the left alone, data at the right alone.
        let points: Vec<f64> = (0..200)
            .flat_map(|i| [-1.0 + 0.2 * (f64::from(i) * 1.7).sin(), 0.2 * (f64::from(i) * 2.9).sin()])
            .collect();
        let Best { verdicts, .. } = best_verdicts(&[part(1.0)], &points, &LATTICE);
        let at = |x: f64| verdicts[10 * 20 + ((x + 2.0) / 0.2) as usize];
        assert!(at(1.0) > 0.99 && at(-1.0) < 0.01, "{} {}", at(1.0), at(-1.0));
    }

    #[test]
    fn the_best_critic_knows_nothing_where_both_are_the_same() {
        // Points that are the data: quantiles of the same Gaussian, in rings.
        let ring = |i: u32| {
            let radius = (-2.0 * (1.0 - (f64::from(i / 20) + 0.5) / 20.0).ln()).sqrt();
            let angle = f64::from(i % 20) * std::f64::consts::TAU / 20.0 + f64::from(i / 20);
            [radius * angle.cos(), radius * angle.sin()]
        };
        let points: Vec<f64> = (0..400).flat_map(ring).collect();
        let Best { verdicts, weights } = best_verdicts(&[Part { std: 1.0, ..part(0.0) }], &points, &LATTICE);
        let total: f64 = weights.iter().sum();
        let mean =
            |of: &dyn Fn(f64) -> f64| verdicts.iter().zip(&weights).map(|(d, w)| w * of(*d)).sum::<f64>() / total;
        let (middle, apart) = (mean(&|d| d), mean(&|d| (d - 0.5).powi(2)).sqrt());
        // Four hundred points are not quite their Gaussian.
        assert!((middle - 0.5).abs() < 0.02 && apart < 0.2, "D* is {middle} ± {apart}");
    }
}
