//! A number on a line.

use super::able::{able, named};
use crate::{
    dom::{El, el, value_of},
    glossary,
};
use leptos::prelude::*;

/// A labelled slider with its value beside the label.
pub struct Slider {
    label: &'static str,
    id: String,
    /// The value in force.
    value: Signal<f64>,
    /// What the value is called, such as “w”.
    symbol: &'static str,
    /// The least value, the largest, and what lies between two.
    range: [f64; 3],
    take: Box<dyn Fn(String)>,
    name: Option<String>,
    disabled: Option<Signal<bool>>,
}

impl Slider {
    /// `id` is a name that no other control of the view has; `take` is called with the number to which it is moved.
    pub fn new(
        label: &'static str,
        id: impl Into<String>,
        value: Signal<f64>,
        symbol: &'static str,
        range: [f64; 3],
        take: impl Fn(String) + 'static,
    ) -> Self {
        let (id, take) = (id.into(), Box::new(take));
        Self { label, id, value, symbol, range, take, name: None, disabled: None }
    }

    /// Its accessible name, where the label is not enough.
    pub fn named(self, name: Option<String>) -> Self {
        Self { name, ..self }
    }

    pub fn disabled(self, disabled: Option<Signal<bool>>) -> Self {
        Self { disabled, ..self }
    }

    pub fn draw(self) -> El {
        let Self { label, id, value, symbol, range: [min, max, step], take, name, disabled } = self;
        let id = format!("{id}-slider");
        let input = el("input", "")
            .attr("id", &id)
            .attr("type", "range")
            .attr("min", &min.to_string())
            .attr("max", &max.to_string())
            .attr("step", &step.to_string())
            .live_property("value", move || value.get().to_string())
            .live_style("--share", move || format!("{:.4}", (value.get() - min) / (max - min)))
            .on("input", move |event| take(value_of(&event)));
        // No <output>, which would be a second status of the page.
        let number = el("span", "figure")
            .child(glossary::by_symbol(symbol))
            .text(" = ")
            .live_text(move || format!("{:.*}", -step.log10().min(0.0).round() as usize, value.get()));
        el("div", "field")
            .child(el("div", "row").child(el("label", "").attr("for", &id).text(label)).child(number))
            .child(able(named(input, name), disabled))
            .child(el("p", "note"))
    }
}
