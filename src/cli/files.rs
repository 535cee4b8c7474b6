//! Reading and writing files, with sentences for what goes wrong.

use crate::data::{images::Images, sets::DataSet};
use std::path::Path;

/// The bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

/// Writes a file, whole or not at all: a run that is cut off leaves the old one.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let partial = path.with_extension("partial");
    let sentence = |error| format!("cannot write {}: {error}", path.display());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(sentence)?;
    }
    std::fs::write(&partial, bytes).map_err(sentence)?;
    std::fs::rename(&partial, path).map_err(sentence)
}

/// The images of shards that lie under `root`.
pub fn images(root: &Path, shards: &[String]) -> Result<Images, String> {
    let mut images = Images::default();
    for shard in shards {
        let bytes = read(&root.join(shard))?;
        images.append(&bytes).map_err(|error| format!("{shard} is no shard of images: {error}"))?;
    }
    Ok(images)
}

/// The training and the test images of `data`.
pub fn sets(root: &Path, data: DataSet) -> Result<[Images; 2], String> {
    Ok([images(root, &data.train_shards())?, images(root, &data.test_shards())?])
}
