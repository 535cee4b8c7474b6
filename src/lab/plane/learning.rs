//! A training in the plane as the page sees it: steps and rounds, reports, snapshots, maps and traces.

use super::{
    density::{self, Mapping},
    distance::{Distances, Exam, Measuring},
    ends::Ends,
    pairing::Pairing,
    protocol::{FARTHEST, MAX_ROUNDS, PlaneCommand, PlaneEvent, PlaneRecipe, PlaneReport, PlaneSight, check_lattice},
    round::Round,
    snapshot::{Label, Snapshot},
};
use crate::{
    flow::{
        coupling::Coupling,
        keyed::Keyed,
        lattice::Lattice,
        sampler::{Kind, SamplerId},
    },
    lab::world::World,
};
use std::{collections::VecDeque, rc::Rc};

/// Milliseconds of steps in one unit of work.
const UNIT: f64 = 12.0;
/// Milliseconds between reports, and between measurements of distances.
const REPORT_EVERY: f64 = 250.0;
const MEASURE_EVERY: f64 = 1_000.0;
/// Snapshots, and measurements, may each take one part in so many of the time.
const SNAPSHOT_SHARE: f64 = 4.0;
const MEASURE_SHARE: f64 = 12.0;
/// Particles and cells a side of the first snapshot, and of others while training goes on.
const FIRST: [usize; 2] = [250, 12];
const EARLY: [usize; 2] = [500, 20];

/// Something to do besides steps.
enum Job {
    Snapshot(Box<Snapshot>),
    Measure(Measuring),
    Pairs(Pairing),
}

/// Time spent on the round under way.
#[derive(Default)]
struct Spent {
    /// Milliseconds of its steps.
    steps: f64,
    /// When the last report was made, at which step, and what had been spent by then.
    reported: (f64, u64, f64),
    /// Milliseconds of the job under way.
    job: f64,
    snapshot_due: f64,
    measure_due: f64,
}

/// Everything learned in the plane.
pub struct Learning {
    run: u32,
    recipe: PlaneRecipe,
    ends: Rc<Ends>,
    sight: PlaneSight,
    /// All rounds; the last one is, or was, in training.
    rounds: Vec<Round>,
    running: bool,
    /// The step at which a round rests, and the number of the last round to go on to by itself.
    until: Option<u64>,
    last: usize,
    jobs: VecDeque<Job>,
    map: Option<Mapping>,
    exam: Exam,
    losses: Vec<(u64, f32)>,
    distances: Option<Distances>,
    spent: Spent,
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
        sight: PlaneSight,
        until: Option<u64>,
        rounds: usize,
    ) -> Result<Self, String> {
        if rounds > MAX_ROUNDS {
            return Err(format!("there are up to {MAX_ROUNDS} rounds of reflow, not {rounds}"));
        }
        let ends = Ends::of(&recipe)?;
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
            spent: Spent::default(),
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
        self.running && !self.jobs.iter().any(|job| matches!(job, Job::Pairs(_)))
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
        let is_ode = matches!(sampler.kind, Kind::RungeKutta(_) | Kind::Adaptive);
        if !is_ode && !self.ends.is_noise() {
            return unsuited("it starts from a source of its own and not from noise");
        }
        sampler.fits(self.rounds[round].config.schedule.0, true).or_else(|why| unsuited(&why))
    }

    fn check(&self, sight: &PlaneSight) -> Result<(), String> {
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
                self.running = true;
                self.until = self.until.filter(|&until| self.round().step() < until);
                self.spent.reported = (world.now(), self.round().step(), self.spent.steps);
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

    fn mapping(&self, round: usize, lattice: Lattice) -> Result<Mapping, String> {
        check_lattice(&lattice)?;
        let field = self.field_of(round)?.field();
        Ok(Mapping::new(self.label(round, true), lattice, self.ends.clone(), field))
    }

    fn reflow(&mut self, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        let (number, step) = (self.round().number, self.round().step());
        if self.jobs.iter().any(|job| matches!(job, Job::Pairs(_))) {
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
    }

    /// Stops, with the distances and a whole snapshot of what has been learned.
    fn rest(&mut self) {
        self.running = false;
        self.jobs.clear();
        let snapshot = self.snapshot(self.rounds.len() - 1, None);
        let measuring = Job::Measure(self.measuring());
        self.jobs.extend([snapshot, measuring]);
    }

    fn snapshot(&self, round: usize, most: Option<[usize; 2]>) -> Job {
        let mut sight = self.sight.clone();
        if self.fits(sight.sampler, round).is_err() {
            sight.sampler = SamplerId::find("heun").unwrap_or_default();
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
            self.losses.push((self.rounds[last].step(), loss));
            sound = loss.is_finite();
            now = world.now();
        }
        self.spent.steps += now - begin;
        if !sound {
            self.running = false;
            self.jobs.clear();
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
        let due = now - self.spent.reported.0 >= REPORT_EVERY;
        Ok(if due { news([self.report(world)]) } else { vec![] })
    }

    /// Puts what is due among the jobs.
    fn plan(&mut self, now: f64) {
        if self.jobs.is_empty() && now >= self.spent.snapshot_due {
            let most = if self.spent.snapshot_due == 0.0 { FIRST } else { EARLY };
            self.jobs.push_back(self.snapshot(self.rounds.len() - 1, Some(most)));
        } else if self.jobs.is_empty() && now >= self.spent.measure_due {
            self.jobs.push_back(Job::Measure(self.measuring()));
        }
    }

    /// Part of the first job, or of the map.
    fn job(&mut self, world: &impl World) -> Result<Vec<PlaneEvent>, String> {
        let begin = world.now();
        let Some(mut job) = self.jobs.pop_front() else {
            let event = self.map.as_mut().map(Mapping::work);
            self.map.take_if(|map| map.is_over());
            return Ok(news(event));
        };
        let worked = self.advance(&mut job, world);
        let end = world.now();
        self.spent.job += end - begin;
        match worked? {
            None => {
                self.jobs.push_front(job);
                Ok(vec![])
            }
            Some(events) => {
                let spent = std::mem::take(&mut self.spent.job);
                match job {
                    Job::Snapshot(_) => self.spent.snapshot_due = end + (SNAPSHOT_SHARE - 1.0) * spent.max(30.0),
                    Job::Measure(_) => {
                        self.spent.measure_due = end + MEASURE_EVERY.max((MEASURE_SHARE - 1.0) * spent);
                    }
                    Job::Pairs(_) => {}
                }
                Ok(events)
            }
        }
    }

    /// Part of `job`; events once it is done.
    fn advance(&mut self, job: &mut Job, world: &impl World) -> Result<Option<Vec<PlaneEvent>>, String> {
        Ok(match job {
            Job::Snapshot(snapshot) => snapshot.work()?.map(|event| news([event])),
            Job::Measure(measuring) => {
                let distances = measuring.work(&mut self.exam);
                distances.is_some().then(|| {
                    self.distances = distances;
                    news([self.report(world)])
                })
            }
            Job::Pairs(pairing) => match pairing.work() {
                Ok(Some(pairs)) => {
                    let next = self.round().next(pairs);
                    self.rounds.push(next);
                    self.spent = Spent { reported: (world.now(), 0, 0.0), ..Spent::default() };
                    Some(news([self.report(world)]))
                }
                Ok(None) => None,
                Err(message) => {
                    self.running = false;
                    return Err(message);
                }
            },
        })
    }

    /// How training stands, with what is new since the last report.
    pub fn report(&mut self, world: &impl World) -> PlaneEvent {
        let (step, now) = (self.round().step(), world.now());
        let (_, before, spent) = self.spent.reported;
        let took = self.spent.steps - spent;
        let steps_per_second = if took > 0.0 { (step - before) as f64 * 1000.0 / took } else { 0.0 };
        self.spent.reported = (now, step, self.spent.steps);
        let distances = self.distances.take();
        let pairing = self.jobs.iter().find_map(|job| if let Job::Pairs(it) = job { Some(it.share()) } else { None });
        PlaneEvent::Report(PlaneReport {
            run: self.run,
            round: self.round().number,
            step,
            losses: std::mem::take(&mut self.losses),
            seconds: self.spent.steps / 1000.0,
            steps_per_second,
            parameters: self.parameters,
            running: self.running,
            until: self.until,
            pairs: pairing,
            velocity_error: distances.and_then(|it| it.velocity_error),
            energy: distances.map(|it| it.energy),
            straightness: distances.and_then(|it| it.straightness),
            one_step: distances.map(|it| it.one_step),
        })
    }
}
