//! A grid of pictures as a grey PNG.

use data::sets::{PIXELS, SIDE};

/// Side of one pixel in the file.
const ZOOM: usize = 3;
/// Dark border around each picture, in pixels of the file.
const GAP: usize = 3;

/// `pictures`, rows of 784 in [-1, 1], in `columns` columns; none of pixels that are no numbers.
pub fn grid(pictures: &[f32], columns: usize) -> Result<Vec<u8>, String> {
    if !pictures.iter().all(|pixel| pixel.is_finite()) {
        return Err("the pictures hold pixels that are not finite".into());
    }
    encoded(pictures, columns).map_err(|error| error.to_string())
}

fn encoded(pictures: &[f32], columns: usize) -> Result<Vec<u8>, png::EncodingError> {
    let (count, cell) = (pictures.len() / PIXELS, SIDE * ZOOM + GAP);
    let (width, height) = (columns * cell + GAP, count.div_ceil(columns) * cell + GAP);
    let mut grey = vec![40u8; width * height];
    for (k, picture) in pictures.chunks_exact(PIXELS).enumerate() {
        let (left, top) = (k % columns * cell + GAP, k / columns * cell + GAP);
        for y in 0..SIDE * ZOOM {
            for x in 0..SIDE * ZOOM {
                let value = picture[y / ZOOM * SIDE + x / ZOOM];
                grey[(top + y) * width + left + x] = ((value + 1.0) * 127.5).clamp(0.0, 255.0).round() as u8;
            }
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header()?.write_image_data(&grey)?;
    Ok(file)
}
