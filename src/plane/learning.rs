//! Learned fields: what is asked of the worker, and what is done with its news.

use super::state::{LearningPhase, Left, Plane};
use crate::store::Frames;
use leptos::prelude::*;
use plane::{
    asked::{self, MAP},
    figure::Figure,
    spec::{FigureKind, MAX_TRAINED, Spec},
};
use protocol::{
    contest::{Contest, Rival},
    learned::Inquiry,
    link::DeviceChoice,
    message::{Command, Event, Request, Task, TrainReport},
    outlook::take_terms,
    plane::{MAX_ROUNDS, PlaneRecipe, SnapshotSpec},
};
use wasm_bindgen_futures::spawn_local;
use web::client::{Client, Notice};

/// Begins again what the link names as learned.
pub fn resume(plane: Plane) {
    let (trained, rounds) = plane.spec.with_untracked(|spec| (spec.learning.trained, spec.learning.rounds));
    if plane.spec.with_untracked(Spec::has_learned) {
        plane.put_away();
        plane.train_until(Some(trained), rounds);
        plane.linked.set_value(true);
    } else if plane.phase.get_untracked() != LearningPhase::None {
        plane.stop();
    }
}

impl Plane {
    /// True while something is being learned.
    pub fn is_busy(self) -> bool {
        self.phase.get() == LearningPhase::Running
    }

    pub(super) fn send(self, command: Command) {
        if self.client.with_value(Option::is_none) {
            let client = Client::new(move |notice| self.notice(notice));
            self.client.set_value(Some(client.clone()));
            spawn_local(async move { client.start(DeviceChoice::Cpu).await });
        }
        self.client.with_value(|client| client.iter().for_each(|client| client.send(command.clone())));
    }

    fn ask(self, inquiry: Inquiry) {
        self.send(Command::Ask(inquiry));
    }

    /// Trains from fresh weights until it is told to rest.
    pub fn train(self) {
        self.edit(Spec::unlearn);
        if !matches!(self.show.get_untracked(), FigureKind::Likelihood | FigureKind::Kinds) {
            self.edit(|spec| spec.show = FigureKind::Path);
        }
        self.begin_training(Some(MAX_TRAINED), 0);
    }

    /// From fresh weights, in place of what was learned before.
    fn begin_training(self, until: Option<u64>, rounds: usize) {
        let alone = self.phase.get_untracked() == LearningPhase::None;
        self.put_away();
        self.saves.begin(alone);
        self.linked.set_value(false);
        self.train_until(until, rounds);
    }

    fn train_until(self, until: Option<u64>, rounds: usize) {
        self.next_run();
        self.forget();
        let rivals = self.spec.with_untracked(Spec::rivals);
        self.begin_figure(&rivals);
        self.seen_as.set_value(self.spec.with_untracked(Spec::to_query));
        self.turn.set_value(0);
        self.phase.set(LearningPhase::Running);
        let (recipe, shown) = (self.recipe(), self.shown());
        self.goal.set_value((until, rounds));
        self.left.set_value(Left::default());
        self.taught.set_value(Some(recipe.clone()));
        let task = match rivals.is_empty() {
            true => Task::Points { recipe, shown, rounds },
            false => {
                Task::Contest(Contest { recipe, rivals, shown, seconds: self.spec.with_untracked(|spec| spec.seconds) })
            }
        };
        self.send(Command::Train { run: self.run.get_value(), task, until });
    }

    /// The figure is of what learns from now on: these side by side, or where there are none, one alone.
    pub(super) fn begin_figure(self, rivals: &[Rival]) {
        self.figure.update_value(|figure| {
            figure.outdated = false;
            figure.kinds = rivals.iter().map(|rival| rival.family).collect();
        });
    }

    pub(super) fn forget(self) {
        self.checkpoint.set_value(None);
        self.resumed.set_value(false);
        self.figure.update_value(|figure| figure.forget());
        self.reports.set(Vec::new());
        self.losses.update(Vec::clear);
        self.news.update(|news| *news += 1);
    }

    /// Whether what is learned belongs to this figure: round by round, or kind by kind.
    pub fn fits(self) -> bool {
        self.reports.track();
        let kinds = self.show.get() == FigureKind::Kinds;
        self.phase.get() == LearningPhase::None || self.figure.with_value(Figure::has_kinds) == kinds
    }

    /// Pauses, or goes on.
    pub fn pause_or_resume(self) {
        match self.phase.get_untracked() {
            LearningPhase::Running => self.let_rest(),
            LearningPhase::Paused => {
                self.own();
                self.phase.set(LearningPhase::Running);
                self.send(Command::Resume { turn: self.next_turn() });
            }
            LearningPhase::None => {}
        }
    }

    /// Rests while nobody sees it.
    pub(super) fn leave(self) {
        let playing = untrack(|| self.is_playing());
        if playing {
            self.pause();
        }
        let learning = self.phase.get_untracked() == LearningPhase::Running;
        if learning {
            self.let_rest();
        }
        self.left.update_value(|left| {
            *left = Left { playing: left.playing || playing, learning: left.learning || learning };
        });
    }

    fn let_rest(self) {
        self.phase.set(LearningPhase::Paused);
        self.send(Command::Pause { turn: self.next_turn() });
    }

    /// Goes on with what rested while nobody saw it.
    pub(super) fn come_back(self) {
        let Left { learning, playing } = self.left.try_update_value(std::mem::take).unwrap_or_default();
        if playing {
            self.run();
        }
        // It may have come to its end in the meantime.
        let (until, rounds) = self.goal.get_value();
        let is_last = |report: &TrainReport| {
            let is_there = until.is_some_and(|until| report.step >= until);
            is_there && report.round >= rounds && report.pairs.is_none()
        };
        let budget = self.spec.with_untracked(|spec| spec.seconds);
        let has_rest = |it: &TrainReport| it.until.map_or(it.seconds >= budget, |until| it.step >= until);
        let is_over = match self.figure.with_value(Figure::has_kinds) {
            true => self.reports.with_untracked(|all| !all.is_empty() && all.iter().all(has_rest)),
            false => self.reports.with_untracked(|all| all.last().is_some_and(is_last)),
        };
        if learning && !is_over && self.phase.get_untracked() == LearningPhase::Paused {
            self.phase.set(LearningPhase::Running);
            self.send(Command::Resume { turn: self.next_turn() });
        }
    }

    /// What a link named is a person's own once they go on with it, and is saved from then on.
    fn own(self) {
        if self.linked.get_value() {
            self.linked.set_value(false);
            self.saves.begin(true);
        }
    }

    /// Forgets what was learned.
    pub fn stop(self) {
        self.put_away();
        self.send(Command::Reset);
        self.next_run();
        self.phase.set(LearningPhase::None);
        self.forget();
        self.edit(Spec::unlearn);
    }

    /// One more round on the pairs of the last one.
    pub fn reflow(self) {
        match self.phase.get_untracked() {
            LearningPhase::None => {
                self.edit(|spec| spec.show = FigureKind::Path);
                return self.begin_training(Some(FIRST), 1);
            }
            _ if self.reached().1 >= MAX_ROUNDS => {
                return self.alerts.say(format!("There are at most {MAX_ROUNDS} rounds of reflow."));
            }
            _ => {}
        }
        self.own();
        self.phase.set(LearningPhase::Running);
        self.edit(|spec| spec.show = FigureKind::Path);
        self.ask(Inquiry::Reflow);
    }

    /// True while a round of reflow, or the training up to its step, must come to its end first.
    pub fn is_reflowing(self) -> bool {
        let under_way = |report: &TrainReport| {
            report.running
                && (report.round > 0 || report.pairs.is_some() || report.until.is_some_and(|it| it < MAX_TRAINED))
        };
        self.reports.with(|all| all.last().is_some_and(under_way))
    }

    /// Asks for the map of log p of the first round.
    pub fn measure(self) {
        let lattice = self.figure.with_value(|figure| figure.lattice(MAP));
        self.ask(Inquiry::Likelihood { round: 0, lattice });
        if let Some(x) = self.spec.with_untracked(|spec| spec.probe) {
            self.trace(x);
        }
    }

    /// Asks for the trajectory that ends at `x`.
    pub fn trace(self, x: [f64; 2]) {
        if self.phase.get_untracked() != LearningPhase::None {
            self.ask(Inquiry::Trace { round: 0, x });
        }
    }

    /// Where the data or the path are no longer those that were learned, learning rests, and the panel and the link say so.
    pub fn keep_up(self) {
        let other = self.phase.get_untracked() != LearningPhase::None
            && (self.taught.with_value(|taught| taught.as_ref() != Some(&self.recipe()))
                || self.figure.with_value(Figure::has_kinds) != (self.show.get_untracked() == FigureKind::Kinds));
        if self.figure.with_value(|figure| figure.outdated) == other {
            return;
        }
        self.figure.update_value(|figure| figure.outdated = other);
        if !other {
            self.note();
        } else {
            if self.phase.get_untracked() == LearningPhase::Running {
                self.let_rest();
            }
            self.edit(Spec::unlearn);
        }
    }

    fn recipe(self) -> PlaneRecipe {
        self.spec.with_untracked(Spec::taught)
    }

    /// What snapshots should show.
    fn shown(self) -> SnapshotSpec {
        let taught = self.taught.with_value(|taught| taught.clone()).unwrap_or_else(|| self.recipe());
        self.spec.with_untracked(|spec| asked::shown(spec, &taught))
    }

    /// Asks for other snapshots where what is seen has changed.
    pub fn look(self) {
        let shown = self.shown();
        if self.seen.with_value(|seen| seen.as_ref() != Some(&shown)) {
            self.seen.set_value(Some(shown.clone()));
            if self.phase.get_untracked() != LearningPhase::None {
                self.ask(Inquiry::Look(shown));
            }
        }
    }

    fn again(self) {
        self.client.with_value(|client| client.iter().for_each(Client::again));
    }

    fn notice(self, notice: Notice) {
        match notice {
            Notice::Event(event) => self.hear(*event),
            Notice::Passed(_) => (),
            Notice::Warning(sentence) => self.alerts.say(sentence),
            Notice::Replaced(sentence) => {
                self.alerts.say(sentence);
                self.saves.settle();
                let phase = self.phase.get_untracked();
                let checkpoint = self.checkpoint.get_value().filter(|_| phase != LearningPhase::None);
                if let Some(bytes) = checkpoint {
                    self.hand_over(bytes, phase == LearningPhase::Running);
                } else if phase != LearningPhase::None {
                    // As far as it was to go, or had come where it was to go on.
                    let ((step, rounds), (until, of)) = (self.reached(), self.goal.get_value());
                    let until = until.filter(|until| *until < MAX_TRAINED).unwrap_or(step.max(1));
                    self.train_until(Some(until), rounds.max(of));
                }
            }
            Notice::Late(sentence) => self.alerts.offer(sentence, "Try again", move || self.again()),
            Notice::Came => self.alerts.retract_those("The worker that computes has not come"),
            Notice::Stale => {
                self.phase.set(LearningPhase::None);
                self.client.set_value(None);
                let sentence = "A new version of this page is there, and parts of this one may no longer be.";
                self.alerts.offer(sentence, "Reload", || spawn_local(web::offline::renew()));
            }
            Notice::Failed(sentence) => {
                self.phase.set(LearningPhase::None);
                self.client.set_value(None);
                self.alerts.say(sentence);
            }
        }
    }

    /// Writes what is learned into the link, where it is of what is shown.
    fn note(self) {
        if self.figure.with_value(|figure| figure.outdated) {
            return;
        }
        let kinds = self.figure.with_value(|figure| figure.kinds.clone());
        if kinds.is_empty() {
            let (trained, rounds) = self.reached();
            self.edit(|spec| (spec.learning.trained, spec.learning.rounds) = (trained, rounds));
        } else if let Some(steps) = self.rest_of_kinds(kinds.len()) {
            self.edit(|spec| spec.kinds = kinds.into_iter().zip(steps).collect());
        }
    }

    /// The steps of each of so many kinds, once all of them rest.
    fn rest_of_kinds(self, many: usize) -> Option<Vec<u64>> {
        self.reports.with_untracked(|all| {
            let rest = all.len() == many && all.iter().all(|report| !report.running);
            rest.then(|| all.iter().map(|report| report.step).collect())
        })
    }

    /// Steps of the first round so far, and the rounds after it.
    fn reached(self) -> (u64, usize) {
        self.reports.with_untracked(|all| {
            let first = all.first().map_or(0, |report| report.step.min(MAX_TRAINED));
            let rounds = all.last().map_or(0, |report| report.round + usize::from(report.pairs.is_some()));
            (first, rounds)
        })
    }

    fn hear(self, event: Event) {
        match event {
            Event::Train(report) if self.is_of(report.run) => self.take_report(report),
            Event::Checkpoint { run, step, bytes } => self.take_checkpoint(run, step, bytes),
            Event::Snapshot(it) if self.is_of(it.run) => self.take_news(|figure| figure.learn(it)),
            Event::Map(it) if self.is_of(it.run) => self.take_news(|figure| figure.chart(it)),
            Event::Trace(it) if self.is_of(it.run) => self.take_news(|figure| figure.trace(it)),
            // What came of a learning that is no more is no news of this one.
            Event::Refused { request: Request::Train { run }, .. } if !self.is_of(run) => {}
            Event::Refused { request, message } => {
                self.alerts.say(format!("{}.", message.trim_end_matches('.')));
                let resumed = self.resumed.get_value();
                let fresh = (resumed || self.reports.with_untracked(Vec::is_empty))
                    && self.phase.get_untracked() != LearningPhase::None;
                if fresh && matches!(request, Request::Train { .. }) {
                    // What was trained before must not go on unseen.
                    self.send(Command::Reset);
                    self.phase.set(LearningPhase::None);
                    self.forget();
                    if resumed {
                        self.saves.refused();
                    }
                }
            }
            _ => {}
        }
    }

    pub(super) fn next_run(self) {
        self.run.update_value(|run| *run = run.wrapping_add(1));
    }

    fn next_turn(self) -> u32 {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.turn.get_value()
    }

    pub(super) fn is_of(self, run: u32) -> bool {
        run == self.run.get_value()
    }

    fn take_report(self, mut report: TrainReport) {
        self.resumed.set_value(false);
        let kinds = self.figure.with_value(|figure| figure.kinds.len());
        let newest = self.reports.with_untracked(|all| all.iter().all(|it| it.round <= report.round));
        if kinds == 0 && newest && report.turn == self.turn.get_value() {
            self.phase.set(if report.running { LearningPhase::Running } else { LearningPhase::Paused });
        }
        if report.round == 0 && kinds == 0 {
            self.losses.update(|losses| take_terms(losses, &report.losses));
        }
        let left = self.left.with_value(|left| left.learning);
        let rests = !left && (!report.running || report.pairs.is_some() || report.round > 0);
        self.reports.update(|all| {
            if let Some(place) = all.iter().position(|it| it.round == report.round) {
                // What was not measured since is what it was.
                report.distances = report.distances.or(all.remove(place).distances);
            }
            let place = all.partition_point(|it| it.round < report.round);
            all.insert(place, report);
        });
        if kinds > 0 {
            self.settle_kinds(kinds);
        }
        if rests {
            self.note();
        }
    }

    /// Kinds side by side learn until none of them does any more: known once all have heard the last verb.
    fn settle_kinds(self, many: usize) {
        let turn = self.turn.get_value();
        let runs = self.reports.with_untracked(|all| {
            let heard = all.len() == many && all.iter().all(|report| report.turn == turn);
            heard.then(|| all.iter().any(|report| report.running))
        });
        if let Some(runs) = runs {
            self.phase.set(if runs { LearningPhase::Running } else { LearningPhase::Paused });
        }
    }

    fn take_news(self, take: impl FnOnce(&mut Figure) -> bool) {
        if self.figure.try_update_value(take).unwrap_or(false) {
            self.news.update(|news| *news = news.wrapping_add(1));
        }
    }
}

/// Steps of the first round where a person asks for reflow before anything is trained.
const FIRST: u64 = 2_000;
