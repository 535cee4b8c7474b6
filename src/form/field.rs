//! The control of an entry of a table, for any state that keeps what the table decides. One that has more to say than its
//! entry is made by [`choice`], [`number`] or [`slider`], told that, and drawn.

use super::{
    choice::{Choice, Offer},
    keys::Keeps,
    number::Number,
    slider::Slider,
};
use crate::dom::El;
use leptos::prelude::*;
use protocol::setting::{Control, Setting};

/// The control that an entry asks for; nothing for one that its view draws.
pub fn field<S: 'static>(state: impl Keeps<S>, setting: &'static Setting<S>) -> Option<El> {
    Some(match &setting.control {
        Control::Choice { about: Some(about), .. } => {
            choice(state, setting).roomy().hint(move || state.with(*about)).draw()
        }
        Control::Choice { about: None, .. } | Control::Switch(_) => choice(state, setting).draw(),
        Control::Number(_) => number(state, setting).draw(),
        Control::Slider { symbol, range } => slider(state, setting, symbol, *range).draw(),
        Control::Own => return None,
    })
}

/// The list of an entry.
pub fn choice<S: 'static>(state: impl Keeps<S>, setting: &'static Setting<S>) -> Choice {
    let entries = move || setting.control.entries().into_iter().map(|(key, name)| Offer::new(key, name)).collect();
    let (id, take) = (state.id(setting.key), state.take(setting.key));
    Choice::new(setting.label, id, value(state, setting), entries, take)
        .named(state.name(setting.label))
        .disabled(state.fixed())
}

/// A number to type for an entry.
pub fn number<S: 'static>(state: impl Keeps<S>, setting: &'static Setting<S>) -> Number {
    let take = move |text: &str| state.set(setting.key, text);
    Number::new(setting.label, state.id(setting.key), value(state, setting), take)
        .nudge(setting.control.nudge())
        .named(state.name(setting.label))
        .disabled(state.fixed())
}

/// A number on a line for an entry, called `symbol`, within a `range`: least, largest, what lies between two.
pub fn slider<S: 'static>(
    state: impl Keeps<S>,
    setting: &'static Setting<S>,
    symbol: &'static str,
    range: [f64; 3],
) -> Slider {
    let value = Signal::derive(move || state.with(setting.read).parse().unwrap_or(range[0]).min(range[1]));
    Slider::new(setting.label, state.id(setting.key), value, symbol, range, state.take(setting.key))
        .named(state.name(setting.label))
        .disabled(state.fixed())
}

fn value<S: 'static>(state: impl Keeps<S>, setting: &'static Setting<S>) -> Signal<String> {
    Signal::derive(move || state.with(setting.read))
}
