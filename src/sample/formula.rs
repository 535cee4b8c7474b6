//! What is computed, in symbols and with the numbers of the frame shown.

use super::norms::norms;
use crate::{
    dom::{El, Els, el},
    formula::{symbol, symbols, with_numbers},
    store::Store,
    text,
};
use flow::{
    formula, guidance,
    sampler::{Sampler, SamplerKind},
    schedule::Schedule,
};
use leptos::prelude::*;

/// The update of the solver, guidance, path and prediction. Put into `column`.
pub fn formulas(store: Store, column: El) -> El {
    let sampler = Memo::new(move |_| store.sample.with(|sample| sample.sampler));
    // Outside its interval guidance is w = 1.
    let guidance = Memo::new(move |_| {
        let t = store.player.trail.shown.with(|frame| frame.as_ref().map_or(0.0, |frame| frame.t));
        let (w, [from, to]) = store.sample.with(|sample| (sample.guidance, sample.guided));
        if (from..=to).contains(&t) { w } else { 1.0 }
    });
    let shown = store.player.trail.shown;
    let update = move || format!("sampler/{}", sampler.get().0.key);
    let schedule = Memo::new(move |_| store.schedule_of(store.sample.with(|sample| sample.model)));
    let points = Memo::new(move |_| store.points());
    // The settings may be ahead of the pictures, but only for a moment.
    let values = move || {
        let noise = store.sample.with(|sample| sample.stochasticity);
        let (t, index) = shown.with(|frame| frame.as_ref().map(|frame| (frame.t, frame.index)))?;
        let next = points.with(|points| points.get(index + 1).copied());
        Some((formula::values(schedule.get().0, sampler.get().0, noise, [t, next.unwrap_or(t)]), next))
    };
    let filled = move |key: &str| values().and_then(|(values, _)| with_numbers(key, &values));
    // Between two frames a tolerance takes steps of its own, of which a frame tells only the number.
    let tried = move || {
        let tried = shown.with(|frame| frame.as_ref().filter(|frame| frame.index > 0).map(|frame| frame.tried));
        tried.map(|tried| quiet().text(&format!("Steps tried to reach this frame: {tried}.")))
    };
    let step = move || match values() {
        Some(_) if sampler.get().0.is_adaptive() => tried().els(),
        Some((values, Some(next))) => {
            let ending = (next == 1.0).then(|| ending(sampler.get().0, schedule.get().0)).flatten();
            with_numbers(&update(), &values).into_iter().chain(ending).collect()
        }
        Some(_) => quiet().text("The data is reached.").els(),
        None => Vec::new(),
    };
    let cost = move || cost(sampler.get().0, store.sample.with(|sample| sample.steps));
    let has_path = Memo::new(move |_| store.family().has_path());
    let has_readings = Memo::new(move |_| store.family().has_readings());
    let article = |title: &str| el("article", "").child(el("h2", "").text(title));
    let real = Memo::new(move |_| has_readings.get() && store.sample.with(|sample| sample.real));
    let along_a_path = el("div", "fields")
        .child(
            el("article", "")
                .live_class("away", move || real.get())
                .child(el("h2", "").live_text(move || format!("One step of {}", sampler.get().0.name)))
                .live(move || symbols(&update()))
                .live(step)
                .child(quiet().live_text(cost)),
        )
        .child(norms(store).live_class("away", move || !has_readings.get()))
        .child(
            article("Guidance")
                .children(symbols("guidance"))
                .live(move || with_numbers("guidance", &[("w", guidance.get())]))
                .child(quiet().live_text(move || evaluations(guidance.get()))),
        )
        .child(
            article("Path")
                .children(symbols("path"))
                .live(move || symbols(&format!("schedule/{}", schedule.get().key())))
                .live(move || filled("path")),
        )
        .child(article("Predicted data").children(symbols("predicted")).live(move || filled("predicted")));
    let of_family = move || (!has_readings.get()).then(|| family(store));
    column.live(of_family).child(along_a_path.live_class("away", move || !has_path.get()))
}

/// What a model has learned to make small whose frames are no states of a path of pictures.
fn family(store: Store) -> El {
    let family = store.family();
    el("article", "family")
        .child(el("h2", "").text(family.name))
        .child(quiet().text(family.about))
        .children(symbols(&format!("family/{}", family.key)))
        .child(quiet().text(&format!("{}. {}", family.citation, cost_of_frames(family.has_path()))))
}

fn cost_of_frames(has_path: bool) -> &'static str {
    if has_path {
        "Its path is one of codes: x stands for z in what follows. The decoder draws each frame, which is not counted."
    } else {
        "One network evaluation a picture, at every t."
    }
}

fn quiet() -> El {
    el("p", "quiet")
}

/// What sets the last step apart from the others, if anything does.
fn ending(sampler: &Sampler, schedule: &dyn Schedule) -> Option<El> {
    let noiseless = sampler.is_stochastic() && sampler.kind != SamplerKind::AnnealedLangevin;
    let leaves = !formula::reaches_data(sampler) && schedule.at(schedule.clip()[1]).sigma_t > 0.0;
    let words = match (noiseless, leaves) {
        (true, true) => "The last step takes no noise and leaves the path by ",
        (true, false) => "The last step takes no noise.",
        (false, true) => "The last step leaves the path by ",
        (false, false) => return None,
    };
    let sentence = quiet().text(words);
    Some(if leaves { sentence.children(symbol("hatone")).text(", one velocity more.") } else { sentence })
}

fn evaluations(w: f64) -> &'static str {
    if guidance::evaluations(w) == 1 { "One network evaluation." } else { "Two network evaluations." }
}

fn cost(sampler: &Sampler, steps: usize) -> String {
    let velocities = match sampler.cost() {
        Some(1) => "One velocity a step".into(),
        Some(n) => format!("{n} velocities a step"),
        None => return "As many steps as the tolerance asks for.".into(),
    };
    format!("{velocities}, {steps} steps, order {}.", text::brief(sampler.order, 2))
}
