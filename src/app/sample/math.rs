//! Small pieces of MathML.

use crate::app::text;
use leptos::{math, prelude::*};

/// A variable.
pub fn var(name: impl Into<String>) -> AnyView {
    math::mi().child(name.into()).into_any()
}

/// A number.
pub fn num(text: impl Into<String>) -> AnyView {
    math::mn().child(text.into()).into_any()
}

/// An operator, or a bracket that keeps its size.
pub fn op(sign: &'static str) -> AnyView {
    math::mo().stretchy("false").child(sign).into_any()
}

/// The gap between two factors.
pub fn times() -> AnyView {
    math::mspace().width("0.18em").into_any()
}

/// A variable with an index.
pub fn sub(base: &'static str, index: impl Into<String>) -> AnyView {
    index_of(var(base), index.into())
}

/// A predicted variable with an index.
pub fn hat_sub(base: &'static str, index: impl Into<String>) -> AnyView {
    index_of(math::mover().child((var(base), op("^"))).into_any(), index.into())
}

fn index_of(base: AnyView, index: String) -> AnyView {
    let number = index.chars().all(|c| c.is_ascii_digit() || c == '.');
    math::msub().child((base, if number { num(index) } else { var(index) })).into_any()
}

/// A fraction of whole numbers, or just the upper one over 1.
pub fn ratio(upper: AnyView, lower: u32) -> AnyView {
    if lower == 1 { upper } else { math::mfrac().child((upper, num(lower.to_string()))).into_any() }
}

/// Pieces one after the other.
pub fn row(pieces: Vec<AnyView>) -> AnyView {
    math::mrow().child(pieces).into_any()
}

/// A formula within a line of text.
pub fn inline(formula: AnyView) -> AnyView {
    math::math().child(formula).into_any()
}

/// A formula on a line of its own.
pub fn display(pieces: Vec<AnyView>) -> AnyView {
    display_in_two(pieces, vec![])
}

/// The same where the second half may go to the next line: browsers break no formula by themselves.
pub fn display_in_two(first: Vec<AnyView>, second: Vec<AnyView>) -> AnyView {
    let half = |pieces| math::math().attr("displaystyle", "true").child(row(pieces));
    let second = (!second.is_empty()).then(|| half(second));
    view! { <div class="math">{half(first)}{second}</div> }.into_any()
}

/// A number that belongs to the frame shown.
pub fn now(value: f64) -> AnyView {
    math::mn().attr("class", "now").child(text::brief(value, 3)).into_any()
}
