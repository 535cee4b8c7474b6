//! Gives the crate the number of its protocol: of the sources of whatever can be in a message. Another number may be another
//! meaning of the same bytes.

use std::{env, fs, path::Path};

/// FNV-1a, 64 bits: it has to tell versions apart, and nothing else.
fn hash(bytes: &[u8], hash: u64) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn sources(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if let Ok(text) = fs::read_to_string(&path) {
            // However a checkout ends its lines.
            found.push((path.to_string_lossy().replace('\\', "/"), text.replace('\r', "").into_bytes()));
        }
    }
}

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let mut number = 0xcbf2_9ce4_8422_2325;
    for room in ["flow", "data", "protocol"] {
        let folder = Path::new(&root).join("..").join(room).join("src");
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut found = vec![];
        sources(&folder, &mut found);
        found.sort();
        number = found.iter().fold(number, |number, (_, text)| hash(text, number));
    }
    println!("cargo::rustc-env=FLOWSTEP_PROTOCOL={number:016x}");
}
