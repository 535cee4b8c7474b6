//! What an earlier training left where a new one is to write: something to go on from, or something to keep.

use super::{
    files,
    product::{self, CHECKPOINT, PICTURE, WEIGHTS, named},
};
use burn::tensor::Device;
use lab::{checkpoint, train::Trainer};
use model::weights;
use protocol::message::TrainSpec;
use std::path::{Path, PathBuf};

/// The files of a training.
pub struct Products {
    pub weights: PathBuf,
    pub checkpoint: PathBuf,
    pub grid: PathBuf,
}

impl Products {
    /// Those that `--out` means.
    pub fn of(out: &Path) -> Result<Self, String> {
        let stem = product::stem(out, WEIGHTS)?;
        let [weights, checkpoint, grid] = [WEIGHTS, CHECKPOINT, PICTURE].map(|extension| named(&stem, extension));
        Ok(Self { weights, checkpoint, grid })
    }

    pub fn all(&self) -> [&Path; 3] {
        [&self.weights, &self.checkpoint, &self.grid]
    }

    /// The training to go on with, if one was begun; a sentence where files of another one, or of who knows what, would
    /// be replaced.
    pub fn left(&self, wanted: &Trainer, steps: u64, device: &Device) -> Result<Option<Trainer>, String> {
        let name = self.checkpoint.display();
        if !self.checkpoint.exists() {
            return match self.all().into_iter().find(|path| path.exists()) {
                Some(path) => Err(format!("{} is there, and no checkpoint to go on from", path.display())),
                None => Ok(None),
            };
        }
        let left = checkpoint::read(&files::read(&self.checkpoint)?, device);
        let left = left.map_err(|error| format!("{name}: {error}"))?;
        if let Some(difference) = difference(&recipe(&left.spec)?, &recipe(&wanted.spec)?) {
            return Err(format!("{name} is of another recipe: {difference}"));
        }
        if left.design != wanted.design {
            return Err(format!("{name} is of another recipe: its network has another configuration"));
        }
        let step = left.step();
        if step >= steps && left.decay != wanted.decay {
            return Err(format!("{name} is at step {step} already, and its learning rate fell otherwise"));
        }
        self.weights_are_of(&left)?;
        Ok(Some(left))
    }

    /// A sentence if there are weights that did not come from this training.
    fn weights_are_of(&self, left: &Trainer) -> Result<(), String> {
        if !self.weights.exists() {
            return Ok(());
        }
        let (name, of) = (self.weights.display(), self.checkpoint.display());
        let (header, _) = weights::read(&files::read(&self.weights)?).map_err(|error| format!("{name}: {error}"))?;
        let mut made = header.recipe;
        // How the learning rate falls may be another with every run of a training.
        made.as_object_mut().map(|recipe| recipe.remove("decay"));
        if made != recipe(&left.spec)? || header.design != left.design {
            return Err(format!("{name} is not of the training that {of} goes on with"));
        }
        Ok(())
    }
}

fn recipe(spec: &TrainSpec) -> Result<serde_json::Value, String> {
    serde_json::to_value(spec).map_err(|error| error.to_string())
}

/// The first thing in which the recipe that is there differs from the one that is wanted.
fn difference(there: &serde_json::Value, wanted: &serde_json::Value) -> Option<String> {
    let (key, value) = wanted.as_object()?.iter().find(|(key, value)| there.get(key) != Some(value))?;
    Some(format!("its {} is {}, not {value}", key.replace('_', " "), there.get(key).unwrap_or_default()))
}
