//! What is seen of pictures: by a classifier, by a network that has learned nothing, along fixed directions, and beside the training
//! pictures. Always on the CPU.

use crate::{
    at_once::numbers,
    schooling::{largest, of},
};
use burn::tensor::{Device, Tensor};
use data::sets::{CLASSES, PIXELS};
use flow::sliced::directions;
use model::{
    classifier::{Classifier, ClassifierConfig},
    kernel::{Activation, affine},
    parameters::{initial, upload},
};

/// Directions along which sets are compared.
pub const DIRECTIONS: usize = 128;
/// Seed of the network that has learned nothing.
const UNTAUGHT: u64 = 1;

/// Pictures as they are seen, row by row; n in all.
#[derive(Clone, Debug, Default)]
pub struct Sights {
    /// The classes that were asked for, or that a set gives; `NULL` where none was.
    pub labels: Vec<u8>,
    /// The classes that the classifier sees.
    pub seen: Vec<u8>,
    /// Its features, [n × features].
    pub features: Vec<f32>,
    /// Pixels, and random features, along every direction, [n × [`DIRECTIONS`]].
    pub pixels: Vec<f32>,
    pub random: Vec<f32>,
    /// Squared distance of pixels from the nearest training picture; not of all, where nobody asks.
    pub nearest: Vec<f32>,
}

impl Sights {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Numbers of a picture among `features`.
    pub fn width(&self) -> usize {
        self.features.len() / self.len().max(1)
    }

    /// These, and then others.
    pub fn extend(&mut self, more: Self) {
        self.labels.extend(more.labels);
        self.seen.extend(more.seen);
        self.features.extend(more.features);
        self.pixels.extend(more.pixels);
        self.random.extend(more.random);
        self.nearest.extend(more.nearest);
    }
}

/// What looks.
pub struct Eye {
    classifier: Classifier,
    untaught: Classifier,
    /// [784 × directions], [features × directions]
    of_pixels: Tensor<2>,
    of_features: Tensor<2>,
    /// Training pictures, [784 × m], and -|x|² / 2 of each.
    memory: Tensor<2>,
    halves: Tensor<1>,
}

fn up<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    upload(values, shape, &Device::flex())
}

impl Eye {
    /// With a classifier's weights, and training pictures to remember, [m × 784].
    pub fn new(config: &ClassifierConfig, theta: &[f32], memory: &[f32]) -> Self {
        let known = memory.len() / PIXELS;
        let half = |x: &[f32]| -0.5 * x.iter().map(|x| x * x).sum::<f32>();
        Self {
            classifier: of(config, theta),
            untaught: of(config, &initial(&Classifier::entries(config), UNTAUGHT)),
            of_pixels: up(directions(PIXELS, DIRECTIONS), [PIXELS, DIRECTIONS]),
            of_features: up(directions(config.features, DIRECTIONS), [config.features, DIRECTIONS]),
            memory: up(memory.to_vec(), [known, PIXELS]).transpose() * 1.0,
            halves: up(memory.chunks_exact(PIXELS).map(half).collect(), [known]),
        }
    }

    /// Looks at pictures, [n × 784], of these classes; with `remembering`, beside the training pictures too.
    pub fn look(&self, pictures: &[f32], labels: &[u8], remembering: bool) -> Sights {
        let x = up(pictures.to_vec(), [labels.len(), PIXELS]);
        let [features, logits] = self.classifier.forward(x.clone());
        let [random, _] = self.untaught.forward(x.clone());
        Sights {
            labels: labels.to_vec(),
            seen: numbers(logits).chunks_exact(CLASSES).map(largest).collect(),
            features: numbers(features),
            pixels: numbers(along(x.clone(), &self.of_pixels)),
            random: numbers(along(random, &self.of_features)),
            nearest: if remembering { self.nearest(x, pictures) } else { vec![] },
        }
    }

    /// |x - y|² = |x|² - 2 (x y - |y|² / 2) of the nearest y.
    fn nearest(&self, x: Tensor<2>, pictures: &[f32]) -> Vec<f32> {
        let near = numbers(affine(x, self.memory.clone(), self.halves.clone(), Activation::None));
        let of_each = near.chunks_exact(self.halves.dims()[0].max(1));
        let nearest = |(x, near): (&[f32], &[f32])| {
            let square: f32 = x.iter().map(|x| x * x).sum();
            let far = square - 2.0 * near.iter().fold(f32::NEG_INFINITY, |most, it| most.max(*it));
            // What is no number stays none: it is near nothing.
            if far < 0.0 { 0.0 } else { far }
        };
        pictures.chunks_exact(PIXELS).zip(of_each).map(nearest).collect()
    }
}

/// The projections of rows.
fn along(x: Tensor<2>, directions: &Tensor<2>) -> Tensor<2> {
    let count = directions.dims()[1];
    affine(x, directions.clone(), Tensor::zeros([count], &Device::flex()), Activation::None)
}
