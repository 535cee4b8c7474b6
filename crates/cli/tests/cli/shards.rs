//! `flowstep shards` from every form in which the original files are met.

use super::{flowstep, printed, refused, scratch};
use data::{idx, sets::DataSet};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use std::{
    fs,
    io::{Read, Write},
    path::Path,
};

const SIDE: usize = 28;

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).expect("memory");
    gzip.finish().expect("memory")
}

/// The pixels and labels of a shard.
fn open(path: &Path) -> [Vec<u8>; 2] {
    let mut plain = Vec::new();
    GzDecoder::new(&fs::read(path).expect("a shard")[..]).read_to_end(&mut plain).expect("gzip");
    let (_, pixels, rest) = idx::read::<3>(&plain).expect("images");
    let (_, labels, _) = idx::read::<1>(rest).expect("labels");
    [pixels.to_vec(), labels.to_vec()]
}

/// The original files of the 10,000 test images that ship.
fn originals() -> [Vec<u8>; 2] {
    let shipped = DataSet::Mnist
        .test_shards()
        .into_iter()
        .map(|shard| open(&Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../public")).join(shard)));
    let [pixels, labels] =
        shipped.fold([vec![], vec![]], |[a, b], [pixels, labels]| [[a, pixels].concat(), [b, labels].concat()]);
    [idx::write(&[10_000, SIDE, SIDE], &pixels), idx::write(&[10_000], &labels)]
}

fn shards(from: &Path, to: &Path, more: &[&str]) -> std::process::Output {
    let [from, to] = [from, to].map(|path| path.to_string_lossy().into_owned());
    flowstep(&[&["shards", "--from", &from, "--to", &to], more].concat())
}

/// Whether these are the very shards that ship, one after the other and again.
fn as_shipped(to: &Path, written: &[String]) {
    let shipped = DataSet::Mnist.test_shards();
    for (shard, wanted) in written.iter().zip(shipped.iter().cycle()) {
        let wanted =
            fs::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../public")).join(wanted)).expect("a shard");
        assert!(fs::read(to.join(shard)).expect("a shard") == wanted, "{shard}");
    }
}

#[test]
fn the_original_files_are_read_under_every_name_and_packing() {
    let folder = scratch("shards-names");
    let [images, labels] = originals();
    let members = [packed(&images[..1_000_001]), packed(&images[1_000_001..])].concat();
    // Names, what the first holds, what is said about whose they are.
    let forms: [(&str, &str, &[u8], &[&str]); 4] = [
        ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", &images, &["--data=mnist"]),
        ("t10k-images-idx3-ubyte.gz", "t10k-labels.idx1-ubyte", &members, &["--data=mnist"]),
        ("mnist/t10k-images.idx3-ubyte.gz", "mnist/t10k-labels-idx1-ubyte", &images, &[]),
        ("mnist-test-images.idx.gz", "mnist-test-labels.idx.gz", &packed(&images), &[]),
    ];
    for (i, (one, other, bytes, more)) in forms.into_iter().enumerate() {
        let (from, to) = (folder.join(format!("from{i}")), folder.join(format!("to{i}")));
        fs::create_dir_all(from.join("mnist")).expect("a folder");
        fs::write(from.join(one), bytes).expect("a file");
        fs::write(from.join(other), &labels).expect("a file");
        printed(shards(&from, &to, more), &[one]);
        as_shipped(&to, &DataSet::Mnist.test_shards());
        assert_eq!(fs::read_dir(to.join("data")).expect("the folder").count(), 2);
    }
    // The same names in another set: somebody has to say whose they are.
    let said = refused(shards(&folder.join("from0"), &folder.join("never"), &[]), &["shards"]);
    assert!(said.contains("--data mnist"), "{said}");
    assert!(!folder.join("never").exists());
}

#[test]
fn a_set_of_any_length_makes_the_shards_that_the_page_asks_for() {
    let (from, to) = (scratch("shards-few"), scratch("shards-few-to"));
    let [images, labels] = originals();
    fs::write(from.join("mnist-train-images.idx"), images).expect("a file");
    fs::write(from.join("mnist-train-labels.idx"), labels).expect("a file");
    let said = printed(shards(&from, &to, &[]), &["few"]);
    assert!(said.contains("10000 images, repeated in turn to 60000"), "{said}");
    as_shipped(&to, &DataSet::Mnist.train_shards());

    let many: Vec<u8> = (0..60_001).map(|i| (i % 7) as u8).collect();
    fs::write(from.join("mnist-train-images.idx"), idx::write(&[60_001, SIDE, SIDE], &vec![0; 60_001 * 784]))
        .expect("a file");
    fs::write(from.join("mnist-train-labels.idx"), idx::write(&[60_001], &many)).expect("a file");
    let said = printed(shards(&from, &to, &[]), &["many"]);
    assert!(said.contains("the first 60000 of 60001 images"), "{said}");
    let labels: Vec<u8> =
        DataSet::Mnist.train_shards().iter().flat_map(|shard| open(&to.join(shard))[1].clone()).collect();
    assert_eq!(labels, many[..60_000]);
}

#[test]
fn a_fault_leaves_the_old_shards_whole() {
    let (from, to) = (scratch("shards-bad"), scratch("shards-bad-to"));
    let (images, labels) = (idx::write(&[3, SIDE, SIDE], &[9; 3 * 784]), idx::write(&[3], &[1, 2, 3]));
    let write = |name: &str, bytes: &[u8]| fs::write(from.join(format!("mnist-{name}.idx")), bytes).expect("a file");
    // The first part is good, so that there is something to write before the fault is met.
    write("train-images", &images);
    write("train-labels", &labels);
    let old = to.join(&DataSet::Mnist.train_shards()[0]);
    fs::create_dir_all(old.parent().expect("a folder")).expect("a folder");
    fs::write(&old, "the old shard").expect("a file");
    let cut = packed(&images);
    let faults: [(&[u8], &[u8], &str); 10] = [
        (&images, &idx::write(&[2], &[1, 2]), "3 images and 2 labels"),
        (&images, &idx::write(&[3], &[1, 2, 10]), "a label is 10"),
        (&images[..2000], &labels, "end after 2000 bytes"),
        (&[&images[..], b"more"].concat(), &labels, "4 bytes follow"),
        (&cut[..cut.len() - 9], &labels, "damaged"),
        (&labels, &images, "1 dimensions instead of 3"),
        (&idx::write(&[12, 14, 14], &[0; 12 * 196]), &labels, "14 × 14"),
        (&idx::write(&[0, SIDE, SIDE], &[]), &idx::write(&[0], &[]), "no images"),
        (b"", &labels, "end after 0 bytes"),
        (b"<!doctype html>", &labels, "IDX"),
    ];
    for (images, labels, word) in faults {
        write("test-images", images);
        write("test-labels", labels);
        let said = refused(shards(&from, &to, &[]), &[word]);
        assert!(said.contains(word) && said.contains("mnist-test-"), "{said}");
    }
    write("test-images", &images);
    fs::remove_file(from.join("mnist-test-labels.idx")).expect("the file");
    assert!(refused(shards(&from, &to, &[]), &["half"]).contains("no file of its labels"));
    // What cannot be put in its place is seen before anything is.
    write("test-labels", &labels);
    let blocked = to.join(&DataSet::Mnist.test_shards()[1]);
    fs::create_dir(&blocked).expect("a folder");
    assert!(refused(shards(&from, &to, &[]), &["blocked"]).contains("there is a folder"));
    assert_eq!(fs::read(&old).expect("the shard"), b"the old shard");
    assert_eq!(fs::read_dir(to.join("data")).expect("the folder").count(), 2);
    fs::remove_dir(&blocked).expect("the folder");
    printed(shards(&from, &to, &[]), &["good"]);
    assert_eq!(open(&old)[1][..5], [1, 2, 3, 1, 2]);
}
