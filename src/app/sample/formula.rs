//! What is computed, in symbols and with the numbers of the frame shown.

use crate::{
    app::{
        formula::{symbols, with_numbers},
        store::Store,
        text,
    },
    flow::{
        schedule::{Linear, Schedule},
        solver::Solver,
        time::uniform_grid,
    },
    lab::protocol::Frame,
};
use leptos::prelude::*;

/// The update of the solver, guidance, path and prediction.
#[component]
pub fn Formulas() -> impl IntoView {
    let store = expect_context::<Store>();
    let solver = Memo::new(move |_| store.sample.with(|sample| sample.solver));
    let guidance = Memo::new(move |_| store.sample.with(|sample| sample.guidance));
    let shown = store.player.shown;
    let update = move || format!("sampler/{}", solver.get());
    let filled = move |key: &str| shown.with(|frame| frame.as_ref().map(|frame| with_numbers(key, &values(frame))));
    // The solver of the settings may be ahead of the pictures, but only for a moment.
    let step = move || {
        let arrived = shown.with(|frame| frame.as_ref().is_some_and(|frame| frame.index >= frame.steps));
        if arrived {
            view! { <p class="quiet">"The data is reached."</p> }.into_any()
        } else {
            filled(&update()).into_any()
        }
    };
    view! {
        <article>
            <h2>{move || format!("One step of {}", solver.get().0.name)}</h2>
            {move || symbols(&update())}
            {step}
            <p class="quiet">{move || cost(solver.get(), store.sample.with(|sample| sample.steps))}</p>
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
            {move || filled("path")}
        </article>
        <article>
            <h2>"Predicted data"</h2>
            {symbols("predicted")}
            {move || filled("predicted")}
        </article>
    }
}

/// The quantities of a frame and of the step after it, by the names of `flow::formula`.
fn values(frame: &Frame) -> Vec<(&'static str, f64)> {
    let c = Linear.at(frame.t);
    let mut values =
        vec![("t", frame.t), ("at", frame.alpha_t), ("st", frame.sigma_t), ("dat", c.d_alpha_t), ("dst", c.d_sigma_t)];
    if frame.index < frame.steps {
        let s = uniform_grid(frame.index + 1, frame.steps);
        let next = Linear.at(s);
        values.extend([("s", s), ("h", s - frame.t), ("as", next.alpha_t), ("ss", next.sigma_t)]);
    }
    values
}

fn evaluations(w: f64) -> &'static str {
    if w == 0.0 || w == 1.0 { "One network evaluation." } else { "Two network evaluations." }
}

fn cost(solver: Solver, steps: usize) -> String {
    let (stages, order) = (solver.0.stages(), solver.0.order);
    let stages = if stages == 1 { "One velocity".into() } else { format!("{stages} velocities") };
    let h = text::brief(1.0 / steps as f64, 3);
    format!("{stages} a step, h = {h}, order {order}.")
}
