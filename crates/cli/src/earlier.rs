//! What an earlier training left where a new one is to write: something to go on from, or something to keep.

use super::{
    files,
    product::{self, CHECKPOINT, PICTURE, WEIGHTS, named},
    record::{self, Record},
    say::say,
};
use burn::tensor::Device;
use lab::train::Trainer;
use model::weights;
use protocol::message::TrainSpec;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A training is kept in two files in turn, of which the newer may be torn.
const SLOTS: [&str; 2] = ["a", "b"];

/// The files of a training.
pub struct Products {
    pub weights: PathBuf,
    pub grid: PathBuf,
    /// Its records.
    slots: [PathBuf; 2],
    /// Where there was one file alone.
    bare: PathBuf,
    /// The record that is written next.
    next: usize,
    /// Records of another training, which go as soon as there is one of this.
    stale: Vec<PathBuf>,
}

/// A record that was left, and where.
struct Left {
    path: PathBuf,
    record: Record,
}

impl Products {
    /// Those that `--out` means.
    pub fn of(out: &Path) -> Result<Self, String> {
        let stem = product::stem(out, WEIGHTS)?;
        let [weights, bare, grid] = [WEIGHTS, CHECKPOINT, PICTURE].map(|extension| named(&stem, extension));
        let slots = SLOTS.map(|slot| named(&stem, &format!("{slot}.{CHECKPOINT}")));
        Ok(Self { weights, grid, slots, bare, next: 0, stale: vec![] })
    }

    /// What a training that was saved as `record` would call its files.
    pub fn stem_of(record: &Path) -> PathBuf {
        if record.extension().is_none_or(|found| found != CHECKPOINT) {
            return record.into();
        }
        let stem = record.with_extension("");
        let slot = stem.extension().is_some_and(|found| SLOTS.iter().any(|slot| found == *slot));
        if slot { stem.with_extension("") } else { stem }
    }

    pub fn all(&self) -> Vec<&Path> {
        [&self.weights, &self.bare, &self.grid].into_iter().chain(&self.slots).map(PathBuf::as_path).collect()
    }

    /// The file in which the training is saved next.
    pub fn slot(&self) -> &Path {
        &self.slots[self.next % SLOTS.len()]
    }

    /// It has been: the other one is next.
    pub fn turn(&mut self) {
        let saved = self.slot().to_path_buf();
        self.stale.drain(..).filter(|path| *path != saved).for_each(|path| drop(fs::remove_file(path)));
        self.next += 1;
    }

    /// Records that are there are of another training, but for the one at `but`.
    pub fn replace(&mut self, but: Option<&Path>) {
        let all = self.slots.iter().chain([&self.bare]);
        self.stale = all.filter(|path| but != Some(path)).cloned().collect();
    }

    /// Goes on after the record at `path`, which stays until another is written.
    pub fn after(&mut self, path: &Path) {
        self.next = self.slots.iter().position(|slot| slot == path).map_or(0, |place| place + 1);
    }

    /// The training to go on with, if one was begun; a sentence where files of another one, or of who knows what, would
    /// be replaced.
    pub fn left(&mut self, wanted: &Trainer, steps: u64, device: &Device) -> Result<Option<Record>, String> {
        let Some(Left { path, record }) = self.newest(device)? else {
            return match self.all().into_iter().find(|path| path.exists()) {
                Some(path) => Err(format!("{} is there, and no checkpoint to go on from", path.display())),
                None => Ok(None),
            };
        };
        let (name, left) = (path.display(), &record.trainer);
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
        self.weights_are_of(left, &path)?;
        let _ = say!("going on from step {step} of {name}");
        self.after(&path);
        Ok(Some(record))
    }

    /// The record that is furthest; a sentence where there are files and none is whole.
    fn newest(&self, device: &Device) -> Result<Option<Left>, String> {
        let (mut found, mut torn) = (Vec::new(), Vec::new());
        for path in self.slots.iter().chain([&self.bare]).filter(|path| path.exists()) {
            match record::read(path, device) {
                Ok(record) => found.push(Left { path: path.clone(), record }),
                Err(why) => torn.push(why),
            }
        }
        let order = |left: &Left| (left.record.head.step, left.record.head.at);
        let newest =
            found.into_iter().max_by(|a, b| order(a).partial_cmp(&order(b)).unwrap_or(std::cmp::Ordering::Equal));
        match (newest, torn.first()) {
            (None, Some(why)) => Err(why.clone()),
            (newest, why) => {
                why.iter().for_each(|why| drop(say!("left alone: {why}")));
                Ok(newest)
            }
        }
    }

    /// A sentence if something is there that a training resumed from `from` would replace and that is not an earlier part of
    /// it.
    pub fn admits(&self, from: &Path, resumed: &Trainer, device: &Device) -> Result<(), String> {
        let Some(Left { path, record }) = self.newest(device)? else {
            return match self.all().into_iter().find(|path| path.exists()) {
                Some(path) => Err(format!("{} is there, and is not of this training", path.display())),
                None => Ok(()),
            };
        };
        let (name, step) = (path.display(), record.trainer.step());
        if record.trainer.spec != resumed.spec || record.trainer.design != resumed.design {
            return Err(format!("{name} is of another recipe"));
        }
        if step > resumed.step() {
            return Err(format!("{name} is further than {}, at step {step}", from.display()));
        }
        self.weights_are_of(resumed, from)
    }

    /// A sentence if there are weights that did not come from this training.
    fn weights_are_of(&self, left: &Trainer, from: &Path) -> Result<(), String> {
        if !self.weights.exists() {
            return Ok(());
        }
        let (name, of) = (self.weights.display(), from.display());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_tells_the_name_of_its_training() {
        for (record, stem) in
            [("w.a.checkpoint", "w"), ("x/lr0.1.b.checkpoint", "x/lr0.1"), ("w.checkpoint", "w"), ("lr0.1", "lr0.1")]
        {
            assert_eq!(Products::stem_of(Path::new(record)), Path::new(stem));
        }
    }

    #[test]
    fn records_are_written_in_turn_after_the_one_that_was_left() {
        let mut products = Products::of(Path::new("w")).expect("a name");
        let name = |products: &Products| products.slot().display().to_string();
        assert_eq!(name(&products), "w.a.checkpoint");
        products.turn();
        assert_eq!(name(&products), "w.b.checkpoint");
        products.after(Path::new("w.b.checkpoint"));
        assert_eq!(name(&products), "w.a.checkpoint");
        products.after(Path::new("elsewhere"));
        assert_eq!(name(&products), "w.a.checkpoint");
    }
}
