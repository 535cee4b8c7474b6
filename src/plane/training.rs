//! The learned field: its recipe, its verbs, how far it has come.

use super::{
    errors::errors,
    floor::floor,
    kinds::{kinds, standing},
    saving::about,
    settings::camera,
    state::{LearningPhase, Plane},
};
use crate::{
    chart::{Chart, Series},
    curves,
    dom::{El, button, el},
    form::{choice, field, more},
    saved::saved,
    text,
};
use flow::family::{DrawnBy, FamilyId};
use leptos::prelude::*;
use plane::{
    floor::WHY,
    settings::{METHOD, PAIRS, entry},
    spec::FigureKind,
};
use protocol::{message::TrainReport, method::Method};

/// Everything about learning, put into `column`.
pub fn training(plane: Plane, column: El) -> El {
    let learning = Memo::new(move |_| plane.phase.get() != LearningPhase::None && plane.fits());
    let idle = Signal::derive(move || plane.phase.get() == LearningPhase::None);
    let (resume, undo) = (move |id| plane.resume_left(id), move || plane.bring_back());
    column
        .child(errors(plane))
        .child(
            el("article", "learn")
                .child(el("h2", "").text("Learned field"))
                .child(verbs(plane))
                .child(saved(plane.saves, idle, about, ".learn > .verbs > :nth-child(2)", resume, undo))
                .child(el("p", "quiet figure").live_text(move || status(plane)))
                .child(el("p", "unseen").attr("role", "status").live_text(spoken(plane)))
                .child(recipe(plane)),
        )
        .live(move || {
            let alone = learning.get() && plane.show.get() != FigureKind::Kinds;
            alone.then(|| el("article", "").child(el("h2", "").text("Loss")).child(loss(plane)))
        })
        .live(move || match plane.show.get() {
            FigureKind::Kinds => Some(kinds(plane)),
            _ => learning.get().then(|| rounds(plane)),
        })
        .live(move || (plane.show.get() == FigureKind::Likelihood).then(|| likelihood(plane)))
        .live(move || (plane.show.get() != FigureKind::Line).then(|| camera(plane)))
}

fn verbs(plane: Plane) -> El {
    let has_path =
        Memo::new(move |_| plane.spec.with(|spec| spec.show != FigureKind::Kinds && spec.method.family.has_path()));
    let pause = move || match plane.phase.get() {
        LearningPhase::Paused => "Resume",
        _ => "Pause",
    };
    let none = move || plane.phase.get() == LearningPhase::None;
    let fits = Memo::new(move |_| plane.fits());
    el("div", "verbs")
        .child(button("button primary", move || plane.train()).text("Train"))
        .child(
            button("button", move || plane.pause_or_resume())
                .live_attr("disabled", move || none() || !fits.get())
                // Play has a pause of its own.
                .live_attr("aria-label", move || format!("{} training", pause()))
                .live_text(pause),
        )
        .child(
            button("button", move || plane.reflow())
                .live_attr("disabled", move || plane.is_reflowing() || !has_path.get() || !fits.get())
                .attr("title", "Make pairs with the flow and train again on them")
                .text("Reflow"),
        )
        .child(button("button", move || plane.stop()).live_attr("disabled", none).text("Forget"))
}

fn status(plane: Plane) -> String {
    // The round that is under way, or the last there is.
    let last = plane.reports.with(|all| all.last().cloned());
    if !plane.fits() {
        return "What has been learned belongs to another figure: go back to it, or press Train.".into();
    }
    if plane.show.get() == FigureKind::Kinds {
        return standing(plane);
    }
    match (plane.phase.get(), last) {
        (LearningPhase::None, _) => {
            "A small network learns this field in the page, and stands beside the exact one.".into()
        }
        (LearningPhase::Running, None) => "The worker is starting.".into(),
        (_, Some(report)) => progress(&report),
        (LearningPhase::Paused, None) => "Paused.".into(),
    }
}

/// What a screen reader hears: what has begun or ended, and a few milestones on the way, but not every step.
fn spoken(plane: Plane) -> impl Fn() -> String {
    let at = Memo::new(move |_| {
        let last = plane.reports.with(|all| all.last().map(|report| (report.round, milestone(report.step))));
        (plane.phase.get(), last.unwrap_or_default())
    });
    move || {
        let (phase, (round, step)) = at.get();
        let head = match phase {
            LearningPhase::None => return String::new(),
            LearningPhase::Running if plane.show.get_untracked() == FigureKind::Kinds => {
                return "Training side by side".into();
            }
            LearningPhase::Paused if plane.show.get_untracked() == FigureKind::Kinds => return standing(plane),
            LearningPhase::Running if round > 0 => format!("Training, reflow {round}"),
            LearningPhase::Running => "Training".into(),
            LearningPhase::Paused => "Training rests".into(),
        };
        let error = plane.reports.with_untracked(|all| all.last().and_then(|report| report.distances.velocity_error));
        let error = error.map(|it| format!(", velocity error {}", text::brief(it, 2))).unwrap_or_default();
        if step == 0 { head } else { format!("{head}: {} steps{error}", text::count(step)) }
    }
}

/// The last of 200, 500, 1,000, 2,000, 5,000 … that `step` has passed; 0 before the first.
fn milestone(step: u64) -> u64 {
    let decades = (2..8).map(|decade| 10_u64.pow(decade));
    let all = decades.flat_map(|decade| [2, 5, 10].map(|head| head * decade));
    all.take_while(|mark| *mark <= step).last().unwrap_or(0)
}

fn progress(report: &TrainReport) -> String {
    let round = if report.round == 0 { String::new() } else { format!("Reflow {}: ", report.round) };
    if let Some(share) = report.pairs {
        return format!("{round}making pairs, {:.0} %", share * 100.0);
    }
    let step = text::count(report.step);
    let of = report.until.map(|until| format!(" of {}", text::count(until))).unwrap_or_default();
    let pace = report.steps_per_second;
    let left = report
        .until
        .filter(|_| pace > 0.0 && report.running)
        .map(|until| format!(", {} left", text::estimate(until.saturating_sub(report.step) as f64 / pace)));
    match report.running {
        true => format!(
            "{round}step {step}{of}, {} steps a second{}",
            text::count(pace.round() as u64),
            left.unwrap_or_default()
        ),
        false => format!("{round}rests at step {step}, after {}", text::duration(report.seconds)),
    }
}

/// By what it is learned: what everything has beside what the family alone has.
fn recipe(plane: Plane) -> El {
    let kinds = move || plane.show.get() == FigureKind::Kinds;
    el("div", "").live(move || if kinds() { recipe_of_kinds(plane) } else { recipe_of_one(plane) })
}

/// What kinds side by side have in common.
fn recipe_of_kinds(plane: Plane) -> El {
    let summary = move || plane.spec.with(|spec| format!("Batch {}", spec.method.batch));
    let inside = |details: El| {
        details.children(field(plane, const { entry("batch") })).children(field(plane, const { entry("train-seed") }))
    };
    el("div", "fields").children(field(plane, const { entry("seconds") })).child(more(summary, || false, inside))
}

fn recipe_of_one(plane: Plane) -> El {
    let summary = move || {
        plane.spec.with(|spec| {
            let Method { family, batch, .. } = spec.method;
            let first = METHOD.iter().find(|it| !it.is_general() && it.concerns(family));
            let own = first.map(|it| format!("{}, ", it.words(spec))).unwrap_or_default();
            format!("{own}batch {batch}")
        })
    };
    let family = Memo::new(move |_| plane.spec.with(|spec| spec.method.family));
    let own = move || {
        let family = family.get();
        let settings = METHOD.iter().chain(PAIRS).filter(|it| !it.is_general() && it.concerns(family));
        settings.filter_map(|setting| field(plane, setting)).collect::<Vec<_>>()
    };
    let inside = |details: El| {
        details
            .child(el("div", "fields").live(own))
            .child(
                el("div", "pair")
                    .children(field(plane, const { entry("batch") }))
                    .children(field(plane, const { entry("rate") })),
            )
            .children(field(plane, const { entry("train-seed") }))
    };
    let about = move || plane.spec.with(|spec| spec.method.family.0.about);
    let family = choice(plane, const { entry("family") }).hint(about);
    el("div", "fields").child(family.draw()).child(more(summary, || false, inside))
}

/// The loss of the first round, over the least that it can become.
fn loss(plane: Plane) -> El {
    let floor = floor(plane);
    let family = Memo::new(move |_| {
        // Another training begins with no losses.
        plane.losses.track();
        plane.taught.with_value(|it| it.as_ref().map_or(FamilyId::FLOW, |it| it.family))
    });
    let lines = Memo::new(move |_| {
        plane.losses.with(|losses| {
            let mut lines = curves::lines(losses, family.get());
            let last = losses.first().and_then(|first| first.all().last());
            if let Some((floor, last)) = floor.get().zip(last) {
                let label = Some(format!("floor {}", text::brief(floor, 3)));
                lines.push(Series { class: "lane b", label, points: vec![(0.0, floor), (last.step as f64, floor)] });
            }
            lines
        })
    });
    let name = move || match lines.with(|lines| lines.get(1).and_then(|line| line.points.last().copied())) {
        Some((step, loss)) => {
            let least = floor.get().map(|floor| format!("; the least it can become is {floor:.3}")).unwrap_or_default();
            format!("Loss after {step:.0} steps: {loss:.3}, smoothed{least}")
        }
        None => "Loss: no step yet".into(),
    };
    let chart = Chart { lines, log: Signal::stored(false), log_x: false, x_label: "step", y_label: "loss" };
    let why = move || floor.get().map_or(family.get().curves, |_| WHY);
    el("div", "").child(chart.draw(name)).child(el("p", "quiet").live_text(why))
}

/// How near each round comes to the truth, and how straight it is.
fn rounds(plane: Plane) -> El {
    let cell = |value: Option<f64>| el("td", "").text(&value.map_or("–".into(), |value| text::brief(value, 2)));
    let row = move |report: &TrainReport| {
        let name = if report.round == 0 { "Learned".into() } else { format!("Reflow {}", report.round) };
        el("tr", "")
            .child(el("th", "").attr("scope", "row").text(&name))
            .child(cell(report.distances.velocity_error))
            // Without bias, it may fall a little below 0.
            .child(cell(report.distances.energy.map(|energy| energy.max(0.0))))
            .child(cell(report.distances.straightness))
            .child(cell(report.distances.one_step))
    };
    let head = "<thead><tr><td></td><th scope=\"col\" title=\"E |u_θ − u|² / E |u|²\">velocity error</th>\
        <th scope=\"col\" title=\"Energy distance of samples from data\">energy</th>\
        <th scope=\"col\" title=\"S = ∫ E |x_1 − x_0 − u|² dt\"><i>S</i></th>\
        <th scope=\"col\" title=\"Root mean square error of a single Euler step\">one step</th></tr></thead>";
    let rows = move || plane.reports.with(|all| all.iter().map(row).collect::<Vec<_>>());
    let reached = move || {
        let [reached, of] = plane.reports.with(|all| all.last().and_then(|report| report.distances.modes))?;
        Some(format!("{reached} of {of} parts of the data are reached by a sample."))
    };
    el("article", "")
        .child(el("h2", "").text("Distance to the truth"))
        .child(el("table", "figure rounds").html(head).child(el("tbody", "").live(rows)))
        .child(el("p", "figure").live_text(reached))
        .child(el("p", "quiet").html("Share of |u|² that is missed; energy distance of samples from data; <i>S</i> is 0 for straight trajectories; how far a single Euler step misses."))
}

/// The verb and the words of the map of log p.
fn likelihood(plane: Plane) -> El {
    let none = move || plane.phase.get() == LearningPhase::None;
    let sampling = Memo::new(move |_| plane.spec.with(|spec| spec.method.family.sampling));
    let words = move || {
        plane.news.track();
        let way = match sampling.get() {
            DrawnBy::Path => "log p of the learned flow, by the change of variables along it.",
            DrawnBy::Layers => "log p of the learned layers, exactly: each says how much it stretches.",
            DrawnBy::Latent | DrawnBy::Codes | DrawnBy::Translation | DrawnBy::Styles => {
                "This family tells no density; a flow does."
            }
        };
        plane.figure.with_value(|figure| match (none(), figure.map(0).map(|map| map.share())) {
            (true, _) => "Train a field first; its log p then stands beside the exact one.".to_string(),
            (_, None) => way.into(),
            (_, Some(share)) if share < 1.0 => format!("{:.0} % of the map", share * 100.0),
            _ => "Choose a place to see its trajectory back to noise.".into(),
        })
    };
    el("article", "")
        .child(el("h2", "").text("Likelihood"))
        .child(
            el("div", "verbs")
                .child(button("button", move || plane.measure()).live_attr("disabled", none).text("Map log p")),
        )
        .child(el("p", "quiet").live_text(words))
}
