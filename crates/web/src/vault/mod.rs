//! What the browser keeps for this page between visits, as bytes by name. What is written takes the place of what was there at
//! once, or not at all.

mod answer;
mod database;
mod files;

use crate::patience::pause;
use database::Database;
use files::Files;
use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Files, or the records of a database where the page cannot write files.
#[derive(Clone)]
pub enum Vault {
    Files(Files),
    Database(Database),
}

/// Seconds that a database is waited for where there are files as well; it may never answer.
const PATIENCE_S: i32 = 3;

/// Makes files of what a version of this browser that could not write them kept as records. A record goes once its file is seen
/// to be whole: others may be at the same, and there may be no room.
async fn take_over(files: Files) {
    let Ok(database) = Database::open().await else { return };
    for name in database.names().await.unwrap_or_default() {
        let Ok(Some(bytes)) = database.read(&name).await else { continue };
        // A file is empty while it is being written for the first time.
        let Ok(kept) = files.read(&name).await else { continue };
        let mut is_kept = kept.is_some_and(|file| !file.is_empty());
        if !is_kept {
            let _ = files.write(&name, &bytes).await;
            is_kept = files.read(&name).await.is_ok_and(|file| file.as_ref() == Some(&bytes));
        }
        if is_kept {
            database.remove(&name).await;
        }
    }
    database.close();
}

impl Vault {
    /// A sentence where there is neither: an old browser, some private windows, a page that came unencrypted.
    pub async fn open() -> Result<Self, String> {
        match Files::open().await {
            Ok(files) => {
                let all = files.clone();
                let over = future_to_promise(async move {
                    take_over(all).await;
                    Ok(JsValue::UNDEFINED)
                });
                let _ = JsFuture::from(Promise::race(&Array::of2(&over, &pause(PATIENCE_S)))).await;
                Ok(Self::Files(files))
            }
            Err(why) => Database::open().await.map(Self::Database).map_err(|_| why),
        }
    }

    /// Writes bytes under a name, in one go.
    pub async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        match self {
            Self::Files(files) => files.write(name, bytes).await,
            Self::Database(database) => database.write(name, bytes).await,
        }
    }

    /// What is under a name, if it is there; a sentence where that cannot be told now, which is no reason to delete it. What is being
    /// written for the first time is empty.
    pub async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        match self {
            Self::Files(files) => files.read(name).await,
            Self::Database(database) => database.read(name).await,
        }
    }

    /// Deletes what is under a name, if it is there.
    pub async fn remove(&self, name: &str) {
        match self {
            Self::Files(files) => files.remove(name).await,
            Self::Database(database) => database.remove(name).await,
        }
    }

    /// All names; a sentence where they cannot be told now.
    pub async fn names(&self) -> Result<Vec<String>, String> {
        match self {
            Self::Files(files) => files.names().await,
            Self::Database(database) => database.names().await,
        }
    }
}
