//! Marks as a document of their own: an SVG of the size they have on the screen.

use super::{
    camera::Camera,
    colour::Theme,
    mark::{Colour, Mark, Spot, runs},
    panel::{Panel, PanelHead},
};
use base64::prelude::{BASE64_STANDARD, Engine};
use std::fmt::Write;

/// What the marks are drawn on.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    pub camera: Camera,
    /// Width and height in CSS pixels.
    pub size: [f64; 2],
    pub paper: Colour,
    /// What it is, in a few words.
    pub title: &'a str,
    /// What is to be seen.
    pub description: &'a str,
}

/// Pixels further away than this are drawn by nobody.
const FAR: f64 = 1e6;

/// `marks` on `sheet` as an SVG document; maps become pictures (PNG) within it.
pub fn document(marks: &[Mark], sheet: &Sheet) -> String {
    sheet.element(marks, "", "")
}

/// All panels of a figure in one document, each `side` pixels to a side.
pub fn figure(panels: &[Panel], camera: Camera, theme: Theme, side: f64) -> String {
    fn sheet(panel: &Panel, camera: Camera, paper: Colour, side: f64) -> Sheet<'_> {
        let PanelHead { title, words, .. } = &panel.head;
        Sheet { camera, size: [side, side], paper, title, description: words }
    }
    let sheet = |panel| sheet(panel, camera, theme.paper, side);
    match panels {
        [one] => document(&one.marks, &sheet(one)),
        all => {
            let drawings: Vec<_> = all.iter().map(|panel| (panel.marks.as_slice(), sheet(panel))).collect();
            side_by_side(&drawings, theme.ink)
        }
    }
}

/// Pixels above each of several drawings for its title.
pub const TITLE: f64 = 32.0;

/// Several drawings side by side in one document, each under its title.
pub fn side_by_side(drawings: &[(&[Mark], Sheet)], ink: Colour) -> String {
    let width: f64 = drawings.iter().map(|(_, sheet)| sheet.size[0]).sum();
    let height = TITLE + drawings.iter().map(|(_, sheet)| sheet.size[1]).fold(0.0, f64::max);
    let [wide, high] = [width, height].map(number);
    let mut text = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">"#
    );
    if let Some((_, sheet)) = drawings.first() {
        let _ = write!(text, r#"<rect width="{wide}" height="{high}"{}/>"#, paint("fill", sheet.paper));
    }
    let mut left = 0.0;
    for (k, (marks, sheet)) in drawings.iter().enumerate() {
        let _ = write!(
            text,
            r#"<text x="{}" y="22" font-family="sans-serif" font-size="16"{}>{}</text>"#,
            number(left + 8.0),
            paint("fill", ink),
            escaped(sheet.title)
        );
        let place = format!(r#" x="{}" y="{}""#, number(left), number(TITLE));
        text.push_str(&sheet.element(marks, &place, &format!("-{}", k + 1)));
        left += sheet.size[0];
    }
    text.push_str("</svg>\n");
    text
}

impl Sheet<'_> {
    /// The drawing as one element; `place` are attributes of its own, and `suffix` keeps its names apart from others'.
    fn element(&self, marks: &[Mark], place: &str, suffix: &str) -> String {
        let [width, height] = self.size.map(number);
        let mut text = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"{place} width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title{suffix} description{suffix}">"#
        );
        let (title, description) = (escaped(self.title), escaped(self.description));
        let _ = write!(
            text,
            r#"<title id="title{suffix}">{title}</title><desc id="description{suffix}">{description}</desc>"#
        );
        let _ = write!(text, r#"<rect width="{width}" height="{height}"{}/>"#, paint("fill", self.paper));
        for mark in marks {
            self.draw(mark, &mut text);
        }
        text.push_str("</svg>\n");
        text
    }

    fn draw(&self, mark: &Mark, text: &mut String) {
        match mark {
            Mark::Map { place, columns, rows, rgba } => self.map(*place, [*columns, *rows], rgba, text),
            Mark::Dots { at, radius, colours } => {
                for (colour, range) in runs(colours, at.len()) {
                    let _ = write!(text, "<g{}>", paint("fill", colour));
                    for [x, y] in at[range].iter().filter_map(|at| self.pixel(*at)) {
                        let _ = write!(text, r#"<circle cx="{x}" cy="{y}" r="{}"/>"#, number(*radius));
                    }
                    text.push_str("</g>");
                }
            }
            Mark::Lines { lines, width, colours, closed } => {
                for (colour, range) in runs(colours, lines.len()) {
                    let d = self.paths(&lines[range], *closed);
                    let (stroke, width) = (paint("stroke", colour), number(*width));
                    let _ = write!(
                        text,
                        r#"<path fill="none"{stroke} stroke-width="{width}" stroke-linejoin="round" stroke-linecap="round" d="{d}"/>"#
                    );
                }
            }
            Mark::Fills { shapes, colours } => {
                for (colour, range) in runs(colours, shapes.len()) {
                    let _ =
                        write!(text, r#"<path{} d="{}"/>"#, paint("fill", colour), self.paths(&shapes[range], true));
                }
            }
            Mark::Text { at, shift, text: words, colour, halo } => {
                let [x, y] = self.camera.to_pixel(self.size, *at);
                let (x, y) = (number(x + shift[0]), number(y - shift[1]));
                let _ = write!(
                    text,
                    r#"<text x="{x}" y="{y}" font-family="sans-serif" font-size="12" paint-order="stroke" stroke-width="3" stroke-linejoin="round"{}{}>{}</text>"#,
                    paint("stroke", *halo),
                    paint("fill", *colour),
                    escaped(words)
                );
            }
        }
    }

    /// Cells as a picture as large as the place they fill, under the name of SVG 2 and that of SVG 1.1, since editors that
    /// know only one of them would leave it out.
    fn map(&self, [low, high]: [Spot; 2], [columns, rows]: [usize; 2], rgba: &[u8], text: &mut String) {
        let Some(file) = png(columns, rows, rgba) else { return };
        let [left, bottom] = self.camera.to_pixel(self.size, low);
        let [right, top] = self.camera.to_pixel(self.size, high);
        let file = format!("data:image/png;base64,{}", BASE64_STANDARD.encode(file));
        let _ = write!(
            text,
            r#"<image x="{}" y="{}" width="{}" height="{}" preserveAspectRatio="none" href="{file}" xlink:href="{file}"/>"#,
            number(left),
            number(top),
            number(right - left),
            number(bottom - top),
        );
    }

    /// Polylines as the data of one path; a point that cannot be drawn parts its line.
    fn paths(&self, lines: &[Vec<Spot>], closed: bool) -> String {
        let mut data = String::new();
        for line in lines {
            let mut whole = true;
            let mut down = false;
            for point in line {
                let pixel = self.pixel(*point);
                if let Some([x, y]) = &pixel {
                    let _ = write!(data, "{}{x} {y}", if down { 'L' } else { 'M' });
                }
                down = pixel.is_some();
                whole &= down;
            }
            if closed && whole && !line.is_empty() {
                data.push('Z');
            }
        }
        data
    }

    /// The pixel of a place as text, if it can be drawn.
    fn pixel(&self, point: Spot) -> Option<[String; 2]> {
        let pixel = self.camera.to_pixel(self.size, point);
        pixel.iter().all(|x| x.abs() < FAR).then(|| pixel.map(number))
    }
}

/// Hundredths of a pixel are enough for any printer.
fn number(x: f64) -> String {
    let x = (x * 100.0).round() / 100.0;
    // -0 is 0.
    format!("{}", if x == 0.0 { 0.0 } else { x })
}

fn paint(what: &str, [red, green, blue, opacity]: Colour) -> String {
    let colour = format!(r##" {what}="#{red:02x}{green:02x}{blue:02x}""##);
    if opacity == 255 { colour } else { format!(r#"{colour} {what}-opacity="{:.3}""#, f64::from(opacity) / 255.0) }
}

/// Text as XML 1.0 takes it, in elements and attributes: what it has no place for is left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\t' | '\n' => safe.push(one),
            '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => (),
            _ => safe.push(one),
        }
    }
    safe
}

/// The cells as a PNG, whose rows run from the top; nothing if there are none or their bytes are not as many as they need.
pub fn png(columns: usize, rows: usize, rgba: &[u8]) -> Option<Vec<u8>> {
    let needed = columns.checked_mul(rows)?.checked_mul(4)?;
    let (width, height) = (u32::try_from(columns).ok()?, u32::try_from(rows).ok()?);
    if needed == 0 || rgba.len() != needed {
        return None;
    }
    let turned: Vec<u8> = rgba.rchunks_exact(4 * columns).flatten().copied().collect();
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().ok()?.write_image_data(&turned).ok()?;
    Some(file)
}

#[cfg(test)]
mod tests;
