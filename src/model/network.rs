//! A network by its configuration: u(x, t | y) = a_t x + b_t F(c_t x, t, y).

use super::{
    catalogue::Architecture,
    condition::{Condition, Reading},
    mixer::{Mixer, MixerConfig},
    mlp::{Mlp, MlpConfig},
    parameters::{Builder, Entry},
    transformer::{Transformer, TransformerConfig},
    unet::{UNet, UNetConfig},
};
use crate::data::sets::DataSet;
use burn::tensor::{Device, Tensor};
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
    #[serde(default)]
    pub reading: Reading,
    /// Root mean square of the data about zero, which the preconditioning assumes.
    pub sigma: f64,
}

/// Largest width, depth or count that a file may ask for: keeps a hostile one from filling memory.
const MAX_SIZE: usize = 4096;

impl Config {
    /// The network of an architecture for a data set; `docs/model.md` says why these.
    pub fn of(architecture: Architecture, data: DataSet) -> Self {
        let body = match architecture {
            Architecture::Tiny => Body::Mixer(MixerConfig { patch: 7, width: 128, depth: 2, across: 64, within: 256 }),
            Architecture::Small => Body::Transformer(TransformerConfig { patch: 7, width: 128, depth: 4, heads: 4 }),
        };
        Self { body, reading: Reading::default(), sigma: data.sigma() }
    }

    /// A sentence if the sizes make no network; files are not trusted.
    pub fn check(&self) -> Result<(), String> {
        let (sizes, patch, heads) = match self.body {
            Body::Mlp(c) => (vec![c.width, c.hidden, c.depth], 1, 1),
            Body::Mixer(c) => (vec![c.width, c.depth, c.across, c.within], c.patch, 1),
            Body::Transformer(c) => (vec![c.width, c.depth, c.heads], c.patch, c.heads),
            Body::UNet(c) => (vec![c.channels, c.depth], 1, 1),
        };
        if sizes.iter().any(|size| !(1..=MAX_SIZE).contains(size)) {
            return Err(format!("every size of a network is from 1 to {MAX_SIZE}"));
        }
        let depth = match self.body {
            Body::Mlp(c) => c.depth,
            Body::Mixer(c) => c.depth,
            Body::Transformer(c) => c.depth,
            Body::UNet(c) => c.depth,
        };
        if depth > 64 {
            return Err("a network has at most 64 blocks".into());
        }
        if ![1, 2, 4, 7, 14, 28].contains(&patch) {
            return Err(format!("a patch of side {patch} does not divide 28"));
        }
        if let Body::UNet(c) = self.body
            && c.channels % 8 != 0
        {
            return Err("the channels of a U-Net are a multiple of 8".into());
        }
        if let Body::Transformer(c) = self.body
            && c.width % heads != 0
        {
            return Err(format!("a width of {} does not divide into {heads} heads", c.width));
        }
        if !(self.sigma.is_finite() && self.sigma > 0.0) {
            return Err("the standard deviation of the data is not a positive number".into());
        }
        Ok(())
    }

    /// The parameters of the network, in the order of θ.
    pub fn entries(&self) -> Vec<Entry> {
        let mut builder = Builder::layout();
        Network::new(&mut builder, self);
        builder.into_entries()
    }

    /// Length of θ.
    pub fn parameters(&self) -> usize {
        self.entries().iter().map(Entry::len).sum()
    }

    /// The condition of a batch for this network.
    pub fn condition(&self, times: &[f32], labels: &[u8], device: &Device) -> Condition {
        Condition::new(times, labels, self.reading, self.sigma, device)
    }
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

    /// u(x, t | y), [batch, 784].
    pub fn velocity(&self, x: Tensor<2>, condition: &Condition) -> Tensor<2> {
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
