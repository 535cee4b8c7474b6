//! One picture on a canvas.

use super::dom::{El, Words, el, follow};
use data::sets::{PIXELS, SIDE};
use std::{ops::Range, sync::Arc};
use wasm_bindgen::JsCast;
use web::canvas;
use web_sys::HtmlCanvasElement;

pub use web::canvas::Palette;

/// Numbers that a canvas shows: a part of something larger, without a copy.
pub struct Pixels {
    pub of: Arc<dyn AsRef<[f32]>>,
    pub range: Range<usize>,
    pub palette: Palette,
}

/// A canvas of 28 × 28 with a name; empty while there are no pixels.
pub fn picture<W: Words>(name: impl Fn() -> W + 'static, pixels: impl Fn() -> Option<Pixels> + 'static) -> El {
    let side = SIDE.to_string();
    let canvas = el("canvas", "picture").attr("role", "img").attr("width", &side).attr("height", &side);
    let element: HtmlCanvasElement = canvas.dom().clone().unchecked_into();
    follow(move || match pixels() {
        Some(pixels) => match (*pixels.of).as_ref().get(pixels.range) {
            Some(values) => canvas::paint(&element, values, pixels.palette),
            None => canvas::clear(&element),
        },
        None => canvas::clear(&element),
    });
    canvas.live_attr("aria-label", name)
}

/// Pictures in rows of `columns` on one canvas, edge to edge, with a name; empty while there are not `count` of them.
pub fn tiles<W: Words>(
    name: impl Fn() -> W + 'static,
    [columns, count]: [usize; 2],
    pixels: impl Fn() -> Option<Vec<f32>> + 'static,
) -> El {
    let [width, height] = [columns, count.div_ceil(columns)].map(|tiles| tiles * SIDE);
    let canvas = el("canvas", "picture tiles")
        .attr("role", "img")
        .attr("width", &width.to_string())
        .attr("height", &height.to_string());
    let element: HtmlCanvasElement = canvas.dom().clone().unchecked_into();
    follow(move || match pixels().filter(|pixels| pixels.len() == count * PIXELS) {
        Some(pixels) => canvas::paint_tiles(&element, &pixels, columns),
        // A canvas of another width is an empty one.
        None => element.set_width(width as u32),
    });
    canvas.live_attr("aria-label", name)
}
