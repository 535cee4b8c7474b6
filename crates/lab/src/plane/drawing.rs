//! A model that draws points in one pass, in training, as the page sees it: steps, reports, snapshots.

use super::{
    learning::{EARLY, FIRST, UNIT},
    marginals::Marginals,
    one_pass::{Artist, OnePass},
    pace::Pacing,
    snapshot::coarse,
};
use crate::world::World;
use flow::{
    energy::distance,
    rng::{Purpose, Stream},
};
use protocol::{
    plane::{PlaneCommand, PlaneEvent, PlaneRecipe, PlaneReport, SnapshotSpec},
    sight::Sight,
};
use std::{collections::VecDeque, rc::Rc};

/// Samples of a measurement, fresh data that they are compared with, and the seed of both.
const SAMPLES: usize = 1000;
const DATA: usize = 2000;
const EXAM: u64 = 1;
/// Rows that go through a network in one call.
const ROWS: usize = 8192;
/// A part of the data is reached by a sample within so many of its widths.
const NEAR: f64 = 3.0;

/// Something to do besides steps.
enum Job {
    Snapshot(Box<Snapshot>),
    Measure,
}

/// Particles at every time, as far as they have been drawn.
struct Snapshot {
    step: u64,
    whole: bool,
    sight: SnapshotSpec,
    artist: Artist,
    times: Vec<f64>,
    verdicts: Vec<f32>,
    x: Vec<f32>,
}

impl Snapshot {
    /// The next few times; whether all are there.
    fn work(&mut self) -> bool {
        let size = 2 * self.sight.particles;
        let done = self.x.len() / size;
        for t in self.times.iter().skip(done).take((ROWS / self.sight.particles).max(1)) {
            let points = self.artist.points(self.sight.seed, 0..self.sight.particles, *t);
            self.x.extend(points.into_iter().map(|x| x as f32));
        }
        self.x.len() == size * self.times.len()
    }
}

/// Everything that is learned of it.
pub struct Drawing {
    run: u32,
    recipe: PlaneRecipe,
    ends: Rc<Marginals>,
    model: OnePass,
    sight: SnapshotSpec,
    running: bool,
    until: Option<u64>,
    jobs: VecDeque<Job>,
    losses: Vec<(u64, Vec<f32>)>,
    measured: Option<(f64, [usize; 2])>,
    pace: Pacing,
    turn: bool,
}

impl Drawing {
    /// From fresh weights, running. A sentence if something asked for makes no sense.
    pub fn new(run: u32, recipe: PlaneRecipe, sight: SnapshotSpec, until: Option<u64>) -> Result<Self, String> {
        sight.check()?;
        let ends = Rc::new(Marginals::of(&recipe)?);
        Ok(Self {
            run,
            model: OnePass::new(&recipe, ends.clone()),
            recipe,
            ends,
            sight,
            running: true,
            until,
            jobs: VecDeque::new(),
            losses: vec![],
            measured: None,
            pace: Pacing::default(),
            turn: false,
        })
    }

    pub fn busy(&self) -> bool {
        self.running || !self.jobs.is_empty()
    }

    /// Answers any command but to train and to forget.
    pub fn handle(&mut self, command: PlaneCommand, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        let name = self.recipe.family.0.name;
        match command {
            PlaneCommand::Train { .. } | PlaneCommand::Stop => Ok(vec![]),
            PlaneCommand::Pause => {
                self.rest();
                Ok(vec![self.report(world)])
            }
            PlaneCommand::Resume => {
                self.pace.begin(world.now(), self.model.step());
                self.running = true;
                self.until = self.until.filter(|&until| self.model.step() < until);
                Ok(vec![self.report(world)])
            }
            PlaneCommand::Look(sight) => {
                sight.check()?;
                self.sight = sight;
                self.jobs.retain(|job| !matches!(job, Job::Snapshot(_)));
                let job = self.snapshot(if self.running { Some(EARLY) } else { None });
                self.jobs.push_front(job);
                Ok(vec![])
            }
            PlaneCommand::Reflow => Err(format!("a {name} draws in one pass, so there are no paths to make straight")),
            PlaneCommand::Likelihood { .. } => Err(format!("a {name} tells no density; a flow does")),
            PlaneCommand::Trace { .. } => Err(format!("a {name} draws in one pass, so no trajectory ends anywhere")),
        }
    }

    /// Stops, with what has been learned measured and shown whole.
    fn rest(&mut self) {
        self.running = false;
        self.jobs.clear();
        let snapshot = self.snapshot(None);
        self.jobs.extend([snapshot, Job::Measure]);
    }

    fn snapshot(&self, most: Option<[usize; 2]>) -> Job {
        let mut sight = self.sight.clone();
        if let Some([particles, side]) = most {
            sight.particles = sight.particles.min(particles);
            sight.lattice = coarse(sight.lattice, side);
        }
        let snapshot = Snapshot {
            step: self.model.step(),
            whole: most.is_none(),
            artist: self.model.artist(),
            times: sight.grid.points(sight.steps, self.recipe.schedule.0),
            verdicts: self.model.verdicts(&sight.lattice.points()),
            x: vec![],
            sight,
        };
        Job::Snapshot(snapshot.into())
    }

    /// One unit: some steps, or part of a job. A sentence if something failed, which is then over.
    pub fn work(&mut self, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        self.turn = !self.turn;
        if self.running && (self.jobs.is_empty() || !self.turn) { self.steps(world) } else { self.job(world) }
    }

    /// Steps for a while, and what is due after them.
    fn steps(&mut self, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        let begin = world.now();
        let (mut now, mut sound) = (begin, true);
        while sound && now - begin < UNIT && self.until.is_none_or(|until| self.model.step() < until) {
            let terms = self.model.train();
            sound = !terms.is_empty() && terms.iter().all(|term| term.is_finite());
            self.losses.push((self.model.step(), terms));
            now = world.now();
        }
        self.pace.steps += now - begin;
        if !sound {
            self.running = false;
            self.jobs.clear();
            return Err("training stopped: the loss is no longer a finite number; a smaller learning rate helps".into());
        }
        if self.until.is_some_and(|until| self.model.step() >= until) {
            self.rest();
            return Ok(vec![self.report(world)]);
        }
        if self.jobs.is_empty() {
            if let Some(first) = self.pace.snapshot_is_due(now) {
                let job = self.snapshot(Some(if first { FIRST } else { EARLY }));
                self.jobs.push_back(job);
            } else if self.pace.measure_is_due(now) {
                self.jobs.push_back(Job::Measure);
            }
        }
        Ok(if self.pace.report_is_due(world.now()) { vec![self.report(world)] } else { vec![] })
    }

    /// Part of the first job.
    fn job(&mut self, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        let begin = world.now();
        match self.jobs.pop_front() {
            None => Ok(vec![]),
            Some(Job::Measure) => {
                self.measured = Some(self.measure());
                self.pace.work(world.now() - begin);
                self.pace.end_measure(world.now());
                Ok(vec![self.report(world)])
            }
            Some(Job::Snapshot(mut snapshot)) => {
                let done = snapshot.work();
                self.pace.work(world.now() - begin);
                if !done {
                    self.jobs.push_front(Job::Snapshot(snapshot));
                    return Ok(vec![]);
                }
                let sound = snapshot.x.iter().chain(&snapshot.verdicts).all(|x| x.is_finite());
                self.pace.end_snapshot(world.now(), !sound);
                if !sound {
                    Err("the points leave every bound: a smaller learning rate helps".into())
                } else {
                    Ok(vec![self.shown(*snapshot)])
                }
            }
        }
    }

    fn shown(&self, snapshot: Snapshot) -> PlaneEvent {
        let Snapshot { step, whole, sight, times, verdicts, x, .. } = snapshot;
        let SnapshotSpec { id, sight: Sight { sampler, particles, .. }, lattice } = sight;
        PlaneEvent::Snapshot {
            run: self.run,
            round: 0,
            step,
            sight: id,
            sampler,
            whole,
            times,
            particles,
            x,
            lattice,
            velocity: vec![],
            verdicts,
        }
    }

    /// The energy distance of samples from fresh data, and the parts of the data that are reached.
    fn measure(&self) -> (f64, [usize; 2]) {
        let mut stream = Stream::new(self.recipe.seed, Purpose::Evaluate, EXAM);
        let fresh: Vec<[f64; 2]> = (0..DATA).map(|_| self.ends.data(&mut stream)).collect();
        let drawn = self.model.artist().points(self.recipe.seed.wrapping_add(EXAM), 0..SAMPLES, 1.0);
        let parts = self.recipe.data.iter().filter(|part| part.weight > 0.0);
        let near = |x: &[f64; 2], centre: [f64; 2], std: f64| (x[0] - centre[0]).hypot(x[1] - centre[1]) <= NEAR * std;
        let reached =
            |part: &&data::shapes::Part| drawn.as_chunks::<2>().0.iter().any(|x| near(x, part.centre, part.std));
        let modes = [parts.clone().filter(reached).count(), parts.count()];
        (distance::<2>(&drawn, fresh.as_flattened()), modes)
    }

    /// How training stands, with what is new since the last report.
    pub fn report(&mut self, world: &impl World) -> PlaneEvent {
        let (step, now) = (self.model.step(), world.now());
        let steps_per_second = self.pace.report(now, step);
        let measured = self.measured.take();
        PlaneEvent::Report(PlaneReport {
            run: self.run,
            round: 0,
            step,
            losses: std::mem::take(&mut self.losses),
            seconds: self.pace.steps / 1000.0,
            steps_per_second,
            parameters: self.model.parameters,
            running: self.running,
            until: self.until,
            pairs: None,
            velocity_error: None,
            energy: measured.map(|(energy, _)| energy),
            straightness: None,
            one_step: None,
            modes: measured.map(|(_, modes)| modes),
        })
    }
}
