//! A number on a line.

use super::keys::Keys;
use crate::{
    dom::{El, el, value_of},
    glossary,
};
use leptos::prelude::*;

/// A labelled slider with its value beside the label.
pub struct Slider {
    pub label: &'static str,
    /// Its key in the link, or any other name that no control of the view shares.
    pub key: String,
    /// The value in force.
    pub value: Signal<f64>,
    /// The least value, the largest, and what lies between two.
    pub range: [f64; 3],
    /// What the value is called, such as “w”.
    pub symbol: &'static str,
    /// Its accessible name, where the label is not enough.
    pub name: Option<String>,
    /// Takes the value in place of the link.
    pub take: Option<Box<dyn Fn(f64)>>,
}

impl Slider {
    pub fn draw(self, store: impl Keys) -> El {
        let Self { label, key, value, range: [min, max, step], symbol, name, take } = self;
        let id = format!("{key}-slider");
        let on_input = move |event| {
            // A slider cannot leave its range, so there is nothing to complain about.
            let text = value_of(&event);
            match (&take, text.parse()) {
                (Some(take), Ok(value)) => take(value),
                _ => drop(store.set(&key, &text)),
            }
        };
        let input = el("input", "")
            .attr("id", &id)
            .attr("type", "range")
            .attr("min", &min.to_string())
            .attr("max", &max.to_string())
            .attr("step", &step.to_string())
            .live_property("value", move || value.get().to_string())
            .live_style("--share", move || format!("{:.4}", (value.get() - min) / (max - min)))
            .on("input", on_input);
        // No <output>, which would be a second status of the page.
        let number = el("span", "figure")
            .child(glossary::by_symbol(symbol))
            .text(" = ")
            .live_text(move || format!("{:.*}", -step.log10().min(0.0).round() as usize, value.get()));
        el("div", "field")
            .child(el("div", "row").child(el("label", "").attr("for", &id).text(label)).child(number))
            .child(match name {
                Some(name) => input.attr("aria-label", &name),
                None => input,
            })
            .child(el("p", "note"))
    }
}
