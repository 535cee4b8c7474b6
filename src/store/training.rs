//! The training on show: its reports, its losses, its preview, and a checkpoint in case the worker dies.

use super::{
    previews::{Preview, Previews},
    wire::Wire,
};
use data::sets::{CLASSES, PIXELS};
use flow::family::FamilyId;
use leptos::prelude::*;
use protocol::{
    message::{Command, Task, TrainReport, TrainSpec},
    outlook::{Ailment, Losses, Stray, given_terms, take_terms},
    saved::Head,
};

/// What the training does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// There is none.
    #[default]
    None,
    /// Asked for; no report yet.
    Starting,
    Running,
    Paused,
}

/// The state of training.
#[derive(Clone, Copy)]
pub struct TrainingState {
    wire: Wire,
    pub phase: RwSignal<Phase>,
    /// The recipe in force.
    pub spec: RwSignal<Option<TrainSpec>>,
    pub report: RwSignal<Option<TrainReport>>,
    pub previews: Previews,
    /// Of every term that the family reports; change together with `report`.
    pub losses: StoredValue<Vec<Losses>>,
    /// The step after which it rests by itself: how a link's recipe is retrained.
    pub until: RwSignal<Option<u64>>,
    /// It rests because its loss has gone astray, until the person has said what to do.
    pub stray: RwSignal<Option<Stray>>,
    /// What ails it, where no loss tells; it goes on.
    pub ailment: RwSignal<Option<Ailment>>,
    /// The step of the last weights that were well, which can be gone back to.
    pub good: RwSignal<Option<u64>>,
    checkpoint: StoredValue<Option<Vec<u8>>>,
    /// A checkpoint that may be a good one, and its step.
    candidate: StoredValue<Option<(u64, Vec<u8>)>>,
    /// The checkpoint of the step `good`.
    last_good: StoredValue<Option<Vec<u8>>>,
    /// The person has seen that its loss went astray and wants it to go on.
    warned: StoredValue<bool>,
    /// It was saved by another visit, and the worker has not taken it yet.
    resumed: StoredValue<bool>,
    /// Which training of this page it is: what the worker still says of another one is dropped.
    run: StoredValue<u32>,
    /// Which pause or resume of this run was the last, so that a report from before it changes no phase.
    turn: StoredValue<u32>,
}

impl TrainingState {
    pub fn new(wire: Wire) -> Self {
        Self {
            wire,
            phase: RwSignal::new(Phase::None),
            spec: RwSignal::new(None),
            report: RwSignal::new(None),
            previews: Previews::new(),
            losses: StoredValue::new(Vec::new()),
            until: RwSignal::new(None),
            stray: RwSignal::new(None),
            ailment: RwSignal::new(None),
            good: RwSignal::new(None),
            checkpoint: StoredValue::new(None),
            candidate: StoredValue::new(None),
            last_good: StoredValue::new(None),
            warned: StoredValue::new(false),
            resumed: StoredValue::new(false),
            run: StoredValue::new(0),
            turn: StoredValue::new(0),
        }
    }

    /// Starts from fresh weights, to rest after step `until`.
    pub fn start(self, spec: TrainSpec, until: Option<u64>) {
        self.forget();
        self.spec.set(Some(spec.clone()));
        self.until.set(until);
        self.phase.set(Phase::Starting);
        self.wire.send(Command::Train { run: self.run.get_value(), task: Task::Pictures(spec), until });
    }

    /// Stops after the current step.
    pub fn pause(self) {
        self.phase.set(Phase::Paused);
        self.wire.send(Command::Pause { turn: self.next_turn() });
    }

    /// Goes on, past the step where it was to rest if it has come there.
    pub fn resume(self) {
        let step = untrack(|| self.step());
        self.until.update(|until| *until = until.filter(|&until| step < until));
        self.phase.set(Phase::Running);
        self.wire.send(Command::Resume { turn: self.next_turn() });
    }

    /// Forgets the training.
    pub fn reset(self) {
        self.forget();
        self.wire.send(Command::Reset);
    }

    /// Which training it is, and where it runs, so that it is further than what was saved of it, what is to be saved beside its
    /// next checkpoint.
    pub fn parting(self) -> (u32, Option<Head>) {
        let (run, step) = (self.run.get_value(), untrack(|| self.step()));
        let unsaved = self.phase.get_untracked() == Phase::Running && step > 0;
        (run, self.head(run, step).filter(|_| unsaved))
    }

    /// Goes on with a training that another visit has saved.
    pub fn resume_from(self, head: Head, checkpoint: Vec<u8>, running: bool) {
        let Head { recipe, until, losses, step, .. } = head;
        let until = until.filter(|until| step < *until || !running);
        self.forget();
        self.spec.set(Some(recipe));
        self.until.set(until);
        self.losses.update_value(|all| take_terms(all, &losses));
        self.checkpoint.set_value(Some(checkpoint.clone()));
        self.resumed.set_value(true);
        self.hand_over(checkpoint, running);
    }

    /// Has the worker go on from a checkpoint, or rest there. Until the worker has taken it, it may refuse it.
    fn hand_over(self, bytes: Vec<u8>, running: bool) {
        self.phase.set(Phase::Starting);
        let (run, until) = (self.run.get_value(), self.until.get_untracked());
        self.wire.send(Command::Restore { run, bytes, running, until });
    }

    /// What is to be saved beside a checkpoint of this step.
    pub fn head(self, run: u32, step: u64) -> Option<Head> {
        let recipe = self.spec.get_untracked().filter(|_| self.is_of(run))?;
        let mut losses = self.losses.with_value(|losses| given_terms(losses));
        losses.retain(|(of, _)| *of <= step);
        Some(Head { at: js_sys::Date::now(), step, recipe, until: self.until.get_untracked(), losses })
    }

    /// Asks for the weights as a file.
    pub fn download(self) {
        self.wire.send(Command::Download);
    }

    /// Takes a report of the worker.
    pub fn receive(self, report: TrainReport) {
        if !self.is_of(report.run) {
            return;
        }
        self.resumed.set_value(false);
        self.losses.update_value(|losses| take_terms(losses, &report.losses));
        // It went on past its end, since it had come there before the page had heard of it.
        if self.until.get_untracked().is_some_and(|until| until < report.step) {
            self.until.set(None);
        }
        let phase = if report.running { Phase::Running } else { Phase::Paused };
        if report.turn == self.turn.get_value() && phase != self.phase.get_untracked() {
            self.phase.set(phase);
        }
        self.report.set(Some(report));
        self.look_after();
    }

    /// Stops a training whose loss has gone astray, once: more steps only make it worse.
    fn look_after(self) {
        // Of adversaries each loss rises as the other one learns.
        let falls = self.spec.with_untracked(|spec| spec.as_ref().is_some_and(|spec| spec.family.falls));
        let stray = self.losses.with_value(|losses| losses.first().filter(|_| falls).and_then(Losses::stray));
        if stray.is_some() && !self.warned.get_value() && self.stray.with_untracked(Option::is_none) {
            if self.phase.get_untracked() == Phase::Running {
                self.pause();
            }
            self.stray.set(stray);
        }
    }

    /// Goes on though the loss has gone astray.
    pub fn go_on(self) {
        self.warned.set_value(true);
        self.stray.set(None);
        self.resume();
    }

    /// Goes back to the last weights that were well, and rests there.
    pub fn go_back(self) {
        let (Some(step), Some(bytes)) = (self.good.get_untracked(), self.last_good.get_value()) else { return };
        self.next_run();
        self.stray.set(None);
        self.ailment.set(None);
        self.until.set(None);
        self.losses.update_value(|losses| losses.iter_mut().for_each(|of_term| of_term.rewind(step)));
        self.checkpoint.set_value(Some(bytes.clone()));
        self.hand_over(bytes, false);
    }

    /// Takes a preview of the worker.
    pub fn show(self, run: u32, preview: Preview) {
        if self.is_of(run) {
            let ailment = self.ails(&preview);
            // Said once, and not at every preview anew.
            if self.ailment.get_untracked() != ailment {
                self.ailment.set(ailment);
            }
            match ailment {
                None => self.promote(preview.step),
                Some(_) => self.candidate.set_value(None),
            }
            self.previews.add(preview);
        }
    }

    /// Keeps the checkpoint of a step.
    pub fn keep(self, run: u32, step: u64, bytes: Vec<u8>) {
        if !self.is_of(run) {
            return;
        }
        if self.is_well() {
            let falls = self.family().is_some_and(|family| family.falls);
            // What no loss tells, the next preview does.
            self.candidate.set_value(Some((step, bytes.clone())));
            if falls {
                self.promote(step);
            }
        }
        self.checkpoint.set_value(Some(bytes));
    }

    fn family(self) -> Option<FamilyId> {
        self.spec.with_untracked(|spec| spec.as_ref().map(|spec| spec.family))
    }

    /// What ails it by the pictures of a preview.
    fn ails(self, preview: &Preview) -> Option<Ailment> {
        let rows: Vec<&[f32]> = preview.pixels.chunks_exact(CLASSES * PIXELS).collect();
        let smooth = |of_term: &Losses| of_term.all().last().map_or(f64::NAN, |loss| loss.smooth());
        let terms: Vec<f64> = self.losses.with_value(|losses| losses.iter().map(smooth).collect());
        Ailment::of(self.family()?, preview.step, &rows, PIXELS, &terms)
    }

    /// Takes the candidate for good, where it is no later than a step at which all was well.
    fn promote(self, step: u64) {
        if let Some((of, bytes)) = self.candidate.get_value().filter(|(of, _)| *of <= step) {
            self.candidate.set_value(None);
            self.good.set(Some(of));
            self.last_good.set_value(Some(bytes));
        }
    }

    /// Whether the weights are worth to be gone back to.
    fn is_well(self) -> bool {
        let falls = self.family().is_some_and(|family| family.falls);
        let fine = |losses: &Losses| match falls {
            true => losses.is_well(),
            // Of adversaries each loss rises as the other one learns.
            false => losses.all().last().is_some_and(|loss| loss.batch.is_finite()),
        };
        self.ailment.with_untracked(Option::is_none)
            && self.losses.with_value(|losses| losses.first().is_some_and(fine))
    }

    /// Hands the training to a new worker. Returns what became of it, if there was any.
    pub fn restore(self) -> Option<&'static str> {
        let phase = self.phase.get_untracked();
        let running = matches!(phase, Phase::Starting | Phase::Running);
        match (phase, self.checkpoint.get_value(), self.spec.get_untracked()) {
            (Phase::None, ..) => None,
            (_, Some(bytes), _) => {
                self.next_run();
                self.hand_over(bytes, running);
                Some(if running {
                    "Training goes on from its last checkpoint."
                } else {
                    "Training rests at its last checkpoint."
                })
            }
            (_, None, Some(spec)) if running => {
                self.start(spec, self.until.get_untracked());
                Some("Training had no checkpoint yet and starts again.")
            }
            _ => {
                self.forget();
                Some("Training had no checkpoint yet and is lost.")
            }
        }
    }

    /// The worker refused something; a training that has not begun will not. One that had says itself that it rests. True
    /// where it was one that another visit had saved.
    pub fn refused(self) -> bool {
        let resumed = self.resumed.get_value();
        let ends = self.phase.get_untracked() == Phase::Starting;
        if ends {
            self.forget();
        }
        ends && resumed
    }

    /// True once there are weights to sample or download.
    pub fn exists(self) -> bool {
        self.report.with(|report| report.as_ref().is_some_and(|report| report.step > 0))
    }

    /// Steps done.
    pub fn step(self) -> u64 {
        self.report.with(|report| report.as_ref().map_or(0, |report| report.step))
    }

    /// True while steps are being computed.
    pub fn is_busy(self) -> bool {
        matches!(self.phase.get(), Phase::Starting | Phase::Running)
    }

    /// Whether the worker speaks of this training, not of one that is forgotten.
    pub fn is_of(self, run: u32) -> bool {
        run == self.run.get_value()
    }

    fn next_run(self) {
        self.run.update_value(|run| *run = run.wrapping_add(1));
        self.turn.set_value(0);
    }

    fn next_turn(self) -> u32 {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.turn.get_value()
    }

    fn forget(self) {
        self.next_run();
        self.phase.set(Phase::None);
        self.spec.set(None);
        self.report.set(None);
        self.previews.clear();
        self.until.set(None);
        self.stray.set(None);
        self.ailment.set(None);
        self.good.set(None);
        self.losses.set_value(Vec::new());
        self.checkpoint.set_value(None);
        self.candidate.set_value(None);
        self.last_good.set_value(None);
        self.warned.set_value(false);
        self.resumed.set_value(false);
    }
}
