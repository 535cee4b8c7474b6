//! What is kept of the page for visits without a network (`shell/sw.js`), and whether a newer build of it is on its server.

use super::{files, patience};
use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MessageChannel, MessageEvent, MessagePort, RequestCache, RequestInit, Response, ServiceWorker,
    ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState, Window,
};

const SERVICE_WORKER: &str = "./sw.js";
/// What a waiting service worker is told when the person wants the newer build.
const TAKE_OVER: &str = "take over";
/// Seconds in which a newer build is ready to be reloaded into; after that the page does without what is kept.
const RENEWAL_S: i32 = 20;

fn window() -> Option<Window> {
    web_sys::window()
}

/// Nothing where the browser has no service workers for this page (unencrypted, private), or while it is being written.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator = window()?.navigator();
    let has = Reflect::get(&navigator, &"serviceWorker".into()).is_ok_and(|it| it.is_object());
    (has && !files::build().is_empty()).then(|| navigator.service_worker())
}

/// What a promise comes to, as this type.
async fn done<T: JsCast>(promise: Promise) -> Option<T> {
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

async fn registration() -> Option<ServiceWorkerRegistration> {
    done(container()?.get_registration()).await
}

/// Whether a worker that comes takes the place of another. The first of all is no news, though it waits for a moment as well.
fn replaces(registration: &ServiceWorkerRegistration, coming: &ServiceWorker) -> bool {
    registration.active().is_some_and(|active| active != *coming)
}

/// Has the browser keep what a second visit needs, and says when a newer build has been kept: not by itself, since what is
/// shown is never taken from under a person's eyes.
pub fn keep(newer: impl Fn() + 'static) {
    spawn_local(async move {
        let Some(container) = container() else { return };
        let Some(registration) = done::<ServiceWorkerRegistration>(container.register(SERVICE_WORKER)).await else {
            return;
        };
        if registration.waiting().is_some_and(|waiting| replaces(&registration, &waiting)) {
            newer();
        }
        let (of, newer) = (registration.clone(), std::rc::Rc::new(newer));
        let found = Closure::<dyn FnMut()>::new(move || {
            let Some(coming) = of.installing() else { return };
            let (of, newer, worker) = (of.clone(), newer.clone(), coming.clone());
            let changed = Closure::<dyn FnMut()>::new(move || {
                if worker.state() == ServiceWorkerState::Installed && replaces(&of, &worker) {
                    newer();
                }
            });
            coming.set_onstatechange(Some(changed.into_js_value().unchecked_ref()));
        });
        registration.set_onupdatefound(Some(found.into_js_value().unchecked_ref()));
    });
}

/// Whether the server has another build than this page; false where it cannot be asked.
pub async fn is_newer_there() -> bool {
    let ours = files::build();
    !ours.is_empty() && on_server().await.is_some_and(|build| build != ours)
}

/// The build that the server has now.
async fn on_server() -> Option<String> {
    let options = RequestInit::new();
    options.set_cache(RequestCache::NoStore);
    let response: Response = done(window()?.fetch_with_str_and_init("./", &options)).await?;
    let text = done::<js_sys::JsString>(response.text().ok()?).await.map(String::from)?;
    let (_, rest) = text.split_once("data-build=\"")?;
    Some(rest.split_once('"')?.0.to_string())
}

/// Reloads the page into the newest build that can be had.
pub async fn renew() {
    let first = Promise::race(&Array::of2(
        &wasm_bindgen_futures::future_to_promise(async {
            take_over().await;
            Ok(JsValue::TRUE)
        }),
        &patience::pause(RENEWAL_S),
    ));
    let is_done = JsFuture::from(first).await.is_ok_and(|it| it.is_truthy());
    if !is_done && let Some(registration) = registration().await {
        let _ = registration.unregister().map(JsFuture::from);
    }
    let _ = window().map(|it| it.location().reload());
}

/// Has the newest service worker take over, if there is a newer one; without one that serves the newest build, none serves.
async fn take_over() {
    let Some(registration) = registration().await else { return };
    if let Ok(update) = registration.update() {
        let _ = JsFuture::from(update).await;
    }
    if let Some(coming) = registration.installing() {
        let _ = JsFuture::from(settled(&coming)).await;
    }
    let Some(waiting) = registration.waiting() else {
        // The one that serves is of this build, and would serve it again.
        if is_newer_there().await
            && let Ok(gone) = registration.unregister()
        {
            let _ = JsFuture::from(gone).await;
        }
        return;
    };
    let Some(container) = container() else { return };
    let taken = Promise::new(&mut |resolve, _| container.set_oncontrollerchange(Some(&resolve)));
    let _ = waiting.post_message(&TAKE_OVER.into());
    let _ = JsFuture::from(taken).await;
}

/// A promise that a service worker is no longer being installed.
fn settled(worker: &ServiceWorker) -> Promise {
    Promise::new(&mut |resolve, _| {
        let of = worker.clone();
        let changed = Closure::<dyn FnMut()>::new(move || {
            if of.state() != ServiceWorkerState::Installing {
                let _ = resolve.call0(&JsValue::NULL);
            }
        });
        worker.set_onstatechange(Some(changed.into_js_value().unchecked_ref()));
    })
}

/// What the service worker is told to do with all files.
const KEEP_ALL: &str = "keep all";
const COUNT: &str = "count";

/// What the service worker says of what is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    /// Bytes that are kept, and bytes of all files.
    Share(f64, f64),
    /// It has come to its end, or was stopped.
    Done,
    /// What could not be fetched and kept.
    Failed(String),
}

/// A word that ends what was begun.
pub struct Stop(MessagePort);

impl Stop {
    pub fn stop(&self) {
        let _ = self.0.post_message(&JsValue::NULL);
    }
}

/// How much is kept; nothing where the browser keeps nothing here.
pub async fn count(told: impl FnMut(Kept) + 'static) -> Option<()> {
    ask(COUNT, told).await.map(drop)
}

/// Fetches and keeps all that is not kept yet.
pub async fn keep_all(told: impl FnMut(Kept) + 'static) -> Option<Stop> {
    // So that the browser does not clear it when space is short, where it is willing.
    // Firefox asks the person first, and whatever they say, or if they say nothing, the files are fetched.
    let _ = window().map(|it| it.navigator().storage().persist());
    ask(KEEP_ALL, told).await
}

async fn ask(what: &str, mut told: impl FnMut(Kept) + 'static) -> Option<Stop> {
    let worker = registration().await?.active()?;
    let channel = MessageChannel::new().ok()?;
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        let data = message.data();
        told(match (data.as_string(), data.dyn_ref::<Array>()) {
            (Some(end), _) if end.is_empty() => Kept::Done,
            (Some(path), _) => Kept::Failed(path),
            (None, Some(share)) => {
                Kept::Share(share.get(0).as_f64().unwrap_or(0.0), share.get(1).as_f64().unwrap_or(0.0))
            }
            _ => return,
        });
    });
    channel.port1().set_onmessage(Some(heard.into_js_value().unchecked_ref()));
    worker.post_message_with_transferable(&what.into(), &Array::of1(&channel.port2())).ok()?;
    Some(Stop(channel.port1()))
}
