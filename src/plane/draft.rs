//! A panel under way, and what several figures put into theirs.

use super::{
    course::Course,
    figure::Figure,
    layers::{
        axes::axes,
        heat::{Heat, Scale},
        particles::{by_direction, particles},
        trajectories::trajectories,
    },
    mark::{Colour, Mark, faded, halo},
    panel::{Detail, Head, Kind, Legend, Panel},
    spec::Layer,
};

/// Trajectories that are drawn, at most.
pub const TRAJECTORIES: usize = 250;
/// So many particles are drawn small and bare.
const MANY: usize = 1500;
/// Small densities are lifted so far.
pub const LIFT: Scale = Scale::Power(0.6);
/// Arrows to a side.
pub const ARROWS: usize = 20;

/// A panel under way.
pub struct Draft {
    pub panel: Panel,
}

impl Draft {
    pub fn new(kind: Kind, title: impl Into<String>) -> Self {
        let head = Head { kind, title: title.into(), words: String::new(), legend: None };
        Self { panel: Panel { head, marks: vec![] } }
    }

    /// A panel of the plane with its scale.
    pub fn plane(figure: &Figure, detail: &Detail, title: impl Into<String>) -> Self {
        let mut draft = Self::new(Kind::Plane, title);
        draft.add(axes(&figure.spec.camera, detail.theme.muted));
        draft
    }

    pub fn add(&mut self, marks: impl IntoIterator<Item = Mark>) {
        self.panel.marks.extend(marks);
    }

    /// A map with its legend, from 0 to the top of the map, or both ways where it has a sign and no `scale`.
    pub fn map(&mut self, heat: Heat, name: &str, scale: Option<Scale>) {
        let low = if scale.is_none() { -heat.top } else { 0.0 };
        self.panel.head.legend = Some(Legend { name: name.into(), low, high: heat.top, scale });
        self.panel.marks.push(heat.mark);
    }

    pub fn say(&mut self, words: &str) {
        let said = &mut self.panel.head.words;
        if !said.is_empty() {
            said.push_str("; ");
        }
        said.push_str(words);
    }
}

/// What is drawn of particles on their way: trajectories under dots, as far as the layers ask for them.
pub fn moving(draft: &mut Draft, figure: &Figure, frames: &[Vec<f64>], index: usize, detail: &Detail) {
    let layers = figure.spec.layers;
    let Some(start) = frames.first() else { return };
    let colours = by_direction(start);
    if layers.has(Layer::Trajectories) {
        draft.add([trajectories(frames, index, TRAJECTORIES, &colours)]);
    }
    if layers.has(Layer::Particles)
        && let Some(cloud) = frames.get(index.min(frames.len() - 1))
    {
        let dots = particles(cloud, radius(cloud.len() / 2), &colours);
        // On a map they would drown in its colours; so many that they cover it stand by themselves.
        if cloud.len() / 2 < MANY {
            draft.add(halo(&dots, 1.0, faded(detail.theme.paper, 0.85)));
        }
        draft.add([dots]);
        draft.say(&format!("{} particles", cloud.len() / 2));
    }
}

/// The frames of a course that are needed: all of them under trajectories, else the first and this one.
pub fn frames(figure: &Figure, course: &Course<2>, index: usize) -> Vec<Vec<f64>> {
    if course.is_empty() {
        return vec![];
    }
    let trails = figure.spec.layers.has(Layer::Trajectories);
    let of = |i: usize| if i == 0 || i == index || trails { course.at(i) } else { vec![] };
    (0..=index).map(of).collect()
}

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
