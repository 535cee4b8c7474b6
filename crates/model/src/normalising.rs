//! A normalising flow of pictures: coupling layers between noise and the logits of pixels, which give an exact density
//! (`flow::normalising`). Two layers by columns, two by rows, and so on: a pixel is moved by what its neighbours beside it are, then
//! by those above and below.

use super::{
    blueprint::{Blueprint, OnePass, check_length},
    browser::tanh,
    coupling::{Couplings, Halving, Layout},
    layers::softplus,
    parameters::{Builder, Entry, entries},
    raw::bounded,
};
use burn::tensor::Tensor;
use data::sets::{DataSet, PIXELS, SIDE};
use flow::{
    family::FamilyId,
    likelihood::bits_per_dim,
    normalising::{SQUEEZE, logit, logit_slope},
};
use serde::{Deserialize, Serialize};
use std::f64::consts::{FRAC_1_SQRT_2, LN_2, PI};

/// Even columns and odd ones, then even rows and odd ones.
const HALVINGS: [Halving; 2] = [Halving { outer: PIXELS / 2, inner: 1 }, Halving { outer: SIDE / 2, inner: SIDE }];

/// Sizes of a [`Normalising`], and what its numbers are before the first layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NormalisingConfig {
    pub layers: usize,
    /// Width of both hidden layers of each.
    pub hidden: usize,
    /// Whether the layers are told the class.
    pub labels: bool,
    /// Mean and standard deviation of the logits, about, so that numbers are small.
    pub centre: f64,
    pub scale: f64,
}

impl NormalisingConfig {
    /// For pictures of a set.
    pub fn of(data: DataSet, layers: usize, hidden: usize, labels: bool) -> Self {
        let [centre, scale] = data.logits();
        Self { layers, hidden, labels, centre, scale }
    }

    fn layout(&self) -> Layout<'static> {
        Layout { layers: self.layers, hidden: self.hidden, halvings: &HALVINGS, labels: self.labels }
    }

    /// A picture x in [-1, 1] as the layers see it, (logit(x) - centre) / scale, and ln |det| of that, in nats a pixel.
    pub fn numbers(&self, x: impl Iterator<Item = f64>) -> (Vec<f32>, f32) {
        let mut slope = -(PIXELS as f64) * libm::log(self.scale);
        let seen = x.map(|x| {
            slope += logit_slope(x);
            ((logit(x) - self.centre) / self.scale) as f32
        });
        (seen.collect(), (slope / PIXELS as f64) as f32)
    }
}

impl Blueprint for NormalisingConfig {
    fn family(&self) -> FamilyId {
        FamilyId::NORMALISING
    }

    fn latent(&self) -> usize {
        PIXELS
    }

    fn labels(&self) -> bool {
        self.labels
    }

    fn check(&self) -> Result<(), String> {
        bounded(self.layers, &[self.hidden])?;
        let known = self.centre.abs() <= 10.0 && (0.01..=100.0).contains(&self.scale);
        known.then_some(()).ok_or("logits have a centre within ±10 and a scale from 0.01 to 100")?;
        check_length(self)
    }

    fn learners(&self) -> Vec<Vec<Entry>> {
        vec![entries(|p| Normalising::new(p, self))]
    }
}

/// The layers.
#[derive(Clone, Debug)]
pub struct Normalising {
    config: NormalisingConfig,
    couplings: Couplings,
}

impl Normalising {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &NormalisingConfig) -> Self {
        Self { config: *config, couplings: Couplings::new(p, &config.layout()) }
    }

    /// Bits a pixel of numbers that the layers see: [rows, 784], with ln |det| of what made them of pixels, [rows, 1] in nats
    /// a pixel; and what z alone costs under N(0, I). Each [rows, 1].
    ///
    /// A pixel is taken for a byte v as x = (v + u) / 128 - 1 with u ~ U(0, 1): `flow::likelihood::dequantise`.
    pub fn bits(&self, seen: Tensor<2>, slope: Tensor<2>, classes: &Tensor<2>) -> [Tensor<2>; 2] {
        let [z, log] = self.couplings.undo(seen, classes, 1.0);
        bits(&z, log, slope)
    }

    /// Pixels x in [-1, 1] as the layers see them.
    fn seen(&self, x: Tensor<2>) -> Tensor<2> {
        let NormalisingConfig { centre, scale, .. } = self.config;
        // 2 artanh(κ x)
        let squeezed = x * SQUEEZE;
        (squeezed.clone().log1p() - (-squeezed).log1p() - centre) / scale
    }

    /// The picture of numbers that layers have made: tanh(logit / 2) / κ, within [-1, 1].
    fn picture(&self, seen: Tensor<2>) -> Tensor<2> {
        let NormalisingConfig { centre, scale, .. } = self.config;
        (tanh((seen * scale + centre) * 0.5) / SQUEEZE).clamp(-1.0, 1.0)
    }
}

/// Bits a pixel of what layers have made of z, by their ln |det|, in nats, and by what made numbers of pixels, in nats a pixel; and
/// the part of z alone: [rows, 1] each.
fn bits(z: &Tensor<2>, log: Tensor<2>, slope: Tensor<2>) -> [Tensor<2>; 2] {
    // -ln N(z; 0, I), in nats a pixel.
    let noise = (z.clone() * z.clone()).mean_dim(1) * 0.5 + 0.5 * libm::log(2.0 * PI);
    let all = noise.clone() + log / PIXELS as f64 - slope;
    [all / LN_2 + bits_per_dim(0.0, PIXELS), noise / LN_2]
}

impl OnePass for Normalising {
    fn blueprint(&self) -> &dyn Blueprint {
        &self.config
    }

    fn pictures(&self, z: Tensor<2>, classes: &Tensor<2>) -> Tensor<2> {
        self.picture(self.couplings.apply(z, classes, 1.0))
    }

    fn frame(&self, z: Tensor<2>, classes: &Tensor<2>, t: f64) -> (Tensor<2>, Option<Tensor<2>>) {
        let NormalisingConfig { centre, scale, .. } = self.config;
        let [seen, log] = self.couplings.stretch(z.clone(), classes, t);
        let y = seen.clone() * scale + centre;
        // ln dy/dx = ln 2κ - ln(1 - tanh²(y / 2)), and the last is ln 4 + y - 2 ln(1 + exp(y)), which no large y makes infinite.
        let slope = softplus(y.clone()) * 2.0 - y + libm::log(0.5 * SQUEEZE / scale);
        let [bits, _] = bits(&z, log, slope.mean_dim(1));
        (self.picture(seen), Some(bits))
    }

    /// z, exactly: whole pixels have a logit.
    fn codes(&self, x: Tensor<2>, classes: &Tensor<2>) -> Option<Tensor<2>> {
        let [z, _] = self.couplings.undo(self.seen(x), classes, 1.0);
        Some(z)
    }

    /// -ln p, exactly, of bytes with noise between their levels: ε of N(0, 1) spreads one over its level by its quantile.
    fn bound(&self, x: Tensor<2>, epsilon: Tensor<2>, classes: &Tensor<2>) -> Option<Tensor<1>> {
        let uniform = (epsilon * FRAC_1_SQRT_2).erf() * 0.5 + 0.5;
        let x = ((x + 1.0) * 127.5 + uniform) / 128.0 - 1.0;
        let squeezed = x.clone() * SQUEEZE;
        let log = -(-(squeezed.clone() * squeezed)).log1p() + libm::log(2.0 * SQUEEZE / self.config.scale);
        let [bits, _] = self.bits(self.seen(x), log.mean_dim(1), classes);
        Some(bits.mean() * (PIXELS as f64 * LN_2))
    }
}
