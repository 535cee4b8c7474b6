//! Trainings in the browser's own storage: saved while they run, and offered after a reload, a crash or a reset.

use super::records::{self, Standing};
use crate::clock;
use leptos::prelude::*;
use protocol::saved::{self, Head, Subject};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
    future::Future,
};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web::{patience, vault::Vault};

/// So many trainings of other visits are kept.
const MOST: usize = 3;
/// How often it is looked again where a file could not be read.
const LOOKS: usize = 5;

/// Said of files that cannot be read any more, or not now.
const UNREAD: &str = "What was saved of this training cannot be read any more, so it is no longer offered.";
const HELD: &str =
    "What was saved of this training cannot be read now: another page may hold it, or a newer one have written it.";
/// Why nothing is saved where storage does not answer.
const SILENT: &str = "the browser does not say what it has stored";

pub use super::records::Left;

/// The training that was given up last, which can be brought back.
#[derive(Clone, Debug, PartialEq)]
pub struct Gone<R> {
    pub left: Left<R>,
    /// It was running.
    pub running: bool,
}

/// A training that was given up while it ran; its last checkpoint is on its way.
#[derive(Clone)]
struct Leaving<R> {
    run: u32,
    id: u32,
    head: Head<R>,
    /// What was saved before.
    last: Option<(Head<R>, Vec<u8>)>,
}

/// What is saved, and what has been.
pub struct Saves<R: Subject> {
    vault: StoredValue<Option<Vault>, LocalStorage>,
    /// The newest first.
    pub left: RwSignal<Vec<Left<R>>>,
    /// What can be brought back, and its bytes.
    pub gone: RwSignal<Option<Gone<R>>>,
    undone: StoredValue<Option<(Head<R>, Vec<u8>)>>,
    /// The training that is being saved, and the last that was saved of it.
    id: StoredValue<u32>,
    last: StoredValue<Option<(Head<R>, Vec<u8>)>>,
    leaving: StoredValue<Option<Leaving<R>>>,
    /// The file that is written next, by training.
    slots: StoredValue<BTreeMap<u32, usize>>,
    /// A file is being written; what came meanwhile waits, and only the newest of each training.
    busy: StoredValue<bool>,
    waiting: StoredValue<BTreeMap<u32, Vec<u8>>>,
    /// Trainings that were discarded.
    dropped: StoredValue<HashSet<u32>>,
    /// A checkpoint was asked for that has not come yet.
    expected: StoredValue<bool>,
    /// Why nothing is saved.
    pub trouble: RwSignal<Option<String>>,
}

impl<R: Subject> Clone for Saves<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Subject> Copy for Saves<R> {}

impl<R: Subject> Saves<R> {
    pub fn new() -> Self {
        Self {
            vault: StoredValue::new_local(None),
            left: RwSignal::new(vec![]),
            gone: RwSignal::new(None),
            undone: StoredValue::new(None),
            id: StoredValue::new(0),
            last: StoredValue::new(None),
            leaving: StoredValue::new(None),
            slots: StoredValue::new(BTreeMap::new()),
            busy: StoredValue::new(false),
            waiting: StoredValue::new(BTreeMap::new()),
            dropped: StoredValue::new(HashSet::new()),
            expected: StoredValue::new(false),
            trouble: RwSignal::new(None),
        }
    }

    /// Looks for what other visits have left. A page that is just leaving may still hold its files: it is looked again then.
    pub fn open(self) {
        spawn_local(async move {
            let vault = match Vault::open().await {
                Ok(vault) => vault,
                Err(why) => return self.trouble.set(Some(why)),
            };
            self.vault.set_value(Some(vault.clone()));
            // Of a training that was quicker than the storage.
            self.write();
            for _ in 0..LOOKS {
                let (found, sure) = records::all(&vault).await;
                for old in self.add(found) {
                    records::forget::<R>(&vault, old.id).await;
                }
                if sure {
                    return;
                }
                let _ = JsFuture::from(patience::pause(1)).await;
            }
            if vault.names().await.is_err() {
                self.trouble.set(Some(SILENT.into()));
            }
        });
    }

    /// Lists what was found, but for the training that is being saved and those that were discarded meanwhile; what is more than are
    /// kept.
    fn add(self, found: Vec<Left<R>>) -> Vec<Left<R>> {
        let own = self.id.get_value();
        let goes = |it: &Left<R>| it.id == own || self.dropped.with_value(|dropped| dropped.contains(&it.id));
        let mut all = self.left.get_untracked();
        for it in found.into_iter().filter(|it| !goes(it)) {
            match all.iter_mut().find(|other| other.id == it.id) {
                Some(other) if other.at < it.at => *other = it,
                Some(_) => {}
                None => all.push(it),
            }
        }
        all.sort_by_key(|it| Reverse(it.at as u64));
        let surplus = all.split_off(MOST.min(all.len()));
        if self.left.with_untracked(|left| *left != all) {
            self.left.set(all);
        }
        surplus
    }

    /// Another training begins, in the place of one or, where it is `alone`, of none: then nothing was given up for it.
    pub fn begin(self, alone: bool) {
        if alone && self.vault.with_value(Option::is_some) {
            self.keep_gone();
        }
        self.last.set_value(None);
        self.id.set_value(getrandom::u32().unwrap_or_else(|_| clock::now() as u32));
    }

    /// The training is given up. What was saved of it is offered from now on; where it ran, once the checkpoint of `run` has
    /// come that it was asked for, whose head but for its step is `coming`.
    pub fn depart(self, run: u32, coming: Option<Head<R>>) {
        self.settle();
        let (id, last) = (self.id.get_value(), self.last.try_update_value(Option::take).flatten());
        match coming {
            Some(head) => self.leaving.set_value(Some(Leaving { run, id, head, last })),
            None => last.into_iter().for_each(|(head, bytes)| self.offer(id, head, bytes, false)),
        }
    }

    /// A checkpoint has been asked for and should be waited for.
    pub fn expect(self) {
        self.expected.set_value(true);
    }

    /// True once all that came, and what is expected, is written.
    pub fn is_settled(self) -> bool {
        let waits = self.waiting.with_value(|waiting| !waiting.is_empty());
        let writes = self.busy.get_value() || waits && self.trouble.with_untracked(Option::is_none);
        !(self.expected.get_value() || writes)
    }

    /// Takes the last checkpoint of a training that was given up; false where this is none.
    pub fn take_last(self, run: u32, step: u64, bytes: &[u8]) -> bool {
        if !self.leaving.with_value(|leaving| leaving.as_ref().is_some_and(|leaving| leaving.run == run)) {
            return false;
        }
        if let Some(Leaving { id, head, .. }) = self.leaving.try_update_value(Option::take).flatten() {
            let head = Head { at: js_sys::Date::now(), step, ..head };
            self.put(id, &head, bytes);
            self.offer(id, head, bytes.to_vec(), true);
        }
        true
    }

    /// A checkpoint that was asked for will not come: what was saved before it is offered.
    pub fn settle(self) {
        if let Some(Leaving { id, last: Some((head, bytes)), .. }) =
            self.leaving.try_update_value(Option::take).flatten()
        {
            self.offer(id, head, bytes, true);
        }
    }

    /// Offers a training that was given up, and to undo that.
    fn offer(self, id: u32, head: Head<R>, bytes: Vec<u8>, running: bool) {
        let left = Left::of(id, &head);
        self.undone.set_value(Some((head, bytes)));
        self.gone.set(Some(Gone { left: left.clone(), running }));
        if self.vault.with_value(Option::is_none) {
            return;
        }
        self.dropped.update_value(|dropped| {
            dropped.remove(&id);
        });
        self.left.update(|all| {
            all.retain(|other| other.id != id);
            all.insert(0, left);
        });
        let surplus = self.left.with_untracked(|left| left.iter().skip(MOST).map(|it| it.id).collect::<Vec<_>>());
        surplus.into_iter().for_each(|id| self.discard(id));
    }

    /// Takes what can be brought back, to be given to [`adopt`](Self::adopt): its name, its head, its bytes, and whether it ran.
    pub fn take_gone(self) -> Option<(u32, Head<R>, Vec<u8>, bool)> {
        let gone = self.gone.try_update(Option::take).flatten()?;
        let (head, bytes) = self.undone.try_update_value(Option::take).flatten()?;
        Some((gone.left.id, head, bytes, gone.running))
    }

    /// It is no longer offered to undo that a training was given up.
    pub fn keep_gone(self) {
        if self.gone.with_untracked(Option::is_some) {
            self.gone.set(None);
            self.undone.set_value(None);
        }
    }

    /// Goes on saving a training that was left.
    pub fn adopt(self, id: u32, head: &Head<R>, bytes: &[u8]) {
        self.left.update(|left| left.retain(|other| other.id != id));
        self.id.set_value(id);
        self.last.set_value(Some((head.clone(), bytes.to_vec())));
    }

    /// Saves a checkpoint of the training, as soon as the one before is written.
    pub fn keep(self, head: Head<R>, checkpoint: Vec<u8>) {
        self.expected.set_value(false);
        self.put(self.id.get_value(), &head, &checkpoint);
        self.last.set_value(Some((head, checkpoint)));
    }

    fn put(self, id: u32, head: &Head<R>, checkpoint: &[u8]) {
        self.waiting.update_value(|waiting| drop(waiting.insert(id, saved::write(head, checkpoint))));
        self.write();
    }

    fn write(self) {
        let Some(vault) = self.vault.get_value().filter(|_| !self.busy.get_value()) else { return };
        let Some((id, record)) = self.waiting.try_update_value(BTreeMap::pop_first).flatten() else { return };
        self.busy.set_value(true);
        let slot = self.slots.with_value(|slots| slots.get(&id).copied()).unwrap_or(0);
        self.next_slot(id, slot + 1);
        spawn_local(async move {
            let written = vault.write(&records::name::<R>(id, slot), &record).await;
            self.trouble.set(written.err());
            self.busy.set_value(false);
            self.write();
        });
    }

    fn next_slot(self, id: u32, slot: usize) {
        self.slots.update_value(|slots| {
            slots.insert(id, slot);
        });
    }

    /// Deletes what was left of a training.
    pub fn discard(self, id: u32) {
        self.left.update(|left| left.retain(|other| other.id != id));
        self.dropped.update_value(|dropped| {
            dropped.insert(id);
        });
        self.waiting.update_value(|waiting| drop(waiting.remove(&id)));
        self.in_vault(move |vault| async move { records::forget::<R>(&vault, id).await });
    }

    /// Reads a training that was left; `then` takes its head and its checkpoint, or a sentence.
    pub fn take(self, id: u32, then: impl FnOnce(Result<(Head<R>, Vec<u8>), &'static str>) + 'static) {
        self.in_vault(move |vault| async move {
            let found = match records::newest(&vault, id).await {
                Standing::Whole { head, checkpoint, slot, sure } => {
                    // A file that cannot be read, and may be newer, is not written over.
                    self.next_slot(id, if sure { slot + 1 } else { slot });
                    Ok((head, checkpoint))
                }
                Standing::Nothing => {
                    self.discard(id);
                    Err(UNREAD)
                }
                Standing::Unsure => Err(HELD),
            };
            then(found);
        });
    }

    /// The worker could not read the checkpoint that it was given of a saved training: the file goes, and what is left of the
    /// training is offered again.
    pub fn refused(self) {
        let id = self.id.get_value();
        let slot = self.slots.with_value(|slots| slots.get(&id).copied()).unwrap_or(0).wrapping_sub(1);
        self.last.set_value(None);
        self.in_vault(move |vault| async move {
            vault.remove(&records::name::<R>(id, slot)).await;
            self.left.set(records::all(&vault).await.0);
        });
    }

    fn in_vault<F: Future<Output = ()> + 'static>(self, work: impl FnOnce(Vault) -> F) {
        if let Some(vault) = self.vault.get_value() {
            spawn_local(work(vault));
        }
    }
}
