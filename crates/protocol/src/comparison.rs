//! What the Compare view compares: lanes, and what they have in common.

use crate::{
    catalogue::ModelId,
    sampling::{SampleSpec, setting},
};
use flow::{bounded::brief, guidance::evaluations, keyed::Keyed, sampler::SamplerId};
use serde::{Deserialize, Serialize};

/// One of the samplings that the Compare view sets side by side; the rest of the settings is shared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    pub model: ModelId,
    pub sampler: SamplerId,
    /// Guidance scale w, as a sampling has it.
    pub guidance: f64,
    /// κ or η, as a sampling has it.
    pub stochasticity: f64,
}

impl Default for Lane {
    fn default() -> Self {
        Self::of(&SampleSpec::default())
    }
}

/// What the lanes of a comparison have in common as they step along.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Lock {
    /// The time t: every lane takes the same number of steps.
    #[default]
    Time,
    /// The cost: every lane may spend the same number of network evaluations, one for each step of the settings.
    Nfe,
}

impl Keyed for Lock {
    const WHAT: &'static str = "lock";

    fn all() -> impl Iterator<Item = Self> {
        [Self::Time, Self::Nfe].into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Time => "t",
            Self::Nfe => "nfe",
        }
    }
}

flow::serde_by_key!(Lock);

pub const MIN_LANES: usize = 2;

/// Two to four ways from the same noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// [`MIN_LANES`]–[`MAX_LANES`](crate::message::MAX_LANES).
    pub lanes: Vec<Lane>,
    pub lock: Lock,
}

impl Default for Comparison {
    fn default() -> Self {
        let lane = |sampler| Lane { sampler, ..Lane::default() };
        Self {
            lanes: [SamplerId::EULER, SamplerId::HEUN, SamplerId::EM_SIGMA].map(lane).to_vec(),
            lock: Lock::default(),
        }
    }
}

impl Lane {
    /// What is a lane's own of a sampling.
    pub fn of(spec: &SampleSpec) -> Self {
        let SampleSpec { model, sampler, guidance, stochasticity, .. } = *spec;
        Self { model, sampler, guidance, stochasticity }
    }

    /// Reads one of its settings, which are those of a sampling; a sentence if the text is no value, and then nothing changes.
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), String> {
        let own = |key: &str| ["model", "sampler", "guidance", "stochasticity"].contains(&key);
        let setting = setting(key).filter(|setting| own(setting.key));
        let setting = setting.ok_or_else(|| format!("a lane has no setting “{}” of its own", brief(key)))?;
        let mut spec = self.spec(&SampleSpec::default(), Lock::Time);
        (setting.write)(&mut spec, text)?;
        *self = Self::of(&spec);
        Ok(())
    }

    /// Network evaluations of one of its velocities, where guidance acts.
    pub fn evaluations(&self) -> usize {
        evaluations(self.guidance)
    }

    /// Its trajectory, with the settings that all lanes share from `shared`.
    pub fn spec(&self, shared: &SampleSpec, lock: Lock) -> SampleSpec {
        let Self { model, sampler, guidance, stochasticity } = *self;
        let steps = match (lock, sampler.cost()) {
            // The adaptive pair takes at least one step of six evaluations between two frames.
            (Lock::Nfe, cost) => (shared.steps / (cost.unwrap_or(6) * self.evaluations())).max(1),
            (Lock::Time, _) => shared.steps,
        };
        SampleSpec { model, sampler, guidance, stochasticity, steps, real: false, ..shared.clone() }
    }
}

/// Why an adaptive lane rests at `t` though it may spend `has` evaluations: its next frame comes after `needs` of them.
pub fn falls_short(tolerance: f64, t: f64, needs: usize, has: usize) -> String {
    let (stands, frame) = match t == 0.0 {
        true => ("Still noise".to_string(), "first"),
        false => (format!("Rests at t = {t:.2}"), "next"),
    };
    format!(
        "{stands}: with a tolerance of {tolerance} the {frame} frame comes after {needs} evaluations, and each lane has \
         {has}. A larger tolerance or more steps take it further."
    )
}

/// A difference finer than this is rounding.
const FINEST: f32 = 1e-3;

/// The number that gets the last colour where `largest` is the largest to be seen: the next of 1, 1.5, 2, 3, 5, 7 and
/// their tenths, so that it fits and rarely moves.
pub fn scale(largest: f32) -> f32 {
    let heads = |decade| [1.0f32, 1.5, 2.0, 3.0, 5.0, 7.0].map(|head| head * 10f32.powi(decade));
    (-3..6).flat_map(heads).find(|limit| *limit >= largest.max(FINEST)).unwrap_or(1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_fits_what_it_shows() {
        for tenth in 0..200 {
            let largest = 1e-3 * 1.1f32.powi(tenth);
            let limit = scale(largest);
            assert!(limit >= largest && (limit < 1.7 * largest || largest > 7e5), "{limit} for {largest}");
        }
        assert_eq!((scale(0.0), scale(0.4), scale(1.2)), (1e-3, 0.5, 1.5));
        assert_eq!((scale(f32::INFINITY), scale(f32::NAN)), (1e6, 1e-3));
    }

    #[test]
    fn a_lane_without_a_picture_says_what_it_lacks() {
        let noise = falls_short(0.001, 0.0, 62, 8);
        assert!(noise.starts_with("Still noise: with a tolerance of 0.001 the first frame comes after 62 "), "{noise}");
        assert!(noise.contains("each lane has 8."));
        assert!(falls_short(0.01, 0.875, 118, 100).starts_with("Rests at t = 0.88: with a tolerance of 0.01 the next"));
    }
}
