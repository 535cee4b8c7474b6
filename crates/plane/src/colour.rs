//! Numbers and names as colours: what increases in viridis, what has a sign from blue to red, classes in colours that
//! colour-blind readers tell apart.

use super::mark::{Colour, faded};

/// Red, green and blue.
pub type Rgb = [u8; 3];

/// Every fifth of the 256 colours of viridis, by Nathaniel Smith, Stéfan van der Walt and Eric Firing (2015), from
/// `_cm_listed.py` of matplotlib, where it is released under CC0. Straight lines between them differ from the rest by at
/// most one level of 255.
#[rustfmt::skip]
const VIRIDIS: [u32; 52] = [
    0x440154, 0x46085c, 0x471063, 0x481769, 0x481d6f, 0x482475, 0x472a7a, 0x46307e, 0x453781, 0x433d84, 0x414287, 0x3f4889, 0x3d4e8a, 0x3a538b, 0x38598c, 0x355e8d, 0x33638d, 0x31688e, 0x2e6d8e, 0x2c718e, 0x2a768e, 0x297b8e, 0x27808e, 0x25848e, 0x23898e, 0x218e8d, 0x20928c, 0x1f978b, 0x1e9c89, 0x1fa188, 0x21a585, 0x24aa83, 0x28ae80, 0x2eb37c, 0x35b779, 0x3dbc74, 0x46c06f, 0x50c46a, 0x5ac864, 0x65cb5e, 0x70cf57, 0x7cd250, 0x89d548, 0x95d840, 0xa2da37, 0xb0dd2f, 0xbddf26, 0xcae11f, 0xd8e219, 0xe5e419, 0xf1e51d, 0xfde725,
];

/// The diverging map at -1, -1/2, 0, 1/2 and 1.
const DIVERGING: [Rgb; 5] = [[22, 66, 146], [126, 166, 220], [244, 243, 240], [226, 140, 116], [150, 20, 34]];

/// Classes 0 and 1, and whatever else is counted: blue, vermilion, bluish green, reddish purple, orange and sky blue of
/// Okabe and Ito (2008), https://jfly.uni-koeln.de/color/.
pub const CLASSES: [Colour; 6] = [
    [0, 114, 178, 255],
    [213, 94, 0, 255],
    [0, 158, 115, 255],
    [204, 121, 167, 255],
    [230, 159, 0, 255],
    [86, 180, 233, 255],
];

/// The colour at `share` in [0, 1] of a map whose colours stand at equal distances.
fn between(share: f64, count: usize, at: impl Fn(usize) -> Rgb) -> Rgb {
    let place = share.clamp(0.0, 1.0) * (count - 1) as f64;
    let left = (place as usize).min(count - 2);
    let part = place - left as f64;
    let (low, high) = (at(left), at(left + 1));
    std::array::from_fn(|i| (f64::from(low[i]) * (1.0 - part) + f64::from(high[i]) * part).round() as u8)
}

/// Viridis at `share` in [0, 1], opaque; what is no number counts as 0.
pub fn viridis(share: f64) -> Colour {
    let share = if share.is_nan() { 0.0 } else { share };
    let [red, green, blue] = between(share, VIRIDIS.len(), |i| {
        let [_, rgb @ ..] = VIRIDIS[i].to_be_bytes();
        rgb
    });
    [red, green, blue, 255]
}

/// Viridis that fades to nothing at 0, so that it lies on light and on dark paper; opaque from a fifth on.
pub fn sheer(share: f64) -> Colour {
    faded(viridis(share), 5.0 * share)
}

/// -1 blue … 0 white … +1 red, the rest clipped; what is no number counts as 0.
pub fn diverging(value: f64) -> Rgb {
    let value = if value.is_nan() { 0.0 } else { value };
    between((value + 1.0) / 2.0, DIVERGING.len(), |i| DIVERGING[i])
}

/// Blue below 0 and red above it, as opaque as |value|: a diverging map for light and for dark paper. The rest is
/// clipped; what is no number is transparent.
pub fn sheer_diverging(value: f64) -> Colour {
    const ENDS: [Colour; 2] = [[48, 118, 214, 255], [214, 68, 52, 255]];
    faded(ENDS[usize::from(value > 0.0)], value.abs())
}

/// The colour of class `k`; after the last it begins again.
pub fn class(k: usize) -> Colour {
    CLASSES[k % CLASSES.len()]
}

/// `rgb(… / …)` as style sheets write it.
pub fn css([red, green, blue, opacity]: Colour) -> String {
    if opacity == 255 {
        format!("rgb({red} {green} {blue})")
    } else {
        format!("rgb({red} {green} {blue} / {:.3})", f64::from(opacity) / 255.0)
    }
}

/// `colour` over [`low`, `high`] at even distances, for a legend.
pub fn ramp(low: f64, high: f64, colour: impl Fn(f64) -> Colour) -> Vec<Colour> {
    const STOPS: u32 = 16;
    (0..=STOPS).map(|i| colour(low + (high - low) * f64::from(i) / f64::from(STOPS))).collect()
}

/// The same as a CSS gradient from left to right.
pub fn gradient(colours: &[Colour]) -> String {
    let stops: Vec<_> = colours.iter().map(|colour| css(*colour)).collect();
    format!("linear-gradient(to right, {})", stops.join(", "))
}

/// The colours of everything that is no number and no class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    /// What is drawn on.
    pub paper: Colour,
    /// Text and what matters most.
    pub ink: Colour,
    /// Axes, grids and what stands back.
    pub muted: Colour,
    /// Velocities.
    pub accent: Colour,
    /// Scores, and whatever is set against the accent.
    pub second: Colour,
}

/// On light paper, in the colours of `style/tokens.css`.
pub const LIGHT: Theme = Theme {
    paper: [251, 250, 248, 255],
    ink: [29, 27, 24, 255],
    muted: [141, 135, 125, 255],
    accent: [11, 107, 98, 255],
    second: [168, 38, 28, 255],
};

/// On dark paper, in the colours of `style/tokens.css`.
pub const DARK: Theme = Theme {
    paper: [20, 21, 23, 255],
    ink: [236, 235, 232, 255],
    muted: [123, 130, 139, 255],
    accent: [88, 201, 185, 255],
    second: [255, 155, 143, 255],
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast of WCAG 2.1.
    fn luminance([red, green, blue, _]: Colour) -> f64 {
        let light = |level: u8| {
            let share = f64::from(level) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue)
    }

    fn contrast(a: Colour, b: Colour) -> f64 {
        let [a, b] = [luminance(a), luminance(b)];
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn the_contrast_formula_knows_its_ends() {
        assert!((contrast([0, 0, 0, 255], [255; 4]) - 21.0).abs() < 1e-12);
        // The grey that is named as the first to pass 4.5 on white.
        assert!((contrast([0x76, 0x76, 0x76, 255], [255; 4]) - 4.54).abs() < 0.01);
    }

    #[test]
    fn every_colour_stands_out_from_its_paper() {
        for theme in [LIGHT, DARK] {
            for colour in [theme.ink, theme.muted, theme.accent, theme.second, class(0), class(1), class(2)] {
                assert!(contrast(colour, theme.paper) >= 3.0, "{colour:?} {}", contrast(colour, theme.paper));
            }
            assert!(contrast(theme.ink, theme.paper) >= 7.0);
        }
    }

    #[test]
    fn themes_are_those_of_the_style_sheet() {
        let tokens = include_str!("../../../style/tokens.css");
        let (light, dark) = tokens.split_once("prefers-color-scheme: dark").unwrap();
        for (sheet, theme) in [(light, LIGHT), (dark, DARK)] {
            let all = [("paper", theme.paper), ("ink", theme.ink), ("line-strong", theme.muted)];
            for (name, [red, green, blue, _]) in
                all.into_iter().chain([("accent", theme.accent), ("wrong", theme.second)])
            {
                let line = format!("--{name}: #{red:02x}{green:02x}{blue:02x};");
                assert!(sheet.contains(&line), "{line}");
            }
        }
    }

    #[test]
    fn viridis_has_the_colours_of_matplotlib() {
        // Number and colour of some of its 256, none of them in our table but the first and the last.
        for (i, rgb) in
            [(0, [68, 1, 84]), (7, [70, 11, 94]), (131, [32, 147, 140]), (247, [234, 229, 26]), (255, [253, 231, 37])]
        {
            let colour = viridis(f64::from(i) / 255.0);
            assert!(rgb.iter().zip(colour).all(|(a, b): (&u8, u8)| a.abs_diff(b) <= 1), "{i}: {colour:?}");
        }
        let lights: Vec<_> = (0..=100).map(|i| luminance(viridis(f64::from(i) / 100.0))).collect();
        assert!(lights.is_sorted() && lights[100] > 20.0 * lights[0]);
        assert_eq!((viridis(f64::NAN), viridis(9.0)), (viridis(0.0), viridis(1.0)));
    }

    #[test]
    fn sheer_maps_vanish_at_nothing() {
        assert_eq!((sheer(0.0)[3], sheer(0.1)[3], sheer(0.2)[3], sheer(1.0)[3]), (0, 128, 255, 255));
        assert_eq!(
            [-1.0, -0.5, 0.0, 0.2, 7.0, f64::NAN].map(|value| sheer_diverging(value)[3]),
            [255, 128, 0, 51, 255, 0]
        );
        let [blue, red] = [-1.0, 1.0].map(sheer_diverging);
        assert!(blue[2] > 2 * blue[0] && red[0] > 2 * red[2]);
        for theme in [LIGHT, DARK] {
            assert!(contrast(blue, theme.paper) > 3.0 && contrast(red, theme.paper) > 3.0);
        }
    }

    #[test]
    fn the_diverging_map_has_its_named_colours() {
        for (i, rgb) in DIVERGING.into_iter().enumerate() {
            assert_eq!(diverging(i as f64 / 2.0 - 1.0), rgb);
        }
        assert_eq!((diverging(-7.0), diverging(7.0)), (DIVERGING[0], DIVERGING[4]));
        assert_eq!(diverging(0.25), [235, 192, 178]);
    }

    #[test]
    fn style_sheets_read_the_colours() {
        assert_eq!((css([1, 2, 3, 255]), css([1, 2, 3, 51])), ("rgb(1 2 3)".into(), "rgb(1 2 3 / 0.200)".into()));
        let text = gradient(&ramp(0.0, 1.0, sheer));
        assert!(
            text.starts_with("linear-gradient(to right, rgb(68 1 84 / 0.000), ")
                && text.ends_with(", rgb(253 231 37))")
        );
    }
}
