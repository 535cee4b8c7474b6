//! Learned fields: what is asked of the worker, and what is done with its news.

use super::state::{Phase, Plane};
use crate::{
    flow::lattice::Lattice,
    lab::{
        link::DeviceChoice,
        plane::protocol::{MAX_SIDE, PlaneCommand, PlaneEvent, PlaneRecipe, PlaneSight},
        protocol::{Command, Event},
    },
    plane::spec::{MAX_ROUNDS, Show, Spec},
    web::client::{Client, Notice},
};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// Cells a side of the lattice on which velocities are wanted.
const CELLS: usize = 40;
/// Cells a side of the map of log p.
const MAP: usize = 48;

/// Begins again what the link names as learned.
pub fn resume(plane: Plane) {
    let (trained, rounds) = plane.spec.with_untracked(|spec| (spec.learning.trained, spec.learning.rounds));
    if trained > 0 {
        plane.train_until(Some(trained), rounds);
    } else if plane.phase.get_untracked() != Phase::None {
        plane.stop();
    }
}

impl Plane {
    /// True while something is being learned.
    pub fn is_busy(self) -> bool {
        self.phase.get() == Phase::Running
    }

    fn send(self, command: PlaneCommand) {
        if self.client.with_value(Option::is_none) {
            let client = Client::new(move |notice| self.notice(notice));
            self.client.set_value(Some(client.clone()));
            spawn_local(async move { client.start(DeviceChoice::Cpu).await });
        }
        self.client.with_value(|client| client.iter().for_each(|client| client.send(Command::Plane(command.clone()))));
    }

    /// Trains from fresh weights until it is told to rest.
    pub fn train(self) {
        self.edit(|spec| (spec.learning.trained, spec.learning.rounds) = (0, 0));
        self.train_until(None, 0);
    }

    fn train_until(self, until: Option<u64>, rounds: usize) {
        let run = self.run.try_update_value(|run| {
            *run = run.wrapping_add(1);
            *run
        });
        self.forget();
        self.phase.set(Phase::Running);
        if self.spec.with_untracked(|spec| spec.show != Show::Likelihood) {
            self.edit(|spec| spec.show = Show::Path);
        }
        let (recipe, sight) = (self.recipe(), self.sight());
        self.taught.set_value(Some(recipe.clone()));
        self.figure.update_value(|figure| figure.outdated = false);
        self.send(PlaneCommand::Train { run: run.unwrap_or(0), recipe, sight, until, rounds });
    }

    fn forget(self) {
        self.figure.update_value(|figure| figure.forget());
        self.reports.set(Vec::new());
        self.losses.update(|losses| *losses = Default::default());
        self.news.update(|news| *news += 1);
    }

    /// Pauses, or goes on.
    pub fn pause_or_resume(self) {
        match self.phase.get_untracked() {
            Phase::Running => self.send(PlaneCommand::Pause),
            Phase::Paused => {
                self.phase.set(Phase::Running);
                self.send(PlaneCommand::Resume);
            }
            Phase::None => {}
        }
    }

    /// Forgets what was learned.
    pub fn stop(self) {
        self.send(PlaneCommand::Stop);
        self.run.update_value(|run| *run = run.wrapping_add(1));
        self.phase.set(Phase::None);
        self.forget();
        self.edit(|spec| (spec.learning.trained, spec.learning.rounds) = (0, 0));
    }

    /// One more round on the pairs of the last one.
    pub fn reflow(self) {
        match self.phase.get_untracked() {
            Phase::None => return self.train_until(Some(FIRST), 1),
            _ if self.spec.with_untracked(|spec| spec.learning.rounds) >= MAX_ROUNDS => {
                return self.alerts.say(format!("There are at most {MAX_ROUNDS} rounds of reflow."));
            }
            _ => {}
        }
        self.phase.set(Phase::Running);
        self.edit(|spec| (spec.learning.rounds, spec.show) = (spec.learning.rounds + 1, Show::Path));
        self.send(PlaneCommand::Reflow);
    }

    /// Asks for the map of log p of the first round.
    pub fn measure(self) {
        let lattice = self.figure.with_value(|figure| figure.lattice(MAP));
        self.send(PlaneCommand::Likelihood { round: 0, lattice });
    }

    /// Asks for the trajectory that ends at `x`.
    pub fn trace(self, x: [f64; 2]) {
        if self.phase.get_untracked() != Phase::None {
            self.send(PlaneCommand::Trace { round: 0, x });
        }
    }

    /// Where the data or the path are no longer those that were learned, learning rests, and the panel and the link say so.
    pub fn keep_up(self) {
        let other = self.phase.get_untracked() != Phase::None
            && self.taught.with_value(|taught| taught.as_ref() != Some(&self.recipe()));
        if self.figure.with_value(|figure| figure.outdated) == other {
            return;
        }
        self.figure.update_value(|figure| figure.outdated = other);
        if other {
            if self.phase.get_untracked() == Phase::Running {
                self.send(PlaneCommand::Pause);
            }
            self.edit(|spec| (spec.learning.trained, spec.learning.rounds) = (0, 0));
        }
    }

    fn recipe(self) -> PlaneRecipe {
        self.spec.with_untracked(Spec::recipe)
    }

    /// What snapshots should show.
    fn sight(self) -> PlaneSight {
        let lattice = self.figure.with_value(|figure| figure.lattice(CELLS.min(MAX_SIDE)));
        self.spec.with_untracked(|spec| sight(spec, lattice))
    }

    /// Asks for other snapshots where what is seen has changed.
    pub fn look(self) {
        let sight = self.sight();
        if self.seen.with_value(|seen| seen.as_ref() != Some(&sight)) {
            self.seen.set_value(Some(sight.clone()));
            if self.phase.get_untracked() != Phase::None {
                self.send(PlaneCommand::Look(sight));
            }
        }
    }

    fn notice(self, notice: Notice) {
        match notice {
            Notice::Event(event) => self.hear(event),
            Notice::Warning(sentence) => self.alerts.say(sentence),
            Notice::Replaced(sentence) => {
                self.alerts.say(sentence);
                if self.phase.get_untracked() != Phase::None {
                    let (step, rounds) = self.reached();
                    self.train_until(Some(step.max(1)), rounds);
                }
            }
            Notice::Failed(sentence) => {
                self.phase.set(Phase::None);
                self.alerts.say(sentence);
            }
        }
    }

    /// Steps of the first round so far, and the rounds after it.
    fn reached(self) -> (u64, usize) {
        let first = |reports: &Vec<_>| {
            reports.iter().find(|it: &&crate::lab::plane::protocol::PlaneReport| it.round == 0).map_or(0, |it| it.step)
        };
        (self.reports.with_untracked(first), self.spec.with_untracked(|spec| spec.learning.rounds))
    }

    fn hear(self, event: Event) {
        match event {
            Event::Plane(event) if self.concerns(&event) => self.take_news(event),
            Event::Refused { message, .. } => {
                self.alerts.say(format!("{}.", message.trim_end_matches('.')));
                if self.reports.with_untracked(Vec::is_empty) {
                    self.phase.set(Phase::None);
                }
            }
            _ => {}
        }
    }

    fn concerns(self, event: &PlaneEvent) -> bool {
        let run = match event {
            PlaneEvent::Report(report) => report.run,
            PlaneEvent::Snapshot { run, .. } | PlaneEvent::Map { run, .. } | PlaneEvent::Trace { run, .. } => *run,
        };
        run == self.run.get_value()
    }

    fn take_news(self, event: PlaneEvent) {
        if let PlaneEvent::Report(mut report) = event {
            let newest = self.reports.with_untracked(|all| all.iter().all(|it| it.round <= report.round));
            if newest {
                self.phase.set(if report.running { Phase::Running } else { Phase::Paused });
            }
            if report.round == 0 {
                self.losses.update(|losses| losses.take(&report.losses));
                if !report.running && !self.figure.with_value(|figure| figure.outdated) {
                    let step = report.step;
                    self.edit(|spec| spec.learning.trained = step);
                }
            }
            self.reports.update(|all| {
                if let Some(place) = all.iter().position(|it| it.round == report.round) {
                    let before = all.remove(place);
                    // What was not measured since is what it was.
                    report.velocity_error = report.velocity_error.or(before.velocity_error);
                    report.energy = report.energy.or(before.energy);
                    report.straightness = report.straightness.or(before.straightness);
                    report.one_step = report.one_step.or(before.one_step);
                }
                let place = all.partition_point(|it| it.round < report.round);
                all.insert(place, report);
            });
            return;
        }
        let seen = self.figure.try_update_value(|figure| figure.learn(event)).unwrap_or(false);
        if seen {
            self.news.update(|news| *news = news.wrapping_add(1));
        }
    }
}

/// Steps of the first round where a person asks for reflow before anything is trained.
const FIRST: u64 = 2_000;

fn sight(spec: &Spec, lattice: Lattice) -> PlaneSight {
    let Spec { particles, seed, steps, grid, stochasticity, tolerance, .. } = *spec;
    PlaneSight { id: 0, particles, seed, sampler: spec.sampler, steps, grid, stochasticity, tolerance, lattice }
}
