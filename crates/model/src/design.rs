//! Everything that decides what a model computes, but for θ, whatever its family.
//!
//! θ of a family with several learners is theirs, one after the other.

use super::{
    gan::{Critic, GanConfig, Generator},
    network::{Config, MAX_PARAMETERS, MAX_SIZE, Network},
    parameters::{Builder, Entry, entries},
    vae::{Vae, VaeConfig},
};
use burn::tensor::Tensor;
use flow::{
    coupling::Coupling,
    family::{FamilyId, Kind},
    schedule::ScheduleId,
};
use protocol::{
    catalogue::Architecture,
    recipe::{MAX_LATENT, TrainSpec},
};
use serde::{Serialize, Serializer};

/// The configuration of a model of any family; in a file as that of its family alone, which the file names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Design {
    Flow(Config),
    Vae(VaeConfig),
    Gan(GanConfig),
}

impl Serialize for Design {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Flow(config) => config.serialize(serializer),
            Self::Vae(config) => config.serialize(serializer),
            Self::Gan(config) => config.serialize(serializer),
        }
    }
}

impl Design {
    /// The model of a recipe; `docs/model.md` and `docs/families.md` say why these sizes.
    pub fn of(spec: &TrainSpec) -> Self {
        let TrainSpec { latent, labels, likelihood, adversarial, .. } = *spec;
        let hidden = match spec.architecture {
            Architecture::Tiny => 256,
            Architecture::Small => 400,
        };
        match spec.family.kind {
            Kind::Flow => Self::Flow(Config::of(spec.architecture, spec.data, spec.schedule)),
            Kind::Vae => Self::Vae(VaeConfig { latent, hidden, labels, likelihood }),
            Kind::Gan => Self::Gan(GanConfig { latent, hidden, labels, adversarial }),
        }
    }

    /// That of `family` as a file writes it.
    pub fn read(family: FamilyId, config: serde_json::Value) -> Result<Self, serde_json::Error> {
        Ok(match family.kind {
            Kind::Flow => Self::Flow(serde_json::from_value(config)?),
            Kind::Vae => Self::Vae(serde_json::from_value(config)?),
            Kind::Gan => Self::Gan(serde_json::from_value(config)?),
        })
    }

    pub fn family(&self) -> FamilyId {
        match self {
            Self::Flow(_) => FamilyId::FLOW,
            Self::Vae(_) => FamilyId::VAE,
            Self::Gan(_) => FamilyId::GAN,
        }
    }

    /// The path on which it was trained; for a family without one, on which its frames lie.
    pub fn schedule(&self) -> ScheduleId {
        match self {
            Self::Flow(config) => config.schedule,
            Self::Vae(_) | Self::Gan(_) => ScheduleId::default(),
        }
    }

    /// Whether what it starts from is N(0, I) of the size of a picture.
    pub fn is_gaussian(&self, coupling: Coupling) -> bool {
        matches!(self, Self::Flow(_)) && coupling.is_gaussian()
    }

    /// Numbers of z; 0 where there is none.
    pub fn latent(&self) -> usize {
        match self {
            Self::Flow(_) => 0,
            Self::Vae(config) => config.latent,
            Self::Gan(config) => config.latent,
        }
    }

    /// Whether pictures of a class can be asked for.
    pub fn labels(&self) -> bool {
        match self {
            Self::Flow(_) => true,
            Self::Vae(config) => config.labels,
            Self::Gan(config) => config.labels,
        }
    }

    /// A sentence if the sizes make no model, or one too large; files are not trusted.
    pub fn check(&self) -> Result<(), String> {
        let (latent, hidden) = match self {
            Self::Flow(config) => return config.check(),
            Self::Vae(config) => (config.latent, config.hidden),
            Self::Gan(config) => (config.latent, config.hidden),
        };
        if !(1..=MAX_LATENT).contains(&latent) {
            return Err(format!("z has 1 to {MAX_LATENT} numbers, not {latent}"));
        }
        if !(1..=MAX_SIZE).contains(&hidden) {
            return Err(format!("every size of a network is from 1 to {MAX_SIZE}"));
        }
        let parameters = self.parameters();
        if parameters > MAX_PARAMETERS {
            return Err(format!("it would have {parameters} parameters, more than {MAX_PARAMETERS}"));
        }
        Ok(())
    }

    /// The parameters of every learner, in the order of its own θ.
    pub fn learners(&self) -> Vec<Vec<Entry>> {
        match self {
            Self::Flow(config) => vec![entries(|p| Network::new(p, config))],
            Self::Vae(config) => vec![entries(|p| Vae::new(p, config))],
            Self::Gan(config) => {
                vec![entries(|p| Generator::new(p, config)), entries(|p| Critic::new(p, config))]
            }
        }
    }

    /// All parameters, in the order of θ.
    pub fn entries(&self) -> Vec<Entry> {
        let (mut all, mut end) = (vec![], 0);
        for learner in self.learners() {
            let size: usize = learner.iter().map(Entry::len).sum();
            all.extend(learner.into_iter().map(|entry| Entry { start: entry.start + end, ..entry }));
            end += size;
        }
        all
    }

    /// Length of θ.
    pub fn parameters(&self) -> usize {
        self.entries().iter().map(Entry::len).sum()
    }
}

/// A model with its parameters, ready to be asked.
#[derive(Clone, Debug)]
pub enum Model {
    Flow(Config, Network),
    Vae(Box<Vae>),
    Gan(Box<(Generator, Critic)>),
}

impl Model {
    /// The model of `design` with all its parameters `theta`.
    pub fn inference(design: &Design, theta: Tensor<1>) -> Self {
        // Learner after learner, as θ is.
        let mut from = Builder::inference(theta);
        match design {
            Design::Flow(config) => Self::Flow(*config, Network::new(&mut from, config)),
            Design::Vae(config) => Self::Vae(Vae::new(&mut from, config).into()),
            Design::Gan(config) => {
                let generator = Generator::new(&mut from, config);
                Self::Gan((generator, Critic::new(&mut from, config)).into())
            }
        }
    }

    /// Numbers of z; 0 where there is none.
    pub fn latent(&self) -> usize {
        match self {
            Self::Flow(..) => 0,
            Self::Vae(vae) => vae.config().latent,
            Self::Gan(both) => both.0.config().latent,
        }
    }

    /// Whether pictures of a class can be asked for.
    pub fn labels(&self) -> bool {
        match self {
            Self::Flow(..) => true,
            Self::Vae(vae) => vae.config().labels,
            Self::Gan(both) => both.0.config().labels,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::keyed::Keyed;

    #[test]
    fn the_usual_models_of_every_family_are_accepted_and_read_back() {
        for family in FamilyId::all() {
            for architecture in Architecture::ALL {
                for labels in [false, true] {
                    let design = Design::of(&TrainSpec { architecture, labels, ..TrainSpec::of(family) });
                    assert_eq!((design.check(), design.family()), (Ok(()), family));
                    let json = serde_json::to_value(design).expect("JSON");
                    assert_eq!(Design::read(family, json).expect("it reads"), design);
                    let entries = design.entries();
                    assert!(entries.windows(2).all(|pair| pair[0].start + pair[0].len() == pair[1].start));
                    let mut names: Vec<_> = entries.iter().map(|entry| &entry.name).collect();
                    names.sort();
                    names.dedup();
                    assert_eq!(names.len(), entries.len(), "{family}");
                }
            }
        }
    }

    #[test]
    fn sizes_that_make_no_model_get_a_sentence() {
        let vae = VaeConfig { latent: 2, hidden: 64, labels: false, likelihood: flow::elbo::Likelihood::Gaussian };
        assert!(Design::Vae(VaeConfig { latent: 0, ..vae }).check().is_err_and(|it| it.contains("1 to 64 numbers")));
        let gan = GanConfig { latent: 2, hidden: 0, labels: true, adversarial: Default::default() };
        assert!(Design::Gan(gan).check().is_err_and(|it| it.contains("from 1 to 4096")));
        let wide = Design::Gan(GanConfig { hidden: 4096, ..gan }).check();
        assert!(wide.is_err_and(|it| it.contains("parameters, more than")));
    }
}
