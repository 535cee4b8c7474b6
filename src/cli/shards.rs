//! `flowstep shards`: the original IDX files → `public/data`.

use super::files;
use crate::data::{images::Images, sets::DataSet};
use clap::Args;
use flate2::read::GzDecoder;
use std::{
    io::Read,
    path::{Path, PathBuf},
};

#[derive(Args)]
pub struct Shards {
    /// Folder with mnist-train-images.idx.gz and its seven companions
    #[arg(long)]
    from: PathBuf,
    /// Folder that the page is built from
    #[arg(long, default_value = "public")]
    to: PathBuf,
}

fn whole(from: &Path, set: DataSet, part: &str) -> Result<Images, String> {
    let mut plain = Vec::new();
    for kind in ["images", "labels"] {
        let path = from.join(format!("{set}-{part}-{kind}.idx.gz"));
        let read = GzDecoder::new(&files::read(&path)?[..]).read_to_end(&mut plain);
        read.map_err(|error| format!("{} is damaged: {error}", path.display()))?;
    }
    let mut images = Images::default();
    images.append(&plain).map_err(|error| format!("the {part} part of {set} is damaged: {error}"))?;
    Ok(images)
}

impl Shards {
    pub fn run(&self) -> Result<(), String> {
        for set in DataSet::ALL {
            for (part, shards) in [("train", set.train_shards()), ("test", set.test_shards())] {
                let (images, size) = (whole(&self.from, set, part)?, set.shard_size());
                for (i, shard) in shards.iter().enumerate() {
                    let bytes = images.shard(i * size..(i + 1) * size).map_err(|error| error.to_string())?;
                    files::write(&self.to.join(shard), &bytes)?;
                    println!("{shard}: {} images, {} bytes", size, bytes.len());
                }
            }
        }
        Ok(())
    }
}
