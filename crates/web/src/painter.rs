//! Marks on a canvas.

use super::canvas::context;
use plane::{
    camera::Camera,
    colour::{Theme, css},
    mark::{Colour, Mark, Spot, runs},
    panel::Panel,
    svg::TITLE,
};
use std::{collections::BTreeMap, f64::consts::TAU};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// A canvas of a size in CSS pixels, seen through a camera.
pub struct Painter {
    context: CanvasRenderingContext2d,
    camera: Camera,
    size: [f64; 2],
}

impl Painter {
    /// Empties `canvas` and fits its pixels to the screen; `None` where it has no size or cannot be drawn on.
    pub fn new(canvas: &HtmlCanvasElement, camera: Camera) -> Option<Self> {
        let size = [canvas.client_width(), canvas.client_height()].map(f64::from);
        if size[0] < 1.0 || size[1] < 1.0 {
            return None;
        }
        let ratio = web_sys::window()?.device_pixel_ratio().clamp(1.0, 3.0);
        let [width, height] = size.map(|side| (side * ratio).round() as u32);
        if [canvas.width(), canvas.height()] != [width, height] {
            canvas.set_width(width);
            canvas.set_height(height);
        }
        let context = context(canvas)?;
        context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0).ok()?;
        context.clear_rect(0.0, 0.0, size[0], size[1]);
        context.set_line_join("round");
        context.set_line_cap("round");
        Some(Self { context, camera, size })
    }

    /// Draws `mark`; what is no finite place is left out.
    pub fn draw(&self, mark: &Mark) {
        match mark {
            Mark::Map { place, columns, rows, rgba } => drop(self.map(*place, *columns, *rows, rgba)),
            Mark::Dots { at, radius, colours } => {
                for (colour, same) in by_colour(colours, at) {
                    self.dots(same.into_iter(), *radius, colour);
                }
            }
            Mark::Lines { lines, width, colours, closed } => {
                self.context.set_line_width(*width);
                for (colour, same) in by_colour(colours, lines) {
                    self.outline(same.into_iter(), *closed);
                    self.context.set_stroke_style_str(&css(colour));
                    self.context.stroke();
                }
            }
            Mark::Fills { shapes, colours } => {
                for (colour, range) in runs(colours, shapes.len()) {
                    self.outline(shapes[range].iter(), true);
                    self.context.set_fill_style_str(&css(colour));
                    self.context.fill();
                }
            }
            Mark::Text { at, shift, text, colour, halo } => {
                let [x, y] = self.pixel(*at);
                let [x, y] = [x + shift[0], y - shift[1]];
                self.context.set_font("12px system-ui, sans-serif");
                self.context.set_line_width(3.0);
                self.context.set_stroke_style_str(&css(*halo));
                let _ = self.context.stroke_text(text, x, y);
                self.context.set_fill_style_str(&css(*colour));
                let _ = self.context.fill_text(text, x, y);
            }
        }
    }

    fn pixel(&self, point: Spot) -> [f64; 2] {
        self.camera.to_pixel(self.size, point)
    }

    /// Cells through a canvas of their own, which the browser stretches.
    fn map(&self, place: [Spot; 2], columns: usize, rows: usize, rgba: &[u8]) -> Option<()> {
        // A canvas counts rows from above.
        let turned: Vec<u8> = rgba.chunks_exact(4 * columns).rev().flatten().copied().collect();
        let cells = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&turned), columns as u32, rows as u32).ok()?;
        let (canvas, context) = blank(columns as u32, rows as u32)?;
        context.put_image_data(&cells, 0.0, 0.0).ok()?;
        let ([left, bottom], [right, top]) = (self.pixel(place[0]), self.pixel(place[1]));
        self.context
            .draw_image_with_html_canvas_element_and_dw_and_dh(&canvas, left, top, right - left, bottom - top)
            .ok()
    }

    fn dots<'a>(&self, at: impl Iterator<Item = &'a Spot>, radius: f64, colour: Colour) {
        self.context.set_fill_style_str(&css(colour));
        self.context.begin_path();
        for [x, y] in at.map(|point| self.pixel(*point)).filter(|[x, y]| x.is_finite() && y.is_finite()) {
            // Squares fill much faster, and nobody sees the corners of small ones.
            if radius < 1.6 {
                self.context.rect(x - radius, y - radius, 2.0 * radius, 2.0 * radius);
            } else {
                self.context.move_to(x + radius, y);
                let _ = self.context.arc(x, y, radius, 0.0, TAU);
            }
        }
        self.context.fill();
    }

    fn outline<'a>(&self, lines: impl Iterator<Item = &'a Vec<Spot>>, closed: bool) {
        self.context.begin_path();
        for line in lines {
            let mut down = false;
            for [x, y] in line.iter().map(|point| self.pixel(*point)) {
                match (x.is_finite() && y.is_finite(), down) {
                    (true, false) => self.context.move_to(x, y),
                    (true, true) => self.context.line_to(x, y),
                    _ => {}
                }
                down = x.is_finite() && y.is_finite();
            }
            if closed {
                self.context.close_path();
            }
        }
    }
}

/// A canvas that is nowhere yet, of so many pixels.
fn blank(width: u32, height: u32) -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let canvas: HtmlCanvasElement = web_sys::window()?.document()?.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context = context(&canvas)?;
    Some((canvas, context))
}

/// Pixels of a picture.
const MOST_PIXELS: f64 = 16.7e6;

/// Panels side by side, each a square of `side` pixels under its title, `scale` times as large as on an ordinary screen.
pub fn picture(panels: &[Panel], camera: Camera, theme: Theme, side: f64, scale: f64) -> Option<HtmlCanvasElement> {
    let (width, height) = (panels.len() as f64 * side, side + TITLE);
    // A larger canvas stays empty on some phones.
    let scale = scale.min((MOST_PIXELS / (width * height)).sqrt());
    let (canvas, context) = blank((width * scale) as u32, (height * scale) as u32)?;
    context.scale(scale, scale).ok()?;
    context.set_fill_style_str(&css(theme.paper));
    context.fill_rect(0.0, 0.0, width, height);
    context.set_line_join("round");
    context.set_line_cap("round");
    for (k, panel) in panels.iter().enumerate() {
        context.save();
        context.translate(k as f64 * side, 0.0).ok()?;
        context.set_fill_style_str(&css(theme.ink));
        context.set_font("16px system-ui, sans-serif");
        context.fill_text(&panel.head.title, 8.0, TITLE - 10.0).ok()?;
        context.translate(0.0, TITLE).ok()?;
        context.begin_path();
        context.rect(0.0, 0.0, side, side);
        context.clip();
        let painter = Painter { context: context.clone(), camera, size: [side, side] };
        panel.marks.iter().for_each(|mark| painter.draw(mark));
        context.restore();
    }
    Some(canvas)
}

/// Things of one colour together, so that each colour is one path: hundreds of small ones take a whole frame.
fn by_colour<'a, T>(colours: &[Colour], things: &'a [T]) -> Vec<(Colour, Vec<&'a T>)> {
    let mut found: BTreeMap<Colour, Vec<&'a T>> = BTreeMap::new();
    for (colour, range) in runs(colours, things.len()) {
        found.entry(colour).or_default().extend(&things[range]);
    }
    found.into_iter().collect()
}
