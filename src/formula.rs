//! Formulas in MathML, made of LaTeX by build.rs; `flow::formula` says how to write one.

use super::{
    dom::{El, el},
    glossary, text,
};
use flow::glossary as terms;

/// Its key, its two readings, and the places of its terms in the glossary.
type Formula = (&'static str, &'static str, &'static str, &'static [u8]);

include!(concat!(env!("OUT_DIR"), "/formulas.rs"));

/// A quantity by the name of its command (“xt”), within a line of text.
pub fn symbol(name: &str) -> Option<El> {
    let found = SYMBOLS.iter().find(|(known, _)| *known == name);
    found.map(|(_, mathml)| el("span", "").html(mathml))
}

/// The same as the term of this key, which explains itself.
pub fn term(name: &str, key: &str) -> Option<El> {
    let symbol = symbol(name)?;
    Some(match terms::find(key) {
        Some(term) => glossary::explained(term, symbol),
        None => symbol,
    })
}

/// The formula of this key in symbols, which says what they mean; nothing where there is none.
pub fn symbols(key: &str) -> Option<El> {
    find(FORMULAS, key).map(shown)
}

/// The same of a formula of the plane's tour.
pub fn symbols_of_tour(key: &str) -> Option<El> {
    find(TOUR, key).map(shown)
}

fn shown((_, symbols, _, terms): &'static Formula) -> El {
    glossary::formula(terms, display(symbols))
}

/// The formula of this key with numbers for its quantities, each by the name of its command (“at” for α_t);
/// nothing where one of them has no value, or where there are none.
pub fn with_numbers(key: &str, values: &[(&str, f64)]) -> Option<El> {
    find(FORMULAS, key).and_then(|(_, _, numbers, _)| filled(numbers, values)).map(|mathml| display(&mathml))
}

fn find(all: &'static [Formula], key: &str) -> Option<&'static Formula> {
    all.iter().find(|(known, ..)| *known == key)
}

fn display(mathml: &str) -> El {
    el("div", "formula").html(mathml)
}

/// Puts a number at each `{name}`. Only numbers get in, so there is nothing to escape.
fn filled(mathml: &str, values: &[(&str, f64)]) -> Option<String> {
    let mut pieces = mathml.split('{');
    let mut text = String::from(pieces.next()?);
    for piece in pieces {
        let (place, rest) = piece.split_once('}')?;
        let name = place.trim_matches(['(', ')']);
        let (_, value) = values.iter().find(|(known, _)| *known == name)?;
        let number = format!("<mn class=\"now\">{}</mn>", text::brief(*value, 3));
        if *value < 0.0 && name.len() < place.len() {
            text.push_str(&format!("<mrow><mo>(</mo>{number}<mo>)</mo></mrow>"));
        } else {
            text.push_str(&number);
        }
        text.push_str(rest);
    }
    mathml.contains('{').then_some(text)
}
