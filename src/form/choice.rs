//! One of a list.

use super::able::{able, named};
use crate::dom::{El, LiveText, Words, el, value_of};
use leptos::prelude::*;

/// One entry of a [`Choice`].
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The value in the link.
    pub key: String,
    pub name: String,
    pub disabled: bool,
}

impl Offer {
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
    id: String,
    /// The value in force.
    value: Signal<String>,
    entries: Box<dyn Fn() -> Vec<Offer>>,
    take: Box<dyn Fn(String)>,
    name: Option<String>,
    disabled: Option<Signal<bool>>,
    hint: Option<LiveText>,
    roomy: bool,
}

impl Choice {
    /// `id` is a name that no other control of the view has; `take` is called with what is chosen.
    pub fn new(
        label: &'static str,
        id: impl Into<String>,
        value: Signal<String>,
        entries: impl Fn() -> Vec<Offer> + 'static,
        take: impl Fn(String) + 'static,
    ) -> Self {
        let (entries, take) = (Box::new(entries), Box::new(take));
        Self { label, id: id.into(), value, entries, take, name: None, disabled: None, hint: None, roomy: false }
    }

    /// Other entries.
    pub fn entries(self, entries: impl Fn() -> Vec<Offer> + 'static) -> Self {
        Self { entries: Box::new(entries), ..self }
    }

    /// Takes what is chosen in another way.
    pub fn take(self, take: impl Fn(String) + 'static) -> Self {
        Self { take: Box::new(take), ..self }
    }

    /// Its accessible name, where the label is not enough.
    pub fn named(self, name: Option<String>) -> Self {
        Self { name, ..self }
    }

    pub fn disabled(self, disabled: Option<Signal<bool>>) -> Self {
        Self { disabled, ..self }
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
        let Self { label, id, value, entries, take, name, disabled, hint, roomy } = self;
        let (id, note) = (format!("{id}-choice"), format!("{id}-choice-note"));
        let select = el("select", "")
            .attr("id", &id)
            .attr("aria-describedby", &note)
            .on("change", move |event| take(value_of(&event)))
            .live(move || entries().into_iter().map(|entry| entry.option(value)).collect::<Vec<_>>());
        let below = el("p", "note").attr("id", &note);
        el("div", if roomy { "field roomy" } else { "field" })
            .child(el("label", "").attr("for", &id).text(label))
            .child(el("div", "select").child(able(named(select, name), disabled)))
            .child(match hint {
                Some(hint) => below.live_text(hint),
                None => below,
            })
    }
}
