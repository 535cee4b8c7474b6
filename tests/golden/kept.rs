//! Golden links: a file of links, and under each what it gave when it was kept, hashed.
//!
//! `make golden` keeps new hashes, and says which of the old ones changed.

use sha2::{Digest, Sha256};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// A link and what it gave: “frame 3 of lane 1”, then the SHA-256 of its numbers in hexadecimal digits.
#[derive(Clone, Debug, PartialEq)]
pub struct Golden {
    pub link: String,
    pub gave: Vec<(String, String)>,
}

/// The SHA-256 of numbers at f32, little-endian.
pub fn hash(numbers: impl IntoIterator<Item = f32>) -> String {
    let mut hasher = Sha256::new();
    numbers.into_iter().for_each(|x| hasher.update(x.to_le_bytes()));
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a file: a line that begins with “?” is a link, an indented one what the link before it gave.
fn read(text: &str) -> Vec<Golden> {
    let mut found: Vec<Golden> = Vec::new();
    for line in text.lines() {
        if line.starts_with('?') {
            found.push(Golden { link: line.into(), gave: vec![] });
        } else if let (Some(golden), Some((what, hash))) = (found.last_mut(), line.trim().rsplit_once(' ')) {
            golden.gave.push((what.trim().into(), hash.into()));
        }
    }
    found
}

fn write(all: &[Golden]) -> String {
    let mut text = String::new();
    for Golden { link, gave } in all {
        text += &format!("{link}\n");
        gave.iter().for_each(|(what, hash)| text += &format!("    {what} {hash}\n"));
    }
    text
}

/// What differs between what was kept and what came, one sentence each.
fn differences(kept: &Golden, came: &[(String, String)]) -> Vec<String> {
    let link = &kept.link;
    let changed = came.iter().filter(|(what, hash)| kept.gave.iter().any(|(w, h)| w == what && h != hash));
    let added = came.iter().filter(|(what, _)| kept.gave.iter().all(|(w, _)| w != what));
    let gone = kept.gave.iter().filter(|(what, _)| came.iter().all(|(w, _)| w != what));
    let say = |verb: &'static str| move |(what, _): &(String, String)| format!("{link}: {what} {verb}");
    changed.map(say("differs")).chain(added.map(say("is new"))).chain(gone.map(say("is gone"))).collect()
}

/// The kept links of a file of this folder.
fn open(file: &str) -> (PathBuf, Vec<Golden>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let kept = read(&text);
    assert!(!kept.is_empty(), "{file} holds no link");
    (path, kept)
}

/// Opens links with `give`, puts what it gives in the place of what was kept, and tells what differs.
fn follow(file: &str, all: &mut [Golden], mut give: impl FnMut(&str) -> Vec<(String, String)>) -> Vec<String> {
    let mut differ = Vec::new();
    for golden in &mut *all {
        let came = give(&golden.link);
        assert!(!came.is_empty(), "{} gave nothing", golden.link);
        differ.extend(differences(golden, &came));
        golden.gave = came;
    }
    let parts: usize = all.iter().map(|golden| golden.gave.len()).sum();
    println!("golden, {file}: {} links, {parts} hashes, {} differ", all.len(), differ.len());
    differ
}

fn must_be_none(differ: &[String]) {
    assert!(differ.is_empty(), "links must go on giving the same bytes:\n{}", differ.join("\n"));
}

/// Opens every link of `file` with `give`, and holds what it gives against what was kept, or keeps it.
pub fn hold(file: &str, give: impl FnMut(&str) -> Vec<(String, String)>) {
    let (path, mut all) = open(file);
    let differ = follow(file, &mut all, give);
    if env::var("FLOWSTEP_GOLDEN").is_ok_and(|it| it == "renew") {
        differ.iter().for_each(|sentence| println!("{sentence}"));
        fs::write(&path, write(&all)).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    } else {
        must_be_none(&differ);
    }
}

/// Holds those links of `file` that pass against what was kept; never keeps anything.
#[allow(dead_code)] // The test without a browser opens them all.
pub fn hold_some(file: &str, pass: impl Fn(&str) -> bool, give: impl FnMut(&str) -> Vec<(String, String)>) {
    let mut some: Vec<_> = open(file).1.into_iter().filter(|golden| pass(&golden.link)).collect();
    assert!(!some.is_empty(), "{file} holds none of these links");
    must_be_none(&follow(file, &mut some, give));
}

#[test]
fn files_are_read_as_they_are_written_and_differences_are_told() {
    let one = |what: &str, hash: &str| (what.to_string(), hash.to_string());
    let kept = Golden { link: "?steps=2".into(), gave: vec![one("frame 0", "aa"), one("frame 1", "bb")] };
    let all = [kept.clone(), Golden { link: "?steps=1".into(), gave: vec![one("frame 0", "cc")] }];
    assert_eq!(read(&write(&all)), all);
    assert_eq!(differences(&kept, &kept.gave), [""; 0]);
    let came = [one("frame 0", "ab"), one("frame 2", "bb")];
    let told = ["?steps=2: frame 0 differs", "?steps=2: frame 2 is new", "?steps=2: frame 1 is gone"];
    assert_eq!(differences(&kept, &came), told);
}

#[test]
fn a_hash_is_that_of_the_bytes() {
    // Of no bytes at all, FIPS 180-4; and of 00 00 80 3f.
    assert_eq!(hash([]), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_ne!(hash([0.0]), hash([-0.0]));
}
