//! Kinds side by side: how far they have come, and what the same measures say of each.

use super::state::{LearningPhase, Plane};
use crate::{
    dom::{El, el},
    text,
};
use flow::family::FamilyId;
use leptos::prelude::*;
use protocol::message::TrainReport;

/// How they stand, in a sentence.
pub fn standing(plane: Plane) -> String {
    let (least, most, seconds) = plane.reports.with(|all| {
        let steps = all.iter().map(|report| report.until.map(|until| (report.step, until)));
        // A link says how many steps each is to have.
        let behind = steps.flatten().min_by(|a, b| (a.0 * b.1).cmp(&(b.0 * a.1)));
        (behind, all.len(), all.iter().map(|report| report.seconds).reduce(f64::min).unwrap_or(0.0))
    });
    match (plane.phase.get(), least) {
        (LearningPhase::None, _) => {
            "Every kind that learns from points learns the same ones, in turns and each with the same time.".into()
        }
        (LearningPhase::Running, _) if most == 0 => "The worker is starting.".into(),
        (LearningPhase::Running, Some((step, until))) => {
            format!(
                "Learning again what the link names: the last kind is at step {} of {}.",
                text::count(step),
                text::count(until)
            )
        }
        (LearningPhase::Running, None) => {
            let of = plane.spec.with(|spec| spec.seconds);
            let of = if seconds < of { format!(" of {of:.0}") } else { String::new() };
            format!("{seconds:.1}{of} seconds of steps for each.")
        }
        (LearningPhase::Paused, _) => format!("All rest, each with {} of steps or more.", text::duration(seconds)),
    }
}

/// Who each row is of.
fn families(plane: Plane) -> Vec<FamilyId> {
    plane.figure.with_value(|figure| figure.kinds.clone())
}

/// One row a kind, one column a measure.
pub fn kinds(plane: Plane) -> El {
    let rows = move || {
        let all = if plane.fits() { plane.reports.get() } else { vec![] };
        let families = families(plane);
        all.iter().filter_map(|report| Some(row(*families.get(report.round)?, report))).collect::<Vec<_>>()
    };
    let none = Memo::new(move |_| !plane.fits() || plane.reports.with(Vec::is_empty));
    let table = move || el("table", "figure rounds kinds").child(head()).child(el("tbody", "").live(rows));
    el("article", "")
        .child(el("h2", "").text("Side by side"))
        .live(move || (!none.get()).then(&table))
        .child(el("p", "quiet").text(
            "Energy distance of a thousand samples from fresh data; parts of the data that a sample reaches; how many nats −ln p \
             of fresh data is above the data’s own; passes through the network for a point; milliseconds for a \
             thousand points. A kind that tells no density has none.",
        ))
}

fn head() -> El {
    let heads = [
        ("distance", "Energy distance of a thousand samples from fresh data"),
        ("parts", "Parts of the data that are reached by a sample"),
        ("nats", "How far −ln p of fresh data is above the data’s own"),
        ("NFE", "Passes through the network for a point"),
        ("ms", "Milliseconds for a thousand points"),
    ];
    let head = |(name, title)| el("th", "").attr("scope", "col").attr("title", title).text(name);
    el("thead", "").child(el("tr", "").child(el("td", "")).children(heads.map(head)))
}

fn row(family: FamilyId, report: &TrainReport) -> El {
    let told = &report.distances;
    let cell = |words: Option<String>| el("td", "").text(&words.unwrap_or("–".into()));
    let nats = match told.nats {
        Some([nats, least]) => Some(format!("{:.2}", (nats - least).max(0.0))),
        None if told.energy.is_some() => Some("none".into()),
        None => None,
    };
    let name = el("th", "")
        .attr("scope", "row")
        .child(el("span", "").text(family.name))
        .child(el("span", "quiet").text(&format!("{} steps", text::count(report.step))));
    el("tr", "")
        .child(name)
        .child(cell(told.energy.map(|energy| text::brief(energy.max(0.0), 2))))
        .child(cell(told.modes.map(|[reached, of]| format!("{reached}/{of}"))))
        .child(cell(nats))
        .child(cell(told.drawing.map(|it| it.evaluations.to_string())))
        .child(cell(told.drawing.map(|it| text::brief(it.ms, 2))))
}
