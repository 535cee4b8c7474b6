//! The controls that a stop of the tour asks to be moved. They stand in the settings, and on the card of the stop too,
//! so that hand and eye need not be far apart.

use super::state::{LearningPhase, Plane};
use crate::{
    dom::{El, button, el},
    form::{
        Offer, choice, field,
        keys::{Keeps, Keys},
        number,
    },
};
use flow::keyed::Keyed;
use leptos::prelude::*;
use plane::{
    settings::{entry, find},
    spec::{Against, Spec},
};

/// Where a control stands: its id must differ from that of its twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    Settings,
    Card,
}

/// The plane as the controls of one place see it.
#[derive(Clone, Copy)]
struct KnobsOf {
    plane: Plane,
    stand: Stand,
}

impl Keys for KnobsOf {
    fn set(self, key: &str, text: &str) -> Result<(), String> {
        self.plane.change(key, text)
    }

    fn say(self, sentence: String) {
        self.plane.alerts.say(sentence);
    }

    fn id(self, key: &str) -> String {
        match self.stand {
            Stand::Settings => key.into(),
            Stand::Card => format!("card-{key}"),
        }
    }
}

impl Keeps<Spec> for KnobsOf {
    fn with<R>(self, read: impl FnOnce(&Spec) -> R) -> R {
        self.plane.spec.with(read)
    }
}

/// The control of a key of the link; nothing where the plane has none to lend.
pub fn knob(plane: Plane, key: &str, stand: Stand) -> Option<El> {
    let here = KnobsOf { plane, stand };
    match key {
        "against" => Some(against(here)),
        "points" => Some(points(here)),
        "trained" => Some(train(plane)),
        _ => field(here, find(key)?),
    }
}

/// The sampler of the second panel; those that make no sense on this path cannot be chosen.
fn against(here: KnobsOf) -> El {
    let spec = here.plane.spec;
    let entries = Memo::new(move |_| {
        let fits = |it: Against| spec.with(|spec| spec.admits_against(it).is_ok());
        Against::all().map(|it| Offer { disabled: !fits(it), ..Offer::new(it, it.name()) }).collect::<Vec<_>>()
    });
    let hint = move || spec.with(|spec| spec.start.is_some()).then_some("Both begin at the place that was chosen.");
    choice(here, const { entry("against") }).entries(move || entries.get()).hint(hint).draw()
}

fn points(here: KnobsOf) -> El {
    number(here, const { entry("points") })
        .value(here.plane.of(|spec| spec.active().len().to_string()))
        .hint("1: one conditional path; more: their mean")
        .draw()
}

/// Training, and its pause.
fn train(plane: Plane) -> El {
    let act = move || match plane.phase.get_untracked() {
        LearningPhase::None => plane.train(),
        _ => plane.pause_or_resume(),
    };
    let words = move || match plane.phase.get() {
        LearningPhase::None => "Train",
        LearningPhase::Running => "Pause training",
        LearningPhase::Paused => "Resume training",
    };
    el("div", "verbs").child(button("button small", act).live_text(words))
}
