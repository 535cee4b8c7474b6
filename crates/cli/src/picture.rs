//! A grid of pictures as a PNG: grey, or in two colours what has a sign.

use data::sets::{PIXELS, SIDE};
use plane::colour::diverging;

/// Side of one pixel in the file.
const ZOOM: usize = 3;
/// Dark border around each picture, in pixels of the file.
const GAP: usize = 3;
const DARK: u8 = 40;

/// `pictures`, rows of 784 in [-1, 1], in `columns` columns; none of pixels that are no numbers.
pub fn grid(pictures: &[f32], columns: usize) -> Result<Vec<u8>, String> {
    let grey = |value: f32| [((value + 1.0) * 127.5).clamp(0.0, 255.0).round() as u8];
    encoded(pictures, columns, png::ColorType::Grayscale, [DARK], grey)
}

/// The same from blue at -`limit` to red at `limit`.
pub fn signed(pictures: &[f32], columns: usize, limit: f32) -> Result<Vec<u8>, String> {
    let colour = |value: f32| diverging(f64::from(value / limit.max(f32::MIN_POSITIVE)));
    encoded(pictures, columns, png::ColorType::Rgb, [DARK; 3], colour)
}

fn encoded<const N: usize>(
    pictures: &[f32],
    columns: usize,
    kind: png::ColorType,
    border: [u8; N],
    paint: impl Fn(f32) -> [u8; N],
) -> Result<Vec<u8>, String> {
    if !pictures.iter().all(|pixel| pixel.is_finite()) {
        return Err("the pictures hold pixels that are not finite".into());
    }
    let (count, cell) = (pictures.len() / PIXELS, SIDE * ZOOM + GAP);
    let (width, height) = (columns * cell + GAP, count.div_ceil(columns) * cell + GAP);
    let mut places = vec![border; width * height];
    for (k, picture) in pictures.chunks_exact(PIXELS).enumerate() {
        let (left, top) = (k % columns * cell + GAP, k / columns * cell + GAP);
        for y in 0..SIDE * ZOOM {
            for x in 0..SIDE * ZOOM {
                places[(top + y) * width + left + x] = paint(picture[y / ZOOM * SIDE + x / ZOOM]);
            }
        }
    }
    file([width, height], kind, places.as_flattened()).map_err(|error| error.to_string())
}

fn file([width, height]: [usize; 2], kind: png::ColorType, bytes: &[u8]) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(kind);
    encoder.write_header()?.write_image_data(bytes)?;
    Ok(file)
}
