//! The controls that a stop of the tour asks to be moved. They stand in the settings, and on the card of the stop too,
//! so that hand and eye need not be far apart.

use super::state::{Phase, Plane};
use crate::{
    dom::{El, button, el},
    form::{Choice, Entry, Number, Slider},
};
use flow::{keyed::Keyed, sampler::MAX_STOCHASTICITY, schedule::ScheduleId};
use leptos::prelude::*;
use plane::spec::{Against, MAX_LEVEL, Spec};
use protocol::{message::MAX_GUIDANCE, sight::MAX_STEPS};

/// Where a control stands: its id must differ from that of its twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    Settings,
    Card,
}

impl Stand {
    fn id(self, key: &str) -> String {
        match self {
            Self::Settings => key.into(),
            Self::Card => format!("card-{key}"),
        }
    }
}

/// The control of a key of the link; nothing where the plane has none to lend.
pub fn knob(plane: Plane, key: &str, stand: Stand) -> Option<El> {
    Some(match key {
        "steps" => {
            slider(plane, stand, "Steps", "steps", "N", [1.0, MAX_STEPS as f64, 1.0], |spec| spec.sight.steps as f64)
        }
        "stochasticity" => {
            slider(plane, stand, "Stochasticity", "stochasticity", "κ", [0.0, MAX_STOCHASTICITY, 0.1], |spec| {
                spec.sight.stochasticity
            })
        }
        "guidance" => slider(
            plane,
            stand,
            "Guidance towards the second class",
            "guidance",
            "w",
            [0.0, MAX_GUIDANCE, 0.1],
            |spec| spec.guidance,
        ),
        "level" => slider(plane, stand, "Langevin at", "level", "t", [0.0, MAX_LEVEL, 0.01], |spec| spec.level),
        "schedule" => schedule(plane, stand),
        "against" => against(plane, stand),
        "points" => points(plane, stand),
        "trained" => train(plane),
        _ => return None,
    })
}

fn slider(
    plane: Plane,
    stand: Stand,
    label: &'static str,
    key: &'static str,
    symbol: &'static str,
    range: [f64; 3],
    read: fn(&Spec) -> f64,
) -> El {
    let value = Signal::derive(move || plane.spec.with(read));
    let take: Box<dyn Fn(f64)> = Box::new(move |value| plane.take(key)(value.to_string()));
    Slider { label, key: stand.id(key), value, range, symbol, name: None, take: Some(take) }.draw(plane)
}

fn schedule(plane: Plane, stand: Stand) -> El {
    let entries = || ScheduleId::all().map(|it| Entry::new(it, it.name())).collect();
    let value = plane.of(|spec| spec.schedule.to_string());
    Choice::new("Schedule", stand.id("schedule"), value, entries, plane.take("schedule")).draw()
}

/// The sampler of the second panel; those that make no sense on this path cannot be chosen.
fn against(plane: Plane, stand: Stand) -> El {
    let entries = Memo::new(move |_| {
        let fits = |it: Against| plane.spec.with(|spec| spec.admits_against(it).is_ok());
        Against::all().map(|it| Entry { disabled: !fits(it), ..Entry::new(it, it.name()) }).collect::<Vec<_>>()
    });
    let value = plane.of(|spec| spec.against.to_string());
    let hint =
        move || plane.spec.with(|spec| spec.start.is_some()).then_some("Both begin at the place that was chosen.");
    Choice::new("Against", stand.id("against"), value, move || entries.get(), plane.take("against")).hint(hint).draw()
}

fn points(plane: Plane, stand: Stand) -> El {
    let key = if stand == Stand::Card { "card-points" } else { "points" };
    Number::new("Data points that count", key, plane.of(|spec| spec.active().len().to_string()))
        .hint("1: one conditional path; more: their mean")
        .take(move |text| plane.change("points", text))
        .draw(plane)
}

/// Training, and its pause.
fn train(plane: Plane) -> El {
    let act = move || match plane.phase.get_untracked() {
        Phase::None => plane.train(),
        _ => plane.pause_or_resume(),
    };
    let words = move || match plane.phase.get() {
        Phase::None => "Train",
        Phase::Running => "Pause training",
        Phase::Paused => "Resume training",
    };
    el("div", "verbs").child(button("button small", act).live_text(words))
}
