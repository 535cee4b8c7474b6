//! The catalogue of image sets and where their shards lie.

use flow::keyed::Keyed;
use serde::{Deserialize, Serialize};

/// Pixels along each side of an image.
pub const SIDE: usize = 28;
/// Pixels of an image.
pub const PIXELS: usize = SIDE * SIDE;
/// Classes of every set.
pub const CLASSES: usize = 10;

/// A set of 28 × 28 grey images in ten classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum DataSet {
    /// Handwritten digits (Y. LeCun, C. Cortes; CC BY-SA 3.0).
    #[default]
    Mnist,
    /// Clothing (Zalando SE; MIT).
    Fashion,
}

impl DataSet {
    /// Every set, in the order in which the page offers them.
    pub const ALL: [Self; 2] = [Self::Mnist, Self::Fashion];

    /// The name by which people know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mnist => "MNIST",
            Self::Fashion => "Fashion-MNIST",
        }
    }

    /// What each class shows.
    pub fn classes(self) -> [&'static str; CLASSES] {
        match self {
            Self::Mnist => ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
            Self::Fashion => {
                ["T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot"]
            }
        }
    }

    /// Root mean square of the normalised pixels about zero, over the training images.
    pub fn sigma(self) -> f64 {
        match self {
            Self::Mnist => 0.962,
            Self::Fashion => 0.826,
        }
    }

    /// Mean and standard deviation of the logits of pixels (`flow::normalising`), over training images.
    pub fn logits(self) -> [f64; 2] {
        match self {
            Self::Mnist => [-2.17, 1.71],
            Self::Fashion => [-1.29, 1.88],
        }
    }

    /// Images to a shard, so that a shard stays under 1.2 MB.
    pub fn shard_size(self) -> usize {
        match self {
            Self::Mnist => 5_000,
            Self::Fashion => 2_500,
        }
    }

    /// Training images that the page can reach.
    pub fn train_size(self) -> usize {
        match self {
            Self::Mnist => 60_000,
            Self::Fashion => 20_000,
        }
    }

    /// Test images.
    pub fn test_size(self) -> usize {
        10_000
    }

    /// Paths of the training shards, relative to the page.
    pub fn train_shards(self) -> Vec<String> {
        self.shards("train", self.train_size())
    }

    /// Paths of the test shards, relative to the page.
    pub fn test_shards(self) -> Vec<String> {
        self.shards("test", self.test_size())
    }

    fn shards(self, part: &str, size: usize) -> Vec<String> {
        // Not “.gz”: some hosts would add Content-Encoding, and the browser unpack it behind our back.
        (0..size / self.shard_size()).map(|i| format!("data/{}-{part}-{i:02}.bin", self.key())).collect()
    }
}

impl Keyed for DataSet {
    const WHAT: &'static str = "data set";

    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter()
    }

    fn key(self) -> &'static str {
        match self {
            Self::Mnist => "mnist",
            Self::Fashion => "fashion",
        }
    }
}

flow::by_key!(DataSet);
