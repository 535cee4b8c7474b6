//! Files dropped anywhere on the page: loaded by what they are, or refused with a sentence. The browser never leaves the
//! page for one.

use super::{clock, form::file, store::Store};
use data::kind;
use js_sys::{Function, Reflect, Uint8Array};
use leptos::{ev, prelude::*};
use protocol::link::View;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DataTransfer, DragEvent, Element, Event, File, FileList, HtmlInputElement};

/// Bytes that tell what a file is.
const HEAD: f64 = 1024.0;
/// How often it is looked whether the plane has come, and how many times.
const LOOK_MS: u64 = 100;
const LOOKS: u32 = 300;

/// Hears for as long as there is a page.
pub fn listen(store: Store) {
    let files = |event: &DragEvent| event.data_transfer().and_then(|it| it.files());
    let over = window_event_listener(ev::dragover, |event| {
        if !is_text(&event) {
            event.prevent_default();
        }
    });
    let dropped = window_event_listener(ev::drop, move |event| {
        // Where a view takes it by itself, it has been taken.
        if event.default_prevented() || is_text(&event) {
            return;
        }
        event.prevent_default();
        let Some(all) = files(&event).filter(|all| all.length() > 0) else { return };
        if all.length() > 1 {
            return store.alerts.say("One file at a time: drop a weights file or a file of points.");
        }
        if let Some(file) = all.get(0) {
            spawn_local(sort(store, file));
        }
    });
    on_cleanup(move || {
        over.remove();
        dropped.remove();
    });
}

/// Words that are dragged into a field, which takes them by itself.
fn is_text(event: &DragEvent) -> bool {
    let field = event
        .target()
        .and_then(|it| it.dyn_into::<Element>().ok())
        .is_some_and(|it| it.matches("input, textarea").unwrap_or(false));
    let files = event.data_transfer().is_some_and(|it| it.types().includes(&"Files".into(), 0));
    field && !files
}

/// Weights to the store, points to the plane, anything else is called what it is.
async fn sort(store: Store, file: File) {
    let name = file.name();
    let head = match file.slice_with_f64_and_f64(0.0, HEAD) {
        Ok(head) => JsFuture::from(head.array_buffer()).await.ok(),
        Err(_) => None,
    };
    let Some(head) = head.map(|head| Uint8Array::new(&head).to_vec()) else {
        return store.alerts.say(format!("“{name}” could not be read."));
    };
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.to_lowercase().ends_with(ending));
    match kind::kind(&head) {
        None if head.is_empty() => store.alerts.say(format!("“{name}” is empty.")),
        Some("a CSV file" | "a JSON file" | "a text file") => points(store, file),
        None if ends(&[".csv", ".tsv", ".txt", ".json"]) => points(store, file),
        None => file::take(store, file),
        Some(kind) => {
            let words = "The page takes weights (.safetensors) and points (.csv, .json).";
            store.alerts.say(format!("“{name}” is {kind}. {words}"));
        }
    }
}

/// Goes to the plane with a file.
fn points(store: Store, file: File) {
    store.go(View::Plane);
    hand(store, file, LOOKS);
}

/// Hands a file to the plane as if it had been chosen there, once the plane has come; not to whoever has left it.
fn hand(store: Store, file: File, looks: u32) {
    if store.view.get_untracked() != View::Plane {
        return;
    }
    let input = document().query_selector(".view.plane input[type=file]").ok().flatten();
    match (input, list(&file)) {
        (Some(input), Some(files)) => {
            let input: HtmlInputElement = input.unchecked_into();
            input.set_files(Some(&files));
            let _ = Event::new("change").map(|event| input.dispatch_event(&event));
        }
        (None, Some(_)) if looks > 0 => {
            let wait = clock::Delay::new();
            wait.run(LOOK_MS, move || hand(store, file, looks - 1));
        }
        _ => store.alerts.say(format!("“{}” was not taken; load it in the Plane, with “Load points”.", file.name())),
    }
}

/// A list of one file, as an input takes it.
fn list(file: &File) -> Option<FileList> {
    let transfer = DataTransfer::new().ok()?;
    let items = Reflect::get(&transfer, &"items".into()).ok()?;
    let add: Function = Reflect::get(&items, &"add".into()).ok()?.dyn_into().ok()?;
    add.call1(&items, file).ok()?;
    transfer.files()
}
