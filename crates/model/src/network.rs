//! A network by its configuration: u(x, t | y) = a_t x + b_t F(c_t x, t, y).

use super::{
    blueprint::{Blueprint, check_cost, check_length},
    condition::{Condition, Head, WIDTH},
    mixer::MixerConfig,
    mlp::{CodesConfig, MlpConfig},
    parameters::{Builder, Entry, entries, upload},
    raw::{Raw, Sizes},
    transformer::TransformerConfig,
    unet::UNetConfig,
};
use burn::tensor::{Device, Tensor};
use data::sets::{DataSet, PIXELS};
use flow::{family::FamilyId, prediction::Reading, schedule::ScheduleId};
use protocol::catalogue::Architecture;
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// The kind and the sizes of the raw network F.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    Mlp(MlpConfig),
    Mixer(MixerConfig),
    Transformer(TransformerConfig),
    UNet(UNetConfig),
    Codes(CodesConfig),
}

impl Body {
    fn sizes(&self) -> &dyn Sizes {
        match self {
            Self::Mlp(sizes) => sizes,
            Self::Mixer(sizes) => sizes,
            Self::Transformer(sizes) => sizes,
            Self::UNet(sizes) => sizes,
            Self::Codes(sizes) => sizes,
        }
    }
}

/// Everything that decides what a network computes, but for θ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub body: Body,
    /// Called “reading” in files.
    #[serde(default, rename = "reading")]
    pub head: Head,
    /// The path on which it was trained.
    #[serde(default)]
    pub schedule: ScheduleId,
    /// Root mean square of the data about zero, which the preconditioning assumes.
    pub sigma: f64,
}

/// Most numbers of one activation of one picture.
const MAX_ACTIVATION: usize = 1 << 20;

impl Config {
    /// The network of an architecture for a data set; `docs/model.md` says why these.
    pub fn of(architecture: Architecture, data: DataSet, schedule: ScheduleId) -> Self {
        let body = match architecture {
            Architecture::Tiny => Body::Mixer(MixerConfig { patch: 7, width: 128, depth: 2, across: 64, within: 256 }),
            Architecture::Small => Body::Transformer(TransformerConfig { patch: 7, width: 128, depth: 4, heads: 4 }),
        };
        Self { body, head: Head::default(), schedule, sigma: data.sigma() }
    }

    /// Numbers of a state.
    pub fn numbers(&self) -> usize {
        self.body.sizes().numbers()
    }

    /// A sentence if it makes no network for states of so many numbers, or one too large.
    pub fn check_for(&self, numbers: usize) -> Result<(), String> {
        if !(1e-3..=1e3).contains(&self.sigma) {
            return Err("the standard deviation of the data is not between 0.001 and 1000".into());
        }
        if self.numbers() != numbers {
            return Err(format!("its network is of {} numbers, not of {numbers}", self.numbers()));
        }
        self.body.sizes().check()?;
        let activation = self.body.sizes().largest_activation();
        if activation > MAX_ACTIVATION {
            return Err(format!("it would need {activation} numbers a picture at once, more than {MAX_ACTIVATION}"));
        }
        check_length(self)?;
        check_cost(self)
    }

    /// The parameters of the network, in the order of θ.
    pub fn entries(&self) -> Vec<Entry> {
        entries(|p| Network::new(p, self))
    }

    /// Length of θ.
    pub fn parameters(&self) -> usize {
        self.entries().iter().map(Entry::len).sum()
    }

    /// The condition under which this network gives `reading` for each row of a batch.
    pub fn condition(&self, reading: Reading, times: &[f32], labels: &[u8], device: &Device) -> Condition {
        Condition::of(upload(self.rows(reading, times, labels), [times.len(), WIDTH], device))
    }

    /// The same as numbers.
    pub fn rows(&self, reading: Reading, times: &[f32], labels: &[u8]) -> Vec<f32> {
        let c: Vec<_> = times.iter().map(|t| self.schedule.at(f64::from(*t))).collect();
        let heads: Vec<_> = c.iter().map(|c| self.head.of(reading, c, self.sigma)).collect();
        let shares: Vec<_> = c.iter().map(|c| c.alpha_t / (c.alpha_t + c.sigma_t)).collect();
        Condition::rows(&shares, labels, &heads)
    }
}

impl Blueprint for Config {
    fn family(&self) -> FamilyId {
        FamilyId::FLOW
    }

    fn schedule(&self) -> ScheduleId {
        self.schedule
    }

    fn labels(&self) -> bool {
        true
    }

    fn check(&self) -> Result<(), String> {
        self.check_for(PIXELS)
    }

    fn cost(&self) -> u64 {
        self.body.sizes().cost()
    }

    fn learners(&self) -> Vec<Vec<Entry>> {
        vec![self.entries()]
    }
}

/// A network with its parameters.
#[derive(Clone, Debug)]
pub struct Network(Rc<dyn Raw>);

impl Network {
    /// The network of `config`, its parameters from `p`.
    pub fn new(p: &mut Builder, config: &Config) -> Self {
        Self(config.body.sizes().build(p))
    }

    /// The network of `config` with parameters `theta`, for inference.
    pub fn inference(config: &Config, theta: Tensor<1>) -> Self {
        Self::new(&mut Builder::inference(theta), config)
    }

    /// The reading that `condition` asks for, u(x, t | y) or another, [batch, numbers].
    pub fn read(&self, x: Tensor<2>, condition: &Condition) -> Tensor<2> {
        let [a, b, c] = condition.head.clone();
        let (input, features) = (x.clone() * c, condition.features.clone());
        let raw = self.0.forward(input, features);
        x * a + raw * b
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::cpu::multiplications;

    fn refused(body: &str) -> String {
        let config: Config = serde_json::from_str(&format!(r#"{{"body":{body},"sigma":1.0}}"#)).expect("JSON");
        config.check().expect_err("it is refused")
    }

    #[test]
    fn the_offered_networks_are_accepted() {
        for architecture in Architecture::ALL {
            for data in DataSet::ALL {
                assert_eq!(Config::of(architecture, data, ScheduleId::default()).check(), Ok(()));
            }
        }
    }

    #[test]
    fn sizes_that_would_fill_memory_are_refused_without_filling_it() {
        let wide = refused(r#"{"mlp":{"width":4096,"hidden":4096,"depth":64}}"#);
        assert!(wide.contains("parameters, more than"), "{wide}");
        let attentive = refused(r#"{"transformer":{"patch":1,"width":128,"depth":1,"heads":128}}"#);
        assert!(attentive.contains("numbers a picture"), "{attentive}");
        assert!(refused(r#"{"mixer":{"patch":0,"width":8,"depth":1,"across":8,"within":8}}"#).contains("divide 28"));
        assert!(refused(r#"{"transformer":{"patch":7,"width":8,"depth":1,"heads":0}}"#).contains("from 1 to"));
        assert!(refused(r#"{"unet":{"channels":12,"depth":1}}"#).contains("multiple of 8"));
        assert!(refused(r#"{"mlp":{"width":8,"hidden":8,"depth":65}}"#).contains("1 to 64 blocks"));
        // Three times 2^32 numbers and some: no multiple of what a `usize` holds in a browser may pass for few.
        let round = refused(r#"{"transformer":{"patch":28,"width":4096,"depth":64,"heads":1}}"#);
        assert!(round.contains("would have 12") && round.contains("parameters, more than"), "{round}");
    }

    #[test]
    fn a_small_file_that_asks_for_much_work_is_refused() {
        let slow = refused(r#"{"transformer":{"patch":2,"width":256,"depth":16,"heads":1}}"#);
        assert!(slow.contains("multiplications in every step, more than 134217728"), "{slow}");
    }

    #[test]
    fn the_cost_is_that_of_the_multiplications() {
        for body in [
            r#"{"mlp":{"width":96,"hidden":128,"depth":3}}"#,
            r#"{"mixer":{"patch":7,"width":64,"depth":2,"across":32,"within":128}}"#,
            r#"{"transformer":{"patch":4,"width":64,"depth":3,"heads":4}}"#,
            r#"{"unet":{"channels":16,"depth":2}}"#,
        ] {
            let config: Config = serde_json::from_str(&format!(r#"{{"body":{body},"sigma":1.0}}"#)).expect("JSON");
            let (device, length) = (Device::flex(), config.parameters());
            let network = Network::inference(&config, upload(vec![0.01; length], [length], &device));
            let condition = config.condition(Reading::Velocity, &[0.5; 2], &[1; 2], &device);
            let before = multiplications();
            let _ = network.read(upload(vec![0.5; 2 * 784], [2, 784], &device), &condition).into_data();
            let (counted, told) = ((multiplications() - before) as f64, 2.0 * config.cost() as f64);
            // The modulation comes on top, once a picture.
            assert!((0.99..1.3).contains(&(counted / told)), "{body}: {counted} and {told}");
        }
    }
}
