//! Screenshots as numbers: read and written as PNG, made coarse for keeping, compared by blocks.

use std::io::Cursor;

/// Differences of less than this many levels are none: pictures are kept in 32 levels.
const LEVELS: u32 = 9;
/// Pixels on the side of a block of a kept picture, which has half the pixels of the screen on a side.
const BLOCK: usize = 8;

#[derive(Clone, PartialEq)]
pub struct Image {
    pub width: usize,
    pub height: usize,
    rgb: Vec<u8>,
}

impl Image {
    pub fn read(bytes: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut pixels).expect("pixels");
        let channels = info.color_type.samples();
        assert!(channels >= 3, "a picture in colours");
        let rgb = pixels.chunks_exact(channels).flat_map(|pixel| pixel[..3].to_vec()).collect();
        Self { width: info.width as usize, height: info.height as usize, rgb }
    }

    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_compression(png::Compression::High);
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(&self.rgb).expect("pixels");
        writer.finish().expect("an end");
        bytes
    }

    /// The colour at a place.
    pub fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let at = 3 * (y * self.width + x);
        [self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]]
    }

    fn from_fn(width: usize, height: usize, colour: impl Fn(usize, usize) -> [u8; 3]) -> Self {
        let rgb = (0..width * height).flat_map(|i| colour(i % width, i / width)).collect();
        Self { width, height, rgb }
    }

    /// The part within a box of left, top, right and bottom.
    pub fn part(&self, [left, top, right, bottom]: [f64; 4]) -> Self {
        let within = |value: f64, most: usize| (value.round().max(0.0) as usize).min(most);
        let (left, top) = (within(left, self.width), within(top, self.height));
        let (right, bottom) = (within(right, self.width), within(bottom, self.height));
        Self::from_fn(right - left, bottom - top, |x, y| self.at(left + x, top + y))
    }

    /// As it is kept: every four pixels are one, in 32 levels of each colour.
    pub fn coarse(&self) -> Self {
        Self::from_fn(self.width / 2, self.height / 2, |x, y| {
            let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| self.at(2 * x + dx, 2 * y + dy));
            std::array::from_fn(|k| {
                let mean = four.iter().map(|colour| u32::from(colour[k])).sum::<u32>() / 4;
                (mean as u8 & 0xF8) | (mean as u8 >> 5)
            })
        })
    }

    /// The mean colour of a block.
    fn block(&self, x: usize, y: usize) -> [u32; 3] {
        let (columns, rows) = (x..(x + BLOCK).min(self.width), y..(y + BLOCK).min(self.height));
        let count = (columns.len() * rows.len()) as u32;
        let mut sum = [0; 3];
        for (x, y) in rows.flat_map(|y| columns.clone().map(move |x| (x, y))) {
            self.at(x, y).iter().zip(&mut sum).for_each(|(level, sum)| *sum += u32::from(*level));
        }
        sum.map(|sum| sum / count)
    }

    /// The share of blocks in which two pictures differ; 1 where they are of different sizes.
    pub fn difference(&self, other: &Self) -> f64 {
        if (self.width, self.height) != (other.width, other.height) {
            return 1.0;
        }
        let places = (0..self.height).step_by(BLOCK).flat_map(|y| (0..self.width).step_by(BLOCK).map(move |x| (x, y)));
        let differ = |&(x, y): &(usize, usize)| {
            self.block(x, y).iter().zip(other.block(x, y)).any(|(a, b)| a.abs_diff(b) >= LEVELS)
        };
        let (all, different) = (places.clone().count(), places.filter(differ).count());
        different as f64 / all as f64
    }

    /// This one, the other, and where they differ, side by side.
    pub fn beside(&self, other: &Self) -> Self {
        const GAP: usize = 8;
        let widths = [self.width, other.width, self.width.min(other.width)];
        let height = self.height.max(other.height);
        let of = |image: &Self, x: usize, y: usize| (x < image.width && y < image.height).then(|| image.at(x, y));
        Self::from_fn(widths.iter().sum::<usize>() + 2 * GAP, height, |x, y| {
            let (second, third) = (widths[0] + GAP, widths[0] + widths[1] + 2 * GAP);
            let colour = if x < second {
                of(self, x, y)
            } else if x < third {
                of(other, x - second, y)
            } else {
                let pair = of(self, x - third, y).zip(of(other, x - third, y));
                pair.map(|(a, b)| std::array::from_fn(|k| 255 - a[k].abs_diff(b[k]).saturating_mul(4)))
            };
            colour.unwrap_or([255, 0, 255])
        })
    }
}

#[test]
fn pictures_differ_where_a_block_does() {
    let plain = Image::from_fn(64, 32, |_, _| [200, 200, 200]);
    let spot = |level| Image::from_fn(64, 32, move |x, y| if x < 16 && y < 16 { [level; 3] } else { [200; 3] });
    assert!(Image::read(&plain.write()) == plain);
    assert_eq!((plain.coarse().width, plain.coarse().height), (32, 16));
    assert_eq!(plain.coarse().difference(&spot(199).coarse()), 0.0);
    // One block of eight.
    assert_eq!(plain.coarse().difference(&spot(100).coarse()), 0.125);
    assert_eq!(plain.difference(&plain.coarse()), 1.0);
    assert_eq!(plain.beside(&plain).width, 3 * 64 + 16);
    let part = spot(100).part([15.0, -3.0, 17.0, 2.0]);
    assert_eq!((part.width, part.height, part.at(0, 1), part.at(1, 1)), (2, 2, [100; 3], [200; 3]));
}
