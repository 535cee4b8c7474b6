//! By what points are learned, and its settings: written for whatever [`Holds`] a [`Method`], since the page keeps it in the
//! spec of the plane and the worker by itself.

use crate::{
    recipe,
    setting::{Control, Holds, Nudge, Setting, check, entries, families},
};
use flow::{
    adversarial::Objective,
    bounded::within,
    coupling::Coupling,
    family::{FamilyId, Needs},
    keyed::Keyed,
};
use serde::{Deserialize, Serialize};

/// Pairs a step, at least and at most.
pub const BATCHES: [usize; 2] = [16, 1024];

/// What a training in the plane minimises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PlaneLoss {
    /// E |u_θ - u|²: conditional flow matching (Lipman et al., 2023).
    #[default]
    Velocity,
    /// E |ε_θ - x_0|² (Ho et al., 2020).
    Noise,
    /// E |sigma_t s_θ + x_0|²: denoising score matching (Vincent, 2011).
    Score,
    /// E sigma_t² (tr ∂s_θ/∂x + |s_θ|²/2): implicit score matching (Hyvärinen, 2005).
    Implicit,
}

impl Keyed for PlaneLoss {
    const WHAT: &'static str = "loss";

    fn all() -> impl Iterator<Item = Self> {
        [Self::Velocity, Self::Noise, Self::Score, Self::Implicit].into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Velocity => "velocity",
            Self::Noise => "noise",
            Self::Score => "score",
            Self::Implicit => "implicit",
        }
    }
}

flow::serde_by_key!(PlaneLoss);

impl PlaneLoss {
    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Velocity => "Velocity (flow matching)",
            Self::Noise => "Noise (DDPM)",
            Self::Score => "Score (denoising)",
            Self::Implicit => "Score (implicit)",
        }
    }
}

/// By what points are learned: a recipe, but for the data and the path.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// A flow, or something that draws points in one pass.
    pub family: FamilyId,
    /// What generator and critic minimise.
    pub adversarial: Objective,
    /// Steps of the critic to one of the generator, 1–[`MAX_CRITIC_STEPS`](recipe::MAX_CRITIC_STEPS).
    pub critic_steps: usize,
    /// β of an autoencoder, 0–[`MAX_BETA`](recipe::MAX_BETA).
    pub beta: f64,
    /// Independent or optimal.
    pub coupling: Coupling,
    pub loss: PlaneLoss,
    /// Pairs a step, within [`BATCHES`].
    pub batch: usize,
    /// Adam's step size η before it falls, η / sqrt(1 + step/1000) for a flow, with 4000 for the others; from
    /// [`MIN_LEARNING_RATE`](recipe::MIN_LEARNING_RATE) to [`MAX_LEARNING_RATE`](recipe::MAX_LEARNING_RATE).
    pub learning_rate: f64,
    /// Seed of weights, pairs and times.
    pub seed: u64,
}

impl Default for Method {
    fn default() -> Self {
        Self {
            family: FamilyId::FLOW,
            adversarial: Objective::default(),
            critic_steps: 1,
            beta: 1.0,
            coupling: Coupling::Independent,
            loss: PlaneLoss::Velocity,
            batch: 256,
            learning_rate: FamilyId::FLOW.learning_rates[1],
            seed: 1,
        }
    }
}

impl Method {
    /// The same of another family, with the learning rate that usually suits it on points.
    pub fn of(self, family: FamilyId) -> Self {
        if family == self.family { self } else { Self { family, learning_rate: family.learning_rates[1], ..self } }
    }

    /// A sentence if something is no value of its setting.
    pub fn check(&self) -> Result<(), String> {
        check(pairs(), self)?;
        check(settings(), self)
    }
}

impl Holds<Self> for Method {
    fn part(&self) -> &Self {
        self
    }

    fn part_mut(&mut self) -> &mut Self {
        self
    }
}

/// Which x_0 meets which x_1: apart from the other [`settings`], since links say it with the path.
pub const fn pairs<S: Holds<Method> + 'static>() -> &'static [Setting<S>] {
    const {
        &[Setting {
            key: "coupling",
            argument: "coupling",
            label: "Pairs",
            help: "Which x_0 meets which x_1: independent or optimal",
            control: Control::Choice { entries: || COUPLINGS.map(|it| (it.key(), it.name())).into(), about: None },
            always: false,
            read: |it| it.part().coupling.to_string(),
            write: |it, text| coupling(text).map(|value| it.part_mut().coupling = value),
        }]
    }
}

/// The other settings of a method, in the order of links.
pub const fn settings<S: Holds<Method> + 'static>() -> &'static [Setting<S>] {
    const {
        &[
            Setting {
                key: "family",
                argument: "family",
                label: "Family",
                help: "The kind of model",
                control: Control::Choice { entries: || families(Needs::Points), about: None },
                always: false,
                read: |it| it.part().family.to_string(),
                write: |it, text| {
                    FamilyId::find_of(Needs::Points, text).map(|value| *it.part_mut() = it.part().of(value))
                },
            },
            Setting {
                key: "adversarial",
                argument: "adversarial",
                label: "Adversarial loss",
                help: "What generator and critic minimise",
                control: Control::Choice { entries: || entries(Objective::name), about: None },
                always: false,
                read: |it| it.part().adversarial.to_string(),
                write: |it, text| text.parse().map(|value| it.part_mut().adversarial = value),
            },
            Setting {
                key: "critic-steps",
                argument: "critic-steps",
                label: "Critic steps",
                help: "Steps of the critic to one of the generator",
                control: Control::Number(Nudge::Whole),
                always: false,
                read: |it| it.part().critic_steps.to_string(),
                write: |it, text| recipe::critic_steps(text).map(|value| it.part_mut().critic_steps = value),
            },
            Setting {
                key: "beta",
                argument: "beta",
                label: "β",
                help: "Weight of the KL term",
                control: Control::Number(Nudge::By(0.5)),
                always: false,
                read: |it| it.part().beta.to_string(),
                write: |it, text| recipe::beta(text).map(|value| it.part_mut().beta = value),
            },
            Setting {
                key: "loss",
                argument: "loss",
                label: "Learns the",
                help: "What the loss compares",
                control: Control::Choice { entries: || entries(PlaneLoss::name), about: None },
                always: false,
                read: |it| it.part().loss.to_string(),
                write: |it, text| text.parse().map(|value| it.part_mut().loss = value),
            },
            Setting {
                key: "batch",
                argument: "batch",
                label: "Batch",
                help: "Points a step",
                control: Control::Number(Nudge::Whole),
                always: false,
                read: |it| it.part().batch.to_string(),
                write: |it, text| {
                    within("batch", text, BATCHES[0], BATCHES[1]).map(|value| it.part_mut().batch = value)
                },
            },
            Setting {
                key: "rate",
                argument: "rate",
                label: "Learning rate",
                help: "Adam's step size",
                control: Control::Number(Nudge::Decades),
                always: false,
                read: |it| it.part().learning_rate.to_string(),
                write: |it, text| recipe::learning_rate(text).map(|value| it.part_mut().learning_rate = value),
            },
            Setting {
                key: "train-seed",
                argument: "train-seed",
                label: "Seed of training",
                help: "Seed of weights, pairs and times",
                control: Control::Number(Nudge::Whole),
                always: false,
                read: |it| it.part().seed.to_string(),
                write: |it, text| within("train-seed", text, 0, u64::MAX).map(|value| it.part_mut().seed = value),
            },
        ]
    }
}

/// The couplings that points can have.
const COUPLINGS: [Coupling; 2] = [Coupling::Independent, Coupling::Optimal];

fn coupling(text: &str) -> Result<Coupling, String> {
    let coupling: Coupling = text.parse()?;
    let known = COUPLINGS.contains(&coupling);
    known.then_some(coupling).ok_or_else(|| format!("points are paired as independent or optimal, not as {coupling}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{MAX_BETA, MAX_CRITIC_STEPS};

    #[test]
    fn methods_are_checked_setting_by_setting() {
        let method = Method::default();
        assert_eq!(method.check(), Ok(()));
        for (bad, word) in [
            (Method { batch: 15, ..method }, "batch"),
            (Method { learning_rate: f64::NAN, ..method }, "rate"),
            (Method { critic_steps: MAX_CRITIC_STEPS + 1, ..method }, "critic-steps"),
            (Method { beta: MAX_BETA + 1.0, ..method }, "beta"),
            (Method { coupling: Coupling::Masked, ..method }, "points are paired"),
        ] {
            let said = bad.check().expect_err(word);
            assert!(said.starts_with(word), "{said}");
        }
    }

    #[test]
    fn another_family_brings_its_usual_rate() {
        let method = Method { learning_rate: 0.05, seed: 9, ..Method::default() };
        assert_eq!(method.of(FamilyId::FLOW), method);
        assert_eq!(method.of(FamilyId::GAN), Method { family: FamilyId::GAN, learning_rate: 1e-3, ..method });
    }
}
