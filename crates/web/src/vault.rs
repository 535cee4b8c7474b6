//! Files that the browser keeps for this page between visits, in the private file system of its origin. What is written takes
//! the place of what was there at once, or not at all.

use crate::client::reason;
use js_sys::{ArrayBuffer, AsyncIterator, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemWritableFileStream,
};

/// The folder of the page, since others may live on the same host.
const FOLDER: &str = "flowstep";

/// See the module.
#[derive(Clone)]
pub struct Vault(FileSystemDirectoryHandle);

/// What a promise comes to, as this type; the browser's own words where it comes to none.
async fn done<T: JsCast>(promise: Promise) -> Result<T, String> {
    let value = JsFuture::from(promise).await.map_err(|error| words(&error))?;
    value.dyn_into().map_err(|_| "the browser answered with something else".into())
}

fn words(error: &JsValue) -> String {
    reason(error).unwrap_or_else(|| "the browser gave no reason".into())
}

fn has(object: &JsValue, key: &str) -> bool {
    Reflect::get(object, &key.into()).is_ok_and(|it| it.is_function())
}

impl Vault {
    /// A sentence where there is none: an old browser, a private window, a page that came unencrypted.
    pub async fn open() -> Result<Self, String> {
        let none = || "this browser keeps no files for pages".to_string();
        let window = web_sys::window().ok_or_else(none)?;
        let storage = Reflect::get(&window.navigator(), &"storage".into()).map_err(|_| none())?;
        if !storage.is_object() || !has(&storage, "getDirectory") {
            return Err(none());
        }
        let root: FileSystemDirectoryHandle = done(window.navigator().storage().get_directory()).await?;
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        Ok(Self(done(root.get_directory_handle_with_options(FOLDER, &options)).await?))
    }

    /// Writes a file, in one go.
    pub async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let handle: FileSystemFileHandle = done(self.0.get_file_handle_with_options(name, &options)).await?;
        if !has(&handle, "createWritable") {
            return Err("this browser writes no files for pages".into());
        }
        let stream: FileSystemWritableFileStream = done(handle.create_writable()).await?;
        // A copy: what is being written must not change.
        let writing = stream.write_with_js_u8_array(&Uint8Array::from(bytes)).map_err(|error| words(&error))?;
        JsFuture::from(writing).await.map_err(|error| words(&error))?;
        JsFuture::from(stream.close()).await.map_err(|error| words(&error))?;
        Ok(())
    }

    /// What a file holds, if it is there.
    pub async fn read(&self, name: &str) -> Option<Vec<u8>> {
        let handle: FileSystemFileHandle = done(self.0.get_file_handle(name)).await.ok()?;
        let file: File = done(handle.get_file()).await.ok()?;
        let buffer: ArrayBuffer = done(file.array_buffer()).await.ok()?;
        Some(Uint8Array::new(&buffer).to_vec())
    }

    /// Deletes a file, if it is there.
    pub async fn remove(&self, name: &str) {
        let _ = JsFuture::from(self.0.remove_entry(name)).await;
    }

    /// The names of all files.
    pub async fn names(&self) -> Vec<String> {
        let (keys, mut names): (AsyncIterator, _) = (self.0.keys(), vec![]);
        while let Ok(next) = keys.next() {
            let Ok(next) = JsFuture::from(next).await else { break };
            let value = Reflect::get(&next, &"value".into()).ok().and_then(|it| it.as_string());
            let Some(name) = value else { break };
            names.push(name);
        }
        names
    }
}
