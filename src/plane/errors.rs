//! The error of both samplers against what they cost.

use super::state::Plane;
use crate::{
    chart::{Chart, Series},
    clock,
    dom::{El, button, el},
    text,
};
use leptos::prelude::*;
use plane::{
    error::{Errors, Question},
    spec::FigureKind,
};

/// Milliseconds of a turn that may be spent on it.
const BUDGET_MS: f64 = 6.0;

/// The chart, while two samplers are compared.
pub fn errors(plane: Plane) -> El {
    let asked =
        Memo::new(move |_| plane.spec.with(|spec| (spec.show == FigureKind::Samplers).then(|| Question::of(spec))));
    let work = StoredValue::new_local(None::<Errors>);
    let due = clock::Delay::new();
    // The share that is done, while there is more to do.
    let share = RwSignal::new(None::<f64>);
    clock::follow(move || {
        work.set_value(asked.get().and_then(|question| Errors::new(question).ok()));
        plane.errors.set(Vec::new());
        share.set(Some(0.0));
        turn(plane, work, due, share);
    });
    let cancel = move || {
        work.set_value(None);
        share.set(None);
    };
    let shown = Memo::new(move |_| asked.with(Option::is_some));
    let running = Memo::new(move |_| share.get().is_some());
    let names = Memo::new(move |_| {
        asked.with(|asked| {
            asked.iter().flat_map(|it| it.samplers().iter().map(|sampler| sampler.name)).collect::<Vec<_>>()
        })
    });
    el("div", "errors")
        .live_attr("aria-busy", move || share.get().is_some().to_string())
        .live(move || shown.get().then(|| chart(plane, names)))
        .live(move || (shown.get() && running.get()).then(|| progress(share, cancel)))
}

/// How far it is, and a way to stop it.
fn progress(share: RwSignal<Option<f64>>, cancel: impl FnMut() + 'static) -> El {
    let bar = el("progress", "")
        .attr("max", "1")
        .attr("aria-label", "Measuring the error")
        .live_property("value", move || share.get().unwrap_or(1.0));
    el("p", "measuring").child(bar).child(button("button small", cancel).text("Cancel"))
}

/// A little work, and more of it after the trajectories have had their turn.
fn turn(
    plane: Plane,
    work: StoredValue<Option<Errors>, LocalStorage>,
    due: clock::Delay,
    share: RwSignal<Option<f64>>,
) {
    due.run(30, move || {
        let done = work.try_update_value(|errors| {
            let errors = errors.as_mut()?;
            let more = clock::spend(BUDGET_MS, || errors.work());
            Some((errors.points().to_vec(), more.then(|| errors.share())))
        });
        let (points, left) = done.flatten().unzip();
        let left = left.flatten();
        share.set(left);
        if let Some(points) = points.filter(|points| plane.errors.with_untracked(|old| old != points)) {
            plane.errors.set(points);
        }
        if left.is_some() {
            turn(plane, work, due, share);
        }
    });
}

fn chart(plane: Plane, names: Memo<Vec<&'static str>>) -> El {
    let lines = Memo::new(move |_| {
        let line = |(class, points, name): (&'static str, &Vec<(f64, f64)>, &str)| Series {
            class,
            label: Some(name.into()),
            points: points.clone(),
        };
        plane.errors.with(|all| {
            ["lane a", "lane b"]
                .into_iter()
                .zip(all)
                .zip(names.get())
                .map(|((class, points), name)| line((class, points, name)))
                .collect::<Vec<_>>()
        })
    });
    let name = move || {
        let ends: Vec<String> = lines.with(|lines| {
            let last = |line: &Series| {
                line.points.last().map(|(nfe, error)| {
                    format!(
                        "{}: {} after {nfe:.0} evaluations",
                        line.label.clone().unwrap_or_default(),
                        text::brief(*error, 2)
                    )
                })
            };
            lines.iter().filter_map(last).collect()
        });
        format!("Error of the end points against evaluations, both axes logarithmic. {}", ends.join("; "))
    };
    let chart = Chart { lines, log: Signal::stored(true), log_x: true, x_label: "NFE", y_label: "error" };
    el("figure", "loss")
        .child(
            el("figcaption", "").child(el("h2", "").text("Error against NFE")).child(
                el("p", "quiet").text("root mean square distance at t = 1 from a fine solution on the same noise"),
            ),
        )
        .child(chart.draw(name))
}
