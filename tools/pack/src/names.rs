//! Names by content.

use super::Files;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Hexadecimal digits of a SHA-256 in a name: 48 bits, enough to tell builds apart and to notice a damaged file.
const DIGITS: usize = 12;

/// The first digits of the SHA-256.
pub fn digest(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>()[..DIGITS].into()
}

/// The number of a build: of all its files, and of texts beside them.
pub fn build(files: &Files, texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    let texts = texts.iter().map(|text| ("", text.as_bytes()));
    for (path, bytes) in files.iter().map(|(path, bytes)| (path.as_str(), &bytes[..])).chain(texts) {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    hex(hash.finalize().as_slice())
}

/// Takes a text out of the files.
pub fn text(files: &mut Files, path: &str) -> Result<String, String> {
    let bytes = files.remove(path).ok_or_else(|| format!("{path} is missing"))?;
    String::from_utf8(bytes).map_err(|_| format!("{path} is no text"))
}

/// Files under names that hold a digest of what is in them.
pub struct Named {
    pub files: Files,
    /// Old path → new path.
    pub names: BTreeMap<String, String>,
    /// Old paths that another file names.
    pub inner: Vec<String>,
}

/// `a/b.js` → `a/b-0123456789ab.js`
pub fn named(path: &str, digest: &str) -> String {
    let (stem, end) = path.rsplit_once('.').unwrap_or((path, ""));
    let dot = if stem.len() == path.len() { "" } else { "." };
    format!("{stem}-{digest}{dot}{end}")
}

/// Names every file but documents by its content, and rewrites the texts that name it: those first that name nothing unnamed.
pub fn by_content(mut files: Files) -> Result<Named, String> {
    let mut named = Named { files: Files::new(), names: BTreeMap::new(), inner: Vec::new() };
    // A document is opened by its name, by people.
    files.retain(|path, bytes| {
        let is_document = path.ends_with(".html");
        if is_document {
            named.files.insert(path.clone(), std::mem::take(bytes));
        }
        !is_document
    });
    while !files.is_empty() {
        let free = files.keys().find(|path| {
            !is_text(path) || files.keys().filter(|other| other != path).all(|other| !names_it(&files[*path], other))
        });
        let Some(path) = free.cloned() else {
            let left = files.keys().cloned().collect::<Vec<_>>().join(", ");
            return Err(format!("these files name each other in a circle: {left}"));
        };
        let mut bytes = files.remove(&path).unwrap_or_default();
        if is_text(&path) {
            let text = String::from_utf8(bytes).map_err(|_| format!("{path} is no text"))?;
            let uses = named.names.keys().filter(|other| names_it(text.as_bytes(), other)).cloned();
            named.inner.extend(uses.collect::<Vec<_>>());
            bytes = renamed(&text, &named.names).into_bytes();
        }
        let new = self::named(&path, &digest(&bytes));
        named.files.insert(new.clone(), bytes);
        named.names.insert(path, new);
    }
    for (path, bytes) in named.files.iter_mut().filter(|(path, _)| path.ends_with(".html")) {
        let text = std::str::from_utf8(bytes).map_err(|_| format!("{path} is no text"))?;
        named.inner.extend(named.names.keys().filter(|other| names_it(bytes, other)).cloned());
        *bytes = renamed(text, &named.names).into_bytes();
    }
    Ok(named)
}

fn is_text(path: &str) -> bool {
    [".js", ".css", ".webmanifest"].iter().any(|end| path.ends_with(end))
}

/// The last part of a path, by which a file beside it names it.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a text names the file at `path`.
pub fn names_it(text: &[u8], path: &str) -> bool {
    let text = String::from_utf8_lossy(text);
    places(&text, last(path)).next().is_some()
}

/// Where a text names a file: between a quotation mark or a slash and a quotation mark or what may follow a path.
fn places<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(name).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        before.is_some_and(|c| "\"'`/".contains(c)) && after.is_some_and(|c| "\"'`?#".contains(c))
    })
}

/// The text with new names for old ones.
pub fn renamed(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut text = text.to_string();
    for (old, new) in names {
        let places: Vec<usize> = places(&text, last(old)).collect();
        for at in places.into_iter().rev() {
            text.replace_range(at..at + last(old).len(), last(new));
        }
    }
    text
}
