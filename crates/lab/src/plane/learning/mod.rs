//! A training on points as the page sees it: steps and rounds, reports, snapshots, maps and traces.

mod inquiry;

use super::{
    checkpoint::{self, Course},
    density::Mapping,
    distance::{Exam, Measuring},
    marginals::Marginals,
    pairing::Pairing,
    round::Round,
    snapshot::{SnapshotJob, SnapshotLabel},
};
use crate::{
    pace::{Pace, Recurring},
    progress::Progress,
    world::World,
};
use flow::{coupling::Coupling, family::FamilyId, sampler::SamplerId};
use protocol::{
    learned::Distances,
    message::{Event, Request, TrainReport},
    plane::{MAX_ROUNDS, PlaneRecipe, SnapshotSpec},
};
use std::{collections::VecDeque, rc::Rc};

/// Milliseconds of steps in one unit of work.
const UNIT: f64 = 12.0;
/// Particles and cells a side of the first snapshot, and of others while training goes on.
const FIRST: [usize; 2] = [250, 12];
const EARLY: [usize; 2] = [500, 20];
/// Snapshots, and measurements, may each take one part in so many of the time, and rest at least so many milliseconds.
const SNAPSHOTS: [f64; 2] = [4.0, 90.0];
const MEASUREMENTS: [f64; 2] = [12.0, 1_000.0];
/// Milliseconds before the first checkpoint, and between two after it: of so small a network one is made at once.
const FIRST_CHECKPOINT: f64 = 2_000.0;
const CHECKPOINT_EVERY: f64 = 5_000.0;
/// Milliseconds after a snapshot that failed.
const AFTER_FAILURE: f64 = 5_000.0;

/// Something to do besides steps.
enum Errand {
    Snapshot(Box<SnapshotJob>),
    Measure(Measuring),
    Pairs(Box<Pairing>),
}

/// A training on points, whatever the family.
pub struct PointTraining {
    pub progress: Progress,
    recipe: PlaneRecipe,
    ends: Rc<Marginals>,
    shown: SnapshotSpec,
    /// All rounds; the last one is, or was, in training.
    rounds: Vec<Round>,
    /// The number of the last round to go on to by itself.
    last: usize,
    errands: VecDeque<Errand>,
    map: Option<Mapping>,
    exam: Exam,
    distances: Distances,
    snapshots: Recurring,
    measurements: Recurring,
    checkpoints: Recurring,
    /// The share of pairs for the next round that are made, while they are being made.
    paired: Option<f64>,
    /// Whether the next unit belongs to the errands, where both want it.
    errand_next: bool,
}

impl PointTraining {
    /// From fresh weights, running. A sentence if something asked for makes no sense.
    pub fn new(
        run: u32,
        recipe: PlaneRecipe,
        shown: SnapshotSpec,
        until: Option<u64>,
        rounds: usize,
    ) -> Result<Self, String> {
        if recipe.family.has_path() && rounds > MAX_ROUNDS {
            return Err(format!("there are up to {MAX_ROUNDS} rounds of reflow, not {rounds}"));
        }
        let ends = Rc::new(Marginals::of(&recipe)?);
        let first = Round::first(&recipe, ends.clone());
        let last = if recipe.family.has_path() { rounds } else { 0 };
        Self::with(run, true, Course { recipe, shown, until, last }, ends, vec![first])
    }

    /// The training that a checkpoint holds, which says itself when it is to rest.
    pub fn restore(run: u32, bytes: &[u8], running: bool) -> Result<Self, String> {
        let (course, ends, rounds) = checkpoint::read(bytes)?;
        let mut learning = Self::with(run, running, course, ends, rounds)?;
        if !running {
            learning.rest();
        } else if learning.progress.is_there(learning.round().step()) && learning.round().number >= learning.last {
            // Whoever goes on with what has come to its end wants more of it.
            learning.progress.until = None;
        }
        Ok(learning)
    }

    fn with(run: u32, running: bool, course: Course, ends: Rc<Marginals>, rounds: Vec<Round>) -> Result<Self, String> {
        let Course { recipe, shown, until, last, .. } = course;
        let [snapshots, measurements] = recurring();
        let learning = Self {
            progress: Progress::new(run, running, until, rounds.last().map_or(0, Round::step)),
            rounds,
            ends,
            last,
            errands: VecDeque::new(),
            map: None,
            exam: Exam::default(),
            distances: Distances::default(),
            snapshots,
            measurements,
            checkpoints: Recurring::new(FIRST_CHECKPOINT, 1.0, CHECKPOINT_EVERY),
            paired: None,
            errand_next: false,
            shown,
            recipe,
        };
        learning.check(&learning.shown)?;
        Ok(learning)
    }

    /// All of it as bytes; nothing where its numbers are not finite.
    pub fn checkpoint(&self) -> Option<Event> {
        let course = Course {
            recipe: self.recipe.clone(),
            shown: self.shown.clone(),
            until: self.progress.until,
            last: self.last,
        };
        let bytes = checkpoint::write(&course, &self.rounds)?;
        Some(Event::Checkpoint { run: self.progress.run, step: self.round().step(), bytes })
    }

    /// Whether [`work`](Self::work) has something to do.
    pub fn busy(&self) -> bool {
        self.trains() || self.has_errand()
    }

    fn has_errand(&self) -> bool {
        !self.errands.is_empty() || self.map.is_some()
    }

    /// Whether a step may be taken: not while pairs for the next round are being made.
    fn trains(&self) -> bool {
        self.progress.running && self.paired.is_none()
    }

    /// There is always one.
    fn round(&self) -> &Round {
        &self.rounds[self.rounds.len() - 1]
    }

    /// Steps done in it.
    pub fn step(&self) -> u64 {
        self.round().step()
    }

    /// What learns.
    pub fn family(&self) -> FamilyId {
        self.recipe.family
    }

    fn label(&self, round: usize, whole: bool) -> SnapshotLabel {
        SnapshotLabel { run: self.progress.run, round, step: self.rounds[round].step(), whole }
    }

    /// Whether the velocity of a round tells the score: where x_0 is noise that knows nothing of x_1.
    fn tells_score(&self, round: usize) -> bool {
        round == 0 && self.ends.is_noise() && self.recipe.coupling == Coupling::Independent
    }

    /// A sentence if `sampler` does not suit a round.
    fn fits(&self, sampler: SamplerId, round: usize) -> Result<(), String> {
        if !self.recipe.family.has_path() {
            return Ok(());
        }
        let unsuited = |why: &str| Err(format!("{} does not suit this field: {why}", sampler.name));
        if sampler.is_stochastic() && !self.tells_score(round) {
            return unsuited("its ends are no independent pairs of noise and data, so that a velocity tells no score");
        }
        if !sampler.follows_velocity() && !self.ends.is_noise() {
            return unsuited("it starts from a source of its own and not from noise");
        }
        sampler.fits(self.rounds[round].schedule().0, true).or_else(|why| unsuited(&why))
    }

    fn check(&self, shown: &SnapshotSpec) -> Result<(), String> {
        shown.check()?;
        self.fits(shown.sampler, 0)
    }

    /// Rests, with the distances and a whole snapshot of what has been learned still to come.
    pub fn pause(&mut self, world: &impl World) -> Vec<Event> {
        self.rest();
        [self.report(world)].into_iter().chain(self.checkpoint()).collect()
    }

    /// Goes on, past the step where it was to rest if it has come there.
    pub fn resume(&mut self, world: &impl World) -> Event {
        let (number, step) = (self.round().number, self.round().step());
        self.progress.pace.begin(world.now(), step);
        if self.paired.is_none() && self.progress.is_there(step) && number < self.last {
            // It was paused while the pairs of the next round were being made.
            self.pair();
        } else if self.paired.is_none() {
            self.progress.resume(world.now(), step);
        }
        self.report(world)
    }

    /// Makes the pairs of the next round, once what is due of this one is done.
    fn pair(&mut self) {
        let round = self.round();
        let Some(field) = round.field() else { return };
        let pairing = Pairing::new(round.number, field, self.ends.clone(), self.recipe.seed);
        self.progress.running = true;
        self.errands.push_back(Errand::Pairs(pairing.into()));
        self.paired = Some(0.0);
    }

    /// Stops, with the distances and a whole snapshot of what has been learned.
    fn rest(&mut self) {
        self.stop();
        let snapshot = self.snapshot(self.rounds.len() - 1, None);
        let measuring = Errand::Measure(self.measuring());
        self.errands.extend([snapshot, measuring]);
    }

    /// Stops as it is.
    fn stop(&mut self) {
        self.progress.running = false;
        self.paired = None;
        self.errands.clear();
    }

    fn snapshot(&self, round: usize, most: Option<[usize; 2]>) -> Errand {
        let mut shown = self.shown.clone();
        if self.fits(shown.sampler, round).is_err() {
            shown.sampler = SamplerId::HEUN;
        }
        let label = self.label(round, most.is_none());
        Errand::Snapshot(SnapshotJob::new(label, shown, most, self.ends.clone(), &self.rounds[round]).into())
    }

    fn measuring(&self) -> Measuring {
        let (round, independent) = (self.round(), self.recipe.coupling == Coupling::Independent);
        let known = independent && round.number == 0;
        Measuring::new(round.drawer(), self.ends.clone(), &self.recipe.data, self.recipe.seed, known)
    }

    /// One unit: some steps, or part of an errand. What fails is over, and said.
    pub fn work(&mut self, world: &impl World) -> Vec<Event> {
        self.errand_next = !self.errand_next;
        let steps = self.trains() && !(self.errand_next && self.has_errand());
        let done = if steps { self.steps(world) } else { self.errand(world) };
        // A training that goes on is not refused by what could not be shown of it.
        let request = |it: &Self| match it.progress {
            Progress { running: true, .. } => Request::Points,
            Progress { run, .. } => Request::Train { run },
        };
        done.unwrap_or_else(|message| vec![self.report(world), Event::Refused { request: request(self), message }])
    }

    /// Steps for a while, and what is due after them.
    fn steps(&mut self, world: &impl World) -> Result<Vec<Event>, String> {
        let begin = world.now();
        let mut now = begin;
        let mut sound = true;
        while sound && now - begin < UNIT && !self.progress.is_there(self.round().step()) {
            let last = self.rounds.len() - 1;
            let terms = self.rounds[last].train();
            sound = !terms.is_empty() && terms.iter().all(|term| term.is_finite());
            self.progress.losses.push((self.rounds[last].step(), terms));
            now = world.now();
        }
        self.progress.pace.steps += now - begin;
        if !sound {
            self.stop();
            return Err("training stopped: the loss is no longer a finite number; a smaller learning rate helps".into());
        }
        if self.progress.is_there(self.round().step()) {
            self.rest();
            if self.round().number < self.last {
                self.pair();
            }
            return Ok([self.report(world)].into_iter().chain(self.checkpoint()).collect());
        }
        self.plan(now);
        let mut events = self.due(world);
        if self.checkpoints.is_due(now) {
            events.extend(self.checkpoint());
            self.checkpoints.end(now);
        }
        Ok(events)
    }

    /// A report if one is due.
    fn due(&mut self, world: &impl World) -> Vec<Event> {
        if self.progress.pace.report_is_due(world.now()) { vec![self.report(world)] } else { vec![] }
    }

    /// Puts what is due among the errands.
    fn plan(&mut self, now: f64) {
        if !self.errands.is_empty() {
            return;
        }
        if self.snapshots.is_due(now) {
            let most = if self.snapshots.is_first { FIRST } else { EARLY };
            self.errands.push_back(self.snapshot(self.rounds.len() - 1, Some(most)));
        } else if self.measurements.is_due(now) {
            self.errands.push_back(Errand::Measure(self.measuring()));
        }
    }

    /// Part of the first errand, or of the map.
    fn errand(&mut self, world: &impl World) -> Result<Vec<Event>, String> {
        let begin = world.now();
        match self.errands.pop_front() {
            None => {
                let map = self.map.as_mut().map(Mapping::work);
                self.map.take_if(|map| map.is_over());
                Ok(map.into_iter().map(Event::Map).collect())
            }
            Some(Errand::Snapshot(mut snapshot)) => {
                let shown = snapshot.work();
                let now = world.now();
                self.snapshots.work(now - begin);
                match &shown {
                    Ok(None) => self.errands.push_front(Errand::Snapshot(snapshot)),
                    Ok(Some(_)) => self.snapshots.end(now),
                    Err(_) => self.snapshots.wait(now + AFTER_FAILURE),
                }
                Ok(shown?.into_iter().map(Event::Snapshot).collect())
            }
            Some(Errand::Measure(mut measuring)) => {
                let distances = measuring.work(&mut self.exam, world);
                self.measurements.work(world.now() - begin);
                let Some(distances) = distances else {
                    self.errands.push_front(Errand::Measure(measuring));
                    return Ok(vec![]);
                };
                self.distances = distances;
                self.measurements.end(world.now());
                Ok(vec![self.report(world)])
            }
            Some(Errand::Pairs(pairing)) => self.join(pairing, world),
        }
    }

    /// Some more pairs, and the next round once they are all there.
    fn join(&mut self, mut pairing: Box<Pairing>, world: &impl World) -> Result<Vec<Event>, String> {
        match pairing.work().inspect_err(|_| self.stop())? {
            None => {
                self.paired = Some(pairing.share());
                self.errands.push_front(Errand::Pairs(pairing));
                Ok(self.due(world))
            }
            Some(pairs) => {
                self.paired = None;
                self.rounds.extend(self.round().next(pairs));
                self.progress.pace = Pace::default();
                [self.snapshots, self.measurements] = recurring();
                self.progress.pace.begin(world.now(), 0);
                Ok(vec![self.report(world)])
            }
        }
    }

    /// How training stands, with what is new since the last report.
    pub fn report(&mut self, world: &impl World) -> Event {
        let (number, step, parameters) = (self.round().number, self.round().step(), self.round().parameters);
        let distances = std::mem::take(&mut self.distances);
        let (pairs, known) = (self.paired, self.progress.report(world.now(), step, step));
        Event::Train(TrainReport { round: number, parameters, pairs, distances, ..known })
    }
}

fn recurring() -> [Recurring; 2] {
    [SNAPSHOTS, MEASUREMENTS].map(|[parts, rest]| Recurring::new(0.0, parts, rest))
}
