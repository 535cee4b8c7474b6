//! What is computed, in symbols and with the numbers of the frame shown.

use super::math::{display, display_in_two, hat_sub, now, num, op, ratio, row, sub, times, var};
use crate::{
    app::{store::Store, text},
    flow::{
        sampler::{Kind, SamplerId, Tableau},
        schedule::Coefficients,
        time::uniform_grid,
    },
    lab::protocol::Frame,
};
use leptos::prelude::*;

/// The update of the solver, guidance, path and prediction.
#[component]
pub fn Formulas() -> impl IntoView {
    let store = expect_context::<Store>();
    let solver = Memo::new(move |_| store.sample.with(|sample| sample.sampler));
    let guidance = Memo::new(move |_| store.sample.with(|sample| sample.guidance));
    let shown = store.player.shown;
    // The solver of the settings may be ahead of the pictures, but only for a moment.
    let step = move || {
        let next = shown.with(|frame| frame.as_ref().and_then(|frame| Step::after(frame)));
        match next {
            Some(step) => update(solver.get(), Terms::Now(step)),
            None if shown.with(Option::is_some) => view! { <p class="quiet">"The data is reached."</p> }.into_any(),
            None => ().into_any(),
        }
    };
    let now_of = move |formula: fn(&Frame, Coefficients) -> AnyView| {
        move || {
            let schedule = store.player.path.get()?.schedule;
            shown.with(|frame| frame.as_ref().map(|frame| formula(frame, schedule.at(frame.t))))
        }
    };
    view! {
        <article>
            <h2>{move || format!("One step of {}", solver.get().name)}</h2>
            {move || update(solver.get(), Terms::Symbols)}
            {step}
            <p class="quiet">{move || cost(solver.get(), store.sample.with(|sample| sample.steps))}</p>
        </article>
        <article>
            <h2>"Guidance"</h2>
            {display(vec![
                var("u"), op("="), op("("), num("1"), op("−"), var("w"), op(")"), times(), sub("u", "∅"), op("+"), var("w"), times(), sub("u", "y"),
            ])}
            {move || guided(guidance.get())}
        </article>
        <article>
            <h2>"Path"</h2>
            {display(vec![sub("x", "t"), op("="), sub("α", "t"), times(), sub("x", "1"), op("+"), sub("σ", "t"), times(), sub("x", "0")])}
            {now_of(|it, c| display(vec![
                state(it), op("="), now(c.alpha_t), times(), sub("x", "1"), op("+"), now(c.sigma_t), times(), sub("x", "0"),
            ]))}
        </article>
        <article>
            <h2>"Predicted data"</h2>
            {display(vec![hat_sub("x", "1"), op("="), sub("x", "t"), op("+"), sub("σ", "t"), times(), var("u")])}
            {now_of(|it, c| display(vec![hat_sub("x", "1"), op("="), state(it), op("+"), now(c.sigma_t), times(), var("u")]))}
        </article>
    }
}

/// x with the t of the frame as its index.
fn state(frame: &Frame) -> AnyView {
    sub("x", format!("{:.2}", frame.t))
}

/// The step from the frame shown to the next.
#[derive(Clone, Copy)]
struct Step {
    t: f64,
    h: f64,
}

impl Step {
    fn after(frame: &Frame) -> Option<Self> {
        let next = |index| uniform_grid(index, frame.steps.max(1));
        (frame.index < frame.steps).then(|| Self { t: frame.t, h: next(frame.index + 1) - next(frame.index) })
    }
}

/// A formula in symbols, or with numbers.
#[derive(Clone, Copy)]
enum Terms {
    Symbols,
    Now(Step),
}

impl Terms {
    /// x_t
    fn x(self) -> AnyView {
        match self {
            Self::Symbols => sub("x", "t"),
            Self::Now(step) => sub("x", format!("{:.2}", step.t)),
        }
    }

    /// x_{t+h}
    fn next(self) -> AnyView {
        match self {
            Self::Symbols => leptos::math::msub().child((var("x"), row(vec![var("t"), op("+"), var("h")]))).into_any(),
            Self::Now(step) => sub("x", format!("{:.2}", step.t + step.h)),
        }
    }

    /// t + c h
    fn time(self, c: f64) -> Vec<AnyView> {
        match self {
            Self::Symbols if c == 0.0 => vec![var("t")],
            Self::Symbols => vec![var("t"), op("+"), self.length(c)],
            Self::Now(step) => vec![now(step.t + c * step.h)],
        }
    }

    /// w h
    fn length(self, w: f64) -> AnyView {
        match self {
            Self::Now(step) => now(w * step.h),
            Self::Symbols => match denominator(&[w]) {
                Some(lower) if (w * f64::from(lower)).round() == 1.0 => ratio(var("h"), lower),
                _ => row(vec![now(w), times(), var("h")]),
            },
        }
    }
}

/// The lines k_i = … and x_{t+h} = … of a Runge–Kutta rule.
fn update(sampler: SamplerId, terms: Terms) -> AnyView {
    match (sampler.kind, terms) {
        (Kind::RungeKutta(tableau), _) => stages(tableau, terms),
        (_, Terms::Symbols) => view! { <p class="quiet">{sampler.about}</p> }.into_any(),
        _ => ().into_any(),
    }
}

fn stages(tableau: &Tableau, terms: Terms) -> AnyView {
    let field = |x: Vec<AnyView>, c: f64| {
        let mut line = vec![sub("u", "θ"), op("(")];
        line.extend(x);
        line.push(op(","));
        line.extend(terms.time(c));
        line.push(op(")"));
        line
    };
    if tableau.stages() == 1 {
        let line = vec![terms.next(), op("="), terms.x(), op("+"), terms.length(1.0), times()];
        return display_in_two(line, field(vec![terms.x()], 0.0));
    }
    let stage = |i: usize| {
        let mut x = vec![terms.x()];
        for (j, a) in tableau.a[i].iter().enumerate().filter(|(_, a)| **a != 0.0) {
            x.extend([op("+"), terms.length(*a), times(), k(j)]);
        }
        let mut line = vec![k(i), op("=")];
        line.extend(field(x, tableau.c[i]));
        display(line)
    };
    let lower = denominator(tableau.b).unwrap_or(1);
    let used: Vec<_> = tableau.b.iter().enumerate().filter(|(_, b)| **b != 0.0).collect();
    let line = vec![terms.next(), op("="), terms.x(), op("+"), terms.length(1.0 / f64::from(lower)), times()];
    let brackets = used.len() > 1;
    let mut sum: Vec<_> = brackets.then(|| op("(")).into_iter().collect();
    for (place, (i, b)) in used.into_iter().enumerate() {
        sum.extend((place > 0).then(|| op("+")));
        let factor = b * f64::from(lower);
        if factor != 1.0 {
            sum.extend([num(text::brief(factor, 3)), times()]);
        }
        sum.push(k(i));
    }
    sum.extend(brackets.then(|| op(")")));
    // With numbers, the stages would only repeat themselves.
    let stages = matches!(terms, Terms::Symbols).then(|| (0..tableau.stages()).map(stage).collect_view());
    view! {
        {stages}
        {display_in_two(line, sum)}
    }
    .into_any()
}

/// The slope of stage `i`, counted from 0.
fn k(i: usize) -> AnyView {
    sub("k", (i + 1).to_string())
}

/// The smallest whole number that makes all of these whole.
fn denominator(values: &[f64]) -> Option<u32> {
    let whole = |value: f64| (value - value.round()).abs() < 1e-9;
    (1..=24).find(|lower| values.iter().all(|value| whole(value * f64::from(*lower))))
}

fn guided(w: f64) -> AnyView {
    let formula = if w == 0.0 {
        vec![var("u"), op("="), sub("u", "∅")]
    } else if w == 1.0 {
        vec![var("u"), op("="), sub("u", "y")]
    } else {
        let free = if w > 1.0 { row(vec![op("−"), now(w - 1.0)]) } else { now(1.0 - w) };
        vec![var("u"), op("="), free, times(), sub("u", "∅"), op("+"), now(w), times(), sub("u", "y")]
    };
    let cost = if w == 0.0 || w == 1.0 { "One network evaluation." } else { "Two network evaluations." };
    view! {
        {display(formula)}
        <p class="quiet">{cost}</p>
    }
    .into_any()
}

fn cost(sampler: SamplerId, steps: usize) -> String {
    let order = sampler.order;
    let stages = match sampler.cost() {
        Some(1) => "One velocity".into(),
        Some(stages) => format!("{stages} velocities"),
        None => "As many velocities as it takes".into(),
    };
    let h = text::brief(1.0 / steps as f64, 3);
    format!("{stages} a step, h = {h}, order {order}.")
}
