//! Every kind that learns from points, on the same points: what each draws at t, over the density that all of them want.

use crate::{
    draft::{Draft, LIFT, Swarm, cross, moving, strength},
    figure::Figure,
    layers::{
        contours::{EQUAL, SHARES, contours},
        grid::{DEFORMED, grid},
        heat::heat,
    },
    learned::Learned,
    panel::{Detail, Panel, Sign},
    spec::Layer,
    truth::Truth,
};
use flow::{
    family::{DrawnBy, FamilyId},
    lattice::Lattice,
    schedule::Coefficients,
};
use protocol::plane::NODES;

/// Just before the data, which may have no density of their own.
const DATA: Coefficients = Coefficients { alpha_t: 1.0, sigma_t: 1e-3, d_alpha_t: 0.0, d_sigma_t: 0.0 };

/// The data and the exact path to them, and once they learn, a panel for each kind.
pub fn panels(figure: &Figure, truth: &Truth, index: usize, detail: &Detail) -> Vec<Panel> {
    let lattice = figure.exact_lattice(truth, detail.cells);
    let scene = Scene { figure, detail, index, density: truth.all.at(&DATA).density_on(&lattice), lattice };
    let kind = |(k, family): (usize, &FamilyId)| {
        scene.kind(*family, figure.fitting().iter().find(|learned| learned.round == k))
    };
    let kinds = figure.kinds.iter().enumerate().map(kind);
    [scene.exact()].into_iter().chain(kinds).collect()
}

/// What all panels share.
struct Scene<'a> {
    figure: &'a Figure,
    detail: &'a Detail,
    index: usize,
    /// Of the data.
    density: Vec<f64>,
    lattice: Lattice,
}

impl Scene<'_> {
    fn exact(&self) -> Panel {
        let mut draft = self.draft(format!("Exact path, t = {:.2}", self.figure.times[self.index]));
        if let Some(lane) = self.figure.lanes.first() {
            let swarm = Swarm::of(self.figure, &lane.course, self.index);
            moving(&mut draft, self.figure, &swarm, self.index, self.detail);
        }
        draft.explain("the colours are the density of the data, here and in every panel");
        draft.done()
    }

    fn kind(&self, family: FamilyId, learned: Option<&Learned>) -> Panel {
        let Some(learned) = learned else {
            let mut draft = self.draft(family.name.into());
            draft.say("nothing drawn yet");
            return draft.done();
        };
        let of = if self.figure.outdated { " of another recipe" } else { "" };
        let mut draft = self.draft(format!("{}{of}, t = {:.2}", family.name, learned.time(self.index)));
        draft.say(&format!("step {}", learned.step));
        let nodes = learned.nodes(self.index);
        if !nodes.is_empty() && self.figure.spec.layers.has(Layer::Grid) {
            draft.add([grid(&nodes, NODES, self.detail.theme.muted)]);
            draft.name(DEFORMED, Sign::Line(self.detail.theme.muted));
        }
        let frames = learned.frames(self.index, self.figure.spec.layers.has(Layer::Trajectories));
        moving(&mut draft, self.figure, &Swarm { frames, ends: vec![], sheer: false }, self.index, self.detail);
        draft.explain(match family.sampling {
            DrawnBy::Path | DrawnBy::Codes => "noise at t = 0, and along the learned field to t = 1",
            DrawnBy::Layers => "noise at t = 0, behind the last layer at t = 1",
            DrawnBy::Latent | DrawnBy::Translation | DrawnBy::Styles => {
                "the points of t z: from the middle of all codes at t = 0 to each one's own at t = 1"
            }
        });
        draft.done()
    }

    /// A panel with the density of the data.
    fn draft(&self, title: String) -> Draft {
        let (spec, theme) = (&self.figure.spec, &self.detail.theme);
        let mut draft = Draft::plane(self.figure, self.detail, title);
        if spec.layers.has(Layer::Heat) {
            let map = heat(&self.density, &self.lattice, None, LIFT);
            draft.map(map, "density of the data", Some(LIFT), strength(spec));
        }
        if spec.layers.has(Layer::Contours) {
            draft.add([contours(&self.density, &self.lattice, &SHARES, theme.ink)]);
            draft.name(EQUAL, Sign::Line(theme.ink));
        }
        draft.add(spec.probe.map(|place| cross(place, 0.02 * spec.camera.span(), theme.ink)));
        draft
    }
}
