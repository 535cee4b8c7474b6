//! The page: views that read the [`store`] and call its verbs. It never touches a tensor. On anything but wasm it is empty.
//!
//! Rooms, one above the other, a crate each; the compiler holds the arrows.
//!
//! | floor | crate | what lives there |
//! |---|---|---|
//! | 0 | `flow` | the mathematics: no Burn, no web, no files |
//! | 1 | `data` | x_1: the image sets, read and normalised once; points as text |
//! | 2 | `protocol` | what page, worker, links and command line say to each other |
//! | 3 | `model` | networks as functions of one parameter vector θ |
//! | 4 | `lab` | the work: training, sampling, studies, as a state machine |
//! | 4 | `plane` | what the plane shows, as data: camera, marks, layers, SVG |
//! | 5 | `web` | the page's side of the browser: client, canvas, history |
//! | 5 | `worker` | the worker's side: shell, device, files |
//! | 5 | `cli` | the command line |
//! | 6 | here | the page |
#![cfg(target_arch = "wasm32")]

mod about;
mod bar;
mod chart;
mod clock;
mod compare;
mod curves;
mod dom;
mod download;
mod drop;
mod focus;
mod form;
mod formula;
mod glossary;
mod header;
mod help;
mod icon;
mod keepsakes;
mod mode;
mod notices;
mod picture;
pub mod plane;
mod plane_room;
mod sample;
mod saved;
mod share;
mod stops;
mod store;
mod text;
mod theme;
mod tour;
mod train;
mod undo_key;

use dom::{El, el, follow};
use flow::keyed::Keyed;
use leptos::{mount::mount_to, prelude::*};
use protocol::link::View;
use store::Store;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Puts the page in the place of the shell that index.html painted.
pub fn mount() {
    theme::restore();
    glossary::listen();
    focus::listen();
    let root = document().get_element_by_id("app").and_then(|it| it.dyn_into::<HtmlElement>().ok());
    let Some(root) = root.or_else(|| document().body()) else { return };
    let page = root.clone();
    // Leptos brings the signals to life; the elements are our own.
    mount_to(root, move || page.replace_children_with_node(&app(&page))).forget();
}

/// The whole page, which says on its root and on the document what it is doing.
fn app(root: &HtmlElement) -> js_sys::Array {
    let store = store::open();
    drop::listen(store);
    let condition = Memo::new(move |_| store.condition());
    let marked = [document().document_element(), root.dyn_ref().cloned()];
    follow(move || {
        // The plane says by itself what it does.
        let state = if store.view.get() == View::Plane { return } else { condition.get().key() };
        for element in marked.iter().flatten() {
            let _ = element.set_attribute("data-state", state);
        }
    });
    follow(move || document().set_title(&format!("{} – flowstep", store.view.get().name())));
    let main = el("main", "")
        .live_attr("class", move || format!("view {}", store.view.get().key()))
        .live(move || view(store, store.view.get()));
    let [keys, list] = help::help();
    mode::keep(store);
    let header = header::header(store, keys);
    [header, list, notices::notices(store.alerts), main].iter().map(El::dom).collect()
}

fn view(store: Store, view: View) -> Vec<El> {
    match view {
        View::Sample => guided(store, sample::view(store)),
        View::Compare => compare::view(store),
        View::Train => guided(store, train::view(store)),
        View::Plane => vec![plane_room::view(store)],
    }
}

/// A view that the tour comes to, behind the card of its stop.
fn guided(store: Store, view: Vec<El>) -> Vec<El> {
    let at = Memo::new(move |_| store.link.with(|link| link.tour));
    [tour::guide(store, at)].into_iter().chain(view).collect()
}
