//! `flowstep shards`: the original IDX files → `public/data`.

use super::{
    files,
    originals::{Half, Originals},
    say::say,
};
use clap::Args;
use data::{images::Images, sets::DataSet};
use std::path::PathBuf;

#[derive(Args)]
pub struct Shards {
    /// Folder with pairs of images and labels, packed or not: mnist-train-images.idx.gz or, in a folder mnist or with
    /// --data, train-images-idx3-ubyte.gz, and so on
    #[arg(long)]
    from: PathBuf,
    /// Folder that the page is built from
    #[arg(long, default_value = "public")]
    to: PathBuf,
    /// The only set to cut; the files in --from are its own
    #[arg(long)]
    data: Option<DataSet>,
}

/// Files to write and what to say of them.
#[derive(Default)]
struct Cut {
    files: Vec<(PathBuf, Vec<u8>)>,
    lines: Vec<String>,
}

impl Shards {
    /// Reads and checks everything before it writes anything.
    pub fn run(&self) -> Result<(), String> {
        let folder = Originals { path: &self.from, of: self.data };
        let mut cut = Cut::default();
        for set in DataSet::ALL.into_iter().filter(|set| self.data.is_none_or(|only| only == *set)) {
            for half in Half::ALL {
                match folder.read(set, half)? {
                    Some(images) => self.cut(set, half, images, &mut cut)?,
                    None => cut.lines.push(format!("no {} files of {}: left as they were", half.name(), set.name())),
                }
            }
        }
        if cut.files.is_empty() {
            return Err(folder.nothing());
        }
        files::write_all(&cut.files)?;
        cut.lines.iter().try_for_each(|line| say!("{line}"))
    }

    /// The shards of a half. The page counts on their number and their length, so every set is brought to it.
    fn cut(&self, set: DataSet, half: Half, mut images: Images, cut: &mut Cut) -> Result<(), String> {
        let size = set.shard_size();
        let shards = match half {
            Half::Train => set.train_shards(),
            Half::Test => set.test_shards(),
        };
        let (there, wanted) = (images.len(), shards.len() * size);
        images.fill(wanted);
        let name = format!("{} {}", set.name(), half.name());
        if there < wanted {
            cut.lines.push(format!("{name}: {there} images, repeated in turn to {wanted}"));
        } else if there > wanted {
            cut.lines.push(format!("{name}: the first {wanted} of {there} images"));
        }
        for (i, shard) in shards.iter().enumerate() {
            let bytes = images.shard(i * size..(i + 1) * size).map_err(|error| error.to_string())?;
            cut.lines.push(format!("{shard}: {size} images, {} bytes", bytes.len()));
            cut.files.push((self.to.join(shard), bytes));
        }
        Ok(())
    }
}
