//! From the folder that trunk built to the one that is served.
//!
//! Every file gets a part of its SHA-256 into its name, and whoever names it names it so: a file of one build never passes for one of
//! another, on no host and in no cache. Names that are put together while the page runs (workers, weights, shards) stand in a list
//! in index.html. The sheets become one, since the page's policy lets no style into the markup; the policy itself is written here,
//! so that any host has it. `sw.js` gets the list of all files with their digests and sizes.
//!
//! What `trunk serve` built is left as it is: it reloads itself by a script in the markup, and wants no service worker.

mod index;
mod names;

use std::collections::BTreeMap;

/// Bytes by path from the root, with `/`.
pub type Files = BTreeMap<String, Vec<u8>>;

const INDEX: &str = "index.html";
/// Asked for by this very name, again and again, by every browser that has it.
const SERVICE_WORKER: &str = "sw.js";
/// How trunk starts a worker, and how that is done here.
const AWAIT: &str = "await init();";
const CAUGHT: &str = "init().catch((error) => setTimeout(() => { throw error; }));";
/// How `trunk serve` is known: its script that reloads the page.
const SERVED_BY_TRUNK: &str = ".well-known/trunk/ws";

/// The folder as it is served; a sentence where a file is missing or is not what trunk builds.
pub fn pack(mut files: Files) -> Result<Files, String> {
    let mut index = names::text(&mut files, INDEX)?;
    if index.contains(SERVED_BY_TRUNK) {
        files.insert(INDEX.into(), index.into_bytes());
        return Ok(files);
    }
    let mut worker = names::text(&mut files, SERVICE_WORKER)?;
    index = index::one_sheet(&index, &mut files)?;
    let build = names::build(&files, &[&index, &worker]);
    for (path, bytes) in &mut files {
        if path.ends_with("_loader.js") {
            // A worker says of which build it is before anything else, and of what goes wrong its page must hear: in WebKit
            // nobody hears of an await that fails here.
            let loader = String::from_utf8_lossy(bytes).replace(AWAIT, CAUGHT);
            *bytes = format!("globalThis.flowstepBuild = \"{build}\";{loader}").into_bytes();
        }
    }
    let named = names::by_content(files)?;
    index = index::finished(&index, &build, &named);
    let mut files = named.files;
    for (_, bytes) in files.iter_mut().filter(|(path, _)| path.ends_with(".html")) {
        *bytes = index::with_policy(&String::from_utf8_lossy(bytes)).into_bytes();
    }
    files.insert(INDEX.into(), index.into_bytes());
    let list: String = files.iter().map(|(path, bytes)| entry(path, bytes)).collect();
    let before = format!("const BUILD = \"{build}\";\nconst FILES = {{\n{list}}};\n");
    worker.insert_str(0, &before);
    files.insert(SERVICE_WORKER.into(), worker.into_bytes());
    Ok(files)
}

/// A file as `sw.js` knows it: its digest and its size.
fn entry(path: &str, bytes: &[u8]) -> String {
    format!("  \"{path}\": [\"{}\", {}],\n", names::digest(bytes), bytes.len())
}
