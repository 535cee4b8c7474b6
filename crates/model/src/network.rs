//! A network by its configuration: u(x, t | y) = a_t x + b_t F(c_t x, t, y).

use super::{
    condition::{Condition, Head, WIDTH},
    mixer::{Mixer, MixerConfig},
    mlp::{Mlp, MlpConfig},
    parameters::{Builder, Entry, entries, upload},
    transformer::{Transformer, TransformerConfig},
    unet::{UNet, UNetConfig},
};
use burn::tensor::{Device, Tensor};
use data::sets::{DataSet, SIDE};
use flow::{prediction::Reading, schedule::ScheduleId};
use protocol::catalogue::Architecture;
use serde::{Deserialize, Serialize};

/// The kind and the sizes of the raw network F.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    Mlp(MlpConfig),
    Mixer(MixerConfig),
    Transformer(TransformerConfig),
    UNet(UNetConfig),
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

/// Largest width, depth or count that a file may ask for: with the two bounds below, it keeps a
/// hostile file from filling memory.
pub const MAX_SIZE: usize = 4096;
/// Most blocks.
const MAX_DEPTH: usize = 64;
/// Longest θ.
pub const MAX_PARAMETERS: usize = 16 << 20;
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

    /// A sentence if the sizes make no network, or one too large; files are not trusted.
    pub fn check(&self) -> Result<(), String> {
        if !(1e-3..=1e3).contains(&self.sigma) {
            return Err("the standard deviation of the data is not between 0.001 and 1000".into());
        }
        match self.body {
            Body::Mlp(c) => sizes(c.depth, &[c.width, c.hidden]),
            Body::Mixer(c) => sizes(c.depth, &[c.width, c.across, c.within]).and_then(|()| whole(c.patch)),
            Body::Transformer(c) => sizes(c.depth, &[c.width, c.heads]).and_then(|()| whole(c.patch)),
            Body::UNet(c) => sizes(c.depth, &[c.channels]),
        }?;
        match self.body {
            Body::UNet(c) if c.channels % 8 != 0 => return Err("the channels of a U-Net are a multiple of 8".into()),
            Body::Transformer(c) if c.width % c.heads != 0 => {
                return Err(format!("a width of {} does not divide into {} heads", c.width, c.heads));
            }
            _ => {}
        }
        let activation = self.largest_activation();
        if activation > MAX_ACTIVATION {
            return Err(format!("it would need {activation} numbers a picture at once, more than {MAX_ACTIVATION}"));
        }
        let parameters = self.parameters();
        if parameters > MAX_PARAMETERS {
            return Err(format!("it would have {parameters} parameters, more than {MAX_PARAMETERS}"));
        }
        Ok(())
    }

    /// Numbers of the largest activation of one picture, for sizes that are in bounds.
    fn largest_activation(&self) -> usize {
        let tokens = |patch: usize| (SIDE / patch).pow(2);
        match self.body {
            Body::Mlp(c) => c.width.max(c.hidden),
            Body::Mixer(c) => (tokens(c.patch) * c.width.max(c.within)).max(c.width * c.across),
            Body::Transformer(c) => (tokens(c.patch) * 4 * c.width).max(c.heads * tokens(c.patch).pow(2)),
            Body::UNet(c) => 2 * c.channels * (SIDE / 2).pow(2),
        }
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

fn sizes(depth: usize, widths: &[usize]) -> Result<(), String> {
    if !(1..=MAX_DEPTH).contains(&depth) {
        return Err(format!("a network has 1 to {MAX_DEPTH} blocks, not {depth}"));
    }
    if widths.iter().any(|width| !(1..=MAX_SIZE).contains(width)) {
        return Err(format!("every size of a network is from 1 to {MAX_SIZE}"));
    }
    Ok(())
}

fn whole(patch: usize) -> Result<(), String> {
    let divides = patch > 0 && SIDE.is_multiple_of(patch);
    if divides { Ok(()) } else { Err(format!("a patch of side {patch} does not divide {SIDE}")) }
}

#[derive(Clone, Debug)]
enum Raw {
    Mlp(Box<Mlp>),
    Mixer(Box<Mixer>),
    Transformer(Box<Transformer>),
    UNet(Box<UNet>),
}

/// A network with its parameters.
#[derive(Clone, Debug)]
pub struct Network(Raw);

impl Network {
    /// The network of `config`, its parameters from `p`.
    pub fn new(p: &mut Builder, config: &Config) -> Self {
        Self(match &config.body {
            Body::Mlp(config) => Raw::Mlp(Mlp::new(p, config).into()),
            Body::Mixer(config) => Raw::Mixer(Mixer::new(p, config).into()),
            Body::Transformer(config) => Raw::Transformer(Transformer::new(p, config).into()),
            Body::UNet(config) => Raw::UNet(UNet::new(p, config).into()),
        })
    }

    /// The network of `config` with parameters `theta`, for inference.
    pub fn inference(config: &Config, theta: Tensor<1>) -> Self {
        Self::new(&mut Builder::inference(theta), config)
    }

    /// The reading that `condition` asks for, u(x, t | y) or another, [batch, 784].
    pub fn read(&self, x: Tensor<2>, condition: &Condition) -> Tensor<2> {
        let [a, b, c] = condition.head.clone();
        let (input, features) = (x.clone() * c, condition.features.clone());
        let raw = match &self.0 {
            Raw::Mlp(network) => network.forward(input, features),
            Raw::Mixer(network) => network.forward(input, features),
            Raw::Transformer(network) => network.forward(input, features),
            Raw::UNet(network) => network.forward(input, features),
        };
        x * a + raw * b
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    }
}
