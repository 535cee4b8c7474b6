//! What decides a trained model, and the one table of its settings.
//!
//! An entry of [`SETTINGS`] is a key of the link, a control of the page, an argument of the command line and a check of the
//! worker, all from the same lines.

use crate::{
    catalogue::Architecture,
    setting::{Control, Nudge, Setting, check, entries, families},
};
use data::sets::DataSet;
use flow::{
    adversarial::Objective,
    bounded::within,
    coupling::Coupling,
    draw::Draw,
    elbo::Likelihood,
    family::{FamilyId, Needs},
    keyed::Keyed,
    prediction::Reading,
    schedule::ScheduleId,
};
use serde::{Deserialize, Serialize};

pub const MAX_BATCH: usize = 256;
pub const MIN_LEARNING_RATE: f64 = 1e-6;
pub const MAX_LEARNING_RATE: f64 = 0.1;
pub const MAX_LABEL_DROP: f64 = 0.5;
pub const MAX_LATENT: usize = 64;
pub const MAX_BETA: f64 = 20.0;
pub const MAX_CRITIC_STEPS: usize = 5;
pub const MIN_WORDS: usize = 2;
pub const MAX_WORDS: usize = 256;
pub const MAX_LOCATION: f64 = 3.0;
pub const MIN_SCALE: f64 = 0.1;
pub const MAX_SCALE: f64 = 3.0;
pub const MAX_LAMBDA: f64 = 100.0;

/// Everything that decides a trained model: its recipe. What another family would take stays at its default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, remote = "Self")]
pub struct TrainSpec {
    pub family: FamilyId,
    pub data: DataSet,
    pub architecture: Architecture,
    /// Images a step, 1–[`MAX_BATCH`].
    pub batch: usize,
    /// Seed of weights, batches, noise, times and label drops.
    pub seed: u64,
    /// Adam's step size after warm-up, [`MIN_LEARNING_RATE`]–[`MAX_LEARNING_RATE`].
    pub learning_rate: f64,
    /// Probability with which a label is replaced by the null label, 0–[`MAX_LABEL_DROP`].
    pub label_drop: f64,
    pub schedule: ScheduleId,
    /// Which reading the loss compares.
    pub loss: Reading,
    /// How the times of a batch are drawn.
    pub draw: Draw,
    /// Which x_0 meets which x_1.
    pub coupling: Coupling,
    /// Numbers of z, 1–[`MAX_LATENT`].
    pub latent: usize,
    /// Whether encoder, decoder, generator and critic are told the class.
    pub labels: bool,
    /// β, the weight of the KL term, 0–[`MAX_BETA`].
    pub beta: f64,
    /// p(x|z) of a pixel.
    pub likelihood: Likelihood,
    /// What generator and critic minimise.
    pub adversarial: Objective,
    /// Steps of the critic to one of the generator, 1–[`MAX_CRITIC_STEPS`].
    pub critic_steps: usize,
    /// Words of the book of codes, [`MIN_WORDS`]–[`MAX_WORDS`].
    pub codebook: usize,
    /// Mean of logit(t) where that is drawn from a normal, ±[`MAX_LOCATION`].
    pub draw_location: f64,
    /// Standard deviation of logit(t), [`MIN_SCALE`]–[`MAX_SCALE`].
    pub draw_scale: f64,
    /// λ, the weight of the distance that a generator pays beside the critic's verdict, 0–[`MAX_LAMBDA`].
    pub lambda: f64,
}

impl Default for TrainSpec {
    fn default() -> Self {
        Self::of(FamilyId::default())
    }
}

impl TrainSpec {
    /// The usual recipe of a family.
    pub fn of(family: FamilyId) -> Self {
        Self {
            family,
            data: DataSet::default(),
            architecture: Architecture::default(),
            batch: 32,
            seed: 1,
            learning_rate: family.learning_rates[0],
            label_drop: 0.1,
            schedule: ScheduleId::default(),
            loss: Reading::default(),
            draw: Draw::default(),
            coupling: family.game.coupling,
            latent: family.latent,
            labels: false,
            beta: family.beta,
            likelihood: Likelihood::default(),
            adversarial: family.game.adversarial,
            critic_steps: 1,
            codebook: 64,
            draw_location: 0.0,
            draw_scale: 1.0,
            lambda: family.game.lambda,
        }
    }

    /// Passes of a step: of a game those of the critic and one of the generator, else one of each learner.
    pub fn passes(&self) -> usize {
        if self.family.kind.is_game() { self.critic_steps + 1 } else { self.family.learners.len() }
    }

    /// A sentence if a number is out of its range.
    pub fn check(&self) -> Result<(), String> {
        check(SETTINGS, self)
    }

    /// The settings that decide it: those of its family.
    pub fn settings(&self) -> impl Iterator<Item = &'static Setting<Self>> + use<> {
        let family = self.family;
        SETTINGS.iter().filter(move |setting| setting.concerns(family))
    }
}

/// Every setting, in the order of the form.
pub const SETTINGS: &[Setting<TrainSpec>] = &[
    Setting {
        key: "family",
        argument: "family",
        label: "Family",
        help: "The kind of model",
        control: Control::Choice { entries: || families(Needs::Pictures), about: Some(|it| it.family.0.about) },
        always: false,
        read: |it| it.family.to_string(),
        write: |it, text| {
            let family = FamilyId::find_of(Needs::Pictures, text)?;
            if family != it.family {
                // What suits one family seldom suits another.
                let usual = TrainSpec::of(family);
                let (data, architecture, seed) = (it.data, it.architecture, it.seed);
                *it = TrainSpec { data, architecture, seed, ..usual };
            }
            Ok(())
        },
    },
    Setting {
        key: "data",
        argument: "data",
        label: "Data set",
        help: "The pictures",
        control: Control::Choice { entries: || entries(DataSet::name), about: None },
        always: false,
        read: |it| it.data.to_string(),
        write: |it, text| text.parse().map(|value| it.data = value),
    },
    Setting {
        key: "size",
        argument: "architecture",
        label: "Model",
        help: "How large the networks are",
        control: Control::Choice { entries: || entries(Architecture::name), about: None },
        always: false,
        read: |it| it.architecture.to_string(),
        write: |it, text| text.parse().map(|value| it.architecture = value),
    },
    Setting {
        key: "batch",
        argument: "batch",
        label: "Batch size",
        help: "Images a step",
        control: Control::Number(Nudge::By(8.0)),
        always: false,
        read: |it| it.batch.to_string(),
        write: |it, text| within("batch", text, 1, MAX_BATCH).map(|value| it.batch = value),
    },
    Setting {
        key: "train-seed",
        argument: "seed",
        label: "Seed",
        help: "Seed of everything that is drawn",
        control: Control::Number(Nudge::Whole),
        always: false,
        read: |it| it.seed.to_string(),
        write: |it, text| within("train-seed", text, 0, u64::MAX).map(|value| it.seed = value),
    },
    Setting {
        key: "rate",
        argument: "rate",
        label: "Learning rate",
        help: "Adam's step size",
        control: Control::Number(Nudge::Decades),
        always: false,
        read: |it| it.learning_rate.to_string(),
        write: |it, text| learning_rate(text).map(|value| it.learning_rate = value),
    },
    Setting {
        key: "drop",
        argument: "drop",
        label: "Label drop",
        help: "Share of the labels that are hidden from the network",
        control: Control::Number(Nudge::By(0.05)),
        always: false,
        read: |it| it.label_drop.to_string(),
        write: |it, text| within("drop", text, 0.0, MAX_LABEL_DROP).map(|value| it.label_drop = value),
    },
    Setting {
        key: "schedule",
        argument: "schedule",
        label: "Schedule",
        help: "The path from noise to data",
        control: Control::Choice {
            entries: || entries(|it: ScheduleId| it.0.name()),
            about: Some(|it| it.schedule.0.citation()),
        },
        always: false,
        read: |it| it.schedule.to_string(),
        write: |it, text| text.parse().map(|value| it.schedule = value),
    },
    Setting {
        key: "loss",
        argument: "loss",
        label: "Loss",
        help: "The reading that the loss compares: velocity, noise, data or score",
        control: Control::Choice { entries: || entries(loss_name), about: Some(|it| learns(it.loss)) },
        always: false,
        read: |it| it.loss.to_string(),
        write: |it, text| text.parse().map(|value| it.loss = value),
    },
    Setting {
        key: "coupling",
        argument: "coupling",
        label: "Coupling",
        help: "Which x_0 meets which x_1: independent, optimal, masked, noised, downsampled, outlined or slanted",
        control: Control::Choice { entries: || entries(Coupling::name), about: Some(|it| it.coupling.about()) },
        always: false,
        read: |it| it.coupling.to_string(),
        write: |it, text| text.parse().map(|value| it.coupling = value),
    },
    Setting {
        key: "from",
        argument: "from",
        label: "From",
        help: "What pictures are made of: masked, noised, downsampled, outlined or slanted ones",
        control: Control::Choice {
            entries: || Coupling::PAIRED.iter().map(|it| (it.key(), it.name())).collect(),
            about: Some(|it| it.coupling.about()),
        },
        always: false,
        read: |it| it.coupling.to_string(),
        write: |it, text| source(it.family, text).map(|value| it.coupling = value),
    },
    Setting {
        key: "draw",
        argument: "draw",
        label: "Draw of t",
        help: "How t is drawn: uniform or logit-normal",
        control: Control::Choice { entries: || entries(Draw::name), about: Some(|it| it.draw.about()) },
        always: false,
        read: |it| it.draw.to_string(),
        write: |it, text| text.parse().map(|value| it.draw = value),
    },
    Setting {
        key: "latent",
        argument: "latent",
        label: "Size of z",
        help: "How many numbers z has, or each word of a book",
        control: Control::Number(Nudge::Whole),
        always: false,
        read: |it| it.latent.to_string(),
        write: |it, text| within("latent", text, 1, MAX_LATENT).map(|value| it.latent = value),
    },
    Setting {
        key: "beta",
        argument: "beta",
        label: "β",
        help: "Weight of the KL term, or of the commitment to words",
        control: Control::Number(Nudge::By(0.5)),
        always: false,
        read: |it| it.beta.to_string(),
        write: |it, text| beta(text).map(|value| it.beta = value),
    },
    Setting {
        key: "likelihood",
        argument: "likelihood",
        label: "Likelihood",
        help: "What a pixel is taken for: bernoulli or gaussian",
        control: Control::Choice { entries: || entries(Likelihood::name), about: Some(|it| it.likelihood.about()) },
        always: false,
        read: |it| it.likelihood.to_string(),
        write: |it, text| text.parse().map(|value| it.likelihood = value),
    },
    Setting {
        key: "adversarial",
        argument: "adversarial",
        label: "Adversarial loss",
        help: "What generator and critic minimise: non-saturating, minimax, least-squares or wasserstein",
        control: Control::Choice { entries: || entries(Objective::name), about: Some(|it| it.adversarial.about()) },
        always: false,
        read: |it| it.adversarial.to_string(),
        write: |it, text| text.parse().map(|value| it.adversarial = value),
    },
    Setting {
        key: "critic-steps",
        argument: "critic-steps",
        label: "Critic steps",
        help: "Steps of the critic to one of the generator",
        control: Control::Number(Nudge::Whole),
        always: false,
        read: |it| it.critic_steps.to_string(),
        write: |it, text| critic_steps(text).map(|value| it.critic_steps = value),
    },
    Setting {
        key: "labels",
        argument: "labels",
        label: "Classes",
        help: "Whether the networks are told the class: 1 or 0",
        control: Control::Switch(["not told", "told to the networks"]),
        always: false,
        read: |it| u8::from(it.labels).to_string(),
        write: |it, text| {
            it.labels = within("labels", text, 0u8, 1)? == 1;
            Ok(())
        },
    },
    Setting {
        key: "codebook",
        argument: "codebook",
        label: "Words",
        help: "How many words the book of codes has",
        control: Control::Number(Nudge::By(16.0)),
        always: false,
        read: |it| it.codebook.to_string(),
        write: |it, text| within("codebook", text, MIN_WORDS, MAX_WORDS).map(|value| it.codebook = value),
    },
    Setting {
        key: "draw-location",
        argument: "draw-location",
        label: "Location of t",
        help: "Mean of logit(t) where t is drawn logit-normal",
        control: Control::Number(Nudge::By(0.25)),
        always: false,
        read: |it| it.draw_location.to_string(),
        write: |it, text| {
            within("draw-location", text, -MAX_LOCATION, MAX_LOCATION).map(|value| it.draw_location = value)
        },
    },
    Setting {
        key: "draw-scale",
        argument: "draw-scale",
        label: "Scale of t",
        help: "Standard deviation of logit(t) where t is drawn logit-normal",
        control: Control::Number(Nudge::By(0.25)),
        always: false,
        read: |it| it.draw_scale.to_string(),
        write: |it, text| within("draw-scale", text, MIN_SCALE, MAX_SCALE).map(|value| it.draw_scale = value),
    },
    Setting {
        key: "lambda",
        argument: "lambda",
        label: "λ",
        help: "Weight of the distance from the pair, or from where there and back began",
        control: Control::Number(Nudge::By(5.0)),
        always: false,
        read: |it| it.lambda.to_string(),
        write: |it, text| within("lambda", text, 0.0, MAX_LAMBDA).map(|value| it.lambda = value),
    },
];

/// What pictures are made of. A family that makes them of pictures has nothing to make of noise.
fn source(family: FamilyId, text: &str) -> Result<Coupling, String> {
    let coupling: Coupling = text.parse()?;
    if family.translates() && coupling.is_gaussian() {
        let all: Vec<_> = Coupling::PAIRED.map(Coupling::key).into();
        return Err(format!("{} makes pictures of pictures: of {}; not of {text} noise", family.name, all.join(", ")));
    }
    Ok(coupling)
}

impl Setting<TrainSpec> {
    /// Takes a text for a recipe that it concerns; a sentence for any other, and if it is no value.
    pub fn take(&self, recipe: &mut TrainSpec, text: &str) -> Result<(), String> {
        if !self.concerns(recipe.family) {
            return Err(format!("{} is no setting of the family {}", self.key, recipe.family));
        }
        (self.write)(recipe, text)
    }
}

/// Adam's step size, for pictures as for points.
pub fn learning_rate(text: &str) -> Result<f64, String> {
    within("rate", text, MIN_LEARNING_RATE, MAX_LEARNING_RATE)
}

/// The weight of the KL term, for pictures as for points.
pub fn beta(text: &str) -> Result<f64, String> {
    within("beta", text, 0.0, MAX_BETA)
}

/// Steps of the critic to one of the generator, for pictures as for points.
pub fn critic_steps(text: &str) -> Result<usize, String> {
    within("critic-steps", text, 1, MAX_CRITIC_STEPS)
}

/// The name of the loss that compares this reading.
fn loss_name(reading: Reading) -> &'static str {
    match reading {
        Reading::Velocity => "velocity (flow matching)",
        Reading::Noise => "noise (DDPM)",
        Reading::Data => "data",
        Reading::Score => "score (weighted)",
    }
}

/// What the network learns by it.
fn learns(reading: Reading) -> &'static str {
    match reading {
        Reading::Velocity => "Learns how fast each pixel changes.",
        Reading::Noise => "Learns which noise is in x_t.",
        Reading::Data => "Learns which picture is in x_t.",
        Reading::Score => "Learns the way to likelier pictures.",
    }
}

#[cfg(test)]
mod tests;
