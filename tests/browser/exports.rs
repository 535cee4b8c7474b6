//! The linker must not have taken a wasm for a command: it would run thousands of static constructors
//! on every call from JavaScript.

use crate::server::dist;
use std::{fs, path::Path};

/// The sections of a wasm file: (id, content).
fn sections(wasm: &[u8]) -> Vec<(u8, &[u8])> {
    assert_eq!(&wasm[..8], b"\0asm\x01\0\0\0", "not a wasm file");
    let (mut at, mut found) = (8, Vec::new());
    while at < wasm.len() {
        let id = wasm[at];
        at += 1;
        let size = number(wasm, &mut at);
        found.push((id, &wasm[at..at + size]));
        at += size;
    }
    found
}

/// An unsigned LEB128 number.
fn number(wasm: &[u8], at: &mut usize) -> usize {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = wasm[*at];
        *at += 1;
        value |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 {
            return value;
        }
    }
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// What the linker made, with its names, which wasm-opt takes out of what is deployed.
const LINKED: [&str; 4] = ["page/page.wasm", "plane/plane.wasm", "release/worker.wasm", "page/worker-gpu.wasm"];

#[test]
fn no_export_is_wrapped_as_a_command() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../wasm32-unknown-unknown");
    let files = fs::read_dir(dist()).expect("dist").map(|entry| entry.expect("an entry").path());
    let deployed = files.filter(|file| file.extension().is_some_and(|extension| extension == "wasm")).count();
    assert_eq!(deployed, LINKED.len(), "the page, the plane and two workers");
    for file in LINKED.map(|file| folder.join(file)) {
        let wasm = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let sections = sections(&wasm);
        let exports = sections.iter().find(|(id, _)| *id == 7).expect("exports").1;
        // The name section (custom, “name”) names every function; wrappers are called x.command_export.
        let names = sections.iter().find(|(id, content)| *id == 0 && content.starts_with(b"\x04name"));
        let names =
            names.unwrap_or_else(|| panic!("{}: names were stripped, so nothing can be seen", file.display())).1;
        // Those of the page, or those of a worker, as the compiler writes them.
        let own = ["8flowstep", "3lab7session"].iter().any(|name| has(names, name));
        assert!(own, "{}: its own functions are not among the names", file.display());
        assert!(!has(names, ".command_export"), "{}: an export is wrapped", file.display());
        assert!(!has(exports, "command_export"), "{}: an export is wrapped", file.display());
    }
}
