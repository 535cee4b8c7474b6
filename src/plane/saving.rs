//! Trainings of the plane that outlive the page: what is saved of them, and how one is gone on with or brought back.

use super::state::{LearningPhase, Plane};
use crate::store::keep;
use data::shapes::Shape;
use flow::keyed::Keyed;
use leptos::prelude::*;
use plane::spec::{FigureKind, Spec};
use protocol::{
    message::{Command, TrainReport},
    outlook::{given_terms, take_terms},
    saved::{Head, points::PointsSubject},
};

impl Plane {
    /// Takes a checkpoint of the worker, which is saved as well.
    pub(super) fn take_checkpoint(self, run: u32, step: u64, bytes: Vec<u8>) {
        if self.saves.take_last(run, step, &bytes) || !self.is_of(run) {
            return;
        }
        // What a link names can be had of it again.
        if let Some(head) = self.head(step).filter(|_| !self.linked.get_value()) {
            self.saves.keep(head, bytes.clone());
        }
        self.checkpoint.set_value(Some(bytes));
    }

    /// What is to be saved beside a checkpoint of this step.
    fn head(self, step: u64) -> Option<Head<PointsSubject>> {
        let recipe = self.taught.get_value()?;
        if !self.figure.with_value(|figure| figure.outdated) {
            self.seen_as.set_value(self.spec.with_untracked(Spec::to_query));
        }
        let (until, rounds) = self.goal.get_value();
        let bare = |report: &TrainReport| TrainReport { losses: vec![], ..report.clone() };
        let reports: Vec<_> = self.reports.with_untracked(|all| all.iter().map(bare).collect());
        let mut losses = self.losses.with_untracked(|losses| given_terms(losses));
        if reports.len() < 2 {
            losses.retain(|(of, _)| *of <= step);
        }
        let recipe = PointsSubject { words: self.seen_as.get_value(), recipe, rounds, reports };
        Some(Head { at: js_sys::Date::now(), step, recipe, until, losses })
    }

    /// Gives up what is learned, if anything is. What a person has trained is saved, and can be brought back.
    pub(super) fn put_away(self) {
        let step = self.reports.with_untracked(|all| all.last().map_or(0, |report| report.step));
        let running = self.phase.get_untracked() == LearningPhase::Running;
        let own = running && step > 0 && !self.linked.get_value();
        let unsaved = own.then(|| self.head(step)).flatten();
        if unsaved.is_some() {
            self.send(Command::Checkpoint);
        }
        self.saves.depart(self.run.get_value(), unsaved);
    }

    /// Goes on with a training that was left.
    pub fn resume_left(self, id: u32) {
        self.saves.take(id, move |found| match found {
            Ok((head, checkpoint)) => self.go_on_with(id, head, checkpoint, true),
            Err(sentence) => self.alerts.say(sentence),
        });
    }

    /// Undoes that a training was given up.
    pub fn bring_back(self) {
        if let Some((id, head, checkpoint, running)) = self.saves.take_gone() {
            self.go_on_with(id, head, checkpoint, running);
        }
    }

    fn go_on_with(self, id: u32, head: Head<PointsSubject>, checkpoint: Vec<u8>, running: bool) {
        self.put_away();
        self.saves.adopt(id, &head, &checkpoint);
        let Head { recipe: PointsSubject { words, recipe, rounds, reports }, until, losses, .. } = head;
        let mut spec = Spec::parse(&words).0;
        (spec.tour, spec.frame) = (None, self.spec.with_untracked(|it| it.frame));
        let rivals = spec.rivals();
        spec.unlearn();
        if spec.active() != recipe.data {
            // More of them than a link holds.
            (spec.data, spec.parts, spec.points) = (Shape::Points, recipe.data.clone(), None);
        }
        self.put(spec);
        // It can be undone by Ctrl+Z like any other change of the data.
        self.saves.keep_gone();
        self.forget();
        self.goal.set_value((until, rounds));
        self.reports.set(reports);
        self.losses.update(|all| take_terms(all, &losses));
        self.seen_as.set_value(words);
        self.taught.set_value(Some(recipe));
        self.begin_figure(&rivals);
        self.linked.set_value(false);
        self.resumed.set_value(true);
        self.hand_over(checkpoint, running);
    }

    /// Has the worker go on from a checkpoint, or rest there.
    pub(super) fn hand_over(self, bytes: Vec<u8>, running: bool) {
        self.next_run();
        self.turn.set_value(0);
        self.phase.set(if running { LearningPhase::Running } else { LearningPhase::Paused });
        self.checkpoint.set_value(Some(bytes.clone()));
        self.send(Command::Restore { run: self.run.get_value(), bytes, running, until: None });
        // It shows itself as it is seen now.
        self.seen.set_value(None);
        self.look();
    }

    /// Saves what is learned whenever it may be the last moment.
    pub fn keep_saved(self) {
        let running = Signal::derive(move || self.phase.get() == LearningPhase::Running);
        let there = Signal::derive(move || self.phase.get() != LearningPhase::None && !self.linked.get_value());
        keep(self.saves, self.alerts, running, there, move || self.send(Command::Checkpoint));
    }
}

/// A training in words.
pub fn about(subject: &PointsSubject) -> String {
    let (method, Spec { data, show, .. }) = (&subject.recipe.method, Spec::parse(&subject.words).0);
    if show == FigureKind::Kinds {
        return format!("{} of {}", show.name(), data.key());
    }
    let round = match subject.reports.last().map_or(0, |report| report.round) {
        0 => String::new(),
        round => format!(", reflow {round}"),
    };
    format!("{} of {}{round}", method.family.0.name, data.key())
}
