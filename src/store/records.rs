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

/// The newest whole record of a training, and its file.
pub async fn newest<R: Subject>(vault: &Vault, id: u32) -> Option<(Head<R>, Vec<u8>, usize)> {
    let mut found: Option<(Head<R>, Vec<u8>, usize)> = None;
    for slot in 0..SLOTS.len() {
        let Some(record) = vault.read(&name::<R>(id, slot)).await else { continue };
        let Some((head, checkpoint)) = saved::read::<Head<R>>(&record) else { continue };
        if found.as_ref().is_none_or(|(other, ..)| other.at < head.at) {
            found = Some((head, checkpoint.to_vec(), slot));
        }
    }
    found
}

/// Every training that can be gone on with, the newest first; files of which nothing can be read are deleted.
pub async fn all<R: Subject>(vault: &Vault) -> Vec<Left<R>> {
    let mut ids: Vec<u32> = vault.names().await.iter().filter_map(|name| id_of::<R>(name)).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = vec![];
    for id in ids {
        match newest(vault, id).await {
            Some((head, ..)) => found.push(Left::of(id, &head)),
            None => forget::<R>(vault, id).await,
        }
    }
    found.sort_by_key(|left| Reverse(left.at as u64));
    found
}

/// Deletes all files of a training.
pub async fn forget<R: Subject>(vault: &Vault, id: u32) {
    for slot in 0..SLOTS.len() {
        vault.remove(&name::<R>(id, slot)).await;
    }
}
