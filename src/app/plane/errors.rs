//! The error of both samplers against what they cost.

use super::state::Plane;
use crate::{
    app::{
        chart::{Chart, Line},
        clock,
        dom::{El, el},
        text,
    },
    plane::{
        error::{Errors, Question},
        spec::Show,
    },
};
use leptos::prelude::*;

/// Milliseconds of a turn that may be spent on it.
const BUDGET_MS: f64 = 6.0;

/// The chart, while two samplers are compared.
pub fn errors(plane: Plane) -> El {
    let asked = Memo::new(move |_| plane.spec.with(|spec| (spec.show == Show::Samplers).then(|| Question::of(spec))));
    let work = StoredValue::new_local(None::<Errors>);
    let due = clock::Delay::new();
    let busy = RwSignal::new(false);
    clock::follow(move || {
        work.set_value(asked.get().and_then(|question| Errors::new(question).ok()));
        plane.errors.set(Vec::new());
        busy.set(true);
        turn(plane, work, due, busy);
    });
    let shown = Memo::new(move |_| asked.with(Option::is_some));
    let names = Memo::new(move |_| {
        asked.with(|asked| {
            asked.iter().flat_map(|it| it.samplers().iter().map(|sampler| sampler.name)).collect::<Vec<_>>()
        })
    });
    el("div", "errors")
        .live_attr("aria-busy", move || busy.get().to_string())
        .live(move || shown.get().then(|| chart(plane, names)))
}

/// A little work, and more of it after the trajectories have had their turn.
fn turn(plane: Plane, work: StoredValue<Option<Errors>, LocalStorage>, due: clock::Delay, busy: RwSignal<bool>) {
    due.run(30, move || {
        let begin = clock::now();
        let mut more = true;
        let points = work.try_update_value(|errors| {
            let errors = errors.as_mut()?;
            while more && clock::now() - begin < BUDGET_MS {
                more = errors.work();
            }
            Some(errors.points().to_vec())
        });
        let points = points.flatten();
        busy.set(more && points.is_some());
        if let Some(points) = points {
            if plane.errors.with_untracked(|old| *old != points) {
                plane.errors.set(points);
            }
            if more {
                turn(plane, work, due, busy);
            }
        }
    });
}

fn chart(plane: Plane, names: Memo<Vec<&'static str>>) -> El {
    let lines = Memo::new(move |_| {
        let line = |(class, points, name): (&'static str, &Vec<(f64, f64)>, &str)| Line {
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
            let last = |line: &Line| {
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
