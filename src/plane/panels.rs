//! The panels of each figure, made of layers.

mod field;
mod guidance;
mod likelihood;
mod line;
mod samplers;

use super::{
    course::Course,
    figure::{Detail, Figure, Head, Kind, Legend, Panel},
    layers::{
        heat::Heat,
        particles::{by_direction, particles},
        trajectories::trajectories,
    },
    mark::{Colour, Mark},
    spec::{Layer, Show},
    truth::Truth,
};

/// Trajectories that are drawn, at most.
const TRAJECTORIES: usize = 250;
/// Arrows to a side.
const ARROWS: usize = 20;

/// Everything that is seen at frame `index`.
pub(super) fn panels(figure: &Figure, truth: &Truth, index: usize, detail: &Detail) -> Vec<Panel> {
    match figure.spec.show {
        Show::Path => field::panels(figure, truth, index, detail),
        Show::Line => line::panels(figure, truth, index, detail),
        Show::Samplers => samplers::panels(figure, truth, index, detail),
        Show::Likelihood => likelihood::panels(figure, truth, index, detail),
        Show::Guidance => guidance::panels(figure, truth, index, detail),
    }
}

/// A panel under way.
struct Draft {
    panel: Panel,
}

impl Draft {
    fn new(kind: Kind, title: impl Into<String>) -> Self {
        let head = Head { kind, title: title.into(), words: String::new(), legend: None };
        Self { panel: Panel { head, marks: vec![] } }
    }

    fn add(&mut self, marks: impl IntoIterator<Item = Mark>) {
        self.panel.marks.extend(marks);
    }

    /// A map with its legend, which goes from `low` to the top of the map.
    fn map(&mut self, heat: Heat, name: &str, diverging: bool) {
        let low = if diverging { -heat.top } else { 0.0 };
        self.panel.head.legend = Some(Legend { name: name.into(), low, high: heat.top, diverging });
        self.panel.marks.push(heat.mark);
    }

    fn say(&mut self, words: &str) {
        let said = &mut self.panel.head.words;
        if !said.is_empty() {
            said.push_str("; ");
        }
        said.push_str(words);
    }
}

/// What is drawn of particles on their way: trajectories under dots, as far as the layers ask for them.
fn moving(draft: &mut Draft, figure: &Figure, frames: &[Vec<f64>], index: usize) {
    let layers = figure.spec.layers;
    let Some(start) = frames.first() else { return };
    let colours = by_direction(start);
    if layers.has(Layer::Trajectories) {
        draft.add([trajectories(frames, index, TRAJECTORIES, &colours)]);
    }
    if layers.has(Layer::Particles)
        && let Some(cloud) = frames.get(index.min(frames.len() - 1))
    {
        draft.add([particles(cloud, radius(cloud.len() / 2), &colours)]);
        draft.say(&format!("{} particles", cloud.len() / 2));
    }
}

/// The frames of a course that are needed: all of them under trajectories, else the first and this one.
fn frames(figure: &Figure, course: &Course<2>, index: usize) -> Vec<Vec<f64>> {
    if course.is_empty() {
        return vec![];
    }
    let trails = figure.spec.layers.has(Layer::Trajectories);
    let of = |i: usize| if i == 0 || i == index || trails { course.at(i) } else { vec![] };
    (0..=index).map(of).collect()
}

/// Dots that are fewer are larger.
fn radius(count: usize) -> f64 {
    match count {
        0..300 => 2.6,
        300..1500 => 2.0,
        _ => 1.3,
    }
}

/// A cross at a place that was chosen.
fn cross([x, y]: [f64; 2], size: f64, colour: Colour) -> Mark {
    let lines = vec![vec![[x - size, y], [x + size, y]], vec![[x, y - size], [x, y + size]]];
    Mark::Lines { lines, width: 1.5, colours: vec![colour], closed: false }
}

/// Two coordinates as text.
fn pair([x, y]: [f64; 2]) -> String {
    format!("({x:.2}, {y:.2})").replace('-', "−")
}
