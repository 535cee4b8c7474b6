//! Everything that decides what a model computes, but for θ, whatever its family.
//!
//! θ of a family with several learners is theirs, one after the other. A family is a file with its configuration, which is a
//! [`Blueprint`], and a line in each of the lists of [`Design`].

use super::{
    gan::GanConfig,
    network::{Config, MAX_PARAMETERS, Network},
    parameters::{Builder, Entry},
    raw::MAX_SIZE,
    vae::VaeConfig,
};
use burn::tensor::Tensor;
use flow::{
    adversarial::Objective,
    coupling::Coupling,
    family::{FamilyId, FamilyKind},
    schedule::ScheduleId,
};
use protocol::{
    catalogue::Architecture,
    recipe::{MAX_LATENT, TrainSpec},
};
use serde::{Serialize, Serializer};
use std::{fmt::Debug, ops::Deref, rc::Rc};

/// What the configuration of a model says of it.
pub trait Blueprint {
    fn family(&self) -> FamilyId;

    /// The path on which it was trained; for a family without one, on which its frames lie.
    fn schedule(&self) -> ScheduleId {
        ScheduleId::default()
    }

    /// Numbers of z; 0 where there is none.
    fn latent(&self) -> usize {
        0
    }

    /// Whether pictures of a class can be asked for.
    fn labels(&self) -> bool;

    /// A sentence if the sizes make no model, or one too large; files are not trusted.
    fn check(&self) -> Result<(), String>;

    /// The parameters of every learner, in the order of its own θ.
    fn learners(&self) -> Vec<Vec<Entry>>;

    /// The model, its parameters from `p`.
    fn build(&self, p: &mut Builder) -> Model;
}

impl dyn Blueprint + '_ {
    /// Whether what it starts from is N(0, I) of the size of a picture.
    pub fn is_gaussian(&self, coupling: Coupling) -> bool {
        self.family().has_path() && coupling.is_gaussian()
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
        self.learners().iter().flatten().map(Entry::len).sum()
    }
}

/// A sentence if z or a layer is too large, or there is none.
pub fn small(latent: usize, hidden: usize) -> Result<(), String> {
    if !(1..=MAX_LATENT).contains(&latent) {
        return Err(format!("z has 1 to {MAX_LATENT} numbers, not {latent}"));
    }
    if !(1..=MAX_SIZE).contains(&hidden) {
        return Err(format!("every size of a network is from 1 to {MAX_SIZE}"));
    }
    Ok(())
}

/// A sentence if θ is too long.
pub fn few(blueprint: &dyn Blueprint) -> Result<(), String> {
    let parameters = blueprint.parameters();
    if parameters > MAX_PARAMETERS {
        return Err(format!("it would have {parameters} parameters, more than {MAX_PARAMETERS}"));
    }
    Ok(())
}

/// The configuration of a model of any family; in a file as that of its family alone, which the file names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Design {
    Flow(Config),
    Vae(VaeConfig),
    Gan(GanConfig),
}

impl Deref for Design {
    type Target = dyn Blueprint;

    fn deref(&self) -> &(dyn Blueprint + 'static) {
        match self {
            Self::Flow(config) => config,
            Self::Vae(config) => config,
            Self::Gan(config) => config,
        }
    }
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
            FamilyKind::Flow => Self::Flow(Config::of(spec.architecture, spec.data, spec.schedule)),
            FamilyKind::Vae => Self::Vae(VaeConfig { latent, hidden, labels, likelihood }),
            FamilyKind::Gan => Self::Gan(GanConfig { latent, hidden, labels, adversarial }),
        }
    }

    /// That of `family` as a file writes it.
    pub fn read(family: FamilyId, config: serde_json::Value) -> Result<Self, serde_json::Error> {
        Ok(match family.kind {
            FamilyKind::Flow => Self::Flow(serde_json::from_value(config)?),
            FamilyKind::Vae => Self::Vae(serde_json::from_value(config)?),
            FamilyKind::Gan => Self::Gan(serde_json::from_value(config)?),
        })
    }
}

/// A model with its parameters, ready to be asked.
#[derive(Clone, Debug)]
pub enum Model {
    /// Velocities along a path.
    Flow(Config, Network),
    /// Pictures of codes.
    OnePass(Rc<dyn OnePass>),
}

/// What draws pictures of codes z in one pass. Classes are one-hot, [rows, 10], and only heard where labels are told.
pub trait OnePass: Debug {
    fn blueprint(&self) -> &dyn Blueprint;

    /// The pictures that z stand for: [rows, latent] → [rows, 784], in [-1, 1].
    fn pictures(&self, z: Tensor<2>, classes: &Tensor<2>) -> Tensor<2>;

    /// The codes of pictures, where there is an encoder: [rows, 784] → [rows, latent].
    fn codes(&self, _x: Tensor<2>, _classes: &Tensor<2>) -> Option<Tensor<2>> {
        None
    }

    /// −ELBO of pictures in nats, the mean over rows, with codes drawn by ε: [rows, latent]; where there is such a bound.
    fn bound(&self, _x: Tensor<2>, _epsilon: Tensor<2>, _classes: &Tensor<2>) -> Option<Tensor<1>> {
        None
    }

    /// What a critic says of pictures, where there is one, [rows, 1], and what its numbers mean.
    fn logits(&self, _x: Tensor<2>, _classes: &Tensor<2>) -> Option<(Objective, Tensor<2>)> {
        None
    }
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
