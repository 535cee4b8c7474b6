//! What a person has loaded, trained or painted, in the browser's own storage: listed, brought back, deleted.

use super::alerts::Alerts;
use leptos::prelude::*;
use protocol::saved::{
    self,
    keepsake::{Keeping, Keepsake},
};
use std::{cmp::Reverse, collections::HashSet};
use wasm_bindgen_futures::spawn_local;
use web::vault::Vault;

/// So many of a kind are kept.
const MOST: usize = 24;
const FILES: &str = "keepsake-";

/// Something that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// A hash of its bytes.
    pub id: u64,
    /// When it was kept, in milliseconds since 1970.
    pub at: f64,
    pub keeping: Keeping,
    /// How many bytes it takes.
    pub size: usize,
}

/// All of one kind, in one of the modules of the page.
#[derive(Clone, Copy)]
pub struct Keepsakes {
    alerts: Alerts,
    mine: fn(&Keeping) -> bool,
    vault: StoredValue<Option<Vault>, LocalStorage>,
    /// What came before the storage was there.
    early: StoredValue<Vec<(Keepsake, Vec<u8>)>>,
    /// What is to be there once storage has done all that it was asked: it takes its time.
    wanted: StoredValue<HashSet<u64>>,
    /// The newest first.
    pub all: RwSignal<Vec<Thing>>,
    /// All that other visits have kept is known, or there is nothing.
    pub looked: RwSignal<bool>,
}

fn name(id: u64) -> String {
    format!("{FILES}{id:016x}")
}

/// Every one in storage; files that cannot be read are deleted.
async fn found(vault: &Vault) -> Vec<Thing> {
    let mut all = vec![];
    for name in vault.names().await.unwrap_or_default() {
        let Some(id) = name.strip_prefix(FILES).and_then(|id| u64::from_str_radix(id, 16).ok()) else { continue };
        // An empty one is just being written.
        let Some(record) = vault.read(&name).await.ok().flatten().filter(|it| !it.is_empty()) else { continue };
        match saved::read::<Keepsake>(&record).filter(|(_, bytes)| saved::sum(bytes) == id) {
            Some((Keepsake { at, keeping }, _)) => all.push(Thing { id, at, keeping, size: record.len() }),
            None if saved::is_of_another_version::<Keepsake>(&record) => {}
            None => vault.remove(&name).await,
        }
    }
    all.sort_by_key(|thing| Reverse(thing.at as u64));
    all
}

impl Keepsakes {
    /// Those of which `mine` holds.
    pub fn new(alerts: Alerts, mine: fn(&Keeping) -> bool) -> Self {
        Self {
            alerts,
            mine,
            vault: StoredValue::new_local(None),
            early: StoredValue::new(vec![]),
            wanted: StoredValue::new(HashSet::new()),
            all: RwSignal::new(vec![]),
            looked: RwSignal::new(false),
        }
    }

    /// Looks for what other visits have kept.
    pub fn open(self) {
        spawn_local(async move {
            if let Ok(vault) = Vault::open().await {
                let mine = found(&vault).await.into_iter().filter(|thing| (self.mine)(&thing.keeping)).collect();
                self.vault.set_value(Some(vault));
                self.all.set(mine);
            }
            self.looked.set(true);
            let early = self.early.try_update_value(std::mem::take).unwrap_or_default();
            early.into_iter().for_each(|(keepsake, bytes)| self.put(keepsake, bytes));
        });
    }

    /// Keeps something for other visits. Its name, by which [`take`](Self::take) finds it.
    pub fn keep(self, keeping: Keeping, bytes: Vec<u8>) -> u64 {
        let (id, keepsake) = (saved::sum(&bytes), Keepsake { at: js_sys::Date::now(), keeping });
        match self.looked.get_untracked() {
            true => self.put(keepsake, bytes),
            false => self.early.update_value(|early| early.push((keepsake, bytes))),
        }
        id
    }

    fn put(self, keepsake: Keepsake, bytes: Vec<u8>) {
        let id = saved::sum(&bytes);
        let others = self.all.with_untracked(|all| all.iter().filter(|thing| thing.id != id).count());
        let Some(vault) = self.vault.get_value() else { return };
        if others >= MOST {
            let words = format!("This browser keeps {MOST} of these; delete one of them to keep others.");
            return self.alerts.say(words);
        }
        let record = saved::write(&keepsake, &bytes);
        let thing = Thing { id, at: keepsake.at, keeping: keepsake.keeping, size: record.len() };
        self.wanted.update_value(|wanted| {
            wanted.insert(id);
        });
        spawn_local(async move {
            match vault.write(&name(id), &record).await {
                Ok(()) if !self.wants(id) => vault.remove(&name(id)).await,
                Ok(()) => self.all.update(|all| {
                    all.retain(|other| other.id != id);
                    all.insert(0, thing);
                }),
                Err(why) => self.alerts.say(format!("This is not kept for other visits, since {why}.")),
            }
        });
    }

    /// Deletes one, which is listed for as long as it is in storage.
    pub fn discard(self, id: u64) {
        let vault = self.vault.get_value();
        self.wanted.update_value(|wanted| {
            wanted.remove(&id);
        });
        spawn_local(async move {
            if let Some(vault) = vault {
                vault.remove(&name(id)).await;
            }
            if !self.wants(id) {
                self.all.update(|all| all.retain(|thing| thing.id != id));
            }
        });
    }

    fn wants(self, id: u64) -> bool {
        self.wanted.with_value(|wanted| wanted.contains(&id))
    }

    /// Reads one; `then` takes its bytes.
    pub fn take(self, id: u64, then: impl FnOnce(Keeping, Vec<u8>) + 'static) {
        let Some(vault) = self.vault.get_value() else { return };
        spawn_local(async move {
            let found = match vault.read(&name(id)).await {
                Ok(found) => found,
                Err(why) => {
                    return self.alerts.say(format!("What was kept cannot be read now, since {why}. Try it again."));
                }
            };
            let foreign = |record: &Vec<u8>| record.is_empty() || saved::is_of_another_version::<Keepsake>(record);
            let (held, record) = (found.as_ref().is_some_and(foreign), found.unwrap_or_default());
            match saved::read::<Keepsake>(&record).filter(|(_, bytes)| saved::sum(bytes) == id) {
                Some((keepsake, bytes)) => then(keepsake.keeping, bytes.to_vec()),
                None if held => self.alerts.say(
                    "What was kept cannot be read now: another page may be writing it, or a newer one have written it.",
                ),
                None => {
                    self.discard(id);
                    self.alerts.say("What was kept cannot be read any more, so it is no longer listed.");
                }
            }
        });
    }
}
