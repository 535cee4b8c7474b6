//! What is computed, in symbols and with the numbers of the frame shown.

use super::norms::Norms;
use crate::{
    app::{
        formula::{symbol, symbols, with_numbers},
        store::Store,
        text,
    },
    flow::{
        formula, guidance,
        sampler::{Kind, Sampler},
        schedule::Schedule,
    },
};
use leptos::prelude::*;

/// The update of the solver, guidance, path and prediction.
#[component]
pub fn Formulas() -> impl IntoView {
    let store = expect_context::<Store>();
    let sampler = Memo::new(move |_| store.sample.with(|sample| sample.sampler));
    // Outside its interval guidance is w = 1.
    let guidance = Memo::new(move |_| {
        let t = store.player.shown.with(|frame| frame.as_ref().map_or(0.0, |frame| frame.t));
        let (w, [from, to]) = store.sample.with(|sample| (sample.guidance, sample.guided));
        if (from..=to).contains(&t) { w } else { 1.0 }
    });
    let shown = store.player.shown;
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
    let filled = move |key: &str| values().map(|(values, _)| with_numbers(key, &values));
    // Between two frames a tolerance takes steps of its own, of which a frame tells only the number.
    let tried = move || {
        let tried = shown.with(|frame| frame.as_ref().filter(|frame| frame.index > 0).map(|frame| frame.tried));
        tried.map(|tried| view! { <p class="quiet">{format!("Steps tried to reach this frame: {tried}.")}</p> })
    };
    let step = move || match values() {
        Some(_) if sampler.get().0.is_adaptive() => tried().into_any(),
        Some((values, Some(next))) => {
            let ending = (next == 1.0).then(|| ending(sampler.get().0, schedule.get().0)).flatten();
            view! { {with_numbers(&update(), &values)}{ending} }.into_any()
        }
        Some(_) => view! { <p class="quiet">"The data is reached."</p> }.into_any(),
        None => ().into_any(),
    };
    view! {
        <article>
            <h2>{move || format!("One step of {}", sampler.get().0.name)}</h2>
            {move || symbols(&update())}
            {step}
            <p class="quiet">{move || cost(sampler.get().0, store.sample.with(|sample| sample.steps))}</p>
        </article>
        <Norms />
        <article>
            <h2>"Guidance"</h2>
            {symbols("guidance")}
            {move || with_numbers("guidance", &[("w", guidance.get())])}
            <p class="quiet">{move || evaluations(guidance.get())}</p>
        </article>
        <article>
            <h2>"Path"</h2>
            {symbols("path")}
            {move || symbols(&format!("schedule/{}", schedule.get().key()))}
            {move || filled("path")}
        </article>
        <article>
            <h2>"Predicted data"</h2>
            {symbols("predicted")}
            {move || filled("predicted")}
        </article>
    }
}

/// What sets the last step apart from the others, if anything does.
fn ending(sampler: &Sampler, schedule: &dyn Schedule) -> Option<AnyView> {
    let noiseless = sampler.is_stochastic() && sampler.kind != Kind::AnnealedLangevin;
    let leaves = !formula::reaches_data(sampler) && schedule.at(schedule.clip()[1]).sigma_t > 0.0;
    let words = match (noiseless, leaves) {
        (true, true) => "The last step takes no noise and leaves the path by ",
        (true, false) => "The last step takes no noise.",
        (false, true) => "The last step leaves the path by ",
        (false, false) => return None,
    };
    let jump = leaves.then(|| view! { {symbol("hatone")}", one velocity more." });
    Some(view! { <p class="quiet">{words}{jump}</p> }.into_any())
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
