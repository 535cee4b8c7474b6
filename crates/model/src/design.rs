//! Everything that decides what a model computes, but for θ, whatever its family.
//!
//! θ of a family with several learners is theirs, one after the other. A family is a file with its configuration, which is a
//! [`Blueprint`], and a line in each of the lists of [`Design`].

use super::{
    blueprint::{Blueprint, OnePass},
    cycle::{Cycle, CycleConfig},
    gan::{GanConfig, GanModel},
    latent::{Latent, LatentConfig},
    network::{Config, Network},
    normalising::{Normalising, NormalisingConfig},
    pairs::{Pairs, PairsConfig},
    parameters::Builder,
    style::{Style, StyleConfig},
    translator::TranslatorConfig,
    vae::{Vae, VaeConfig},
    vq::VqConfig,
};
use burn::tensor::Tensor;
use flow::family::{FamilyId, FamilyKind};
use protocol::{catalogue::Architecture, recipe::TrainSpec};
use serde::{Serialize, Serializer};
use std::{ops::Deref, rc::Rc};

/// The configuration of a model of any family; in a file as that of its family alone, which the file names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Design {
    Flow(Config),
    Vae(VaeConfig),
    Gan(GanConfig),
    Normalising(NormalisingConfig),
    Latent(LatentConfig<VaeConfig>),
    Vq(LatentConfig<VqConfig>),
    Pairs(PairsConfig),
    Cycle(CycleConfig),
    Style(StyleConfig),
}

impl Deref for Design {
    type Target = dyn Blueprint;

    fn deref(&self) -> &(dyn Blueprint + 'static) {
        match self {
            Self::Flow(config) => config,
            Self::Vae(config) => config,
            Self::Gan(config) => config,
            Self::Normalising(config) => config,
            Self::Latent(config) => config,
            Self::Vq(config) => config,
            Self::Pairs(config) => config,
            Self::Cycle(config) => config,
            Self::Style(config) => config,
        }
    }
}

impl Serialize for Design {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Flow(config) => config.serialize(serializer),
            Self::Vae(config) => config.serialize(serializer),
            Self::Gan(config) => config.serialize(serializer),
            Self::Normalising(config) => config.serialize(serializer),
            Self::Latent(config) => config.serialize(serializer),
            Self::Vq(config) => config.serialize(serializer),
            Self::Pairs(config) => config.serialize(serializer),
            Self::Cycle(config) => config.serialize(serializer),
            Self::Style(config) => config.serialize(serializer),
        }
    }
}

impl Design {
    /// The model, its parameters from `p`: learner after learner, as θ is.
    fn build(&self, p: &mut Builder) -> Model {
        match self {
            Self::Flow(config) => Model::Flow(*config, Network::new(p, config)),
            Self::Vae(config) => Model::OnePass(Rc::new(Vae::new(p, config))),
            Self::Gan(config) => Model::OnePass(Rc::new(GanModel::new(p, config))),
            Self::Normalising(config) => Model::OnePass(Rc::new(Normalising::new(p, config))),
            Self::Latent(config) => Model::Latent(Rc::new(Latent::new(p, config))),
            Self::Vq(config) => Model::Latent(Rc::new(Latent::new(p, config))),
            Self::Pairs(config) => Model::OnePass(Rc::new(Pairs::new(p, config))),
            Self::Cycle(config) => Model::OnePass(Rc::new(Cycle::new(p, config))),
            Self::Style(config) => Model::OnePass(Rc::new(Style::new(p, config))),
        }
    }

    /// The model of a recipe; `docs/model.md` and `docs/families.md` say why these sizes.
    pub fn of(spec: &TrainSpec) -> Self {
        let TrainSpec { latent, labels, likelihood, adversarial, .. } = *spec;
        let hidden = match spec.architecture {
            Architecture::Tiny => 256,
            Architecture::Small => 400,
        };
        match spec.family.kind {
            // An energy is of points alone.
            FamilyKind::Flow | FamilyKind::Energy => {
                Self::Flow(Config::of(spec.architecture, spec.data, spec.schedule))
            }
            FamilyKind::Vae => Self::Vae(VaeConfig { latent, hidden, labels, likelihood }),
            FamilyKind::Latent => {
                let codes = VaeConfig { latent, hidden, labels: false, likelihood };
                Self::Latent(LatentConfig::of(spec.architecture, codes, spec.schedule))
            }
            FamilyKind::Vq => {
                let hidden = match spec.architecture {
                    Architecture::Tiny => 64,
                    Architecture::Small => 96,
                };
                let codes = VqConfig { words: spec.codebook, width: latent, hidden, likelihood };
                Self::Vq(LatentConfig::of(spec.architecture, codes, spec.schedule))
            }
            FamilyKind::Gan => Self::Gan(GanConfig { latent, hidden, labels, adversarial }),
            FamilyKind::Pairs => {
                Self::Pairs(PairsConfig { latent, network: translator(spec.architecture), labels, adversarial })
            }
            FamilyKind::Cycle => Self::Cycle(CycleConfig { network: translator(spec.architecture), adversarial }),
            FamilyKind::Style => {
                let (style, channels) = match spec.architecture {
                    Architecture::Tiny => (48, [48, 16, 8]),
                    Architecture::Small => (64, [64, 24, 12]),
                };
                Self::Style(StyleConfig { latent, style, channels, hidden, labels, adversarial })
            }
            FamilyKind::Normalising => {
                let [layers, hidden] = match spec.architecture {
                    Architecture::Tiny => [4, 64],
                    Architecture::Small => [6, 128],
                };
                Self::Normalising(NormalisingConfig::of(spec.data, layers, hidden, labels))
            }
        }
    }

    /// That of `family` as a file writes it.
    pub fn read(family: FamilyId, config: serde_json::Value) -> Result<Self, serde_json::Error> {
        Ok(match family.kind {
            FamilyKind::Flow => Self::Flow(serde_json::from_value(config)?),
            FamilyKind::Vae => Self::Vae(serde_json::from_value(config)?),
            FamilyKind::Gan => Self::Gan(serde_json::from_value(config)?),
            FamilyKind::Normalising => Self::Normalising(serde_json::from_value(config)?),
            FamilyKind::Latent => Self::Latent(serde_json::from_value(config)?),
            FamilyKind::Vq => Self::Vq(serde_json::from_value(config)?),
            FamilyKind::Pairs => Self::Pairs(serde_json::from_value(config)?),
            FamilyKind::Cycle => Self::Cycle(serde_json::from_value(config)?),
            FamilyKind::Style => Self::Style(serde_json::from_value(config)?),
            FamilyKind::Energy => return Err(serde::de::Error::custom("an energy is learned of points alone")),
        })
    }
}

/// The network from pictures to pictures.
fn translator(architecture: Architecture) -> TranslatorConfig {
    match architecture {
        Architecture::Tiny => TranslatorConfig { width: 24, hidden: 48, depth: 1 },
        Architecture::Small => TranslatorConfig { width: 48, hidden: 96, depth: 2 },
    }
}

/// A model with its parameters, ready to be asked.
#[derive(Clone, Debug)]
pub enum Model {
    /// Velocities along a path.
    Flow(Config, Network),
    /// Pictures of codes.
    OnePass(Rc<dyn OnePass>),
    /// Velocities along a path of codes, and pictures of these.
    Latent(Rc<Latent>),
}

impl Model {
    /// The model of `design` with all its parameters `theta`.
    pub fn inference(design: &Design, theta: Tensor<1>) -> Self {
        design.build(&mut Builder::inference(theta))
    }

    /// Numbers of z; 0 where there is none.
    pub fn latent(&self) -> usize {
        self.blueprint().latent()
    }

    /// Whether pictures of a class can be asked for.
    pub fn labels(&self) -> bool {
        self.blueprint().labels()
    }

    fn blueprint(&self) -> &dyn Blueprint {
        match self {
            Self::Flow(config, _) => config,
            Self::OnePass(model) => model.blueprint(),
            Self::Latent(model) => model.blueprint(),
        }
    }

    /// What draws pictures of codes, where there are codes.
    pub fn decoder(&self) -> Option<&dyn OnePass> {
        match self {
            Self::Flow(..) => None,
            Self::OnePass(model) => Some(&**model),
            Self::Latent(model) => Some(&*model.coder),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flow::family::Needs;

    #[test]
    fn the_usual_models_of_every_family_are_accepted_and_read_back() {
        for family in FamilyId::of(Needs::Pictures) {
            for architecture in Architecture::ALL {
                for labels in [false, true] {
                    let design = Design::of(&TrainSpec { architecture, labels, ..TrainSpec::of(family) });
                    assert_eq!((design.check(), design.family()), (Ok(()), family));
                    assert_eq!(design.learners().len(), family.learners.len());
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
