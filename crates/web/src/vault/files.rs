//! Files in the private file system of the page's origin.

use super::answer::{self, cast, done, has, words};
use crate::patience::pause;
use js_sys::{Array, ArrayBuffer, AsyncIterator, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemWritableFileStream, Window,
};

/// The folder of the page, since others may live on the same host.
const FOLDER: &str = "flowstep";
/// How Chromium's names end of what is being written, before it takes the place of a file. It stays where a browser is killed.
const UNFINISHED: &str = ".crswap";
/// How often it is tried to list or to read what others may be writing.
const TRIES: usize = 3;
/// Seconds that each answer of the browser is waited for, but those to what is written.
const PATIENCE_S: i32 = 5;
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
        let files = match folder(&window).await {
            Ok(files) => files,
            // Another page of this origin may just be leaving, with files of its own open.
            Err(_) => {
                rest().await;
                folder(&window).await?
            }
        };
        files.tidy().await;
        Ok(files)
    }

    /// Deletes what was being written when a browser was killed: nothing reads it, and it takes room. A file that is written for the
    /// first time is empty until then.
    async fn tidy(&self) {
        for name in self.names().await.unwrap_or_default() {
            let Some(file) = self.file(&name).await else { continue };
            let unfinished = name.ends_with(UNFINISHED) || file.size() == 0.0;
            if unfinished && js_sys::Date::now() - file.last_modified() > ABANDONED {
                self.remove(&name).await;
            }
        }
    }

    /// The file of a name, if it is there; a sentence where the browser does not say.
    async fn handle(&self, name: &str) -> Result<Option<FileSystemFileHandle>, String> {
        match JsFuture::from(in_time(self.0.get_file_handle(name))).await {
            Ok(handle) => cast(handle).map(Some),
            Err(error) if answer::name(&error).as_deref() == Some("NotFoundError") => Ok(None),
            Err(error) => Err(words(&error)),
        }
    }

    async fn file(&self, name: &str) -> Option<File> {
        soon(self.handle(name).await.ok()??.get_file()).await.ok()
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

    /// What a file holds, if it is there; a sentence where it is there and cannot be read. One that is replaced meanwhile is read
    /// again.
    pub async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let mut why = String::new();
        for _ in 0..TRIES {
            match self.contents(name).await {
                Ok(found) => return Ok(found),
                Err(words) => why = words,
            }
            rest().await;
        }
        Err(why)
    }

    async fn contents(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let Some(handle) = self.handle(name).await? else { return Ok(None) };
        let file: File = soon(handle.get_file()).await?;
        let buffer: ArrayBuffer = soon(file.array_buffer()).await?;
        Ok(Some(Uint8Array::new(&buffer).to_vec()))
    }

    /// Deletes a file, if it is there.
    pub async fn remove(&self, name: &str) {
        let _ = JsFuture::from(in_time(self.0.remove_entry(name))).await;
    }

    /// The names of all files; a sentence where the browser does not say.
    pub async fn names(&self) -> Result<Vec<String>, String> {
        let mut why = String::new();
        for _ in 0..TRIES {
            match self.listed().await {
                Ok(names) => return Ok(names),
                Err(words) => why = words,
            }
            rest().await;
        }
        Err(why)
    }

    /// The same; a browser may stop amid them, while files come and go.
    async fn listed(&self) -> Result<Vec<String>, String> {
        let (keys, mut names): (AsyncIterator, Vec<String>) = (self.0.keys(), vec![]);
        loop {
            let next: Object = soon(keys.next().map_err(|error| words(&error))?).await?;
            let value = Reflect::get(&next, &"value".into()).map_err(|error| words(&error))?;
            let Some(name) = value.as_string() else { return Ok(names) };
            names.push(name);
        }
    }
}

/// The folder of the page, made where it is not there.
async fn folder(window: &Window) -> Result<Files, String> {
    let root: FileSystemDirectoryHandle = soon(window.navigator().storage().get_directory()).await?;
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(true);
    Ok(Files(soon(root.get_directory_handle_with_options(FOLDER, &options)).await?))
}

/// What a promise comes to within some seconds: one of a file that another page holds may never settle.
async fn soon<T: JsCast>(promise: Promise) -> Result<T, String> {
    done(in_time(promise)).await
}

/// The same promise, or nothing after some seconds.
fn in_time(promise: Promise) -> Promise {
    Promise::race(&Array::of2(&promise, &pause(PATIENCE_S)))
}

/// Until it is tried again.
async fn rest() {
    // Nobody ends this promise.
    let _ = JsFuture::from(pause(1)).await;
}
