//! What a picture shows: a small convolutional network that is told classes, and the numbers before its last layer, by which sets of
//! pictures are compared. Untrained, its numbers are random features, which nobody can have tuned.
//!
//! A convolution is an affine map of 3 × 3 neighbours: 14 × 14 places of 2 × 2 pixels, 7 × 7, 7 × 7 and 4 × 4.

use super::{
    grid::neighbours,
    layers::{Dense, normal},
    parameters::{Builder, Entry, entries},
    raw::bounded,
    weights::{CLASSIFIER, Described},
};
use burn::tensor::Tensor;
use data::sets::{CLASSES, DataSet, SIDE};
use serde::{Deserialize, Serialize};

/// Sizes of a [`Classifier`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassifierConfig {
    /// Channels at 14 × 14; twice as many further in.
    pub channels: usize,
    /// Numbers before the last layer.
    pub features: usize,
}

impl Default for ClassifierConfig {
    fn default() -> Self {
        Self { channels: 32, features: 48 }
    }
}

/// Places along a picture at the first layer, and at the last one.
const OUTER: usize = SIDE / 2;
const INNER: usize = OUTER.div_ceil(2).div_ceil(2);

/// See the module.
#[derive(Clone, Debug)]
pub struct Classifier {
    first: Dense,
    second: Dense,
    third: Dense,
    fourth: Dense,
    features: Dense,
    classes: Dense,
}

impl Classifier {
    /// Takes its parameters from `p`.
    pub fn new(p: &mut Builder, config: &ClassifierConfig) -> Self {
        let ClassifierConfig { channels, features } = *config;
        Self {
            first: Dense::new(p, "first", 9 * 4, channels),
            second: Dense::new(p, "second", 9 * channels, 2 * channels),
            third: Dense::new(p, "third", 9 * 2 * channels, 2 * channels),
            fourth: Dense::new(p, "fourth", 9 * 2 * channels, 2 * channels),
            features: Dense::new(p, "features", INNER * INNER * 2 * channels, features),
            classes: Dense::new(p, "classes", features, CLASSES),
        }
    }

    /// Its parameters, in the order of θ.
    pub fn entries(config: &ClassifierConfig) -> Vec<Entry> {
        entries(|p| Self::new(p, config))
    }

    /// Features, [rows, features], and the logits of the classes, [rows, 10], of pictures, [rows, 784] in [-1, 1].
    pub fn forward(&self, x: Tensor<2>) -> [Tensor<2>; 2] {
        let rows = x.dims()[0];
        let folded = x.reshape([rows, OUTER, 2, OUTER, 2]).permute([0, 1, 3, 2, 4]).reshape([rows, OUTER, OUTER, 4]);
        let h = self.first.forward(neighbours(folded, 1));
        let h = self.second.of_silu(neighbours(settled(h), 2));
        let h = h.clone() + self.third.of_silu(neighbours(settled(h), 1));
        let h = settled(self.fourth.of_silu(neighbours(settled(h), 2)));
        let width: usize = h.dims()[1..].iter().product();
        let features = self.features.of_silu(h.reshape([rows, width]));
        let logits = self.classes.of_silu(features.clone());
        [features, logits]
    }
}

/// Every place with mean 0 and variance 1 over its channels.
fn settled(h: Tensor<4>) -> Tensor<4> {
    let shape @ [rows, height, width, channels] = h.dims();
    normal(h.reshape([rows, height * width, channels])).reshape(shape)
}

/// What the file of a classifier says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassifierHeader {
    pub config: ClassifierConfig,
    pub data: DataSet,
    /// Training steps behind the weights.
    pub steps: u64,
    /// Share of the test pictures whose class it sees.
    pub accuracy: f64,
    /// How it was made, for people and for scripts.
    pub recipe: serde_json::Value,
    /// As in [`Header`](super::weights::Header).
    pub hash: String,
}

impl Described for ClassifierHeader {
    const ENTRY: &'static str = CLASSIFIER;

    fn entries(&self) -> Vec<Entry> {
        Classifier::entries(&self.config)
    }

    fn check(&self) -> Result<(), String> {
        bounded(1, &[self.config.channels, self.config.features])
    }

    fn hash(&self) -> &str {
        &self.hash
    }

    fn set_hash(&mut self, hash: String) {
        self.hash = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        parameters::{initial, upload},
        weights::{Precision, read_as, write},
    };
    use burn::tensor::Device;
    use flow::rng::{Purpose, Stream};

    fn random(config: &ClassifierConfig) -> (Vec<f32>, Classifier) {
        let theta = initial(&Classifier::entries(config), 1);
        let size = theta.len();
        let mut p = Builder::inference(upload(theta.clone(), [size], &Device::flex()));
        (theta, Classifier::new(&mut p, config))
    }

    fn numbers(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn it_sees_each_picture_by_itself_and_every_pixel_of_it() {
        let config = ClassifierConfig { channels: 8, features: 6 };
        let (_, classifier) = random(&config);
        let x = Stream::new(1, Purpose::Noise, 0).normals(2 * SIDE * SIDE);
        let see = |x: Vec<f32>| {
            let rows = x.len() / (SIDE * SIDE);
            let [features, logits] = classifier.forward(upload(x, [rows, SIDE * SIDE], &Device::flex()));
            assert_eq!((features.dims(), logits.dims()), ([rows, 6], [rows, CLASSES]));
            [numbers(features), numbers(logits)]
        };
        let [both, _] = see(x.clone());
        let [first, _] = see(x[..SIDE * SIDE].to_vec());
        assert_eq!(first, both[..6]);
        for pixel in [0, 13, 27, 400, 756, 783] {
            let mut other = x[..SIDE * SIDE].to_vec();
            other[pixel] += 1.0;
            assert_ne!(see(other)[0], first, "pixel {pixel}");
        }
    }

    #[test]
    fn its_file_is_read_back_and_is_no_model() {
        let config = ClassifierConfig { channels: 8, features: 6 };
        let (theta, _) = random(&config);
        let header = ClassifierHeader {
            config,
            data: DataSet::Fashion,
            steps: 3,
            accuracy: 0.5,
            recipe: serde_json::Value::Null,
            hash: String::new(),
        };
        let file = write(header, &theta, Precision::F32).expect("a file");
        let (header, again) = read_as::<ClassifierHeader>(&file).expect("it reads");
        assert_eq!((header.config, header.data, again), (config, DataSet::Fashion, theta));
        let refused = crate::weights::read(&file).expect_err("it draws nothing").to_string();
        assert!(refused.contains("a classifier"), "{refused}");
        let mut other = file.clone();
        *other.last_mut().expect("bytes") ^= 1;
        assert!(read_as::<ClassifierHeader>(&other).expect_err("damaged").to_string().contains("damaged"));
    }
}
