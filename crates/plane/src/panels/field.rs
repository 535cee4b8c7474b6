//! The path p_t and its field: exact, and each learned round beside it, on the same layers.

use super::one_pass;
use crate::{
    colour::class,
    course::Source,
    draft::{ARROWS, Draft, LIFT, Swarm, back, cross, moving, pair, strength},
    figure::{Figure, Follows},
    layers::{
        arrows, conditional,
        contours::{EQUAL, SHARES, contours},
        grid::{DEFORMED, grid},
        handles::handles,
        heat::{Scale, greatest, heat},
        residual::Flux,
        through::through,
    },
    learned::Learned,
    mark::faded,
    panel::{Detail, Panel, Sign},
    spec::Layer,
    truth::Truth,
};
use data::shapes::Shape;
use flow::{
    between::At,
    coupling::{Coupling, assign},
    family::FamilyId,
    lattice::Lattice,
    prediction::{Reading, conversion},
    rng::{Purpose, Stream},
};
use protocol::plane::NODES;

/// Half the difference of the times between which p_t is differenced.
const H: f64 = 0.004;
/// Cells to a side of the residual of the exact field.
const RESIDUAL_CELLS: usize = 80;
/// The same where the field is made of more than so many pairs: a divergence is a sum over all of them.
const FEW_CELLS: usize = 28;
const MANY: usize = 2_000;
/// Pairs whose conditional lines are drawn.
const PAIRS: usize = 60;
/// Nats above the lowest energy at which colours end.
const HIGHEST: f64 = 12.0;

/// What all panels of a figure share.
struct Scene<'a> {
    figure: &'a Figure,
    truth: &'a Truth,
    at: At<2>,
    t: f64,
    index: usize,
    detail: &'a Detail,
    /// Where arrows stand, and how long they are.
    places: Lattice,
    scale: f64,
    longest: f64,
}

/// The exact panel, and one for each round.
pub fn panels(figure: &Figure, truth: &Truth, index: usize, detail: &Detail) -> Vec<Panel> {
    let (t, places) = (figure.times[index], figure.lattice(ARROWS));
    let at = truth.at(t);
    let longest = 0.95 * places.cell()[0];
    let scale = arrows::scale(&at.velocity_on(&places), longest);
    let scene = Scene { figure, truth, at, t, index, detail, places, scale, longest };
    let learned = figure.fitting().iter().flat_map(|learned| match learned.has_path() {
        true => vec![scene.learned(learned)],
        false => one_pass::panels(figure, truth, learned, index, detail),
    });
    [scene.exact()].into_iter().chain(learned).collect()
}

impl Scene<'_> {
    fn has(&self, layer: Layer) -> bool {
        self.figure.spec.layers.has(layer)
    }

    fn exact(&self) -> Panel {
        let mut draft = Draft::plane(self.figure, self.detail, format!("Exact, t = {:.2}", self.t));
        self.density(&mut draft);
        if self.has(Layer::Residual) {
            let cells =
                if self.truth.pairs() > MANY { FEW_CELLS } else { RESIDUAL_CELLS.min(self.detail.cells * 3 / 4) };
            let lattice = self.figure.exact_lattice(self.truth, cells);
            let points = lattice.points();
            let middle = self.middle();
            self.residual(
                &mut draft,
                &lattice,
                &middle,
                &middle.velocity_on(&lattice),
                Some(&middle.divergence(&points)),
            );
        }
        self.grid(&mut draft, Follows::Exact);
        self.lines(&mut draft);
        let main = self.figure.lanes.iter().find(|lane| lane.follows == Follows::Exact);
        if let Some(lane) = main {
            let swarm = Swarm::of(self.figure, &lane.course, self.index);
            moving(&mut draft, self.figure, &swarm, self.index, self.detail);
        }
        let velocity = self.at.velocity_on(&self.places);
        let score = self.has(Layer::Score).then(|| self.at.score_on(&self.places));
        self.arrows(&mut draft, &velocity, score.as_deref());
        if self.figure.spec.data == Shape::Mixture {
            let parts = self.figure.spec.active();
            draft.add(handles(parts, None, &self.detail.theme));
            for (y, name) in [(0, "centre, first class"), (1, "centre, second class")] {
                if parts.iter().any(|part| part.class == y) {
                    draft.name(name, Sign::Dot(class(y.into())));
                }
            }
        }
        self.looked_into(&mut draft);
        draft.done()
    }

    fn learned(&self, learned: &Learned) -> Panel {
        let name = match learned.round {
            0 => "Learned".to_string(),
            round => format!("Reflow {round}"),
        };
        let (knows, t) = (self.is_of_path(learned), learned.time(self.index));
        let of = if self.figure.outdated { " of another recipe" } else { "" };
        let mut draft =
            Draft::plane(self.figure, self.detail, format!("{name}{of}, step {}, t = {t:.2}", learned.step));
        let energy = learned.energies(self.index).filter(|_| knows && self.figure.spec.is_gaussian());
        // Pairs that are not independent go by other densities than p_t, but for the data.
        if let Some(energy) = energy {
            self.energy(&mut draft, &energy, &learned.lattice, "learned");
            let apart = self.apart(&energy, &learned.lattice);
            draft.say(&format!("E is {apart:.2} nats from −ln p where p is, but for a number that no slope knows"));
        } else if knows || (self.index + 1 == self.figure.times.len() && !self.figure.outdated) {
            self.density(&mut draft);
        }
        if self.has(Layer::Residual) && knows {
            self.residual(&mut draft, &learned.lattice, &self.middle(), &learned.velocities(self.index), None);
        }
        self.grid(&mut draft, Follows::Learned(learned.round));
        let ends = if self.has(Layer::Classes) { learned.cloud(learned.times.len() - 1) } else { vec![] };
        let frames = learned.frames(self.index, self.has(Layer::Trajectories));
        moving(&mut draft, self.figure, &Swarm { frames, ends, sheer: false }, self.index, self.detail);
        let points = self.places.points();
        let velocity: Vec<f64> =
            points.as_chunks().0.iter().flat_map(|x| learned.velocity_at(self.index, *x)).collect();
        let tells = self.has(Layer::Score) && knows && self.figure.spec.is_gaussian();
        let score = tells.then(|| self.score_of(&points, &velocity));
        self.arrows(&mut draft, &velocity, score.as_deref());
        if let Some(x) = self.detail.hover.or(self.figure.spec.probe) {
            draft.add([cross(x, 0.02 * self.figure.spec.camera.span(), self.detail.theme.ink)]);
            draft.say(&format!("u{} = {}", pair(x), pair(learned.velocity_at(self.index, x))));
        }
        draft.done()
    }

    /// Whether what was learned is to be the exact field of this path.
    fn is_of_path(&self, learned: &Learned) -> bool {
        let independent = self.figure.spec.method.coupling == Coupling::Independent;
        learned.round == 0 && independent && !self.figure.outdated
    }

    /// p_t, as colours and as lines.
    fn density(&self, draft: &mut Draft) {
        if !self.has(Layer::Heat) && !self.has(Layer::Contours) {
            return;
        }
        let lattice = self.figure.exact_lattice(self.truth, self.detail.cells);
        let density = self.at.density_on(&lattice);
        if self.figure.spec.method.family == FamilyId::ENERGY {
            return self.energy(draft, &energy_of(&density), &lattice, "exact");
        }
        if self.has(Layer::Heat) {
            let share = strength(&self.figure.spec);
            draft.map(heat(&density, &lattice, None, LIFT), "exact density", Some(LIFT), share);
        }
        if self.has(Layer::Contours) {
            draft.add([contours(&density, &lattice, &SHARES, self.detail.theme.ink)]);
            draft.name(EQUAL, Sign::Line(self.detail.theme.ink));
        }
    }

    /// An energy above its lowest, as colours and as lines.
    fn energy(&self, draft: &mut Draft, energy: &[f64], lattice: &Lattice, whose: &str) {
        if self.has(Layer::Heat) {
            let name = format!("{whose} energy above its lowest, up to {HIGHEST} nats and more");
            let share = strength(&self.figure.spec);
            draft.map(heat(energy, lattice, Some(HIGHEST), Scale::Linear), &name, Some(Scale::Linear), share);
        }
        if self.has(Layer::Contours) {
            let density: Vec<f64> = energy.iter().map(|energy| (-energy).exp()).collect();
            draft.add([contours(&density, lattice, &SHARES, self.detail.theme.ink)]);
            draft.name("equal energy", Sign::Line(self.detail.theme.ink));
        }
    }

    /// The root mean square under p_t of E - (-ln p_t), less its mean: E is known up to a number.
    fn apart(&self, energy: &[f64], lattice: &Lattice) -> f64 {
        let density = self.at.density_on(lattice);
        let (exact, sum) = (energy_of(&density), density.iter().sum::<f64>().max(f64::MIN_POSITIVE));
        let mean = |of: &dyn Fn(usize) -> f64| (0..density.len()).map(|i| density[i] * of(i)).sum::<f64>() / sum;
        let middle = mean(&|i| energy[i] - exact[i]);
        mean(&|i| (energy[i] - exact[i] - middle).powi(2)).sqrt()
    }

    /// The middle between two times around this one, where the residual is taken.
    fn middle(&self) -> At<2> {
        let [before, after] = self.around();
        self.truth.at((before + after) / 2.0)
    }

    /// Two times of the clip around this one.
    fn around(&self) -> [f64; 2] {
        let schedule = self.truth.schedule;
        [self.t - H, self.t + H].map(|t| schedule.clamp(t))
    }

    /// The residual of `velocity` on `lattice`, whose divergence may be known.
    fn residual(
        &self,
        draft: &mut Draft,
        lattice: &Lattice,
        middle: &At<2>,
        velocity: &[f64],
        divergence: Option<&[f64]>,
    ) {
        let [from, to] = self.around();
        let [before, after] = [from, to].map(|t| self.truth.at(t).density_on(lattice));
        let (density, score) = (middle.density_on(lattice), middle.score_on(lattice));
        let flux = Flux {
            before: &before,
            after: &after,
            h: (to - from) / 2.0,
            density: &density,
            score: &score,
            velocity,
            divergence,
        };
        let residual = flux.residual(lattice);
        let rms = |values: &[f64]| {
            let finite: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
            (finite.iter().map(|value| value * value).sum::<f64>() / finite.len().max(1) as f64).sqrt()
        };
        let share = rms(&residual) / flux.rate().max(f64::MIN_POSITIVE);
        draft.map(flux.map(lattice, None), "residual of the continuity equation", None, 1.0);
        draft.say(&format!("residual {} % of the fastest change", percent(share)));
        draft.explain("the residual is a root mean square over the plane, the change that of the density in time");
    }

    fn grid(&self, draft: &mut Draft, follows: Follows) {
        let nodes = self
            .figure
            .lanes
            .iter()
            .find(|lane| lane.follows == follows && matches!(lane.course.plan().source, Source::Places(_)));
        if let Some(lane) = nodes.filter(|lane| lane.course.is_complete()) {
            draft.add([grid(&lane.course.at(self.index), NODES, self.detail.theme.muted)]);
            draft.name(DEFORMED, Sign::Line(self.detail.theme.muted));
        }
    }

    /// Straight lines (on the linear schedule) between pairs as training draws them.
    fn lines(&self, draft: &mut Draft) {
        if !self.has(Layer::Lines) {
            return;
        }
        let spec = &self.figure.spec;
        // The path itself scales what it starts from.
        let x_0 = Source::unit(spec).starts(spec.cloud.seed, 0, PAIRS).as_chunks().0.to_vec();
        let x_1 = |i: usize| self.truth.all.sample_data(&mut Stream::new(spec.cloud.seed, Purpose::Source, i as u64));
        let x_1: Vec<[f64; 2]> = (0..PAIRS).map(x_1).collect();
        let place = match spec.method.coupling {
            Coupling::Optimal => {
                let [x_0, x_1] =
                    [&x_0, &x_1].map(|all| all.iter().map(|x| x.map(|x| x as f32).to_vec()).collect::<Vec<_>>());
                assign(&x_0, &x_1)
            }
            _ => (0..PAIRS).collect(),
        };
        let pairs: Vec<_> = place.iter().zip(&x_1).map(|(i, x_1)| [x_0[*i], *x_1]).collect();
        let colour = self.detail.theme.accent;
        draft.add(conditional::conditional(&pairs, self.truth.schedule.0, self.t, &[colour]));
        draft.name("path of one pair", Sign::Line(faded(colour, 0.5)));
        draft.name("where the pair is now", Sign::Dot(colour));
    }

    fn arrows(&self, draft: &mut Draft, velocity: &[f64], score: Option<&[f64]>) {
        let (points, theme) = (self.places.points(), &self.detail.theme);
        if self.has(Layer::Velocity) {
            let colour = back(self.detail);
            draft.add(arrows::arrows(&points, velocity, self.scale, self.longest, colour));
            draft.name(&arrow("velocity u", self.longest / self.scale), Sign::Arrow(colour));
        }
        if let Some(score) = score {
            let scale = arrows::scale(score, self.longest);
            draft.add(arrows::arrows(&points, score, scale, self.longest, theme.second));
            draft.name(&arrow("score s", self.longest / scale), Sign::Arrow(theme.second));
        }
    }

    /// The score that a velocity stands for on this path.
    fn score_of(&self, points: &[f64], velocity: &[f64]) -> Vec<f64> {
        let c = self.truth.coefficients(self.t);
        let [a, b] = conversion(&c, Reading::Velocity, Reading::Score);
        points.iter().zip(velocity).map(|(x, u)| a * x + b * u).collect()
    }

    /// The lines that pass through the place under the pointer, or through the one that was chosen.
    fn looked_into(&self, draft: &mut Draft) {
        let Some(x) = self.detail.hover.or(self.figure.spec.probe) else { return };
        let weights = self.at.responsibilities(&x);
        let ends: Vec<_> = (0..weights.len()).map(|k| self.at.ends(k, &x)).collect();
        let u = self.at.velocity(&x);
        let u = [u[0], u[1]];
        let theme = &self.detail.theme;
        let long = 3.0 * self.longest;
        draft.add(through(x, &weights, &ends, u, [self.scale, long], theme));
        draft.name("line of a part, darker the more it weighs", Sign::Line(theme.ink));
        draft.name("its mean start in the noise", Sign::Dot(theme.muted));
        draft.name("its mean end in the data", Sign::Dot(theme.second));
        draft.name("their mean, u at the place", Sign::Arrow(theme.accent));
        if self.figure.spec.probe.is_some() {
            draft.add([cross(x, 0.02 * self.figure.spec.camera.span(), theme.ink)]);
        }
        draft.say(&format!("u{} = {}", pair(x), pair(u)));
        if weights.len() > 1 {
            let count = most(weights);
            draft.explain(&format!("{count} of {} lines carry at least 90 % of u there", self.at.len()));
        }
    }
}

/// −ln p above its lowest, as far as numbers reach.
fn energy_of(density: &[f64]) -> Vec<f64> {
    let top = greatest(density.iter().copied());
    density.iter().map(|p| (top / p.max(f64::MIN_POSITIVE)).ln().max(0.0)).collect()
}

/// The name of arrows, the longest of which stand for `longest` and more.
fn arrow(name: &str, longest: f64) -> String {
    let digits = if longest < 10.0 { 1 } else { 0 };
    format!("{name}, the longest {longest:.digits$} or more")
}

/// A small share in percent, with two digits.
fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    let digits = if percent > 0.0 { (1.0 - percent.log10().floor()).clamp(0.0, 6.0) as usize } else { 0 };
    format!("{percent:.digits$}")
}

/// How many of the largest weights make nine tenths of their sum, which is 1.
fn most(mut weights: Vec<f64>) -> usize {
    weights.sort_by(|a, b| b.total_cmp(a));
    let mut sum = 0.0;
    let before = weights.iter().take_while(|weight| {
        let short = sum < 0.9;
        sum += **weight;
        short
    });
    before.count()
}
