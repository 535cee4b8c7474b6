//! A training in the plane as the page sees it: steps and rounds, reports, snapshots, maps and traces.

use super::{
    density::{self, Mapping},
    distance::{Distances, Exam, Measuring},
    marginals::Marginals,
    pace::Pacing,
    pairing::Pairing,
    round::Round,
    snapshot::{Label, Snapshot},
};
use crate::world::World;
use flow::{coupling::Coupling, lattice::Lattice, sampler::SamplerId};
use protocol::plane::{
    FARTHEST, MAX_ROUNDS, PlaneCommand, PlaneEvent, PlaneRecipe, PlaneReport, SnapshotSpec, check_lattice,
};
use std::{collections::VecDeque, rc::Rc};

/// Milliseconds of steps in one unit of work.
pub const UNIT: f64 = 12.0;
/// Particles and cells a side of the first snapshot, and of others while training goes on.
pub const FIRST: [usize; 2] = [250, 12];
pub const EARLY: [usize; 2] = [500, 20];

/// Something to do besides steps.
enum Job {
    Snapshot(Box<Snapshot>),
    Measure(Measuring),
    Pairs(Pairing),
}

/// Everything learned in the plane.
pub struct Learning {
    run: u32,
    recipe: PlaneRecipe,
    ends: Rc<Marginals>,
    sight: SnapshotSpec,
    /// All rounds; the last one is, or was, in training.
    rounds: Vec<Round>,
    running: bool,
    /// The step at which a round rests, and the number of the last round to go on to by itself.
    until: Option<u64>,
    last: usize,
    jobs: VecDeque<Job>,
    map: Option<Mapping>,
    exam: Exam,
    losses: Vec<(u64, Vec<f32>)>,
    distances: Option<Distances>,
    pace: Pacing,
    /// The share of pairs for the next round that are made, while they are being made.
    paired: Option<f64>,
    /// Whether the next unit belongs to the jobs, where both want it.
    turn: bool,
    parameters: usize,
}

fn news(events: impl IntoIterator<Item = PlaneEvent>) -> Vec<PlaneEvent> {
    events.into_iter().collect()
}

impl Learning {
    /// From fresh weights, running. A sentence if something asked for makes no sense.
    pub fn new(
        run: u32,
        recipe: PlaneRecipe,
        sight: SnapshotSpec,
        until: Option<u64>,
        rounds: usize,
    ) -> Result<Self, String> {
        if rounds > MAX_ROUNDS {
            return Err(format!("there are up to {MAX_ROUNDS} rounds of reflow, not {rounds}"));
        }
        let ends = Marginals::of(&recipe)?;
        let first = Round::first(&recipe, &ends);
        let parameters = first.config.parameters();
        let learning = Self {
            run,
            ends: Rc::new(ends),
            rounds: vec![first],
            running: true,
            until,
            last: rounds,
            jobs: VecDeque::new(),
            map: None,
            exam: Exam::default(),
            losses: vec![],
            distances: None,
            pace: Pacing::default(),
            paired: None,
            turn: false,
            parameters,
            sight,
            recipe,
        };
        learning.check(&learning.sight)?;
        Ok(learning)
    }

    /// Whether [`work`](Self::work) has something to do.
    pub fn busy(&self) -> bool {
        self.trains() || self.has_job()
    }

    fn has_job(&self) -> bool {
        !self.jobs.is_empty() || self.map.is_some()
    }

    /// Whether a step may be taken: not while pairs for the next round are being made.
    fn trains(&self) -> bool {
        self.running && self.paired.is_none()
    }

    /// There is always one.
    fn round(&self) -> &Round {
        &self.rounds[self.rounds.len() - 1]
    }

    fn label(&self, round: usize, whole: bool) -> Label {
        Label { run: self.run, round, step: self.rounds[round].step(), whole }
    }

    /// Whether the velocity of a round tells the score: where x_0 is noise that knows nothing of x_1.
    fn tells_score(&self, round: usize) -> bool {
        round == 0 && self.ends.is_noise() && self.recipe.coupling == Coupling::Independent
    }

    /// A sentence if `sampler` does not suit a round.
    fn fits(&self, sampler: SamplerId, round: usize) -> Result<(), String> {
        let unsuited = |why: &str| Err(format!("{} does not suit this field: {why}", sampler.name));
        if sampler.is_stochastic() && !self.tells_score(round) {
            return unsuited("its ends are no independent pairs of noise and data, so that a velocity tells no score");
        }
        if !sampler.follows_velocity() && !self.ends.is_noise() {
            return unsuited("it starts from a source of its own and not from noise");
        }
        sampler.fits(self.rounds[round].config.schedule.0, true).or_else(|why| unsuited(&why))
    }

    fn check(&self, sight: &SnapshotSpec) -> Result<(), String> {
        sight.check()?;
        self.fits(sight.sampler, 0)
    }

    fn field_of(&self, round: usize) -> Result<&Round, String> {
        let many = self.rounds.len();
        self.rounds.get(round).ok_or_else(|| format!("there are rounds 0 to {}, and no round {round}", many - 1))
    }

    /// Answers any command but [`PlaneCommand::Train`] and [`PlaneCommand::Stop`].
    pub fn handle(&mut self, command: PlaneCommand, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        match command {
            PlaneCommand::Train { .. } | PlaneCommand::Stop => {}
            PlaneCommand::Pause => {
                self.rest();
                return Ok(news([self.report(world)]));
            }
            PlaneCommand::Resume => {
                self.resume(world);
                return Ok(news([self.report(world)]));
            }
            PlaneCommand::Look(sight) => {
                self.check(&sight)?;
                self.sight = sight;
                self.jobs.retain(|job| !matches!(job, Job::Snapshot(_)));
                // What is asked for comes first.
                for round in (0..self.rounds.len()).rev() {
                    let whole = !self.running || round + 1 < self.rounds.len();
                    let job = self.snapshot(round, if whole { None } else { Some(EARLY) });
                    self.jobs.push_front(job);
                }
            }
            PlaneCommand::Reflow => return self.reflow(world),
            PlaneCommand::Likelihood { round, lattice } => self.map = Some(self.mapping(round, lattice)?),
            PlaneCommand::Trace { round, x } => {
                if !x.iter().all(|x| x.abs() <= FARTHEST) {
                    return Err(format!("a trajectory is traced from a point within ±{FARTHEST}"));
                }
                let field = self.field_of(round)?.field();
                return Ok(news([density::trace(self.label(round, true), &field, &self.ends, x)]));
            }
        }
        Ok(vec![])
    }

    fn resume(&mut self, world: &impl World) {
        let (number, step) = (self.round().number, self.round().step());
        self.pace.begin(world.now(), step);
        match self.until {
            _ if self.paired.is_some() => {}
            // It was paused while the pairs of the next round were being made.
            Some(until) if step >= until && number < self.last => self.pair(),
            until => {
                self.running = true;
                self.until = until.filter(|&until| step < until);
            }
        }
    }

    fn mapping(&self, round: usize, lattice: Lattice) -> Result<Mapping, String> {
        check_lattice(&lattice)?;
        let field = self.field_of(round)?.field();
        Ok(Mapping::new(self.label(round, true), lattice, self.ends.clone(), field))
    }

    fn reflow(&mut self, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        let (number, step) = (self.round().number, self.round().step());
        if self.paired.is_some() {
            return Err("the pairs of the next round are being made already".into());
        }
        if number == MAX_ROUNDS {
            return Err(format!("there are up to {MAX_ROUNDS} rounds of reflow"));
        }
        if step == 0 {
            return Err("reflow makes its pairs with a trained field: train first".into());
        }
        self.rest();
        self.until = Some(step);
        self.last = self.last.max(number + 1);
        self.pair();
        Ok(news([self.report(world)]))
    }

    /// Makes the pairs of the next round, once what is due of this one is done.
    fn pair(&mut self) {
        self.running = true;
        let round = self.round();
        let pairing = Pairing::new(round.number, round.field(), self.ends.clone(), self.recipe.seed);
        self.jobs.push_back(Job::Pairs(pairing));
        self.paired = Some(0.0);
    }

    /// Stops, with the distances and a whole snapshot of what has been learned.
    fn rest(&mut self) {
        self.stop();
        let snapshot = self.snapshot(self.rounds.len() - 1, None);
        let measuring = Job::Measure(self.measuring());
        self.jobs.extend([snapshot, measuring]);
    }

    /// Stops as it is.
    fn stop(&mut self) {
        self.running = false;
        self.paired = None;
        self.jobs.clear();
    }

    fn snapshot(&self, round: usize, most: Option<[usize; 2]>) -> Job {
        let mut sight = self.sight.clone();
        if self.fits(sight.sampler, round).is_err() {
            sight.sampler = SamplerId::HEUN;
        }
        let (label, field) = (self.label(round, most.is_none()), self.rounds[round].field());
        Job::Snapshot(Snapshot::new(label, sight, most, self.ends.clone(), field).into())
    }

    fn measuring(&self) -> Measuring {
        let (round, independent) = (self.round(), self.recipe.coupling == Coupling::Independent);
        Measuring::new(round.field(), self.ends.clone(), self.recipe.seed, independent && round.number == 0)
    }

    /// One unit: some steps, or part of a job. A sentence if something failed, which is then over.
    pub fn work(&mut self, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        self.turn = !self.turn;
        if self.trains() && !(self.turn && self.has_job()) { self.steps(world) } else { self.job(world) }
    }

    /// Steps for a while, and what is due after them.
    fn steps(&mut self, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        let begin = world.now();
        let mut now = begin;
        let mut sound = true;
        while sound && now - begin < UNIT && self.until.is_none_or(|until| self.round().step() < until) {
            let last = self.rounds.len() - 1;
            let loss = self.rounds[last].train();
            self.losses.push((self.rounds[last].step(), vec![loss]));
            sound = loss.is_finite();
            now = world.now();
        }
        self.pace.steps += now - begin;
        if !sound {
            self.stop();
            return Err("training stopped: the loss is no longer a finite number; a smaller learning rate helps".into());
        }
        if self.until.is_some_and(|until| self.round().step() >= until) {
            self.rest();
            if self.round().number < self.last {
                self.pair();
            }
            return Ok(news([self.report(world)]));
        }
        self.plan(now);
        Ok(self.due(world))
    }

    /// A report if one is due.
    fn due(&mut self, world: &impl World) -> Vec<PlaneEvent> {
        if self.pace.report_is_due(world.now()) { news([self.report(world)]) } else { vec![] }
    }

    /// Puts what is due among the jobs.
    fn plan(&mut self, now: f64) {
        if !self.jobs.is_empty() {
            return;
        }
        if let Some(first) = self.pace.snapshot_is_due(now) {
            let most = if first { FIRST } else { EARLY };
            self.jobs.push_back(self.snapshot(self.rounds.len() - 1, Some(most)));
        } else if self.pace.measure_is_due(now) {
            self.jobs.push_back(Job::Measure(self.measuring()));
        }
    }

    /// Part of the first job, or of the map.
    fn job(&mut self, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        let begin = world.now();
        match self.jobs.pop_front() {
            None => {
                let event = self.map.as_mut().map(Mapping::work);
                self.map.take_if(|map| map.is_over());
                Ok(news(event))
            }
            Some(Job::Snapshot(mut snapshot)) => {
                let shown = snapshot.work();
                let now = world.now();
                self.pace.work(now - begin);
                match &shown {
                    Ok(None) => self.jobs.push_front(Job::Snapshot(snapshot)),
                    _ => self.pace.end_snapshot(now, shown.is_err()),
                }
                shown.map(news)
            }
            Some(Job::Measure(mut measuring)) => {
                self.distances = measuring.work(&mut self.exam);
                self.pace.work(world.now() - begin);
                if self.distances.is_none() {
                    self.jobs.push_front(Job::Measure(measuring));
                    return Ok(vec![]);
                }
                self.pace.end_measure(world.now());
                Ok(news([self.report(world)]))
            }
            Some(Job::Pairs(pairing)) => self.join(pairing, world),
        }
    }

    /// Some more pairs, and the next round once they are all there.
    fn join(&mut self, mut pairing: Pairing, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        match pairing.work().inspect_err(|_| self.stop())? {
            None => {
                self.paired = Some(pairing.share());
                self.jobs.push_front(Job::Pairs(pairing));
                Ok(self.due(world))
            }
            Some(pairs) => {
                self.paired = None;
                self.rounds.push(self.round().next(pairs));
                self.pace = Pacing::default();
                self.pace.begin(world.now(), 0);
                Ok(news([self.report(world)]))
            }
        }
    }

    /// How training stands, with what is new since the last report.
    pub fn report(&mut self, world: &impl World) -> PlaneEvent {
        let (step, now) = (self.round().step(), world.now());
        let steps_per_second = self.pace.report(now, step);
        let distances = self.distances.take();
        PlaneEvent::Report(PlaneReport {
            run: self.run,
            round: self.round().number,
            step,
            losses: std::mem::take(&mut self.losses),
            seconds: self.pace.steps / 1000.0,
            steps_per_second,
            parameters: self.parameters,
            running: self.running,
            until: self.until,
            pairs: self.paired,
            velocity_error: distances.and_then(|it| it.velocity_error),
            energy: distances.map(|it| it.energy),
            straightness: distances.and_then(|it| it.straightness),
            one_step: distances.map(|it| it.one_step),
            modes: None,
        })
    }
}
