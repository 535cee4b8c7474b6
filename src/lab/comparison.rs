//! What the Compare view compares: lanes, and what they have in common.

use super::protocol::SampleSpec;
use crate::{
    flow::{guidance::evaluations, keyed::Keyed, sampler::SamplerId},
    model::catalogue::ModelId,
};
use serde::{Deserialize, Serialize};

/// One of the samplings that the Compare view sets side by side; the rest of the settings is shared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lane {
    pub model: ModelId,
    pub sampler: SamplerId,
    /// Guidance scale w, 0–[`MAX_GUIDANCE`].
    pub guidance: f64,
    /// κ or η, 0–[`MAX_STOCHASTICITY`](crate::flow::sampler::MAX_STOCHASTICITY).
    pub stochasticity: f64,
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

crate::serde_by_key!(Lock);

pub const MIN_LANES: usize = 2;

/// Two to four ways from the same noise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// [`MIN_LANES`]–[`MAX_LANES`](super::protocol::MAX_LANES).
    pub lanes: Vec<Lane>,
    pub lock: Lock,
}

impl Default for Comparison {
    fn default() -> Self {
        let lane = |key: &str| Lane {
            model: ModelId::default(),
            sampler: SamplerId::find(key).unwrap_or_default(),
            guidance: 2.0,
            stochasticity: 1.0,
        };
        Self { lanes: ["euler", "heun", "em-sigma"].map(lane).to_vec(), lock: Lock::default() }
    }
}

impl Lane {
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
        SampleSpec { model, sampler, guidance, stochasticity, steps, ..shared.clone() }
    }
}
