//! The loss of every batch so far, raw and smoothed.

use crate::{
    chart::{Chart, Series},
    curves,
    dom::{El, button, el},
    glossary::term,
    store::{Losses, Store},
    text,
};
use flow::{family::Term, prediction::Reading};
use leptos::prelude::*;

/// The curves of the terms of the family, and how their y axis runs.
pub fn loss(store: Store) -> El {
    let spec = Memo::new(move |_| store.training.spec.with(Clone::clone).unwrap_or_else(|| store.recipe.get()));
    let family = Memo::new(move |_| spec.with(|spec| spec.family));
    // Of losses that rise and fall a linear axis says more.
    let chosen = RwSignal::new(None::<bool>);
    // So it does of those that fall below 0, as nats of a density may.
    let positive = Memo::new(move |_| {
        store.training.report.track();
        let above = |losses: &Losses| losses.all().iter().all(|loss| loss.smooth() > 0.0);
        store.training.losses.with_value(|losses| losses.iter().all(above))
    });
    let log = Memo::new(move |_| chosen.get().unwrap_or(family.get().falls && positive.get()));
    // The losses are too many to compare; a report says that there are new ones.
    let lines = Memo::new(move |_| {
        store.training.report.track();
        let lines = store.training.losses.with_value(|losses| curves::lines(losses, family.get()));
        let expected = if family.get().falls { EXPECTED } else { OF_ADVERSARIES };
        if lines.is_empty() { vec![Series { class: "none", label: None, points: expected.to_vec() }] } else { lines }
    });
    // The last smoothed loss of every term.
    let last = move || {
        let strong = |line: &&Series| line.class.starts_with("strong");
        lines.with(|lines| {
            lines.iter().filter(strong).filter_map(|line| line.points.last().copied()).collect::<Vec<_>>()
        })
    };
    let first = move || {
        let first = |losses: &Losses| losses.all().first().map(|loss| loss.batch);
        store.training.losses.with_value(|losses| losses.iter().filter_map(first).collect::<Vec<_>>())
    };
    let name = move || {
        let (last, first) = (last(), first());
        let of = |((term, (_, loss)), first): ((&Term, &(f64, f64)), &f64)| match family.get().terms {
            [_] => format!("{loss:.3}, smoothed, from {first:.3} at the first; lower is better"),
            _ => format!("{} {loss:.3}, smoothed, from {first:.3} at the first", term.name),
        };
        let all: Vec<_> = family.get().terms.iter().zip(&last).zip(&first).map(of).collect();
        match last.first() {
            Some((step, _)) => format!("Loss after {step} steps: {}", all.join("; ")),
            None => "Loss: no step yet".into(),
        }
    };
    let none = Memo::new(move |_| last().is_empty());
    let yet = move || {
        let words = "The loss of every batch will stand here as a thin line, and its running mean as a thick one.";
        none.get().then(|| el("p", "yet").text(words))
    };
    let now = move || match &last()[..] {
        [] if family.get().has_readings() => format!("mean squared error of the {}", store.recipe.with(|it| it.loss)),
        [] => family.get().terms.iter().map(|term| term.name).collect::<Vec<_>>().join(" and "),
        [(step, loss)] => format!("{loss:.3} after {} steps", text::count(*step as u64)),
        all => {
            let of = |(term, (_, loss)): (&Term, &(f64, f64))| format!("{} {loss:.3}", term.name);
            let terms: Vec<_> = family.get().terms.iter().zip(all).map(of).collect();
            format!("{} after {} steps", terms.join(", "), text::count(all[0].0 as u64))
        }
    };
    let log_axis = button("button small", move || chosen.set(Some(!log.get_untracked())))
        .live_attr("aria-pressed", move || log.get().to_string())
        .text("log axis");
    let caption = el("figcaption", "")
        .child(el("h2", "").text("Loss"))
        .child(el("p", "quiet figure").live_text(now))
        .child(log_axis);
    let chart = Chart { lines, log: log.into(), log_x: false, x_label: "step", y_label: "loss" };
    let why = move || match family.get().has_readings() {
        true => why(move || spec.with(|spec| spec.loss)),
        false => el("p", "quiet why").text(family.get().curves),
    };
    el("figure", "loss").child(caption).child(chart.draw(name).live(yet)).live(why)
}

/// Why no training brings the loss to 0.
fn why(loss: impl Fn() -> Reading + 'static) -> El {
    let answers = move || match loss() {
        Reading::Velocity => "velocities",
        Reading::Noise => "noises",
        Reading::Data => "pictures",
        Reading::Score => "scores",
    };
    el("p", "quiet why")
        .text("It does not go to 0: many pairs of noise and picture pass through the same ")
        .child(term("x_t"))
        .text(", and the best answer there is the mean of their ")
        .live_text(answers)
        .text(". What is left is how far they lie from it.")
}

/// Before there is a step, the axes of a usual training.
const EXPECTED: [(f64, f64); 2] = [(0.0, 1.5), (1_500.0, 0.15)];
/// Those of losses that rise and fall.
const OF_ADVERSARIES: [(f64, f64); 2] = [(0.0, 1.6), (1_500.0, 0.7)];
