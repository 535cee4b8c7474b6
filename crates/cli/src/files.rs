//! Reading and writing files, with sentences for what goes wrong.

use super::product::named;
use data::{images::Images, sets::DataSet};
use std::{
    fs::{self, File},
    io::{Read, Write},
    path::{Path, PathBuf},
};

/// Most bytes that are read of a file, packed or not: some “files” have no end.
pub const MOST: u64 = 1 << 30;

/// The bytes of a file.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut bytes));
    read.map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    if bytes.len() as u64 > MOST {
        return Err(format!("cannot read {}: it is longer than {MOST} bytes", path.display()));
    }
    Ok(bytes)
}

/// Where a file is written until it is whole.
fn partial(path: &Path) -> PathBuf {
    named(path, "partial")
}

/// Writes `bytes` beside `path`, to take its place.
fn prepare(path: &Path, bytes: &[u8]) -> Result<(), String> {
    let sentence = |error| format!("cannot write {}: {error}", path.display());
    if path.is_dir() {
        return Err(format!("cannot write {}: there is a folder of this name", path.display()));
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(sentence)?;
    }
    let whole = |mut file: File| file.write_all(bytes).and_then(|()| file.sync_all());
    File::create(partial(path)).and_then(whole).map_err(sentence)
}

/// A sentence if a file could not be written here, before hours go into what it is to hold.
pub fn claim(path: &Path) -> Result<(), String> {
    let done = prepare(path, &[]);
    let _ = fs::remove_file(partial(path));
    done
}

/// Writes files, each of them whole or not at all, and none before there is room for all: a run that is cut off, or a
/// disk that is full, leaves the old ones.
pub fn write_all(files: &[(PathBuf, Vec<u8>)]) -> Result<(), String> {
    let place = |path: &PathBuf| {
        fs::rename(partial(path), path).map_err(|error| format!("cannot write {}: {error}", path.display()))
    };
    let prepared = files.iter().try_for_each(|(path, bytes)| prepare(path, bytes));
    let done = prepared.and_then(|()| files.iter().try_for_each(|(path, _)| place(path)));
    if done.is_err() {
        for (path, _) in files {
            let _ = fs::remove_file(partial(path));
        }
    }
    done
}

/// Writes one file, whole or not at all.
pub fn write(path: &Path, bytes: Vec<u8>) -> Result<(), String> {
    write_all(&[(path.to_path_buf(), bytes)])
}

/// The images of shards that lie under `root`.
pub fn images(root: &Path, shards: &[String]) -> Result<Images, String> {
    let mut images = Images::default();
    for shard in shards {
        let path = root.join(shard);
        let (bytes, before) = (read(&path)?, images.len());
        images.append(&bytes).map_err(|error| format!("{} is no shard of images: {error}", path.display()))?;
        if images.len() == before {
            return Err(format!("{} holds no images", path.display()));
        }
    }
    Ok(images)
}

/// The training and the test images of `data`.
pub fn sets(root: &Path, data: DataSet) -> Result<[Images; 2], String> {
    Ok([images(root, &data.train_shards())?, images(root, &data.test_shards())?])
}
