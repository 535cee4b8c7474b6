//! How long something takes, as a range in plain words.

/// Up to so many seconds, and what that is called.
const WORDS: [(f64, &str); 15] = [
    (15.0, "a few seconds"),
    (45.0, "about half a minute"),
    (75.0, "about a minute"),
    (180.0, "1 to 3 minutes"),
    (300.0, "3 to 5 minutes"),
    (600.0, "5 to 10 minutes"),
    (1_200.0, "10 to 20 minutes"),
    (2_700.0, "20 to 45 minutes"),
    (4_500.0, "about an hour"),
    (3.0 * HOUR, "1 to 3 hours"),
    (6.0 * HOUR, "3 to 6 hours"),
    (12.0 * HOUR, "6 to 12 hours"),
    (24.0 * HOUR, "12 to 24 hours"),
    (72.0 * HOUR, "1 to 3 days"),
    (168.0 * HOUR, "3 to 7 days"),
];

const HOUR: f64 = 3_600.0;

/// An estimate of so many seconds, which promises no more than an estimate can.
pub fn estimate(seconds: f64) -> String {
    let found = WORDS.iter().find(|(most, _)| seconds < *most);
    found.map_or("more than a week", |(_, words)| words).into()
}

/// What a training has done so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timed {
    pub steps: u64,
    pub steps_per_second: f64,
    pub batch: usize,
}

/// Fewer steps than this say little: the first ones prepare what the others use.
const ENOUGH: u64 = 20;
/// As far as this from what was measured before the start, a training still confirms it.
const CLOSE: f64 = 1.5;

/// Seconds that a training takes an image. What was measured `before` the start stands as long as the training confirms it,
/// so that what was said then is not taken back for a trifle.
pub fn seconds_per_image(before: Option<f64>, running: Option<Timed>) -> Option<f64> {
    let enough = running.filter(|it| it.steps >= ENOUGH && it.steps_per_second > 0.0 && it.batch > 0);
    let now = enough.map(|it| 1.0 / (it.steps_per_second * it.batch as f64));
    match (before, now) {
        (Some(before), Some(now)) if now > before * CLOSE || now < before / CLOSE => Some(now),
        (Some(before), _) => Some(before),
        (None, now) => now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seconds that words allow, read from the words alone.
    fn range(words: &str) -> [f64; 2] {
        let unit = |word: &str| match word.trim_end_matches('s') {
            "minute" => 60.0,
            "hour" => HOUR,
            "day" => 24.0 * HOUR,
            other => panic!("{other} is no unit"),
        };
        match words.split(' ').collect::<Vec<_>>()[..] {
            ["a", "few", "seconds"] => [0.0, 15.0],
            ["about", "half", "a", "minute"] => [15.0, 45.0],
            // About one: from three quarters of it to one and a quarter.
            ["about", "a" | "an", one] => [0.75 * unit(one), 1.25 * unit(one)],
            [from, "to", to, of] => [from, to].map(|it| it.parse::<f64>().expect("a number") * unit(of)),
            ["more", "than", "a", "week"] => [7.0 * 24.0 * HOUR, f64::INFINITY],
            _ => panic!("“{words}” is no range"),
        }
    }

    #[test]
    fn what_is_said_holds_what_was_estimated() {
        for tenth in 0..8_000 {
            let seconds = 1.002f64.powi(tenth) - 1.0;
            let [from, to] = range(&estimate(seconds));
            assert!((from..=to).contains(&seconds), "{seconds} s are “{}”", estimate(seconds));
        }
    }

    #[test]
    fn no_estimate_counts_seconds() {
        for (seconds, words) in [
            (0.0, "a few seconds"),
            (32.0, "about half a minute"),
            (130.0, "1 to 3 minutes"),
            (3_500.0, "about an hour"),
            (f64::INFINITY, "more than a week"),
            (f64::NAN, "more than a week"),
        ] {
            assert_eq!(estimate(seconds), words);
        }
    }

    #[test]
    fn a_training_that_confirms_what_was_measured_changes_nothing() {
        let timed = |steps, seconds| Some(Timed { steps, steps_per_second: steps as f64 / seconds, batch: 10 });
        assert_eq!(seconds_per_image(None, None), None);
        assert_eq!(seconds_per_image(Some(0.01), None), Some(0.01));
        // 0.4 s a step are 0.04 s an image, but the first steps say nothing.
        assert_eq!(seconds_per_image(Some(0.01), timed(5, 2.0)), Some(0.01));
        assert_eq!(seconds_per_image(None, timed(5, 2.0)), None);
        assert_eq!(seconds_per_image(Some(0.01), timed(100, 12.0)), Some(0.01));
        assert_eq!(seconds_per_image(Some(0.01), timed(100, 40.0)), Some(0.04));
        assert_eq!(seconds_per_image(Some(0.01), timed(100, 5.0)), Some(0.005));
        assert_eq!(seconds_per_image(None, timed(100, 40.0)), Some(0.04));
    }
}
