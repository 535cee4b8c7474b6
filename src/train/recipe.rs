//! What decides a trained model: the family, and every setting of its recipe.

use super::outlook;
use crate::{
    dom::{El, el},
    form::{Choice, Entry, Number},
    store::{Phase, Store},
    text,
};
use leptos::prelude::*;
use protocol::{
    message::TrainSpec,
    outlook::{Goal, Mark},
    setting::{Control, Setting},
};

/// So many times the usual rate of a family, models learn badly or not at all.
const BOLD: f64 = 10.0;

/// A control for every setting of the family; fixed while a training exists.
pub fn recipe(store: Store) -> Vec<El> {
    let fixed = Signal::derive(move || store.training.phase.get() != Phase::None);
    let family = Memo::new(move |_| store.recipe.with(|it| it.family));
    let note = move || fixed.get().then_some("The recipe stays as it is until Reset.");
    // The first of them chooses the family, and stays where it is when the others change.
    let first = TrainSpec::of(family.get_untracked()).settings().take(1);
    let first = first.map(|setting| control(store, setting, fixed));
    let rest = move || {
        let settings: Vec<_> = TrainSpec::of(family.get()).settings().skip(1).collect();
        fields(store, &settings, fixed)
    };
    let mut fields: Vec<El> = first.collect();
    fields.push(el("div", "fields").live_class("dense", move || !family.get().has_path()).live(rest));
    fields.push(el("p", "note fixed").attr("aria-live", "polite").live_text(note));
    fields
}

/// The controls, numbers that follow each other in pairs.
fn fields(store: Store, settings: &[&'static Setting<TrainSpec>], fixed: Signal<bool>) -> Vec<El> {
    let is_number = |setting: &Setting<TrainSpec>| matches!(setting.control, Control::Number(_));
    let (mut fields, mut rest) = (vec![], settings);
    while let [first, others @ ..] = rest {
        let second = others.first().filter(|second| is_number(first) && is_number(second));
        let pair = [Some(first), second].into_iter().flatten();
        let mut controls = pair.clone().map(|setting| control(store, setting, fixed));
        if is_number(first) {
            fields.push(el("div", "pair").children(controls));
        } else {
            fields.extend(controls.next());
        }
        if pair.clone().any(|setting| setting.key == "rate") {
            fields.push(el("p", "note bold").attr("aria-live", "polite").live_text(move || bold(store)));
        }
        rest = &rest[1 + usize::from(second.is_some())..];
    }
    fields
}

fn control(store: Store, setting: &'static Setting<TrainSpec>, fixed: Signal<bool>) -> El {
    let (label, key, value) = (setting.label, setting.key, store.recipe_of(setting.read));
    if let Control::Number(nudge) = setting.control {
        return Number::new(label, key, value).nudge(nudge).disabled(fixed).draw(store);
    }
    let entries = || setting.control.entries().into_iter().map(|(key, name)| Entry::new(key, name)).collect();
    let choice = Choice::new(label, key, value, entries, store.take(key)).disabled(fixed);
    match setting.control {
        _ if key == "size" => choice.roomy().hint(move || estimate(store)).draw(),
        Control::Choice { about: Some(about), .. } => choice.roomy().hint(move || store.recipe.with(about)).draw(),
        _ => choice.draw(),
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
    let about = match spec.family.has_path() {
        true => spec.architecture.about(),
        false => spec.architecture.about_perceptrons(),
    };
    let about = capital(about.split_once(": ").map_or(about, |(_, about)| about));
    let goal = Goal::of(&spec, None);
    let said = |mark: &Mark| {
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
