//! What decides a trained model: the family, and every setting of its recipe.

use super::outlook;
use crate::{
    dom::{El, el},
    form::{
        choice, field,
        keys::{Keeps, Keys},
    },
    store::{Phase, Store},
    text,
};
use flow::family::{DrawnBy, FamilyId};
use leptos::prelude::*;
use protocol::{
    message::TrainSpec,
    outlook::{Goal, Milestone},
    setting::{Control, Setting},
};

/// So many times the usual rate of a family, models learn badly or not at all.
const BOLD: f64 = 10.0;

/// The recipe as its form sees it: fixed while a training exists.
#[derive(Clone, Copy)]
struct Form {
    store: Store,
    fixed: Signal<bool>,
}

impl Keys for Form {
    fn set(self, key: &str, text: &str) -> Result<(), String> {
        self.store.set(key, text)
    }

    fn say(self, sentence: String) {
        self.store.alerts.say(sentence);
    }

    fn fixed(self) -> Option<Signal<bool>> {
        Some(self.fixed)
    }
}

impl Keeps<TrainSpec> for Form {
    fn with<R>(self, read: impl FnOnce(&TrainSpec) -> R) -> R {
        self.store.recipe.with(read)
    }
}

/// A control for every setting of the family.
pub fn recipe(store: Store) -> Vec<El> {
    let fixed = Signal::derive(move || store.training.phase.get() != Phase::None);
    let form = Form { store, fixed };
    let family = Memo::new(move |_| store.recipe.with(|it| it.family));
    let note = move || fixed.get().then_some("The recipe stays as it is until Reset.");
    // The first of them chooses the family, and stays where it is when the others change.
    let first = TrainSpec::of(family.get_untracked()).settings().take(1);
    let rest = move || {
        let settings: Vec<_> = TrainSpec::of(family.get()).settings().skip(1).collect();
        fields(form, &settings)
    };
    let mut fields: Vec<El> = first.filter_map(|setting| control(form, setting)).collect();
    fields.push(el("div", "fields").live_class("dense", move || !family.get().has_path()).live(rest));
    fields.push(el("p", "note fixed").attr("aria-live", "polite").live_text(note));
    fields
}

/// The controls, numbers that follow each other in pairs.
fn fields(form: Form, settings: &[&'static Setting<TrainSpec>]) -> Vec<El> {
    let is_number = |setting: &Setting<TrainSpec>| matches!(setting.control, Control::Number(_));
    let (mut fields, mut rest) = (vec![], settings);
    while let [first, others @ ..] = rest {
        let second = others.first().filter(|second| is_number(first) && is_number(second));
        let pair = [Some(first), second].into_iter().flatten();
        let controls = pair.clone().filter_map(|setting| control(form, setting));
        if is_number(first) {
            fields.push(el("div", "pair").children(controls));
        } else {
            fields.extend(controls);
        }
        if pair.clone().any(|setting| setting.key == "rate") {
            fields.push(el("p", "note bold").attr("aria-live", "polite").live_text(move || bold(form.store)));
        }
        rest = &rest[1 + usize::from(second.is_some())..];
    }
    fields
}

fn control(form: Form, setting: &'static Setting<TrainSpec>) -> Option<El> {
    match setting.key {
        // What is said of a size depends on the device.
        "size" => Some(choice(form, setting).roomy().hint(move || estimate(form.store)).draw()),
        _ => field(form, setting),
    }
}

fn bold(store: Store) -> Option<String> {
    let (rate, usual) = store.recipe.with(|it| (it.learning_rate, it.family.learning_rates[0]));
    (rate >= BOLD * usual * 1.001)
        .then(|| format!("So large a learning rate often ruins a training; {usual} is usual."))
}

/// What is expected of the model, and how long it takes at the pace of this device.
fn estimate(store: Store) -> Option<String> {
    let spec = outlook::spec(store);
    let about = match spec.family.sampling {
        DrawnBy::Path => spec.architecture.about(),
        DrawnBy::Latent => spec.architecture.about_perceptrons(),
        DrawnBy::Layers => spec.architecture.about_layers(),
        DrawnBy::Codes if spec.family == FamilyId::VQ => spec.architecture.about_words(),
        DrawnBy::Codes => spec.architecture.about_codes(),
        DrawnBy::Translation => spec.architecture.about_translators(),
        DrawnBy::Styles => spec.architecture.about_styles(),
    };
    let about = capital(about.split_once(": ").map_or(about, |(_, about)| about));
    let goal = Goal::of(&spec, None);
    let said = |mark: &Milestone| {
        let lasts = text::estimate(outlook::lasts(store, mark.step)?);
        Some(match mark.name {
            "" => format!("{} steps in {lasts}", text::count(mark.step)),
            name => format!("{name} in {lasts}"),
        })
    };
    let all: Option<Vec<_>> = goal.marks().iter().map(said).collect();
    Some(match all {
        Some(all) => format!("{about}. On this device: {}.", all.join(", ")),
        None => format!("{about}. Timing it on this device…"),
    })
}

/// With a capital in front. These are our own words, in plain letters.
fn capital(text: &str) -> String {
    let mut text = text.to_string();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
