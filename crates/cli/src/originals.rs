//! The original files of an image set: found under the names that they go by, unpacked and checked.

use super::files::{self, MOST};
use data::{idx, images::Images, sets::DataSet};
use flate2::read::MultiGzDecoder;
use flow::keyed::Keyed;
use std::{
    io::Read,
    path::{Path, PathBuf},
};

/// One half of a set.
#[derive(Clone, Copy)]
pub enum Half {
    Train,
    Test,
}

impl Half {
    pub const ALL: [Self; 2] = [Self::Train, Self::Test];

    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Test => "test",
        }
    }

    /// The names that its file of images or labels had when it was published, and has as it is passed on.
    fn originals(self, kind: Layout) -> [String; 2] {
        let half = match self {
            Self::Train => "train",
            Self::Test => "t10k",
        };
        let Layout { name, rank } = kind;
        [format!("{half}-{name}-idx{rank}-ubyte"), format!("{half}-{name}.idx{rank}-ubyte")]
    }
}

/// What a file holds, and the rank of its array.
#[derive(Clone, Copy)]
struct Layout {
    name: &'static str,
    rank: usize,
}

const IMAGES: Layout = Layout { name: "images", rank: 3 };
const LABELS: Layout = Layout { name: "labels", rank: 1 };

/// The file of this name, or packed beside it.
fn found(path: &Path) -> Option<PathBuf> {
    [super::product::named(path, "gz"), path.to_path_buf()].into_iter().find(|path| path.is_file())
}

/// A folder with original files; the two sets gave them the same names, so that it matters whose they are.
pub struct Originals<'a> {
    pub path: &'a Path,
    /// The set whose files they are, if a person has said so.
    pub of: Option<DataSet>,
}

impl Originals<'_> {
    fn find(&self, set: DataSet, half: Half, kind: Layout) -> Option<PathBuf> {
        let own = self.path.join(format!("{set}-{}-{}.idx", half.name(), kind.name));
        let here = self.of.is_some().then(|| self.path.to_path_buf());
        let folders = [Some(self.path.join(set.key())), here];
        let originals = folders.into_iter().flatten().flat_map(|folder| half.originals(kind).map(|it| folder.join(it)));
        [own].into_iter().chain(originals).find_map(|path| found(&path))
    }

    /// The images of this half of a set, if its files are here.
    pub fn read(&self, set: DataSet, half: Half) -> Result<Option<Images>, String> {
        let (images, labels) = match [IMAGES, LABELS].map(|kind| self.find(set, half, kind)) {
            [None, None] => return Ok(None),
            [Some(images), Some(labels)] => (images, labels),
            [Some(images), None] => return Err(format!("{} is there, and no file of its labels", images.display())),
            [None, Some(labels)] => return Err(format!("{} is there, and no file of its images", labels.display())),
        };
        let (pixels, classes) = (unpacked(&images)?, unpacked(&labels)?);
        let of = |path: &Path, error: idx::IdxError| format!("{}: {error}", path.display());
        let (sizes, pixels) = idx::whole::<3>(&pixels).map_err(|error| of(&images, error))?;
        let (_, classes) = idx::whole::<1>(&classes).map_err(|error| of(&labels, error))?;
        let mut read = Images::default();
        let pair = || format!("{} and {}", images.display(), labels.display());
        read.add(sizes, pixels, classes).map_err(|error| format!("{}: {error}", pair()))?;
        if read.is_empty() { Err(format!("{} hold no images", pair())) } else { Ok(Some(read)) }
    }

    /// Why nothing was found here.
    pub fn nothing(&self) -> String {
        let (folder, [train, _]) = (self.path.display(), Half::Train.originals(IMAGES));
        if !self.path.is_dir() {
            return format!("cannot read {folder}: there is no folder of this name");
        }
        let of_either = Half::ALL.into_iter().flat_map(|half| half.originals(IMAGES));
        match of_either.filter_map(|name| found(&self.path.join(name))).next() {
            Some(file) if self.of.is_none() => format!(
                "{} has a name that the files of every set have; say whose it is, with --data mnist or --data fashion",
                file.display()
            ),
            _ => format!(
                "{folder} holds no images: looked for mnist-train-images.idx, {train} and the like, and for the same with .gz"
            ),
        }
    }
}

/// The bytes of a file, which is packed if its first bytes say so, whatever its name does.
fn unpacked(path: &Path) -> Result<Vec<u8>, String> {
    let bytes = files::read(path)?;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut plain = Vec::new();
    let read = MultiGzDecoder::new(&bytes[..]).take(MOST + 1).read_to_end(&mut plain);
    read.map_err(|error| format!("the gzip data of {} are damaged: {error}", path.display()))?;
    if plain.len() as u64 > MOST {
        return Err(format!("cannot read {}: unpacked it is longer than {MOST} bytes", path.display()));
    }
    Ok(plain)
}
