//! What decides a sampled picture, and the one table of its settings, which link, page, command line and the worker's check
//! read.

use crate::{
    catalogue::ModelId,
    setting::{self, Control, Nudge, Setting, entries},
};
use flow::{
    bounded::{brief, within},
    sampler::{MAX_STOCHASTICITY, SamplerId},
    time::Grid,
};
use serde::{Deserialize, Serialize};

pub const MAX_PICTURES: usize = 64;
pub const MAX_STEPS: usize = 500;
pub const MAX_GUIDANCE: f64 = 10.0;
pub const MIN_TOLERANCE: f64 = 1e-6;
pub const MAX_TOLERANCE: f64 = 0.1;

/// Everything that decides a sampled picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleSpec {
    pub model: ModelId,
    /// Seed of the noise x_0; picture k draws from its own stream.
    pub seed: u64,
    /// The class of every picture; `None` takes 0–9 in turn.
    pub digit: Option<u8>,
    /// How many pictures, 1–[`MAX_PICTURES`].
    pub pictures: usize,
    /// Intervals of the time grid, 1–[`MAX_STEPS`].
    pub steps: usize,
    pub sampler: SamplerId,
    /// κ or η of a sampler that takes noise, 0–[`MAX_STOCHASTICITY`].
    pub stochasticity: f64,
    /// rtol and atol of the adaptive sampler, [`MIN_TOLERANCE`]–[`MAX_TOLERANCE`].
    pub tolerance: f64,
    pub grid: Grid,
    /// Guidance scale w, 0–[`MAX_GUIDANCE`].
    pub guidance: f64,
    /// The first and the last t at which w acts, in [0, 1].
    pub guided: [f64; 2],
    /// Whether frames are those of held-out pictures on their way to noise, x_t = alpha_t x_1 + sigma_t x_0, where the
    /// sampler has no part and the network is asked at every t. Only of models with a path of pictures.
    pub real: bool,
}

impl Default for SampleSpec {
    fn default() -> Self {
        Self {
            model: ModelId::default(),
            seed: 1,
            digit: None,
            pictures: 20,
            steps: 30,
            sampler: SamplerId::default(),
            stochasticity: 1.0,
            tolerance: 1e-3,
            grid: Grid::default(),
            guidance: 2.0,
            guided: [0.0, 1.0],
            real: false,
        }
    }
}

impl SampleSpec {
    /// A sentence if a number is out of its range.
    pub fn check(&self) -> Result<(), String> {
        setting::check(SETTINGS, self)
    }

    /// The class of picture `k` (from 0).
    pub fn label(&self, k: usize) -> u8 {
        self.digit.unwrap_or((k % 10) as u8)
    }
}

/// The digits as a list offers them; where the data have names for them, those stand there.
fn digits() -> setting::Entries {
    const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    [("any", "any")].into_iter().chain(DIGITS.map(|digit| (digit, digit))).collect()
}

/// Every setting, in the order of links.
pub const SETTINGS: &[Setting<SampleSpec>] = &[
    Setting {
        key: "model",
        argument: "model",
        label: "Model",
        help: "The model",
        control: Control::Choice { entries: || entries(ModelId::name), about: None },
        always: true,
        read: |it| it.model.to_string(),
        write: |it, text| text.parse().map(|value| it.model = value),
    },
    Setting {
        key: "seed",
        argument: "seed",
        label: "Seed",
        help: "Seed of the noise",
        control: Control::Number(Nudge::Whole),
        always: true,
        read: |it| it.seed.to_string(),
        write: |it, text| within("seed", text, 0, u64::MAX).map(|value| it.seed = value),
    },
    Setting {
        key: "digit",
        argument: "digit",
        label: "Digit",
        help: "The class of every picture, 0 to 9, or any",
        control: Control::Choice { entries: digits, about: None },
        always: true,
        read: |it| it.digit.map_or("any".into(), |digit| digit.to_string()),
        write: |it, text| {
            it.digit = if text == "any" { None } else { Some(within("digit", text, 0, 9)?) };
            Ok(())
        },
    },
    Setting {
        key: "pictures",
        argument: "pictures",
        label: "Pictures",
        help: "How many pictures",
        control: Control::Number(Nudge::Whole),
        always: true,
        read: |it| it.pictures.to_string(),
        write: |it, text| within("pictures", text, 1, MAX_PICTURES).map(|value| it.pictures = value),
    },
    Setting {
        key: "steps",
        argument: "steps",
        label: "Steps",
        help: "Intervals of the time grid",
        control: Control::Number(Nudge::Whole),
        always: true,
        read: |it| it.steps.to_string(),
        write: |it, text| within("steps", text, 1, MAX_STEPS).map(|value| it.steps = value),
    },
    Setting {
        key: "sampler",
        argument: "sampler",
        label: "Sampler",
        help: "The sampler",
        control: Control::Choice {
            entries: || entries(|it: SamplerId| it.0.name),
            about: Some(|it| it.sampler.0.about),
        },
        always: true,
        read: |it| it.sampler.to_string(),
        write: |it, text| text.parse().map(|value| it.sampler = value),
    },
    Setting {
        key: "guidance",
        argument: "guidance",
        label: "Guidance",
        help: "Guidance scale w",
        control: Control::Slider { symbol: "w", range: [0.0, MAX_GUIDANCE, 0.1] },
        always: true,
        read: |it| it.guidance.to_string(),
        write: |it, text| guidance(text).map(|value| it.guidance = value),
    },
    Setting {
        key: "stochasticity",
        argument: "stochasticity",
        label: "Stochasticity",
        help: "κ or η of a sampler that takes noise",
        control: Control::Slider { symbol: "κ", range: [0.0, MAX_STOCHASTICITY, 0.1] },
        always: false,
        read: |it| it.stochasticity.to_string(),
        write: |it, text| stochasticity(text).map(|value| it.stochasticity = value),
    },
    Setting {
        key: "tolerance",
        argument: "tolerance",
        label: "Tolerance",
        help: "Tolerance of the adaptive sampler",
        control: Control::Number(Nudge::Decades),
        always: false,
        read: |it| it.tolerance.to_string(),
        write: |it, text| tolerance(text).map(|value| it.tolerance = value),
    },
    Setting {
        key: "grid",
        argument: "grid",
        label: "Time grid",
        help: "How the steps are spaced",
        control: Control::Choice { entries: || entries(Grid::name), about: None },
        always: false,
        read: |it| it.grid.to_string(),
        write: |it, text| text.parse().map(|value| it.grid = value),
    },
    Setting {
        key: "guided",
        argument: "guided",
        label: "Guidance interval",
        help: "The first and the last t at which guidance acts",
        control: Control::Own,
        always: false,
        read: |it| format!("{}-{}", it.guided[0], it.guided[1]),
        write: |it, text| interval(text).map(|value| it.guided = value),
    },
    Setting {
        key: "real",
        argument: "real",
        label: "Frames",
        help: "Whether frames are drawn by the sampler, or are test pictures and their noise: 0 or 1",
        control: Control::Switch(["Drawn from noise", "Test pictures, noised"]),
        always: false,
        read: |it| u8::from(it.real).to_string(),
        write: |it, text| within("real", text, 0u8, 1).map(|value| it.real = value == 1),
    },
];

/// The setting of this key of a link. Links made before there were samplers with noise say “solver”.
pub fn setting(key: &str) -> Option<&'static Setting<SampleSpec>> {
    setting::find(SETTINGS, if key == "solver" { "sampler" } else { key })
}

/// The guidance scale w, of pictures as of points.
pub fn guidance(text: &str) -> Result<f64, String> {
    within("guidance", text, 0.0, MAX_GUIDANCE)
}

/// κ or η, of pictures as of points.
pub fn stochasticity(text: &str) -> Result<f64, String> {
    within("stochasticity", text, 0.0, MAX_STOCHASTICITY)
}

/// rtol and atol of the adaptive sampler, for pictures as for points.
pub fn tolerance(text: &str) -> Result<f64, String> {
    within("tolerance", text, MIN_TOLERANCE, MAX_TOLERANCE)
}

/// Two times “from-to” within [0, 1]; exponents may have a dash of their own.
pub fn interval(value: &str) -> Result<[f64; 2], String> {
    let mut dashes = value.match_indices('-').map(|(at, _)| (&value[..at], &value[at + 1..]));
    let ends = dashes.find_map(|(from, to)| Some([from.parse().ok()?, to.parse().ok()?]));
    let ends = ends.filter(|[from, to]: &[f64; 2]| 0.0 <= *from && from <= to && *to <= 1.0);
    ends.ok_or_else(|| {
        format!("guided cannot be “{}”; it is two times like 0.2-0.8, the first not the later", brief(value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specs_are_checked_number_by_number() {
        let sample = SampleSpec::default();
        assert_eq!(sample.check(), Ok(()));
        for (bad, word) in [
            (SampleSpec { pictures: 0, ..sample.clone() }, "pictures"),
            (SampleSpec { pictures: MAX_PICTURES + 1, ..sample.clone() }, "pictures"),
            (SampleSpec { steps: 0, ..sample.clone() }, "steps"),
            (SampleSpec { steps: usize::MAX, ..sample.clone() }, "steps"),
            (SampleSpec { digit: Some(10), ..sample.clone() }, "digit"),
            (SampleSpec { stochasticity: -0.1, ..sample.clone() }, "stochasticity"),
            (SampleSpec { tolerance: 0.0, ..sample.clone() }, "tolerance"),
            (SampleSpec { guidance: f64::NAN, ..sample.clone() }, "guidance"),
            (SampleSpec { guided: [0.6, 0.5], ..sample.clone() }, "guided"),
            (SampleSpec { guided: [f64::NAN, 1.0], ..sample.clone() }, "guided"),
            (SampleSpec { guided: [-0.1, 1.0], ..sample.clone() }, "guided"),
        ] {
            let said = bad.check().expect_err(word);
            assert!(said.starts_with(word), "{said}");
        }
    }

    #[test]
    fn every_setting_takes_what_it_says_and_refuses_what_is_none() {
        let usual = SampleSpec { guided: [1e-7, 0.75], digit: Some(3), ..SampleSpec::default() };
        for (i, setting) in SETTINGS.iter().enumerate() {
            assert!(SETTINGS[..i].iter().all(|other| other.key != setting.key));
            let mut same = SampleSpec::default();
            assert_eq!((setting.write)(&mut same, &(setting.read)(&usual)), Ok(()), "{}", setting.key);
            assert_eq!((setting.read)(&same), (setting.read)(&usual));
            for (key, _) in setting.control.entries() {
                assert_eq!((setting.write)(&mut same, key), Ok(()), "{}", setting.key);
                assert_eq!((setting.read)(&same), key);
            }
            if let Control::Slider { range: [low, high, step], .. } = setting.control {
                let takes = |value: f64| (setting.write)(&mut SampleSpec::default(), &value.to_string()).is_ok();
                assert!(takes(low) && takes(high) && !takes(low - step) && !takes(high + step), "{}", setting.key);
            }
            let sentence = (setting.write)(&mut same, "−7 apples").expect_err(setting.key);
            assert!(sentence.contains("−7 apples"), "{sentence}");
        }
    }
}
