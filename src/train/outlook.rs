//! How far the training is and how long it takes, as the bar and the recipe say it.

use crate::{
    store::{Phase, StepTime, Store},
    text,
};
use leptos::prelude::*;
use protocol::{
    message::{TrainReport, TrainSpec},
    outlook::{Goal, Timed, seconds_per_image},
};

/// The recipe in force, or the one that would be.
pub fn spec(store: Store) -> TrainSpec {
    store.training.spec.with(Clone::clone).unwrap_or_else(|| store.recipe.get())
}

/// What the training is on its way to.
pub fn goal(store: Store) -> Goal {
    Goal::of(&spec(store), store.training.until.get())
}

/// Seconds that so many steps take on this device; `None` while that is not known.
pub fn lasts(store: Store, steps: u64) -> Option<f64> {
    let spec = spec(store);
    // Larger batches and more passes take longer in proportion, as near as matters here.
    let passes = |it: &TrainSpec| (it.batch * it.passes()) as f64;
    let an_image = |pace: &StepTime| pace.step_ms / 1000.0 / passes(&pace.recipe) * spec.passes() as f64;
    let is = |pace: &&StepTime| (pace.recipe.family, pace.recipe.architecture) == (spec.family, spec.architecture);
    let before = store.pace.with(|pace| pace.iter().find(is).map(an_image));
    let timed = |it: &TrainReport| Timed { steps: it.step, steps_per_second: it.steps_per_second, batch: spec.batch };
    let running = store.training.report.with(|report| report.as_ref().map(timed));
    Some(seconds_per_image(before, running)? * spec.batch as f64 * steps as f64)
}

/// “in 1 to 3 minutes: readable pictures”, in two parts: what comes next, and when.
pub fn next(store: Store) -> (String, String) {
    let step = store.training.step();
    let Some(mark) = goal(store).next(step) else { return ("no end".into(), "until you stop it".into()) };
    let name = match mark.name {
        "" => format!("{} steps", text::count(mark.step)),
        name => name.into(),
    };
    let when = lasts(store, mark.step - step).map_or("timing…".into(), text::estimate);
    (format!("to {name}"), when)
}

/// What a screen reader hears: the milestones, and not every step.
pub fn spoken(store: Store) -> String {
    let training = store.training;
    let reached = goal(store).reached(training.step());
    match training.phase.get() {
        Phase::None => String::new(),
        Phase::Starting => "Training is starting.".into(),
        _ if training.stray.with(Option::is_some) => "Training has stopped, since its loss has gone astray.".into(),
        Phase::Paused => match (training.until.get(), reached) {
            (Some(until), Some(reached)) if training.step() >= until => reached,
            _ => format!("Training rests after {} steps.", text::count(training.step())),
        },
        Phase::Running => match reached {
            Some(reached) => reached,
            None if training.previews.count() > 0 => "The first pictures are drawn.".into(),
            None => "Training is under way.".into(),
        },
    }
}
