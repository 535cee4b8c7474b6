//! How good pictures are: what is asked of the worker, and what it tells.

use crate::sampling::SampleSpec;
use data::sets::DataSet;
use flow::keyed::Keyed;
use serde::{Deserialize, Serialize};

/// Fewest and most pictures that are judged of each.
pub const MIN_JUDGED: usize = 20;
pub const MAX_JUDGED: usize = 1_000;

/// Most subjects of one judging.
pub const MAX_SUBJECTS: usize = 256;

/// Test pictures that all are held against, at most.
pub const REFERENCE: usize = 2_000;

/// Whose pictures are judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Judged {
    /// Those of a model, of all classes in turn, as often as it takes, from one seed after the other.
    Model(SampleSpec),
    /// Training pictures: what distance is left where there is nothing to find.
    Real(DataSet),
}

impl Judged {
    /// A sentence if a setting is out of its range.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Self::Model(spec) => spec.check(),
            Self::Real(_) => Ok(()),
        }
    }
}

/// Measures of a set of n pictures against the test pictures of its data. Distances but `energy` depend on n: only those of the same n are compared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quality {
    pub pictures: usize,
    /// Share in which the classifier sees the class that was asked for; none where none was.
    pub accuracy: Option<f64>,
    /// Squared Fréchet distance between the classifier's features.
    pub frechet: f64,
    /// Sliced energy distance between pixels, without bias: of real pictures it is on both sides of 0, however few they are.
    pub energy: f64,
    /// Sliced Wasserstein distance between pixels, in which no network has a say.
    pub sliced: f64,
    /// The same between the features of a network that has learned nothing.
    pub random: f64,
    /// Share of the pictures that lie where test pictures are, and of these where pictures are.
    pub precision: f64,
    pub recall: f64,
    /// Standard deviation of features within a class, over that of test pictures: 1 is as different from each other as these.
    pub diversity: f64,
    /// Share that is nearer to a training picture than all but one in a hundred test pictures are: of new pictures, 0.01.
    pub memorised: f64,
    /// Network evaluations a picture.
    pub nfe: usize,
    /// Milliseconds a picture, of drawing alone.
    pub ms: f64,
}

/// Path of the classifier of a set, relative to the page.
pub fn classifier(data: DataSet) -> String {
    format!("weights/{}-classifier.safetensors", data.key())
}
