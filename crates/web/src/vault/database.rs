//! The same in IndexedDB: for windows without files, and browsers in which a page cannot write them.

use super::answer::{cast, words};
use crate::patience::pause;
use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, IdbDatabase, IdbObjectStore, IdbRequest, IdbTransaction, IdbTransactionMode};

/// The database of the page, since others may live on the same host.
const NAME: &str = "flowstep";
/// Its one store: bytes by name.
const STORE: &str = "files";

/// Seconds that each answer to a question is waited for: another page may hold the store.
const PATIENCE_S: i32 = 5;

/// See the module.
#[derive(Clone)]
pub struct Database(IdbDatabase);

/// A promise of the first of two things: `listen` gives each of them whom it is to call. It fails with the second.
fn either(mut listen: impl FnMut(&Function, &Function)) -> Promise {
    Promise::new(&mut |good, bad| listen(&good, &bad))
}

/// What went wrong.
fn trouble(error: Option<DomException>) -> String {
    error.map_or_else(|| "the browser gave no reason".into(), |error| words(&error))
}

/// Success or failure of a request.
fn settled(request: &IdbRequest) -> Promise {
    either(|good, bad| {
        request.set_onsuccess(Some(good));
        request.set_onerror(Some(bad));
    })
}

/// What a request comes to, within some seconds.
async fn result(request: &IdbRequest) -> Result<JsValue, String> {
    answer(request, Promise::race(&Array::of2(&settled(request), &pause(PATIENCE_S)))).await
}

async fn answer(request: &IdbRequest, settled: Promise) -> Result<JsValue, String> {
    if JsFuture::from(settled).await.is_err() {
        return Err(trouble(request.error().ok().flatten()));
    }
    // Of one that is still pending there is none.
    request.result().map_err(|error| words(&error))
}

/// Waits until everything that was asked for is there to stay.
async fn over(transaction: &IdbTransaction) -> Result<(), String> {
    let listen = |good: &Function, bad: &Function| {
        transaction.set_oncomplete(Some(good));
        transaction.set_onabort(Some(bad));
        transaction.set_onerror(Some(bad));
    };
    let done = JsFuture::from(either(listen)).await;
    done.map(drop).map_err(|_| trouble(transaction.error()))
}

/// Says that nothing more will be asked. Otherwise the browser waits for us to say so, and a page that is left meanwhile and kept
/// for the way back says nothing: WebKit then lets nobody else read or write.
#[expect(deprecated, reason = "it is so in the bindings alone, and in no browser")]
fn seal(transaction: &IdbTransaction) {
    // An older browser finds it out by itself.
    let _ = transaction.commit();
}

impl Database {
    /// A sentence where there is none.
    pub async fn open() -> Result<Self, String> {
        let factory = web_sys::window().and_then(|window| window.indexed_db().ok().flatten());
        let factory = factory.ok_or("this browser stores nothing for pages")?;
        let opening = factory.open_with_u32(NAME, 1).map_err(|error| words(&error))?;
        let fresh = opening.clone();
        let make = Closure::<dyn FnMut()>::new(move || {
            if let Ok(database) = fresh.result() {
                // A store that cannot be made is one that cannot be opened.
                let _ = database.unchecked_into::<IdbDatabase>().create_object_store(STORE);
            }
        });
        opening.set_onupgradeneeded(Some(make.as_ref().unchecked_ref()));
        // However late it comes: there is nothing else to turn to.
        answer(&opening, settled(&opening)).await.map(|database| Self(database.unchecked_into()))
    }

    /// Ends it, once all is done that was asked of it.
    pub fn close(self) {
        self.0.close();
    }

    fn store(&self, mode: IdbTransactionMode) -> Result<(IdbTransaction, IdbObjectStore), String> {
        let transaction = self.0.transaction_with_str_and_mode(STORE, mode).map_err(|error| words(&error))?;
        let store = transaction.object_store(STORE).map_err(|error| words(&error))?;
        Ok((transaction, store))
    }

    /// Puts bytes under a name, in one go.
    pub async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let (transaction, store) = self.store(IdbTransactionMode::Readwrite)?;
        store.put_with_key(&Uint8Array::from(bytes), &name.into()).map_err(|error| words(&error))?;
        seal(&transaction);
        over(&transaction).await
    }

    /// The bytes under a name, if it is there; a sentence where the browser does not say.
    pub async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let (transaction, store) = self.store(IdbTransactionMode::Readonly)?;
        let asked = store.get(&name.into()).map_err(|error| words(&error))?;
        seal(&transaction);
        let bytes = result(&asked).await?;
        Ok(bytes.dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec()))
    }

    /// Deletes what is under a name, if it is there.
    pub async fn remove(&self, name: &str) {
        let Ok((transaction, store)) = self.store(IdbTransactionMode::Readwrite) else { return };
        if store.delete(&name.into()).is_ok() {
            seal(&transaction);
            let _ = over(&transaction).await;
        }
    }

    /// All names; a sentence where the browser does not say.
    pub async fn names(&self) -> Result<Vec<String>, String> {
        let (transaction, store) = self.store(IdbTransactionMode::Readonly)?;
        let asked = store.get_all_keys().map_err(|error| words(&error))?;
        seal(&transaction);
        let keys = result(&asked).await?;
        Ok(cast::<Array>(keys)?.iter().filter_map(|key| key.as_string()).collect())
    }
}
