//! A panel under way, and what several figures put into theirs.

use super::{
    camera::Camera,
    colour::{class, ramp, sheer, sheer_diverging},
    course::Course,
    figure::Figure,
    layers::{
        axes,
        heat::{Heat, Scale},
        particles::particles,
        trajectories::trajectories,
    },
    mark::{Colour, Mark, faded, halo},
    modes,
    panel::{Detail, Legend, Panel, PanelHead, PanelKind, Sign},
    spec::{Layer, Spec},
};

/// Trajectories that are drawn, at most.
pub const TRAJECTORIES: usize = 250;
/// So many particles are drawn small and bare.
const MANY: usize = 1500;
/// Small densities are lifted so far.
pub const LIFT: Scale = Scale::Power(0.6);
/// Arrows to a side.
pub const ARROWS: usize = 20;
/// A map under particles or arrows is so much paler, since they are what one looks at.
const PALE: f64 = 0.55;
/// Trajectories and arrows stand back behind particles.
const BACK: f64 = 0.55;

/// A panel under way.
pub struct Draft {
    panel: Panel,
    /// What lies over everything else.
    over: Vec<Mark>,
}

impl Draft {
    pub fn new(kind: PanelKind, title: impl Into<String>) -> Self {
        let [words, details, spoken] = [const { String::new() }; 3];
        let head = PanelHead { kind, title: title.into(), words, details, spoken, legends: vec![] };
        Self { panel: Panel { head, marks: vec![] }, over: vec![] }
    }

    /// A panel of the plane with its scale.
    pub fn plane(figure: &Figure, detail: &Detail, title: impl Into<String>) -> Self {
        let (mut draft, camera): (_, &Camera) = (Self::new(PanelKind::Plane, title), &figure.spec.camera);
        draft.add([axes::lines(camera, detail.theme.muted)]);
        draft.over = axes::numbers(camera, &detail.theme);
        draft
    }

    /// The panel as it is.
    pub fn done(mut self) -> Panel {
        self.panel.marks.append(&mut self.over);
        self.panel
    }

    pub fn add(&mut self, marks: impl IntoIterator<Item = Mark>) {
        self.panel.marks.extend(marks);
    }

    /// A map at `share` of its opacity with its legend, from 0 to the top of the map, or both ways where it has a sign and no
    /// `scale`.
    pub fn map(&mut self, heat: Heat, name: &str, scale: Option<Scale>, share: f64) {
        let (low, high) = (if scale.is_none() { -heat.top } else { 0.0 }, heat.top);
        let colours = match scale {
            Some(scale) => ramp(0.0, 1.0, |value| faded(sheer(scale.place(value)), share)),
            None => ramp(-1.0, 1.0, |value| faded(sheer_diverging(value), share)),
        };
        self.name(name, Sign::Ramp { low, high, colours });
        self.add([heat.paler(share).mark]);
    }

    /// Says what something stands for.
    pub fn name(&mut self, name: &str, sign: Sign) {
        let legend = Legend { name: name.into(), sign };
        if !self.panel.head.legends.contains(&legend) {
            self.panel.head.legends.push(legend);
        }
    }

    /// Says something under the title.
    pub fn say(&mut self, words: &str) {
        join(&mut self.panel.head.words, words);
    }

    /// Says something that not everybody wants to know.
    pub fn explain(&mut self, words: &str) {
        join(&mut self.panel.head.details, words);
    }

    /// Says what is to be seen, for whoever cannot see it.
    pub fn speak(&mut self, words: &str) {
        join(&mut self.panel.head.spoken, words);
    }
}

/// One more clause, if it says anything.
fn join(said: &mut String, words: &str) {
    if !said.is_empty() && !words.is_empty() {
        said.push_str("; ");
    }
    said.push_str(words);
}

/// How strong a density is drawn: what lies over it comes first.
pub fn strength(spec: &Spec) -> f64 {
    let only = [Layer::Heat, Layer::Contours, Layer::Residual, Layer::Classes];
    if spec.layers.on().all(|layer| only.contains(&layer)) { 1.0 } else { PALE }
}

/// What is drawn in the colour of what stands back.
pub fn back(detail: &Detail) -> Colour {
    faded(detail.theme.ink, BACK)
}

/// Particles on their way, as far as they have been computed.
pub struct Swarm {
    /// Frames up to this one; those that are not needed are empty.
    pub frames: Vec<Vec<f64>>,
    /// Where they end.
    pub ends: Vec<f64>,
    /// They lie so thick that what is below must shine through.
    pub sheer: bool,
}

impl Swarm {
    /// Those of a course: all frames under trajectories, else the first and this one.
    pub fn of(figure: &Figure, course: &Course<2>, index: usize) -> Self {
        let last = figure.times.len() - 1;
        if course.is_empty() {
            return Self { frames: vec![], ends: vec![], sheer: false };
        }
        let trails = figure.spec.layers.has(Layer::Trajectories);
        let of = |i: usize| if i == index || trails { course.at(i) } else { vec![] };
        let ends = if figure.spec.layers.has(Layer::Classes) { course.at(last) } else { vec![] };
        Self { frames: (0..=index).map(of).collect(), ends, sheer: false }
    }
}

/// What is drawn of particles on their way: trajectories under dots, as far as the layers ask for them.
pub fn moving(draft: &mut Draft, figure: &Figure, swarm: &Swarm, index: usize, detail: &Detail) {
    let (spec, theme) = (&figure.spec, &detail.theme);
    let Some(cloud) = swarm.frames.get(index.min(swarm.frames.len().saturating_sub(1))) else { return };
    let count = cloud.len() / 2;
    let classes = if spec.layers.has(Layer::Classes) { modes::classes(spec.active(), &swarm.ends) } else { vec![] };
    let colours: Vec<Colour> = match classes.is_empty() {
        true => vec![theme.ink],
        false => classes.iter().map(|k| class((*k).into())).collect(),
    };
    let shown = spec.layers.has(Layer::Particles) || spec.layers.has(Layer::Trajectories);
    if shown && !classes.is_empty() {
        draft.name("ends in the first class", Sign::Dot(class(0)));
        draft.name("ends in the second class", Sign::Dot(class(1)));
    }
    if spec.layers.has(Layer::Trajectories) {
        let soft: Vec<Colour> = colours.iter().map(|colour| faded(*colour, BACK)).collect();
        draft.add([trajectories(&swarm.frames, index, TRAJECTORIES, &soft)]);
        draft.name("trajectory", Sign::Line(soft[0]));
    }
    if spec.layers.has(Layer::Particles) {
        let share = if swarm.sheer { SHEER } else { 1.0 };
        let colours: Vec<Colour> = colours.iter().map(|colour| faded(*colour, share)).collect();
        let dots = particles(cloud, radius(count), &colours);
        // On a map they would drown in its colours; so many that they cover it stand by themselves.
        if count < MANY && !swarm.sheer {
            draft.add(halo(&dots, 1.0, faded(theme.paper, 0.85)));
        }
        draft.add([dots]);
        if classes.is_empty() {
            draft.name("particle", Sign::Dot(colours[0]));
        }
        draft.say(&format!("{count} particles"));
        draft.speak(&modes::spoken(spec.active(), cloud));
    }
}

/// Opacity of particles that lie on the density which they are to show.
const SHEER: f64 = 0.4;

/// Dots that are fewer are larger.
pub fn radius(count: usize) -> f64 {
    match count {
        0..300 => 2.6,
        300..MANY => 2.0,
        _ => 1.3,
    }
}

/// A cross at a place that was chosen.
pub fn cross([x, y]: [f64; 2], size: f64, colour: Colour) -> Mark {
    let lines = vec![vec![[x - size, y], [x + size, y]], vec![[x, y - size], [x, y + size]]];
    Mark::Lines { lines, width: 1.5, colours: vec![colour], closed: false }
}

/// Two coordinates as text.
pub fn pair([x, y]: [f64; 2]) -> String {
    format!("({x:.2}, {y:.2})").replace('-', "−")
}
