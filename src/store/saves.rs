//! Trainings in the browser's own storage: saved while they run, and offered after a reload, a crash or a reset.

use crate::clock;
use leptos::prelude::*;
use protocol::{
    message::TrainSpec,
    saved::{self, Head},
};
use std::{cmp::Reverse, future::Future};
use wasm_bindgen_futures::spawn_local;
use web::vault::Vault;

/// So many trainings of other visits are kept.
const MOST: usize = 3;
/// Each in two files, of which the newer may be torn.
const SLOTS: [&str; 2] = ["a", "b"];

/// A training that has been left.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    pub id: u32,
    /// When it was saved, in milliseconds since 1970.
    pub at: f64,
    pub step: u64,
    pub recipe: TrainSpec,
}

impl Left {
    fn of(id: u32, head: &Head) -> Self {
        Self { id, at: head.at, step: head.step, recipe: head.recipe.clone() }
    }
}

/// What is saved, and what has been.
#[derive(Clone, Copy)]
pub struct Saves {
    vault: StoredValue<Option<Vault>, LocalStorage>,
    /// The newest first.
    pub left: RwSignal<Vec<Left>>,
    /// The training that is being saved, and the last that was saved of it.
    id: StoredValue<u32>,
    last: StoredValue<Option<Left>>,
    /// The file that is written next.
    slot: StoredValue<usize>,
    /// A file is being written; what came meanwhile waits, and only the newest of it.
    busy: StoredValue<bool>,
    waiting: StoredValue<Option<(u32, Vec<u8>)>>,
    /// Why nothing is saved.
    pub trouble: RwSignal<Option<String>>,
}

fn name(id: u32, slot: usize) -> String {
    format!("training-{id:08x}-{}", SLOTS[slot % SLOTS.len()])
}

fn id_of(name: &str) -> Option<u32> {
    let (id, slot) = name.strip_prefix("training-")?.split_once('-')?;
    SLOTS.contains(&slot).then(|| u32::from_str_radix(id, 16).ok()).flatten()
}

impl Saves {
    pub fn new() -> Self {
        Self {
            vault: StoredValue::new_local(None),
            left: RwSignal::new(vec![]),
            id: StoredValue::new(0),
            last: StoredValue::new(None),
            slot: StoredValue::new(0),
            busy: StoredValue::new(false),
            waiting: StoredValue::new(None),
            trouble: RwSignal::new(None),
        }
    }

    /// Looks for what other visits have left.
    pub fn open(self) {
        spawn_local(async move {
            match Vault::open().await {
                Ok(vault) => {
                    let found = all(&vault).await;
                    for old in found.iter().skip(MOST) {
                        forget(&vault, old.id).await;
                    }
                    self.vault.set_value(Some(vault));
                    self.left.set(found.into_iter().take(MOST).collect());
                }
                Err(why) => self.trouble.set(Some(why)),
            }
        });
    }

    /// Another training begins.
    pub fn begin(self) {
        self.leave();
        self.id.set_value(getrandom::u32().unwrap_or_else(|_| clock::now() as u32));
    }

    /// The training is given up; what was saved of it is offered from now on.
    pub fn leave(self) {
        self.waiting.set_value(None);
        if let Some(last) = self.last.try_update_value(Option::take).flatten() {
            self.left.update(|left| {
                left.retain(|other| other.id != last.id);
                left.insert(0, last);
            });
            let surplus = self.left.with_untracked(|left| left.iter().skip(MOST).map(|it| it.id).collect::<Vec<_>>());
            surplus.into_iter().for_each(|id| self.discard(id));
        }
    }

    /// Saves a checkpoint of the training, as soon as the one before is written.
    pub fn keep(self, head: &Head, checkpoint: &[u8]) {
        let id = self.id.get_value();
        self.last.set_value(Some(Left::of(id, head)));
        self.waiting.set_value(Some((id, saved::write(head, checkpoint))));
        self.write();
    }

    fn write(self) {
        let Some(vault) = self.vault.get_value().filter(|_| !self.busy.get_value()) else { return };
        let Some((id, record)) = self.waiting.try_update_value(Option::take).flatten() else { return };
        self.busy.set_value(true);
        let slot = self.slot.get_value();
        self.slot.set_value(slot + 1);
        spawn_local(async move {
            let written = vault.write(&name(id, slot), &record).await;
            self.trouble.set(written.err());
            self.busy.set_value(false);
            self.write();
        });
    }

    /// Deletes what was left of a training.
    pub fn discard(self, id: u32) {
        self.left.update(|left| left.retain(|other| other.id != id));
        self.in_vault(move |vault| async move { forget(&vault, id).await });
    }

    /// Reads a training that was left, and goes on saving it; `then` takes its head and its checkpoint.
    pub fn take(self, id: u32, then: impl FnOnce(Head, Vec<u8>) + 'static) {
        self.in_vault(move |vault| async move {
            let Some((head, checkpoint, slot)) = newest(&vault, id).await else {
                return self.trouble.set(Some("what was saved of it cannot be read any more".into()));
            };
            self.leave();
            self.left.update(|left| left.retain(|other| other.id != id));
            self.id.set_value(id);
            self.slot.set_value(slot + 1);
            self.last.set_value(Some(Left::of(id, &head)));
            then(head, checkpoint);
        });
    }

    /// The worker could not read the checkpoint that it was given of a saved training: the file goes, and what is left of the
    /// training is offered again.
    pub fn refused(self) {
        let (id, slot) = (self.id.get_value(), self.slot.get_value().wrapping_sub(1));
        self.last.set_value(None);
        self.in_vault(move |vault| async move {
            vault.remove(&name(id, slot)).await;
            self.left.set(all(&vault).await);
        });
    }

    fn in_vault<F: Future<Output = ()> + 'static>(self, work: impl FnOnce(Vault) -> F) {
        if let Some(vault) = self.vault.get_value() {
            spawn_local(work(vault));
        }
    }
}

/// The newest whole record of a training, and its file.
async fn newest(vault: &Vault, id: u32) -> Option<(Head, Vec<u8>, usize)> {
    let mut found: Option<(Head, Vec<u8>, usize)> = None;
    for slot in 0..SLOTS.len() {
        let Some(record) = vault.read(&name(id, slot)).await else { continue };
        let Some((head, checkpoint)) = saved::read(&record) else { continue };
        if found.as_ref().is_none_or(|(other, ..)| (other.step, other.at) < (head.step, head.at)) {
            found = Some((head, checkpoint.to_vec(), slot));
        }
    }
    found
}

/// Every training that can be gone on with, the newest first; files of which nothing can be read are deleted.
async fn all(vault: &Vault) -> Vec<Left> {
    let mut ids: Vec<u32> = vault.names().await.iter().filter_map(|name| id_of(name)).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = vec![];
    for id in ids {
        match newest(vault, id).await {
            Some((head, ..)) => found.push(Left::of(id, &head)),
            None => forget(vault, id).await,
        }
    }
    found.sort_by_key(|left| Reverse(left.at as u64));
    found
}

async fn forget(vault: &Vault, id: u32) {
    for slot in 0..SLOTS.len() {
        vault.remove(&name(id, slot)).await;
    }
}
