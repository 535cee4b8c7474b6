//! Pictures: canvases that say in their names what they show.

use crate::{page::Page, recorder};
use serde_json::json;

/// “Picture 3, digit 7, frame 12 of 50, t = 0.24”, and its RGBA bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub number: usize,
    /// “digit 7”, or “sneaker”.
    pub class: String,
    pub frame: usize,
    pub of: usize,
    pub t: f64,
    pub pixels: Vec<u8>,
}

impl Picture {
    /// `None` for a name that is anything else.
    fn named(name: &str, pixels: Vec<u8>) -> Option<Self> {
        let [number, class, frame, t] = name.split(", ").collect::<Vec<_>>().try_into().ok()?;
        let (frame, of) = frame.strip_prefix("frame ")?.split_once(" of ")?;
        Some(Self {
            number: number.strip_prefix("Picture ")?.parse().ok()?,
            class: class.to_string(),
            frame: frame.parse().ok()?,
            of: of.parse().ok()?,
            t: t.strip_prefix("t = ")?.parse().ok()?,
            pixels,
        })
    }
}

/// The visible ones of some canvases, once everything asked for has been painted.
const SCRIPT: &str = "
    const paint = () => new Promise(requestAnimationFrame);
    await paint(); await paint();
    return [...document.querySelectorAll(arguments[0])].filter(one => one.checkVisibility()).map(one => ({
        name: one.ariaLabel,
        pixels: base64(new Uint8Array(one.getContext('2d').getImageData(0, 0, one.width, one.height).data.buffer)),
    }))";

impl Page {
    /// The visible canvases of this selector: names and RGBA bytes.
    pub fn canvases(&self, css: &str) -> Vec<(String, Vec<u8>)> {
        let canvases = self.browser.run_async(SCRIPT, json!([css]));
        let canvases = canvases.as_array().expect("a list of canvases").iter();
        canvases.filter_map(|one| Some((one["name"].as_str()?.to_string(), recorder::bytes(&one["pixels"])))).collect()
    }

    /// The pictures of the grid, by number.
    pub fn pictures(&self) -> Vec<Picture> {
        let canvases = self.canvases("canvas[role=img]").into_iter();
        let mut pictures: Vec<Picture> = canvases.filter_map(|(name, pixels)| Picture::named(&name, pixels)).collect();
        pictures.sort_by_key(|picture| picture.number);
        pictures
    }

    /// Waits until `count` pictures all show this frame.
    pub fn pictures_at(&self, frame: usize, count: usize) -> Vec<Picture> {
        self.wait_for(format_args!("{count} pictures at frame {frame}"), |page| {
            let pictures = page.pictures();
            (pictures.len() == count && pictures.iter().all(|picture| picture.frame == frame)).then_some(pictures)
        })
    }
}

/// The largest difference between two sets of pictures, in levels of 255.
pub fn difference(a: &[Picture], b: &[Picture]) -> u8 {
    assert_eq!(a.len(), b.len());
    let differ = |(a, b): (&Picture, &Picture)| {
        assert_eq!(a.pixels.len(), b.pixels.len());
        a.pixels.iter().zip(&b.pixels).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
    };
    a.iter().zip(b).map(differ).max().unwrap_or(0)
}

#[test]
fn names_of_pictures_are_read() {
    let picture = Picture::named("Picture 3, digit 7, frame 12 of 50, t = 0.24", vec![]).expect("a picture");
    assert_eq!((picture.number, picture.frame, picture.of, picture.t), (3, 12, 50, 0.24));
    assert_eq!(Picture::named("Picture 3, digit 7, frame 12 of 50, t = 0.24, velocity", vec![]), None);
}
