//! What is computed, in symbols and with the numbers of the frame shown.

use crate::{
    app::{
        formula::{symbols, with_numbers},
        store::Store,
        text,
    },
    flow::{formula, sampler::Sampler},
};
use leptos::prelude::*;

/// The update of the solver, guidance, path and prediction.
#[component]
pub fn Formulas() -> impl IntoView {
    let store = expect_context::<Store>();
    let sampler = Memo::new(move |_| store.sample.with(|sample| sample.sampler));
    let guidance = Memo::new(move |_| store.sample.with(|sample| sample.guidance));
    let shown = store.player.shown;
    let update = move || format!("sampler/{}", sampler.get().0.key);
    let schedule = Memo::new(move |_| store.schedule_of(store.sample.with(|sample| sample.model)));
    let points = Memo::new(move |_| store.points());
    // The sampler of the settings may be ahead of the pictures, but only for a moment.
    let values = move || {
        let noise = store.sample.with(|sample| sample.stochasticity);
        let (t, index) = shown.with(|frame| frame.as_ref().map(|frame| (frame.t, frame.index)))?;
        let next = points.with(|points| points.get(index + 1).copied());
        Some((formula::values(schedule.get().0, sampler.get().0, noise, [t, next.unwrap_or(t)]), next.is_some()))
    };
    let filled = move |key: &str| values().map(|(values, _)| with_numbers(key, &values));
    let step = move || match values() {
        Some((values, true)) => with_numbers(&update(), &values),
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

fn evaluations(w: f64) -> &'static str {
    if w == 0.0 || w == 1.0 { "One network evaluation." } else { "Two network evaluations." }
}

fn cost(sampler: &Sampler, steps: usize) -> String {
    let velocities = match sampler.cost() {
        Some(1) => "One velocity a step".into(),
        Some(n) => format!("{n} velocities a step"),
        None => return "As many steps as the tolerance asks for.".into(),
    };
    format!("{velocities}, {steps} steps, order {}.", text::brief(sampler.order, 2))
}
