//! A link of the plane, opened: its figure, and what was learned where it says so.

use super::worker::Worker;
use plane::{
    asked,
    colour::LIGHT,
    figure::Figure,
    mark::Colour,
    panel::{Detail, Panel, PanelHead},
    panels,
    spec::{FigureKind, Spec},
    svg::{self, Sheet},
};
use protocol::{
    contest::Contest,
    learned::{Inquiry, Snapshot},
    message::{Command, Event, Task},
};
use std::collections::BTreeMap;

/// Side of a panel, in pixels, as the page saves it.
const SIDE: f64 = 640.0;
/// Cells of a map in it, to a side.
const CELLS: usize = 160;

/// The spec of the words of a link; a sentence where they cannot be shown as they are.
pub fn read(words: &str) -> Result<Spec, String> {
    let (spec, complaints) = Spec::parse(words);
    match complaints.first() {
        Some(sentence) => Err(format!("the link cannot be opened as it is: {sentence}")),
        None => Ok(spec),
    }
}

/// What was learned, round by round: the terms of every step, and the last snapshot.
pub struct Learned {
    pub losses: BTreeMap<usize, Vec<f32>>,
    pub snapshots: BTreeMap<usize, Snapshot>,
}

/// Learns what the link says was learned.
pub fn learn(spec: &Spec, worker: &mut Worker) -> Result<Learned, String> {
    let (recipe, rivals) = (spec.taught(), spec.rivals());
    let shown = asked::shown(spec, &recipe);
    let steps = |round: usize| rivals.get(round).map_or(Some(spec.learning.trained), |rival| rival.until);
    let (mut losses, mut snapshots) = (BTreeMap::<_, Vec<f32>>::new(), BTreeMap::new());
    let task = match rivals.is_empty() {
        true => Task::Points { recipe, shown, rounds: spec.learning.rounds },
        false => Task::Contest(Contest { recipe, rivals: rivals.clone(), shown, seconds: spec.seconds }),
    };
    worker.run(Command::Train { run: 1, task, until: Some(spec.learning.trained) }, |event| match event {
        Event::Train(report) => {
            losses.entry(report.round).or_default().extend(report.losses.into_iter().flat_map(|(_, terms)| terms));
        }
        Event::Snapshot(snapshot) if snapshot.whole && Some(snapshot.step) == steps(snapshot.round) => {
            snapshots.insert(snapshot.round, snapshot);
        }
        _ => (),
    })?;
    Ok(Learned { losses, snapshots })
}

/// The figure of the exact field alone.
pub fn figure(spec: &Spec) -> Result<Figure, String> {
    complete(Figure::new(spec))
}

/// The figure with everything that the link shows.
pub fn open(spec: &Spec, worker: &mut Worker) -> Result<Figure, String> {
    let mut figure = Figure::new(spec);
    if spec.has_learned() {
        figure.kinds = spec.rivals().iter().map(|rival| rival.family).collect();
        for snapshot in learn(spec, worker)?.snapshots.into_values() {
            figure.learn(snapshot);
        }
        if spec.show == FigureKind::Likelihood {
            let lattice = figure.lattice(asked::MAP);
            let trace = spec.probe.map(|x| Inquiry::Trace { round: 0, x });
            for inquiry in [Inquiry::Likelihood { round: 0, lattice }].into_iter().chain(trace) {
                worker.run(Command::Ask(inquiry), |event| match event {
                    Event::Map(map) => drop(figure.chart(map)),
                    Event::Trace(traced) => drop(figure.trace(traced)),
                    _ => (),
                })?;
            }
        }
    }
    complete(figure)
}

fn complete(mut figure: Figure) -> Result<Figure, String> {
    if let Some(sentence) = figure.complaint() {
        return Err(format!("this cannot be shown: {sentence}"));
    }
    while figure.work() {}
    Ok(figure)
}

/// All panels of a frame as one drawing (SVG), as the page saves them by daylight.
pub fn drawing(spec: &Spec, figure: &Figure, frame: usize) -> String {
    let detail = Detail { cells: CELLS, theme: LIGHT, hover: None };
    let panels = panels::panels(figure, frame, &detail);
    fn sheet<'a>(panel: &'a Panel, spec: &Spec, paper: Colour) -> Sheet<'a> {
        let PanelHead { title, words, .. } = &panel.head;
        Sheet { camera: spec.eye(), size: [SIDE, SIDE], paper, title, description: words }
    }
    let sheet = |panel| sheet(panel, spec, LIGHT.paper);
    match panels.as_slice() {
        [one] => svg::document(&one.marks, &sheet(one)),
        all => {
            let drawings: Vec<_> = all.iter().map(|panel| (panel.marks.as_slice(), sheet(panel))).collect();
            svg::side_by_side(&drawings, LIGHT.ink)
        }
    }
}
