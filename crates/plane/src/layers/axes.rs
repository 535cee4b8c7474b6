//! The scale of the plane: faint lines through 0 under everything, round numbers along the low sides over it.

use crate::{
    camera::Camera,
    colour::Theme,
    mark::{Colour, Mark, Spot, faded},
};

/// Numbers along a side, about.
const COUNT: f64 = 8.0;

/// The round numbers within (`low`, `high`), about [`COUNT`] of them: multiples of 1, 2 or 5 times a power of ten.
pub fn ticks(low: f64, high: f64) -> Vec<f64> {
    let rough = (high - low) / COUNT;
    if !(rough.is_finite() && rough > 0.0) {
        return vec![];
    }
    let decade = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|head| head * decade).into_iter().find(|step| *step >= rough).unwrap_or(rough);
    let first = (low / step).floor() as i64 + 1;
    (first..).map(|k| k as f64 * step).take_while(|tick| *tick < high).collect()
}

/// The lines through 0 on the square that `camera` sees.
pub fn lines(camera: &Camera, colour: Colour) -> Mark {
    let [low, high] = camera.seen([1.0, 1.0]);
    let zero = vec![vec![[low[0], 0.0], [high[0], 0.0]], vec![[0.0, low[1]], [0.0, high[1]]]];
    Mark::Lines { lines: zero, width: 1.0, colours: vec![faded(colour, 0.3)], closed: false }
}

/// The numbers along the sides of that square.
pub fn numbers(camera: &Camera, theme: &Theme) -> Vec<Mark> {
    let [low, high] = camera.seen([1.0, 1.0]);
    let across = ticks(low[0], high[0]).into_iter().skip(1).map(|x| label([x, low[1]], [2.0, 4.0], number(x), theme));
    let up = ticks(low[1], high[1]).into_iter().map(|y| label([low[0], y], [3.0, 2.0], number(y), theme));
    across.chain(up).collect()
}

/// A word that can be read whatever lies under it.
pub fn label(at: Spot, shift: [f64; 2], text: String, theme: &Theme) -> Mark {
    Mark::Text { at, shift, text, colour: faded(theme.ink, 0.75), halo: faded(theme.paper, 0.85) }
}

/// A tick as people write it.
pub fn number(tick: f64) -> String {
    let text = format!("{:.2}", tick);
    let text = text.trim_end_matches('0').trim_end_matches('.').replace('-', "−");
    if text == "−0" { "0".into() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::LIGHT;

    #[test]
    fn ticks_are_round_few_and_inside() {
        assert_eq!(ticks(-4.0, 4.0), [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]);
        assert_eq!(ticks(0.5, 3.5), [1.0, 1.5, 2.0, 2.5, 3.0]);
        for span in [0.5, 1.3, 7.0, 8.0, 12.0, 40.0] {
            let found = ticks(-0.37 * span, 0.63 * span);
            assert!((3..=9).contains(&found.len()), "{span}: {found:?}");
            let step = found[1] - found[0];
            assert!(found.windows(2).all(|pair| (pair[1] - pair[0] - step).abs() < 1e-12 * span));
        }
        assert!(ticks(1.0, 1.0).is_empty() && ticks(f64::NAN, 1.0).is_empty());
    }

    #[test]
    fn labels_stand_at_the_numbers_they_name() {
        let camera = Camera::new([1.0, 0.0], 8.0);
        for mark in numbers(&camera, &LIGHT) {
            if let Mark::Text { at, text, .. } = mark {
                let value: f64 = text.replace('−', "-").parse().unwrap();
                assert!((at[0] - value).abs() < 1e-9 && at[1] == -4.0 || (at[1] - value).abs() < 1e-9 && at[0] == -3.0);
            }
        }
    }
}
