//! Files in the private file system of the page's origin.

use super::answer::{done, has, words};
use js_sys::{ArrayBuffer, AsyncIterator, Reflect, Uint8Array};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemWritableFileStream,
};

/// The folder of the page, since others may live on the same host.
const FOLDER: &str = "flowstep";
/// How Chromium's names end of what is being written, before it takes the place of a file. It stays where a browser is killed.
const UNFINISHED: &str = ".crswap";
/// After so many milliseconds nobody writes it any more.
const ABANDONED: f64 = 60_000.0;

/// See the module.
#[derive(Clone)]
pub struct Files(FileSystemDirectoryHandle);

/// Whether files can be written where a page runs, and not in workers alone.
fn writes() -> bool {
    let class = Reflect::get(&js_sys::global(), &"FileSystemFileHandle".into());
    let prototype = class.and_then(|class| Reflect::get(&class, &"prototype".into()));
    prototype.is_ok_and(|prototype| has(&prototype, "createWritable"))
}

impl Files {
    /// A sentence where there are none: an old browser, a private window, a page that came unencrypted.
    pub async fn open() -> Result<Self, String> {
        let none = || "this browser keeps no files for pages".to_string();
        let window = web_sys::window().ok_or_else(none)?;
        let storage = Reflect::get(&window.navigator(), &"storage".into()).map_err(|_| none())?;
        if !storage.is_object() || !has(&storage, "getDirectory") || !writes() {
            return Err(none());
        }
        let root: FileSystemDirectoryHandle = done(window.navigator().storage().get_directory()).await?;
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let files = Self(done(root.get_directory_handle_with_options(FOLDER, &options)).await?);
        files.tidy().await;
        Ok(files)
    }

    /// Deletes what was being written when a browser was killed: nothing reads it, and it takes room.
    async fn tidy(&self) {
        for name in self.names().await.iter().filter(|name| name.ends_with(UNFINISHED)) {
            if self.file(name).await.is_some_and(|file| js_sys::Date::now() - file.last_modified() > ABANDONED) {
                self.remove(name).await;
            }
        }
    }

    async fn file(&self, name: &str) -> Option<File> {
        let handle: FileSystemFileHandle = done(self.0.get_file_handle(name)).await.ok()?;
        done(handle.get_file()).await.ok()
    }

    /// Writes a file, in one go.
    pub async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), String> {
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let handle: FileSystemFileHandle = done(self.0.get_file_handle_with_options(name, &options)).await?;
        let stream: FileSystemWritableFileStream = done(handle.create_writable()).await?;
        // A copy: what is being written must not change.
        let writing = stream.write_with_js_u8_array(&Uint8Array::from(bytes)).map_err(|error| words(&error))?;
        JsFuture::from(writing).await.map_err(|error| words(&error))?;
        JsFuture::from(stream.close()).await.map_err(|error| words(&error))?;
        Ok(())
    }

    /// What a file holds, if it is there.
    pub async fn read(&self, name: &str) -> Option<Vec<u8>> {
        let file = self.file(name).await?;
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
