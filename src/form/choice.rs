//! One of a list.

use crate::dom::{El, Said, Words, el, value_of};
use leptos::prelude::*;

/// One entry of a [`Choice`].
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The value in the link.
    pub key: String,
    pub name: String,
    pub disabled: bool,
}

impl Entry {
    pub fn new(key: impl ToString, name: impl Into<String>) -> Self {
        Self { key: key.to_string(), name: name.into(), disabled: false }
    }

    fn option(self, value: Signal<String>) -> El {
        let option = el("option", "").attr("value", &self.key).text(&self.name);
        let option = if self.disabled { option.attr("disabled", "") } else { option };
        option.live_property("selected", move || value.with(|value| *value == self.key))
    }
}

/// A labelled list to choose from.
pub struct Choice {
    label: &'static str,
    key: String,
    /// The value in force.
    value: Signal<String>,
    entries: Box<dyn Fn() -> Vec<Entry>>,
    take: Box<dyn Fn(String)>,
    name: Option<String>,
    disabled: Option<Signal<bool>>,
    hint: Option<Said>,
    roomy: bool,
}

impl Choice {
    /// `key` is that in the link, or any other name that no control of the view shares; `take` is called with what is
    /// chosen.
    pub fn new(
        label: &'static str,
        key: impl Into<String>,
        value: Signal<String>,
        entries: impl Fn() -> Vec<Entry> + 'static,
        take: impl Fn(String) + 'static,
    ) -> Self {
        let (entries, take) = (Box::new(entries), Box::new(take));
        Self { label, key: key.into(), value, entries, take, name: None, disabled: None, hint: None, roomy: false }
    }

    /// Its accessible name, where the label is not enough.
    pub fn named(self, name: String) -> Self {
        Self { name: Some(name), ..self }
    }

    pub fn disabled(self, disabled: Signal<bool>) -> Self {
        Self { disabled: Some(disabled), ..self }
    }

    /// A few words under the list.
    pub fn hint<W: Words>(self, hint: impl Fn() -> W + 'static) -> Self {
        Self { hint: Some(Box::new(move || hint().words())), ..self }
    }

    /// Room for a second line of the hint.
    pub fn roomy(self) -> Self {
        Self { roomy: true, ..self }
    }

    pub fn draw(self) -> El {
        let Self { label, key, value, entries, take, name, disabled, hint, roomy } = self;
        let (id, note) = (format!("{key}-choice"), format!("{key}-choice-note"));
        let select = el("select", "")
            .attr("id", &id)
            .attr("aria-describedby", &note)
            .on("change", move |event| take(value_of(&event)))
            .live(move || entries().into_iter().map(|entry| entry.option(value)).collect::<Vec<_>>());
        let select = match name {
            Some(name) => select.attr("aria-label", &name),
            None => select,
        };
        let select = match disabled {
            Some(disabled) => select.live_attr("disabled", move || disabled.get()),
            None => select,
        };
        let below = el("p", "note").attr("id", &note);
        el("div", if roomy { "field roomy" } else { "field" })
            .child(el("label", "").attr("for", &id).text(label))
            .child(el("div", "select").child(select))
            .child(match hint {
                Some(hint) => below.live_text(hint),
                None => below,
            })
    }
}
