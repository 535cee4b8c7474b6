//! Everything that decides what the plane shows; its link is made of it.

use super::camera::Camera;
use data::{
    inline,
    shapes::{self, MAX_PARTS, Part, Shape},
};
use flow::{
    coupling::Coupling,
    family::{FamilyId, Needs},
    keyed::Keyed,
    sampler::SamplerId,
    schedule::ScheduleId,
};
use protocol::{
    cloud::CloudSpec,
    contest::Rival,
    method::{Method, PlaneLoss},
    plane::PlaneRecipe,
};

/// Largest t of Langevin: at t = 1 there is no noise, and no score.
pub const MAX_LEVEL: f64 = 0.99;
/// Most training steps that a link may ask for.
pub const MAX_TRAINED: u64 = 50_000;

/// What the panels show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FigureKind {
    /// The path p_t and its field: exact, and learned beside it.
    #[default]
    Path,
    /// The same in one dimension, over (t, x).
    Line,
    /// Two samplers on the same particles and the same noise.
    Samplers,
    /// log p_1 by the change of variables beside the exact one.
    Likelihood,
    /// Two classes and the field that is guided towards one.
    Guidance,
    /// Every kind that learns from points, on the same points and with the same time.
    Kinds,
}

impl Keyed for FigureKind {
    const WHAT: &'static str = "figure of the plane";

    fn all() -> impl Iterator<Item = Self> {
        [Self::Path, Self::Line, Self::Samplers, Self::Likelihood, Self::Guidance, Self::Kinds].into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Line => "line",
            Self::Samplers => "samplers",
            Self::Likelihood => "likelihood",
            Self::Guidance => "guidance",
            Self::Kinds => "kinds",
        }
    }
}

flow::by_key!(FigureKind);

impl FigureKind {
    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "Path and field",
            Self::Line => "One dimension",
            Self::Samplers => "Two samplers",
            Self::Likelihood => "Likelihood",
            Self::Guidance => "Guidance",
            Self::Kinds => "Kinds side by side",
        }
    }
}

/// Something drawn over the plane that can be there or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    Particles,
    Trajectories,
    Velocity,
    Score,
    Heat,
    Contours,
    Grid,
    Lines,
    Residual,
    /// Particles in the colours of the classes in which they end.
    Classes,
}

impl Keyed for Layer {
    const WHAT: &'static str = "layer";

    fn all() -> impl Iterator<Item = Self> {
        use Layer::*;
        [Particles, Trajectories, Velocity, Score, Heat, Contours, Grid, Lines, Residual, Classes].into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Particles => "particles",
            Self::Trajectories => "trajectories",
            Self::Velocity => "velocity",
            Self::Score => "score",
            Self::Heat => "heat",
            Self::Contours => "contours",
            Self::Grid => "grid",
            Self::Lines => "lines",
            Self::Residual => "residual",
            Self::Classes => "classes",
        }
    }
}

flow::by_key!(Layer);

impl Layer {
    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Particles => "Particles",
            Self::Trajectories => "Trajectories",
            Self::Velocity => "Velocity arrows",
            Self::Score => "Score arrows",
            Self::Heat => "Density heat map",
            Self::Contours => "Density contours",
            Self::Grid => "Deformed grid",
            Self::Lines => "Conditional lines",
            Self::Residual => "Continuity residual",
            Self::Classes => "Colours of classes",
        }
    }
}

/// Which layers are on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layers(u16);

impl Layers {
    /// None of them.
    pub const NONE: Self = Self(0);

    pub fn has(self, layer: Layer) -> bool {
        self.0 & (1 << layer as u16) != 0
    }

    /// The same with `layer` on or off.
    pub fn with(self, layer: Layer, on: bool) -> Self {
        let bit = 1 << layer as u16;
        Self(if on { self.0 | bit } else { self.0 & !bit })
    }

    /// Those that are on, in their order.
    pub fn on(self) -> impl Iterator<Item = Layer> {
        Layer::all().filter(move |layer| self.has(*layer))
    }
}

impl FromIterator<Layer> for Layers {
    fn from_iter<I: IntoIterator<Item = Layer>>(layers: I) -> Self {
        layers.into_iter().fold(Self::NONE, |all, layer| all.with(layer, true))
    }
}

/// What the second panel of [`FigureKind::Samplers`] does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Against {
    Sampler(SamplerId),
    /// Langevin steps at one noise level, from wherever the particles are.
    Langevin,
}

impl Keyed for Against {
    const WHAT: &'static str = "second sampler";

    fn all() -> impl Iterator<Item = Self> {
        [Self::Langevin].into_iter().chain(SamplerId::all().map(Self::Sampler))
    }

    fn key(self) -> &'static str {
        match self {
            Self::Sampler(sampler) => sampler.key,
            Self::Langevin => "langevin",
        }
    }
}

flow::by_key!(Against);

impl Against {
    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sampler(sampler) => sampler.name,
            Self::Langevin => "Langevin at one t",
        }
    }
}

/// How far the learned field that the link names has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Learning {
    /// Steps behind it; 0 if there is none.
    pub trained: u64,
    /// Rounds of reflow after it.
    pub rounds: usize,
}

/// Everything that a link to the plane carries.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    pub show: FigureKind,
    pub data: Shape,
    /// The character of [`Shape::Letter`].
    pub letter: char,
    /// What the data are made of.
    pub parts: Vec<Part>,
    /// What x_0 is drawn from, where it is not N(0, I).
    pub source: Option<Shape>,
    /// Only the first so many parts; `None` takes all.
    pub points: Option<usize>,
    pub schedule: ScheduleId,
    pub layers: Layers,
    pub cloud: CloudSpec,
    pub against: Against,
    /// The noise level of Langevin, as its t.
    pub level: f64,
    /// Where the particles of both samplers begin, in place of the source.
    pub start: Option<[f64; 2]>,
    /// The frame shown; `None` plays from noise to data.
    pub frame: Option<usize>,
    pub camera: Camera,
    /// The place that is looked into.
    pub probe: Option<[f64; 2]>,
    /// The guidance scale w.
    pub guidance: f64,
    /// By what a field is learned.
    pub method: Method,
    pub learning: Learning,
    /// Seconds of steps for each kind, where they learn side by side.
    pub seconds: f64,
    /// Steps behind each kind that has learned; none before.
    pub kinds: Vec<(FamilyId, u64)>,
    /// The stop of the tour, from 1.
    pub tour: Option<usize>,
}

impl Default for Spec {
    fn default() -> Self {
        let data = Shape::default();
        Self {
            show: FigureKind::default(),
            data,
            letter: 'R',
            parts: data.parts('R'),
            source: None,
            points: None,
            schedule: ScheduleId::default(),
            layers: [Layer::Particles, Layer::Heat, Layer::Velocity].into_iter().collect(),
            cloud: CloudSpec::default(),
            against: Against::Sampler(SamplerId::EM_SIGMA),
            level: 0.8,
            start: None,
            frame: None,
            camera: Camera::default(),
            probe: None,
            guidance: 2.0,
            method: Method::default(),
            learning: Learning::default(),
            seconds: 8.0,
            kinds: vec![],
            tour: None,
        }
    }
}

impl Spec {
    /// What is shown where nothing is asked for: the middle of the path, where noise has become something and is not yet data.
    pub fn opening() -> Self {
        let plain = Self::default();
        Self { frame: Some(plain.cloud.steps / 2), ..plain }
    }

    /// Another data set, with its own parts.
    pub fn take_data(&mut self, data: Shape, letter: char) {
        (self.data, self.letter) = (data, letter);
        self.parts = data.parts(letter);
    }

    /// The parts that count: the first [`points`](Self::points) of them.
    pub fn active(&self) -> &[Part] {
        let all = self.parts.len().min(MAX_PARTS);
        &self.parts[..self.points.map_or(all, |points| points.clamp(1, all.max(1)).min(all))]
    }

    /// What x_0 is drawn from, where it is not N(0, I).
    pub fn source_parts(&self) -> Option<Vec<Part>> {
        self.source.map(|shape| shape.parts(self.letter))
    }

    /// What is seen: the figure in one dimension has a camera of its own.
    pub fn eye(&self) -> Camera {
        if self.show == FigureKind::Line { Camera::default() } else { self.camera }
    }

    /// The times of the frames, t_0 … t_N.
    pub fn times(&self) -> Vec<f64> {
        self.cloud.grid.points(self.cloud.steps, self.schedule.0)
    }

    /// True where x_0 is N(0, I), so that the velocity tells the score.
    pub fn is_gaussian(&self) -> bool {
        self.source.is_none()
    }

    /// Whether `sampler` makes sense on this path; otherwise a sentence why not.
    pub fn admits(&self, sampler: SamplerId) -> Result<(), String> {
        sampler.fits(self.schedule.0, self.is_gaussian())
    }

    /// The same of a second sampler.
    pub fn admits_against(&self, against: Against) -> Result<(), String> {
        match against {
            Against::Sampler(sampler) => self.admits(sampler),
            Against::Langevin if self.is_gaussian() => Ok(()),
            Against::Langevin => {
                Err("the source is not Gaussian noise, so the velocity does not tell the score".into())
            }
        }
    }

    /// Makes what does not go together go together, with a sentence for each change.
    pub fn fit(&mut self) -> Vec<String> {
        let mut said = Vec::new();
        let sampler = self.cloud.sampler;
        if let Err(why) = self.admits(sampler) {
            let other = SamplerId::HEUN;
            said.push(format!("{} is not for this path, since {why}. {} is used instead.", sampler.name, other.name));
            self.cloud.sampler = other;
        }
        if let Err(why) = self.admits_against(self.against) {
            let other = SamplerId::default();
            if self.show == FigureKind::Samplers {
                let name = self.against.name();
                said.push(format!("{name} is not for this path, since {why}. {} is used instead.", other.name));
            }
            self.against = Against::Sampler(other);
        }
        if self.points.is_some() && self.active().iter().all(|part| part.weight == 0.0) {
            said.push("The first points alone have no weight, so all of them are shown.".into());
            self.points = None;
        }
        if let Err(sentence) = shapes::pairs(self.active().len(), self.source_parts().map_or(1, |parts| parts.len())) {
            said.push(sentence);
            self.source = None;
        }
        if self.source.is_some() && self.method.loss != PlaneLoss::Velocity {
            said.push(
                "With a source of one's own only the velocity can be learned: noise and score need Gaussian noise."
                    .into(),
            );
            self.method.loss = PlaneLoss::Velocity;
        }
        if self.method.coupling == Coupling::Optimal && self.method.loss == PlaneLoss::Implicit {
            said.push("Implicit score matching sees no pairs, so they are independent.".into());
            self.method.coupling = Coupling::Independent;
        }
        if self.parts != self.data.parts(self.letter) {
            self.parts = inline::rounded(&self.parts);
            let far = inline::text(&self.parts).err();
            said.extend(far.map(|why| format!("The link does not carry these data: {why}.")));
        }
        self.frame = self.frame.map(|frame| frame.min(self.cloud.steps));
        // A link of few digits shows the same.
        let brief = |x: f64| (x * 1e3).round() / 1e3;
        self.camera = Camera::new(self.camera.centre().map(brief), brief(self.camera.span()));
        said
    }

    /// Everything that decides the learned field.
    pub fn recipe(&self) -> PlaneRecipe {
        let (method, data, source) = (self.method, self.active().to_vec(), self.source_parts());
        PlaneRecipe { method, data, source, schedule: self.schedule }
    }

    /// Whether something has been learned for the figure.
    pub fn has_learned(&self) -> bool {
        if self.show == FigureKind::Kinds { !self.kinds.is_empty() } else { self.learning.trained > 0 }
    }

    /// Nothing has been learned.
    pub fn unlearn(&mut self) {
        self.learning = Learning::default();
        self.kinds.clear();
    }

    /// From what the field of the figure is learned. Kinds side by side have the flow's, in which the others differ by
    /// their family and its rate alone.
    pub fn taught(&self) -> PlaneRecipe {
        let usual = |family: FamilyId| Method { family, learning_rate: family.learning_rates[1], ..self.method };
        match self.show {
            FigureKind::Kinds => PlaneRecipe { method: usual(FamilyId::FLOW), ..self.recipe() },
            _ => self.recipe(),
        }
    }

    /// The kinds that learn side by side, where the figure is of them: those whose steps are told, else all that learn from
    /// points.
    pub fn rivals(&self) -> Vec<Rival> {
        match self.kinds.is_empty() {
            _ if self.show != FigureKind::Kinds => vec![],
            true => FamilyId::of(Needs::Points).map(|family| Rival { family, until: None }).collect(),
            false => {
                let rival = |(family, steps): &(FamilyId, u64)| Rival { family: *family, until: Some(*steps) };
                self.kinds.iter().map(rival).collect()
            }
        }
    }
}
