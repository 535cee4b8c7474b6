//! A flow of codes (Rombach et al., 2022): a coder squeezes pictures into codes z_1, and a network learns the velocity from noise z_0
//! to these, on any schedule; what it comes to is drawn by the decoder.

use super::{
    blueprint::{Blueprint, check_cost, check_length},
    coder::{Coder, CoderConfig},
    condition::Head,
    mlp::CodesConfig,
    network::{Body, Config, Network},
    parameters::{Builder, Entry, entries},
};
use flow::{family::FamilyId, schedule::ScheduleId};
use protocol::catalogue::Architecture;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// The two parts of a [`Latent`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatentConfig<C> {
    /// The coder, which is not told the class: the flow is.
    pub codes: C,
    /// The network on codes.
    pub flow: Config,
}

impl<C: CoderConfig> LatentConfig<C> {
    /// The flow of an architecture on the codes of a coder.
    pub fn of(architecture: Architecture, codes: C, schedule: ScheduleId) -> Self {
        let [width, hidden, depth] = match architecture {
            Architecture::Tiny => [128, 256, 2],
            Architecture::Small => [192, 384, 3],
        };
        let body = Body::Codes(CodesConfig { numbers: codes.numbers(), width, hidden, depth });
        // What coders learn beside holds codes near that size.
        Self { codes, flow: Config { body, head: Head::default(), schedule, sigma: 1.0 } }
    }
}

impl<C: CoderConfig> Blueprint for LatentConfig<C> {
    fn family(&self) -> FamilyId {
        C::FAMILY
    }

    fn schedule(&self) -> ScheduleId {
        self.flow.schedule
    }

    fn latent(&self) -> usize {
        self.codes.latent()
    }

    fn words(&self) -> usize {
        self.codes.words()
    }

    fn labels(&self) -> bool {
        true
    }

    fn check(&self) -> Result<(), String> {
        self.codes.check()?;
        self.codes.fits()?;
        self.flow.check_for(self.codes.numbers())?;
        check_length(self)?;
        check_cost(self)
    }

    fn cost(&self) -> u64 {
        self.codes.cost() + self.flow.cost()
    }

    fn learners(&self) -> Vec<Vec<Entry>> {
        vec![entries(|p| self.codes.coder(p)), self.flow.entries()]
    }
}

/// A coder and the network on its codes.
#[derive(Clone, Debug)]
pub struct Latent {
    blueprint: Rc<dyn Blueprint>,
    pub flow: Config,
    pub coder: Rc<dyn Coder>,
    pub network: Network,
}

impl Latent {
    /// Takes its parameters from `p`.
    pub fn new<C: CoderConfig>(p: &mut Builder, config: &LatentConfig<C>) -> Self {
        Self {
            blueprint: Rc::new(*config),
            flow: config.flow,
            coder: config.codes.coder(p),
            network: Network::new(p, &config.flow),
        }
    }

    /// What decides it.
    pub fn blueprint(&self) -> &dyn Blueprint {
        &*self.blueprint
    }
}
