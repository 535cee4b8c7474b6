//! The pictures on show as one picture: the grid, the close look below it, and a line that says what they are.

use crate::{store::Store, text};
use data::sets::SIDE;
use flow::keyed::Keyed;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web::canvas::context;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// Sides and gaps of an ordinary screen, in pixels.
const CELL: f64 = 2.0 * SIDE as f64;
const GAP: f64 = 6.0;
const MARGIN: f64 = 16.0;
const LINE: f64 = 24.0;

/// All of it, `scale` times as large; nothing before there are pictures.
pub fn draw(store: Store, scale: u32) -> Option<HtmlCanvasElement> {
    let (pictures, close) = (all(".view.sample .gallery .picture"), all(".view.sample .panels .picture"));
    let frame = store.player.trail.shown.get_untracked()?;
    let columns = pictures.len().clamp(1, 10);
    let rows = pictures.len().div_ceil(columns);
    let wide = (columns as f64 * (CELL + GAP) - GAP).max(480.0);
    let side = (wide - 2.0 * GAP) / 3.0;
    let grid = rows as f64 * (CELL + GAP);
    let size = [wide + 2.0 * MARGIN, grid + side + 2.0 * LINE + 2.0 * MARGIN];
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.unchecked_into();
    canvas.set_width((size[0] * f64::from(scale)) as u32);
    canvas.set_height((size[1] * f64::from(scale)) as u32);
    let pen = context(&canvas)?;
    pen.scale(f64::from(scale), f64::from(scale)).ok()?;
    pen.set_fill_style_str("#ffffff");
    pen.fill_rect(0.0, 0.0, size[0], size[1]);
    // Pixels stay squares.
    pen.set_image_smoothing_enabled(false);
    for (k, picture) in pictures.iter().enumerate() {
        let [x, y] = [k % columns, k / columns].map(|place| MARGIN + place as f64 * (CELL + GAP));
        put(&pen, picture, [x, y], CELL);
    }
    for (k, picture) in close.iter().enumerate() {
        put(&pen, picture, [MARGIN + k as f64 * (side + GAP), MARGIN + grid], side);
    }
    pen.set_fill_style_str("#1d1b18");
    pen.set_font("13px system-ui, sans-serif");
    let words = store.sample.with_untracked(|it| {
        let sampler = it.sampler.0.name;
        format!("{}, seed {}, {sampler}, {} steps, w = {}", it.model.key(), it.seed, it.steps, it.guidance)
    });
    let place = format!("frame {} of {}, t = {}", frame.index, frame.steps, text::decimal(frame.t, 3));
    let below = MARGIN + grid + side + 18.0;
    let _ = pen.fill_text(&place, MARGIN, below);
    let _ = pen.fill_text(&words, MARGIN, below + LINE);
    Some(canvas)
}

fn put(pen: &CanvasRenderingContext2d, picture: &HtmlCanvasElement, [x, y]: [f64; 2], side: f64) {
    let _ = pen.draw_image_with_html_canvas_element_and_dw_and_dh(picture, x, y, side, side);
}

fn all(css: &str) -> Vec<HtmlCanvasElement> {
    let Ok(found) = document().query_selector_all(css) else { return Vec::new() };
    (0..found.length()).filter_map(|k| found.get(k)?.dyn_into().ok()).collect()
}
