//! The files of saved trainings: two of each, of which the newer may be torn.

use protocol::saved::{self, Head, Subject};
use std::cmp::Reverse;
use web::vault::Vault;

const SLOTS: [&str; 2] = ["a", "b"];

/// A training that has been left.
#[derive(Clone, Debug, PartialEq)]
pub struct Left<R> {
    pub id: u32,
    /// When it was saved, in milliseconds since 1970.
    pub at: f64,
    pub step: u64,
    pub recipe: R,
}

impl<R: Subject> Left<R> {
    pub fn of(id: u32, head: &Head<R>) -> Self {
        Self { id, at: head.at, step: head.step, recipe: head.recipe.clone() }
    }
}

/// The name of a file of a training: they take turns.
pub fn name<R: Subject>(id: u32, slot: usize) -> String {
    format!("{}-{id:08x}-{}", R::FILES, SLOTS[slot % SLOTS.len()])
}

fn id_of<R: Subject>(name: &str) -> Option<u32> {
    let (id, slot) = name.strip_prefix(R::FILES)?.strip_prefix('-')?.split_once('-')?;
    SLOTS.contains(&slot).then(|| u32::from_str_radix(id, 16).ok()).flatten()
}

/// What stands in the files of a training.
pub enum Standing<R> {
    /// The newest whole record and its file, and whether no other file may be newer.
    Whole { head: Head<R>, checkpoint: Vec<u8>, slot: usize, sure: bool },
    /// There is none, and none can come of what is there.
    Nothing,
    /// A file cannot be read now, or is just being written, or another build of the page has written it.
    Unsure,
}

/// The newest of the files of a training.
pub async fn newest<R: Subject>(vault: &Vault, id: u32) -> Standing<R> {
    let mut found: Option<(Head<R>, Vec<u8>, usize)> = None;
    let mut unsure = false;
    for slot in 0..SLOTS.len() {
        let record = match vault.read(&name::<R>(id, slot)).await {
            Ok(None) => continue,
            Ok(Some(record)) if !record.is_empty() && !saved::is_of_another_version::<Head<R>>(&record) => record,
            Ok(Some(_)) | Err(_) => {
                unsure = true;
                continue;
            }
        };
        let Some((head, checkpoint)) = saved::read::<Head<R>>(&record) else { continue };
        if found.as_ref().is_none_or(|(other, ..)| other.at < head.at) {
            found = Some((head, checkpoint.to_vec(), slot));
        }
    }
    match found {
        Some((head, checkpoint, slot)) => Standing::Whole { head, checkpoint, slot, sure: !unsure },
        None if unsure => Standing::Unsure,
        None => Standing::Nothing,
    }
}

/// Every training that can be gone on with, the newest first, and whether that is sure to be all; files of which nothing can be
/// read are deleted.
pub async fn all<R: Subject>(vault: &Vault) -> (Vec<Left<R>>, bool) {
    let Ok(names) = vault.names().await else { return (vec![], false) };
    let mut ids: Vec<u32> = names.iter().filter_map(|name| id_of::<R>(name)).collect();
    ids.sort_unstable();
    ids.dedup();
    let (mut found, mut sure) = (vec![], true);
    for id in ids {
        match newest(vault, id).await {
            Standing::Whole { head, sure: is_newest, .. } => {
                found.push(Left::of(id, &head));
                sure &= is_newest;
            }
            Standing::Nothing => forget::<R>(vault, id).await,
            Standing::Unsure => sure = false,
        }
    }
    found.sort_by_key(|left| Reverse(left.at as u64));
    (found, sure)
}

/// Deletes all files of a training.
pub async fn forget<R: Subject>(vault: &Vault, id: u32) {
    for slot in 0..SLOTS.len() {
        vault.remove(&name::<R>(id, slot)).await;
    }
}
