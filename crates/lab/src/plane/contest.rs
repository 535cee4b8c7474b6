//! Several kinds that learn the same points at once: whoever has had the least time for its steps has the next unit.
//!
//! Each is a training of its own, so that its bytes are those that it would have alone. What one says is told as of the round
//! that is its number.

use super::learning::PointTraining;
use crate::{
    checkpoint::{damaged, seal, unseal},
    pace::Recurring,
    world::World,
};
use protocol::{
    contest::{Contest, MAX_RIVALS, MOST_STEPS, Rival, SECONDS},
    learned::Inquiry,
    message::{Event, Request},
};
use serde::{Deserialize, Serialize};

/// What such bytes begin with; see [`checkpoint`](super::checkpoint).
const LETTERS: &[u8; 8] = b"rivals-1";
/// Milliseconds before the first checkpoint, and between two after it.
const FIRST_CHECKPOINT: f64 = 3_000.0;
const CHECKPOINT_EVERY: f64 = 10_000.0;

/// True of bytes that [`ContestTraining::checkpoint`] made.
pub fn is_contest(bytes: &[u8]) -> bool {
    bytes.starts_with(LETTERS)
}

/// All of it as bytes: the time that each has and may have, both in milliseconds, and the checkpoint of each.
#[derive(Serialize, Deserialize)]
struct State {
    budget: f64,
    limit: f64,
    rivals: Vec<(f64, Vec<u8>)>,
}

/// See the module.
pub struct ContestTraining {
    pub run: u32,
    rivals: Vec<PointTraining>,
    /// Those whose loss is no number any more: no time helps them.
    failed: Vec<bool>,
    /// The last state of each whose numbers were finite, with the time that it had had.
    sound: Vec<(f64, Vec<u8>)>,
    /// Milliseconds that each has been given at once.
    budget: f64,
    /// Milliseconds of steps after which one rests.
    limit: f64,
    checkpoints: Recurring,
}

impl ContestTraining {
    /// From fresh weights, running. A sentence if something asked for makes no sense.
    pub fn new(run: u32, contest: Contest) -> Result<Self, String> {
        contest.check()?;
        let one =
            |rival: &Rival| PointTraining::new(run, contest.recipe_of(rival), contest.shown.clone(), rival.until, 0);
        let rivals = contest.rivals.iter().map(one).collect::<Result<Vec<_>, _>>()?;
        let (budget, failed) = (1000.0 * contest.seconds, vec![false; rivals.len()]);
        let sound = rivals.iter().filter_map(state).collect();
        Ok(Self { run, rivals, failed, sound, budget, limit: budget, checkpoints: checkpoints() })
    }

    /// The one that a checkpoint holds.
    pub fn restore(run: u32, bytes: &[u8], running: bool) -> Result<Self, String> {
        let body = unseal(bytes)?.strip_prefix(LETTERS).ok_or_else(|| damaged("it is of no kinds side by side"))?;
        let State { budget, limit, rivals } = postcard::from_bytes(body).map_err(damaged)?;
        let sound = |ms: f64| ms.is_finite() && ms >= 0.0;
        let [least, most] = SECONDS.map(|seconds| 1000.0 * seconds);
        let many = (1..=MAX_RIVALS).contains(&rivals.len());
        if !many || !sound(limit) || !(least..=most).contains(&budget) || !rivals.iter().all(|(spent, _)| sound(*spent))
        {
            return Err(damaged("its times or its kinds are none"));
        }
        let one = |(spent, bytes): (f64, Vec<u8>)| {
            let mut rival = PointTraining::restore(run, &bytes, false)?;
            let step = rival.step();
            rival.progress.pace.steps = spent;
            rival.progress.pace.begin(0.0, step);
            Ok(rival)
        };
        let rivals = rivals.into_iter().map(one).collect::<Result<Vec<_>, String>>()?;
        let failed = vec![false; rivals.len()];
        let sound = rivals.iter().filter_map(state).collect();
        let mut contest = Self { run, rivals, failed, sound, budget, limit, checkpoints: checkpoints() };
        if running {
            contest.want_more();
            for k in 0..contest.rivals.len() {
                contest.rivals[k].progress.running = !contest.is_over(k);
            }
        }
        Ok(contest)
    }

    /// All of it as bytes: of one whose numbers are not finite any more, what it was when they were.
    pub fn checkpoint(&mut self) -> Option<Event> {
        for (rival, sound) in self.rivals.iter().zip(&mut self.sound) {
            if let Some(state) = state(rival) {
                *sound = state;
            }
        }
        let state = State { budget: self.budget, limit: self.limit, rivals: self.sound.clone() };
        let mut bytes = LETTERS.to_vec();
        bytes.extend(postcard::to_allocvec(&state).ok()?);
        let step = self.rivals.iter().map(PointTraining::step).max().unwrap_or(0);
        Some(Event::Checkpoint { run: self.run, step, bytes: seal(bytes) })
    }

    /// Whether [`work`](Self::work) has something to do.
    pub fn busy(&self) -> bool {
        self.rivals.iter().any(PointTraining::busy)
    }

    fn is_running(&self) -> bool {
        self.rivals.iter().any(|rival| rival.progress.running)
    }

    /// Whether rival `k` has come to where it rests.
    fn is_over(&self, k: usize) -> bool {
        let rival = &self.rivals[k];
        let is_there = match rival.progress.until {
            Some(_) => rival.progress.is_there(rival.step()),
            None => rival.progress.pace.steps >= self.limit,
        };
        is_there || self.failed[k] || rival.step() >= MOST_STEPS
    }

    /// Whoever goes on with what has come to its end gives each as much time again.
    fn want_more(&mut self) {
        if (0..self.rivals.len()).all(|k| self.is_over(k)) {
            let most = self.rivals.iter().map(|rival| rival.progress.pace.steps).fold(0.0, f64::max);
            self.limit = most + self.budget;
            self.rivals.iter_mut().for_each(|rival| rival.progress.until = None);
        }
    }

    /// What rival `k` says. What fails with it is over for it alone.
    fn told(&self, k: usize, events: Vec<Event>) -> Vec<Event> {
        let of = |mut event: Event| {
            match &mut event {
                Event::Train(it) => it.round = k,
                Event::Snapshot(it) => it.round = k,
                Event::Map(it) => it.round = k,
                Event::Trace(it) => it.round = k,
                // One for all of them is made here.
                Event::Checkpoint { .. } => return None,
                Event::Refused { request, message } => {
                    if self.is_running() {
                        *request = Request::Points;
                    }
                    *message = format!("{}: {message}", self.rivals[k].family().name);
                }
                _ => {}
            }
            Some(event)
        };
        events.into_iter().filter_map(of).collect()
    }

    /// Something done with each, in turn.
    fn each(&mut self, mut act: impl FnMut(&mut Self, usize) -> Vec<Event>) -> Vec<Event> {
        let mut all = vec![];
        for k in 0..self.rivals.len() {
            let events = act(self, k);
            all.extend(self.told(k, events));
        }
        all
    }

    /// Stops after the current step, keeps everything and shows all of it.
    pub fn pause(&mut self, turn: u32, world: &impl World) -> Vec<Event> {
        let events = self.each(|it, k| {
            it.rivals[k].progress.turn = turn;
            it.rest(k, world)
        });
        events.into_iter().chain(self.checkpoint()).collect()
    }

    /// Lets one rest that does not yet.
    fn rest(&mut self, k: usize, world: &impl World) -> Vec<Event> {
        let rival = &mut self.rivals[k];
        if rival.progress.running { rival.pause(world) } else { vec![rival.report(world)] }
    }

    /// Goes on; where all have had their time, with as much again.
    pub fn resume(&mut self, turn: u32, world: &impl World) -> Vec<Event> {
        self.want_more();
        self.each(|it, k| {
            it.rivals[k].progress.turn = turn;
            let is_over = it.is_over(k);
            let rival = &mut it.rivals[k];
            vec![if is_over { rival.report(world) } else { rival.resume(world) }]
        })
    }

    /// How each stands, with what is new since its last report.
    pub fn report(&mut self, world: &impl World) -> Vec<Event> {
        self.each(|it, k| vec![it.rivals[k].report(world)])
    }

    /// One unit of the rival that has had the least time.
    pub fn work(&mut self, world: &impl World) -> Vec<Event> {
        let spent = |k: usize| self.rivals[k].progress.pace.steps;
        let busy = (0..self.rivals.len()).filter(|k| self.rivals[*k].busy());
        let Some(k) = busy.min_by(|a, b| spent(*a).total_cmp(&spent(*b))) else { return vec![] };
        let ran = self.is_running();
        let mut events = self.rivals[k].work(world);
        let fails = |event: &Event| matches!(event, Event::Refused { request: Request::Train { .. }, .. });
        self.failed[k] |= events.iter().any(fails);
        if self.rivals[k].progress.running && self.is_over(k) {
            events.extend(self.rest(k, world));
        }
        let mut told = self.told(k, events);
        let now = world.now();
        if ran && (!self.is_running() || self.checkpoints.is_due(now)) {
            told.extend(self.checkpoint());
            self.checkpoints.end(now);
        }
        told
    }

    /// Answers a question; a sentence if there is no answer.
    pub fn answer(&mut self, inquiry: Inquiry, world: &impl World) -> Result<Vec<Event>, String> {
        let (k, inquiry) = match inquiry {
            Inquiry::Look(shown) => {
                let mut answers = vec![];
                for k in 0..self.rivals.len() {
                    let events = self.rivals[k].answer(Inquiry::Look(shown.clone()), world)?;
                    answers.extend(self.told(k, events));
                }
                return Ok(answers);
            }
            Inquiry::Reflow => {
                return Err("several kinds learn side by side, and none of them goes on to reflow".into());
            }
            Inquiry::Likelihood { round, lattice } => (round, Inquiry::Likelihood { round: 0, lattice }),
            Inquiry::Trace { round, x } => (round, Inquiry::Trace { round: 0, x }),
        };
        let many = self.rivals.len();
        let rival = self.rivals.get_mut(k);
        let rival = rival.ok_or_else(|| format!("there are kinds 0 to {}, and no kind {k}", many - 1))?;
        let events = rival.answer(inquiry, world)?;
        Ok(self.told(k, events))
    }
}

/// The time that a rival has had, and its checkpoint; nothing where a number is not finite.
fn state(rival: &PointTraining) -> Option<(f64, Vec<u8>)> {
    match rival.checkpoint()? {
        Event::Checkpoint { bytes, .. } => Some((rival.progress.pace.steps, bytes)),
        _ => None,
    }
}

fn checkpoints() -> Recurring {
    Recurring::new(FIRST_CHECKPOINT, 1.0, CHECKPOINT_EVERY)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            checkpoint::{Course, write},
            marginals::Marginals,
            round::Round,
        },
        *,
    };
    use data::shapes::Shape;
    use flow::{lattice::Lattice, schedule::ScheduleId};
    use model::adam::Adam;
    use protocol::{
        cloud::CloudSpec,
        message::TrainReport,
        method::Method,
        plane::{PlaneRecipe, SnapshotSpec},
    };
    use std::{cell::Cell, rc::Rc, task::Poll};

    /// A clock that a look moves on.
    #[derive(Default)]
    struct Clock(Cell<f64>);

    impl World for Clock {
        fn fetch(&self, _: &str) -> Poll<Result<Vec<u8>, String>> {
            Poll::Pending
        }

        fn arrivals(&self) -> u64 {
            0
        }

        fn now(&self) -> f64 {
            self.0.set(self.0.get() + 1.0);
            self.0.get()
        }
    }

    /// A training on points at its beginning, as bytes, with weights as large as that.
    fn fresh(size: f64) -> Vec<u8> {
        let method = Method { batch: 32, ..Method::default() };
        let recipe =
            PlaneRecipe { method, data: Shape::Eight.parts('R'), source: None, schedule: ScheduleId::default() };
        let shown = SnapshotSpec {
            cloud: CloudSpec { particles: 20, steps: 2, ..CloudSpec::default() },
            lattice: Lattice { low: [-3.0; 2], high: [3.0; 2], columns: 2, rows: 2 },
        };
        let ends = Rc::new(Marginals::of(&recipe).expect("two ends"));
        let round = Round::first(&recipe, ends);
        let large = |adam: &Adam| Adam { theta: adam.theta.clone() * size, ..adam.clone() };
        let learners = round.learners().iter().map(large).collect();
        let round = round.with(learners);
        write(&Course { recipe, shown, until: Some(60), last: 0 }, &[round]).expect("finite numbers")
    }

    fn steps(events: &[Event]) -> Vec<(usize, u64)> {
        let report = |event: &Event| match event {
            Event::Train(TrainReport { round, step, .. }) => Some((*round, *step)),
            _ => None,
        };
        events.iter().filter_map(report).collect()
    }

    #[test]
    fn one_whose_numbers_end_keeps_no_other_from_being_saved() {
        // So large that what the second makes of them is no number, though they are some.
        let state = State { budget: 1000.0, limit: 1000.0, rivals: vec![(0.0, fresh(1.0)), (0.0, fresh(1e30))] };
        let mut bytes = LETTERS.to_vec();
        bytes.extend(postcard::to_allocvec(&state).expect("bytes"));
        let (world, mut contest) = (Clock::default(), ContestTraining::restore(1, &seal(bytes), true).expect("whole"));
        let mut events = vec![];
        while contest.busy() {
            events.extend(contest.work(&world));
        }
        let ended = |event: &Event| matches!(event, Event::Refused { message, .. } if message.contains("no longer a finite number"));
        assert_eq!(events.iter().filter(|event| ended(event)).count(), 1);
        let last = |k: usize| steps(&events).into_iter().rev().find(|(round, _)| *round == k).expect("a report").1;
        assert!(last(0) == 60 && last(1) < 60, "{} and {}", last(0), last(1));
        let Some(Event::Checkpoint { bytes, step: 60, .. }) = contest.checkpoint() else { panic!("a checkpoint") };
        let mut again = ContestTraining::restore(2, &bytes, false).expect("whole");
        let there = steps(&again.report(&world));
        assert!(there[0] == (0, 60) && there[1].1 <= last(1), "{there:?}");
        assert!(again.checkpoint().is_some());
    }
}
