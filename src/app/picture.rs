//! One picture on a canvas.

use crate::{data::sets::SIDE, web::canvas};
use leptos::{html, prelude::*};
use std::{ops::Range, sync::Arc};
use web_sys::HtmlCanvasElement;

pub use crate::web::canvas::Palette;

/// Numbers that a canvas shows: a part of something larger, without a copy.
pub struct Pixels<T> {
    pub of: Arc<T>,
    pub part: fn(&T) -> &[f32],
    pub range: Range<usize>,
    pub palette: Palette,
}

impl<T> Pixels<T> {
    fn paint(&self, element: &HtmlCanvasElement) {
        match (self.part)(&self.of).get(self.range.clone()) {
            Some(values) => canvas::paint(element, values, self.palette),
            None => canvas::clear(element),
        }
    }
}

/// A canvas of 28 × 28 with a name; empty while there are no pixels.
#[component]
pub fn Picture<T: 'static>(name: Signal<String>, pixels: impl Fn() -> Option<Pixels<T>> + 'static) -> impl IntoView {
    let node = NodeRef::<html::Canvas>::new();
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        match pixels() {
            Some(pixels) => pixels.paint(&element),
            None => canvas::clear(&element),
        }
    });
    view! { <canvas class="picture" role="img" width=SIDE height=SIDE aria-label=name node_ref=node></canvas> }
}
