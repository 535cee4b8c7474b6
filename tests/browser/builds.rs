//! Two builds of the page: the one that is tested, and one of another protocol, as after a change that both sides must share.

use crate::server::{Answer, dist, mime, plain, without_digests};
use pack::Files;
use protocol::hello::PROTOCOL;
use std::{fs, path::Path};

/// The protocol of the other build.
const OTHER: &str = "0123456789abcdef";

/// The build that is tested, as it is served.
pub fn ours() -> Files {
    let mut files = Files::new();
    read(&dist(), "", &mut files);
    files
}

fn read(folder: &Path, before: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let path = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{path}/"), files);
        } else {
            files.insert(path, fs::read(entry.path()).expect("a file"));
        }
    }
}

/// A build of the same code whose page and workers speak another protocol.
pub fn other() -> Files {
    let mut files: Files = ours().iter().map(|(path, bytes)| (plain(path), unpacked(path, bytes))).collect();
    let mut changed = 0;
    for (path, bytes) in &mut files {
        while let Some(at) = find(bytes, PROTOCOL) {
            bytes[at..at + OTHER.len()].copy_from_slice(OTHER.as_bytes());
            changed += usize::from(path.ends_with(".wasm"));
        }
    }
    assert!(changed >= 4, "page, plane and both workers know the protocol, and not {changed} files");
    pack::pack(files).expect("what was packed can be packed")
}

fn find(bytes: &[u8], text: &str) -> Option<usize> {
    bytes.windows(text.len()).position(|window| window == text.as_bytes())
}

/// A file as it was before it was packed.
fn unpacked(path: &str, bytes: &[u8]) -> Vec<u8> {
    if ![".js", ".css", ".html", ".webmanifest"].iter().any(|end| path.ends_with(end)) {
        return bytes.to_vec();
    }
    let text = String::from_utf8(bytes.to_vec()).expect("text");
    let text = match path {
        "sw.js" => without(&text, "const BUILD", "};\n"),
        "index.html" => {
            let text = without(&text, " data-build=\"", "\"");
            let text = without(&text, "<meta http-equiv=\"Content-Security-Policy\"", ">");
            without(&text, "<script type=\"text/plain\"", "</script>")
        }
        _ if path.contains("_loader-") => without(&text, "globalThis.flowstepBuild", ";"),
        _ => text,
    };
    without_digests(&text).into_bytes()
}

/// The text without what stands from `begin` to `end`.
fn without(text: &str, begin: &str, end: &str) -> String {
    let (before, rest) = text.split_once(begin).unwrap_or_else(|| panic!("“{begin}” is not there"));
    let (_, after) = rest.split_once(end).unwrap_or_else(|| panic!("“{end}” is not there"));
    format!("{before}{after}")
}

/// The file of this very path.
pub fn answer(files: &Files, path: &str) -> Answer {
    files.get(path).map_or(Answer::Missing, |bytes| Answer::File(mime(path), bytes.clone()))
}

/// The file of this name, whatever its digest: what a careless host or cache serves.
pub fn careless(files: &Files, path: &str) -> Answer {
    let found = files.iter().find(|(other, _)| plain(other) == plain(path));
    found.map_or(Answer::Missing, |(_, bytes)| Answer::File(mime(path), bytes.clone()))
}
