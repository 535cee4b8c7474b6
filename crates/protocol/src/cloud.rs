//! How a cloud of points goes from noise to data, and its settings: written for whatever [`Holds`] a [`CloudSpec`], since the page
//! keeps it in the spec of the plane and the worker by itself.

use crate::{
    sampling,
    setting::{Control, Holds, Nudge, Setting, check, entries},
};
use flow::{
    bounded::within,
    sampler::{MAX_STOCHASTICITY, SamplerId},
    time::Grid,
};
use serde::{Deserialize, Serialize};

pub const MAX_PARTICLES: usize = 5_000;
/// Most intervals of the time grid.
pub const MAX_STEPS: usize = 200;

/// How a cloud of points goes from noise to data.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CloudSpec {
    /// 1–[`MAX_PARTICLES`].
    pub particles: usize,
    /// Seed of x_0 (particle i draws from stream (seed, sample, i)) and of the Brownian paths.
    pub seed: u64,
    pub sampler: SamplerId,
    /// Intervals of the time grid, 1–[`MAX_STEPS`].
    pub steps: usize,
    pub grid: Grid,
    /// κ or η, 0–[`MAX_STOCHASTICITY`].
    pub stochasticity: f64,
    /// rtol and atol of the adaptive sampler, as of pictures.
    pub tolerance: f64,
}

impl Default for CloudSpec {
    fn default() -> Self {
        Self {
            particles: 800,
            seed: 1,
            sampler: SamplerId::HEUN,
            steps: 40,
            grid: Grid::default(),
            stochasticity: 1.0,
            tolerance: 1e-3,
        }
    }
}

impl CloudSpec {
    /// A sentence if a number is out of its range.
    pub fn check(&self) -> Result<(), String> {
        check(settings(), self)
    }
}

impl Holds<Self> for CloudSpec {
    fn part(&self) -> &Self {
        self
    }

    fn part_mut(&mut self) -> &mut Self {
        self
    }
}

/// Every setting of a cloud, in the order of links.
pub const fn settings<S: Holds<CloudSpec> + 'static>() -> &'static [Setting<S>] {
    const {
        &[
            Setting {
                key: "particles",
                argument: "particles",
                label: "Particles",
                help: "How many particles",
                control: Control::Number(Nudge::Whole),
                always: false,
                read: |it| it.part().particles.to_string(),
                write: |it, text| {
                    within("particles", text, 1, MAX_PARTICLES).map(|value| it.part_mut().particles = value)
                },
            },
            Setting {
                key: "seed",
                argument: "seed",
                label: "Seed",
                help: "Seed of the particles and their noise",
                control: Control::Number(Nudge::Whole),
                always: false,
                read: |it| it.part().seed.to_string(),
                write: |it, text| within("seed", text, 0, u64::MAX).map(|value| it.part_mut().seed = value),
            },
            Setting {
                key: "sampler",
                argument: "sampler",
                label: "Sampler",
                help: "What carries the particles",
                control: Control::Choice {
                    entries: || entries(|it: SamplerId| it.0.name),
                    about: Some(|it| it.part().sampler.0.about),
                },
                always: false,
                read: |it| it.part().sampler.to_string(),
                write: |it, text| text.parse().map(|value| it.part_mut().sampler = value),
            },
            Setting {
                key: "steps",
                argument: "steps",
                label: "Steps",
                help: "Intervals of the time grid",
                control: Control::Slider { symbol: "N", range: [1.0, MAX_STEPS as f64, 1.0] },
                always: false,
                read: |it| it.part().steps.to_string(),
                write: |it, text| within("steps", text, 1, MAX_STEPS).map(|value| it.part_mut().steps = value),
            },
            Setting {
                key: "grid",
                argument: "grid",
                label: "Time grid",
                help: "How the steps are spaced",
                control: Control::Choice { entries: || entries(Grid::name), about: None },
                always: false,
                read: |it| it.part().grid.to_string(),
                write: |it, text| text.parse().map(|value| it.part_mut().grid = value),
            },
            Setting {
                key: "stochasticity",
                argument: "stochasticity",
                label: "Stochasticity",
                help: "κ or η of a sampler that takes noise",
                control: Control::Slider { symbol: "κ", range: [0.0, MAX_STOCHASTICITY, 0.1] },
                always: false,
                read: |it| it.part().stochasticity.to_string(),
                write: |it, text| sampling::stochasticity(text).map(|value| it.part_mut().stochasticity = value),
            },
            Setting {
                key: "tolerance",
                argument: "tolerance",
                label: "Tolerance",
                help: "Tolerance of the adaptive sampler",
                control: Control::Number(Nudge::Decades),
                always: false,
                read: |it| it.part().tolerance.to_string(),
                write: |it, text| sampling::tolerance(text).map(|value| it.part_mut().tolerance = value),
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clouds_are_checked_number_by_number() {
        let cloud = CloudSpec::default();
        assert_eq!(cloud.check(), Ok(()));
        for (bad, word) in [
            (CloudSpec { particles: 0, ..cloud }, "particles"),
            (CloudSpec { steps: MAX_STEPS + 1, ..cloud }, "steps"),
            (CloudSpec { stochasticity: f64::NAN, ..cloud }, "stochasticity"),
            (CloudSpec { tolerance: 0.0, ..cloud }, "tolerance"),
        ] {
            let said = bad.check().expect_err(word);
            assert!(said.starts_with(word), "{said}");
        }
    }
}
