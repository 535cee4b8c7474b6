//! What is seen: a spec and what has been computed of it, frame by frame as panels.
//!
//! Work comes in small units, so that whoever shows it can stop between them.

use super::{
    course::{Course, Plan, Source, WORK, Way},
    layers::line::times,
    learned::{Learned, Map, Trace},
    spec::{Against, FigureKind, Layer, Spec},
    truth::{COLUMNS, Column, Truth},
};
use flow::{
    family::FamilyId, field::VelocityField, guidance::Guided, lattice::Lattice, sampler::SamplerId,
    schedule::ScheduleId,
};
use protocol::{
    cloud::CloudSpec,
    learned::{DensityMap, Snapshot, TracedPath},
    plane::{GRID_REACH, NODES, grid_of_noise},
};
use std::rc::Rc;

/// Trajectories of the figure in one dimension.
const LINE_PARTICLES: usize = 250;

/// Whose field particles follow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Follows {
    Exact,
    /// The exact field guided towards class 1 with this w.
    Guided(f64),
    /// The learned field of a round, as its snapshots have it.
    Learned(usize),
}

/// Particles on their way.
pub(super) struct Crowd {
    pub follows: Follows,
    pub course: Course<2>,
}

/// A spec and what has been computed of it.
pub struct Figure {
    pub(super) spec: Spec,
    pub(super) times: Vec<f64>,
    pub(super) truth: Result<Rc<Truth>, String>,
    pub(super) lanes: Vec<Crowd>,
    pub(super) line: Option<Course<1>>,
    /// The density in one dimension, column by column as far as it has been computed.
    pub(super) strip: Vec<Vec<f64>>,
    /// The next one, which may take several pieces.
    column: Option<Column>,
    pub(super) learned: Vec<Learned>,
    pub(super) maps: Vec<Map>,
    pub(super) trace: Option<Trace>,
    /// What has been learned is of other data, or of another path, than what is shown.
    pub outdated: bool,
    /// The kinds that learn side by side; none where what has been learned is of one kind, round by round.
    pub kinds: Vec<FamilyId>,
}

impl Figure {
    /// Nothing computed yet.
    pub fn new(spec: &Spec) -> Self {
        let truth = Truth::new(spec).map(Rc::new);
        let mut figure = Self {
            spec: spec.clone(),
            times: spec.times(),
            truth,
            lanes: vec![],
            line: None,
            strip: vec![],
            column: None,
            learned: vec![],
            maps: vec![],
            trace: None,
            outdated: false,
            kinds: vec![],
        };
        figure.plan();
        figure
    }

    /// Another spec; what still holds is kept.
    pub fn take(&mut self, spec: &Spec) {
        let before = std::mem::replace(&mut self.spec, spec.clone());
        self.times = spec.times();
        let same = before.active() == spec.active()
            && before.source_parts() == spec.source_parts()
            && before.schedule == spec.schedule;
        if !same {
            self.truth = Truth::new(spec).map(Rc::new);
            self.lanes.clear();
            self.line = None;
            self.strip.clear();
            self.column = None;
        }
        self.plan();
    }

    /// Takes what has been learned in a round; false where it cannot be shown.
    pub fn learn(&mut self, snapshot: Snapshot) -> bool {
        let Some(learned) = Learned::new(snapshot, self.spec.schedule) else { return false };
        let round = learned.round;
        self.learned.retain(|other| other.round != round);
        self.learned.push(learned);
        self.learned.sort_by_key(|learned| learned.round);
        self.lanes.retain(|lane| lane.follows != Follows::Learned(round));
        self.plan();
        true
    }

    /// Takes what is known of a map of log p; false where it cannot be shown.
    pub fn chart(&mut self, map: DensityMap) -> bool {
        let Some(map) = Map::new(map) else { return false };
        self.maps.retain(|other| other.round != map.round);
        self.maps.push(map);
        true
    }

    /// Takes the trajectory that was asked for; false where it cannot be shown.
    pub fn trace(&mut self, traced: TracedPath) -> bool {
        self.trace = Trace::new(traced);
        self.trace.is_some()
    }

    /// Forgets what has been learned.
    pub fn forget(&mut self) {
        self.learned.clear();
        self.maps.clear();
        self.kinds.clear();
        self.trace = None;
        self.plan();
    }

    /// The fields that have been learned, by their round.
    pub fn learned(&self) -> &[Learned] {
        &self.learned
    }

    /// The same, where what is shown is what was learned: round by round, or kind by kind.
    pub(super) fn fitting(&self) -> &[Learned] {
        if self.has_kinds() == (self.spec.show == FigureKind::Kinds) { &self.learned } else { &[] }
    }

    /// Whether several kinds learn side by side.
    pub fn has_kinds(&self) -> bool {
        !self.kinds.is_empty()
    }

    /// The map of log p of a round, as far as it is known.
    pub fn map(&self, round: usize) -> Option<&Map> {
        self.maps.iter().find(|map| map.round == round)
    }

    /// Why there is nothing to see, where that is so.
    pub fn complaint(&self) -> Option<&str> {
        self.truth.as_ref().err().map(String::as_str)
    }

    /// Sets up the courses that the spec asks for; those that are there already stay.
    fn plan(&mut self) {
        let mut wanted = self.wanted();
        let mut kept = std::mem::take(&mut self.lanes);
        for (follows, plan) in wanted.drain(..) {
            let found = kept.iter().position(|lane| lane.follows == follows && *lane.course.plan() == plan);
            self.lanes.push(match found {
                Some(i) => kept.swap_remove(i),
                None => Crowd { follows, course: Course::new(plan) },
            });
        }
        let line = (self.spec.show == FigureKind::Line).then(|| self.line_plan());
        if self.line.as_ref().map(Course::plan) != line.as_ref() {
            self.line = line.map(Course::new);
        }
    }

    /// Every course, in the order in which they are computed.
    fn wanted(&self) -> Vec<(Follows, Plan<2>)> {
        let spec = &self.spec;
        let main = self.plan_of(self.way());
        match spec.show {
            FigureKind::Line => vec![],
            FigureKind::Kinds => vec![(Follows::Exact, main)],
            FigureKind::Samplers => vec![(Follows::Exact, main), (Follows::Exact, self.plan_of(self.second_way()))],
            FigureKind::Guidance => [0.0, 1.0, spec.guidance].map(|w| (Follows::Guided(w), main.clone())).into(),
            FigureKind::Path | FigureKind::Likelihood => {
                let grids = spec.layers.has(Layer::Grid).then(|| self.grid_plan());
                let grids = grids.into_iter().flat_map(|plan| {
                    let learned = self.fitting().iter().filter(|it| it.has_path()).map(|it| {
                        // A round of reflow goes its own way: the linear one.
                        let schedule = if it.round == 0 { plan.schedule } else { ScheduleId::default() };
                        (Follows::Learned(it.round), Plan { times: it.times.clone(), schedule, ..plan.clone() })
                    });
                    [(Follows::Exact, plan.clone())].into_iter().chain(learned).collect::<Vec<_>>()
                });
                [(Follows::Exact, main)].into_iter().chain(grids).collect()
            }
        }
    }

    fn way(&self) -> Way {
        let CloudSpec { sampler, stochasticity, tolerance, .. } = self.spec.cloud;
        Way::Sampler { sampler, stochasticity, tolerance }
    }

    fn second_way(&self) -> Way {
        let CloudSpec { stochasticity, tolerance, .. } = self.spec.cloud;
        match self.spec.against {
            Against::Sampler(sampler) => Way::Sampler { sampler, stochasticity, tolerance },
            Against::Langevin => Way::Langevin { t: self.spec.level, stochasticity },
        }
    }

    fn plan_of(&self, way: Way) -> Plan<2> {
        let (CloudSpec { particles, seed, .. }, schedule) = (self.spec.cloud, self.spec.schedule);
        Plan { source: Source::of(&self.spec), particles, seed, times: self.times.clone(), schedule, way }
    }

    /// The nodes of a regular grid along the ODE, by Heun's rule whatever the sampler is.
    fn grid_plan(&self) -> Plan<2> {
        let reach = GRID_REACH * self.spec.schedule.start().max(1.0);
        let places = grid_of_noise(reach);
        let way = Way::Sampler { sampler: SamplerId::HEUN, stochasticity: 0.0, tolerance: self.spec.cloud.tolerance };
        Plan { source: Source::Places(places), particles: NODES * NODES, ..self.plan_of(way) }
    }

    fn line_plan(&self) -> Plan<1> {
        let plan = self.plan_of(self.way());
        let std = self.spec.schedule.start();
        let source = match self.truth.as_ref().ok().and_then(|truth| truth.line_source.clone()) {
            Some(of) => Source::Data { of: Box::new(of), std },
            None => Source::Noise { std },
        };
        let Plan { seed, times, schedule, way, .. } = plan;
        Plan { source, particles: LINE_PARTICLES, seed, times, schedule, way }
    }

    /// Computes one unit more; false when there is nothing left to compute.
    pub fn work(&mut self) -> bool {
        let Ok(truth) = self.truth.clone() else { return false };
        let schedule = truth.schedule.0;
        if self.lacks_strip() {
            self.extend_strip(&truth, WORK / 4);
            return true;
        }
        if let Some(line) = self.line.as_mut().filter(|line| !line.is_complete()) {
            line.extend(&truth.line.field(schedule), truth.pairs());
            return true;
        }
        let Some(lane) = self.lanes.iter_mut().find(|lane| !lane.course.is_complete()) else { return false };
        match lane.follows {
            Follows::Exact => lane.course.extend(&truth.all.field(schedule), truth.pairs()),
            Follows::Guided(w) => guided(&truth, w, |field| lane.course.extend(&field, 2 * truth.pairs())),
            Follows::Learned(round) => match self.learned.iter().find(|learned| learned.round == round) {
                Some(learned) => lane.course.extend(learned, 1),
                None => return false,
            },
        }
        true
    }

    /// So many columns more as take about `budget` exponentials, or a piece of one; how many exponentials it were.
    fn extend_strip(&mut self, truth: &Truth, budget: usize) -> usize {
        let (times, mut worked) = (times(COLUMNS), 0);
        while worked < budget && self.strip.len() < COLUMNS {
            let column = self.column.get_or_insert_with(|| truth.column(times[self.strip.len()]));
            worked += column.work(budget - worked);
            if let Some(cells) = column.whole() {
                self.strip.push(cells);
                self.column = None;
            }
        }
        worked
    }

    fn lacks_strip(&self) -> bool {
        let asked = self.spec.show == FigureKind::Line && self.spec.layers.has(Layer::Heat);
        asked && self.strip.len() < COLUMNS
    }

    /// x_t of every particle of a frame, [particles × dimension], course by course: those of the plane, then that of the line.
    pub fn states(&self, frame: usize) -> Vec<Vec<f64>> {
        let plane = self.lanes.iter().map(|lane| lane.course.at(frame));
        plane.chain(self.line.iter().map(|line| line.at(frame))).collect()
    }

    /// The density over (t, x) of the figure in one dimension, column by column as far as it has been computed.
    pub fn density(&self) -> impl Iterator<Item = f64> {
        self.strip.iter().flatten().copied()
    }

    /// The corners of a rectangle that holds the exact particles of a frame.
    pub fn extent(&self, frame: usize) -> Option<[[f64; 2]; 2]> {
        let cloud = self.lanes.first()?.course.at(frame);
        let fold = |i: usize, f: fn(f64, f64) -> f64| {
            cloud.as_chunks::<2>().0.iter().map(|x| x[i]).filter(|x| x.is_finite()).reduce(f)
        };
        Some([[fold(0, f64::min)?, fold(1, f64::min)?], [fold(0, f64::max)?, fold(1, f64::max)?]])
    }

    /// Whether everything has been computed.
    pub fn is_complete(&self) -> bool {
        let line = self.line.as_ref().is_none_or(Course::is_complete);
        self.truth.is_err() || (line && !self.lacks_strip() && self.lanes.iter().all(|lane| lane.course.is_complete()))
    }

    /// The same for an exact field, with fewer cells the more pairs it is made of.
    pub(super) fn exact_lattice(&self, truth: &Truth, cells: usize) -> Lattice {
        let most = match truth.pairs() {
            0..=300 => cells,
            301..=2_000 => 96,
            _ => 56,
        };
        self.lattice(cells.min(most))
    }

    /// The cells of what is seen, square ones, `cells` to a side.
    pub fn lattice(&self, cells: usize) -> Lattice {
        let [low, high] = self.spec.camera.seen([1.0, 1.0]);
        Lattice { low, high, columns: cells, rows: cells }
    }
}

/// Hands the field that is guided towards class 1 with `w` to `f`; without that class, the field of all data.
pub(super) fn guided<T>(truth: &Truth, w: f64, f: impl FnOnce(&dyn Fn(&Vec<f64>, f64) -> Vec<f64>) -> T) -> T {
    let schedule = truth.schedule.0;
    let unconditional = truth.all.field(schedule);
    match &truth.classes[1] {
        Some(class) => {
            let field = Guided { conditional: class.field(schedule), unconditional, w, interval: [0.0, 1.0] };
            f(&|x, t| field.velocity(x, t))
        }
        None => f(&|x, t| unconditional.velocity(x, t)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_of_many_pairs_comes_in_short_pieces_and_with_the_same_bits() {
        for query in ["show=line&data=checkerboard&source=moons", "show=line&data=mixture"] {
            let mut figure = Figure::new(&Spec::parse(query).0);
            let truth = figure.truth.clone().expect("a mixture");
            let (mut most, mut pieces) = (0, 0);
            while figure.strip.len() < 6 {
                most = most.max(figure.extend_strip(&truth, WORK / 4));
                pieces += 1;
            }
            assert!(pieces > 0 && most < 2 * WORK, "{query}: {most} exponentials in a piece");
            let mut whole = truth.column(times(COLUMNS)[5]);
            whole.work(usize::MAX);
            assert_eq!(whole.whole().as_ref(), figure.strip.get(5), "{query}");
        }
    }
}
