//! Symbols that explain themselves where they stand, by focus, tap or hover; the words are those of `flow::glossary`.
//!
//! What has something to say carries it in `data-says`; one box for the whole page shows it.

use super::dom::{El, el};
use flow::glossary::{self, Symbol};
use leptos::prelude::*;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

/// The symbol of this key; plain text where the list has none.
pub fn term(key: &str) -> El {
    match glossary::find(key) {
        Some(found) => explained(found, symbol(found.symbol)),
        None => el("span", "").text(key),
    }
}

/// A symbol as a slider or a readout writes it (“w”), which explains itself if it is known.
pub fn by_symbol(text: &str) -> El {
    let found = glossary::TERMS.iter().find(|term| term.symbol == text);
    found.map_or_else(|| el("i", "").text(text), |term| explained(term, symbol(text)))
}

/// Something that stands for a term, such as its MathML.
pub fn explained(term: &Symbol, inside: El) -> El {
    el("button", "term")
        .attr("type", "button")
        .attr("translate", "no")
        // As it is seen, so that it is found by saying it.
        .attr("aria-label", &format!("{}, {}", term.symbol.replace('_', ""), term.name))
        .attr("aria-description", term.says)
        .attr("data-says", &explanation(term))
        .child(inside)
}

/// “α_t: weight of the data. How much …”
fn explanation(term: &Symbol) -> String {
    let Symbol { symbol, name, says, .. } = term;
    if symbol == name { format!("{name}: {says}") } else { format!("{symbol}: {name}. {says}") }
}

/// A formula that lists what its symbols mean: the terms at these places of the glossary.
pub fn formula(places: &[u8], inside: El) -> El {
    let terms: Vec<_> = places.iter().filter_map(|k| glossary::TERMS.get(usize::from(*k))).collect();
    if terms.is_empty() {
        return inside;
    }
    let line = |term: &&Symbol| format!("{}  {}", term.symbol, term.name);
    let says = terms.iter().map(line).collect::<Vec<_>>().join("\n");
    inside
        .attr("tabindex", "0")
        .attr("role", "group")
        .attr("aria-label", "Formula")
        .attr("aria-description", &says.replace('\n', "; "))
        .attr("data-says", &says)
}

/// A letter in italics, with its index lowered; a word as it is.
fn symbol(text: &str) -> El {
    match text.split_once('_') {
        Some((base, index)) => {
            el("i", "").text(base).child(el("sub", "").text(index.trim_start_matches('{').trim_end_matches('}')))
        }
        None if text.chars().count() == 1 => el("i", "").text(text),
        None => el("span", "").text(text),
    }
}

/// Shows what is pointed at or has the focus, for as long as there is a page.
pub fn listen() {
    let tip: HtmlElement = el("div", "tip").attr("role", "tooltip").attr("hidden", "").dom().clone().unchecked_into();
    let _ = document().body().map(|body| body.append_child(&tip));
    // What is explained now.
    let place = RefCell::new(None::<Element>);
    let hear = move |event: Event| {
        let now = match event.type_().as_str() {
            // It moves with what it explains.
            "scroll" => return place.borrow().iter().for_each(|place| put(&tip, place)),
            "keydown" if event.unchecked_ref::<KeyboardEvent>().key() == "Escape" => None,
            "keydown" => return,
            // What is said may itself be pointed at.
            _ if event.target().is_some_and(|it| it == *tip.unchecked_ref()) => return,
            _ => event.target().and_then(says),
        };
        match &now {
            Some((place, words)) => {
                tip.set_text_content(Some(words));
                let _ = tip.remove_attribute("hidden");
                put(&tip, place);
            }
            None => drop(tip.set_attribute("hidden", "")),
        }
        place.replace(now.map(|(place, _)| place));
    };
    let hear = Closure::<dyn FnMut(Event)>::new(hear).into_js_value();
    // Before others hear of it.
    for event in ["pointerover", "focusin", "click", "keydown", "scroll"] {
        let _ = document().add_event_listener_with_callback_and_bool(event, hear.unchecked_ref(), true);
    }
}

fn says(target: web_sys::EventTarget) -> Option<(Element, String)> {
    let place = target.dyn_into::<Element>().ok()?.closest("[data-says]").ok()??;
    let words = place.get_attribute("data-says")?;
    Some((place, words))
}

/// Above the place, or below it where there is no room, within the window.
fn put(tip: &HtmlElement, place: &Element) {
    let (at, size) = (place.get_bounding_client_rect(), tip.get_bounding_client_rect());
    let wide = document().document_element().map_or(0.0, |root| f64::from(root.client_width()));
    let left = (at.left() + at.width() / 2.0 - size.width() / 2.0).clamp(8.0, (wide - size.width() - 8.0).max(8.0));
    let above = at.top() - size.height() - 6.0;
    let top = if above >= 4.0 { above } else { at.bottom() + 6.0 };
    let _ = tip.style().set_property("left", &format!("{left:.0}px"));
    let _ = tip.style().set_property("top", &format!("{top:.0}px"));
}
