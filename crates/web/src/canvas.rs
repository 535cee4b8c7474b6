//! Pictures: numbers → pixels → canvas.

use data::sets::{PIXELS, SIDE};
use plane::colour::{self, Rgb};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// How a number becomes a colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Palette {
    /// -1 black … +1 white, the rest clipped.
    Grey,
    /// -limit blue … 0 white … +limit red.
    Diverging { limit: f32 },
}

impl Palette {
    /// The colour of one number.
    pub fn colour(self, value: f32) -> Rgb {
        match self {
            Self::Grey => [((value.clamp(-1.0, 1.0) + 1.0) * 127.5).round() as u8; 3],
            Self::Diverging { limit } => colour::diverging(f64::from(value / limit.max(f32::MIN_POSITIVE))),
        }
    }

    /// Pixels as a canvas wants them: red, green, blue, opaque.
    pub fn rgba(self, values: &[f32]) -> Vec<u8> {
        let opaque = |value: &f32| {
            let [red, green, blue] = self.colour(*value);
            [red, green, blue, 255]
        };
        values.iter().flat_map(opaque).collect()
    }
}

/// A CSS gradient of the grey map.
pub const GREYS: &str = "linear-gradient(to right, #000, #fff)";

/// A CSS gradient of the diverging map.
pub fn legend() -> String {
    colour::gradient(&colour::ramp(-1.0, 1.0, |value| {
        let [red, green, blue] = colour::diverging(value);
        [red, green, blue, 255]
    }))
}

/// What draws on a canvas, if it can be drawn on.
pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// Draws one picture; does nothing if the numbers are no picture or the canvas is gone.
pub fn paint(canvas: &HtmlCanvasElement, values: &[f32], palette: Palette) {
    if values.len() != PIXELS {
        return;
    }
    let Some(context) = context(canvas) else { return };
    let rgba = palette.rgba(values);
    if let Ok(image) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), SIDE as u32, SIDE as u32) {
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}

/// Draws pictures in rows of `columns`, edge to edge; those that would lie outside are left out.
pub fn paint_tiles(canvas: &HtmlCanvasElement, values: &[f32], columns: usize) {
    let Some(context) = context(canvas) else { return };
    for (k, tile) in values.chunks_exact(PIXELS).enumerate() {
        let rgba = Palette::Grey.rgba(tile);
        if let Ok(image) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&rgba), SIDE as u32, SIDE as u32) {
            let [x, y] = [k % columns, k / columns].map(|place| (place * SIDE) as f64);
            let _ = context.put_image_data(&image, x, y);
        }
    }
}

/// Empties a picture.
pub fn clear(canvas: &HtmlCanvasElement) {
    if let Some(context) = context(canvas) {
        context.clear_rect(0.0, 0.0, SIDE as f64, SIDE as f64);
    }
}
