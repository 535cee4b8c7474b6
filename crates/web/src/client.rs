//! The page's side of the worker: starts one, speaks with it, and replaces it when it dies.

use super::probe::{self, Adapter};
use js_sys::{Array, Uint8Array};
use protocol::{
    link::DeviceChoice,
    message::{Command, Event, decode, encode},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

/// Where Trunk puts the two workers, relative to the page.
const CPU_WORKER: &str = "worker_loader.js";
const GPU_WORKER: &str = "worker-gpu_loader.js";

/// CPU workers that may die in the page's life before it gives up.
const CPU_LIVES: u32 = 2;
/// A worker that lived this long did not die of its start, and costs no life.
const LONG_LIFE_MS: f64 = 60_000.0;

/// What the client tells the page.
pub enum Notice {
    /// The worker said something.
    Event(Event),
    /// A plain sentence for the person; nothing else changes.
    Warning(String),
    /// Why a device was passed over, for who asks.
    Passed(String),
    /// The worker died and a CPU worker takes its place: what matters must be asked again.
    Replaced(String),
    /// No worker can be had.
    Failed(String),
}

/// A handle to whichever worker is alive.
#[derive(Clone)]
pub struct Client(Rc<Inner>);

struct Inner {
    notify: Box<dyn Fn(Notice)>,
    worker: RefCell<Option<Life>>,
    /// Commands given before the worker was up.
    queue: RefCell<Vec<Command>>,
    cpu_lives: Cell<u32>,
}

/// One worker with its listeners, which must live as long as it does.
struct Life {
    worker: Worker,
    gpu: bool,
    ready: bool,
    since: f64,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Client {
    /// A client without a worker yet; commands given to it wait.
    pub fn new(notify: impl Fn(Notice) + 'static) -> Self {
        Self(Rc::new(Inner {
            notify: Box::new(notify),
            worker: RefCell::default(),
            queue: RefCell::default(),
            cpu_lives: Cell::new(CPU_LIVES),
        }))
    }

    /// Chooses a device and starts its worker.
    pub async fn start(&self, choice: DeviceChoice) {
        let adapter = match choice {
            DeviceChoice::Cpu => Err(String::new()),
            DeviceChoice::Auto | DeviceChoice::Gpu => probe::adapter().await,
        };
        match adapter {
            Ok(Adapter::Software) if choice == DeviceChoice::Auto => {
                (self.0.notify)(Notice::Passed(
                    "WebGPU is there, but only in software, which is slower than the CPU.".into(),
                ));
                self.launch(false);
            }
            Ok(_) => self.launch(true),
            Err(reason) => {
                if choice == DeviceChoice::Gpu {
                    (self.0.notify)(Notice::Warning(format!("{reason} The CPU computes instead.")));
                }
                self.launch(false);
            }
        }
    }

    /// Hands a command to the worker, or keeps it until there is one.
    pub fn send(&self, command: Command) {
        match &*self.0.worker.borrow() {
            Some(life) if life.ready => post(&life.worker, &command),
            _ => self.0.queue.borrow_mut().push(command),
        }
    }

    fn launch(&self, gpu: bool) {
        if let Err(reason) = self.spawn(gpu) {
            self.died(gpu, 0.0, &reason);
        }
    }

    /// Starts a worker; a sentence if the browser will not have one.
    fn spawn(&self, gpu: bool) -> Result<(), String> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(if gpu { GPU_WORKER } else { CPU_WORKER }, &options)
            .map_err(|error| format!("The worker could not start ({}).", text_of(&error)))?;
        let client = self.clone();
        let on_message = Closure::new(move |message: MessageEvent| client.heard(&message.data()));
        let client = self.clone();
        let on_error = Closure::new(move |event: web_sys::Event| {
            let detail = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).filter(|text| !text.is_empty());
            client.lost(&match detail {
                Some(text) => format!("The worker stopped ({text})."),
                None => "The worker could not be loaded or understood.".into(),
            });
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        let life = Life { worker, gpu, ready: false, since: now(), _on_message: on_message, _on_error: on_error };
        *self.0.worker.borrow_mut() = Some(life);
        Ok(())
    }

    fn heard(&self, data: &JsValue) {
        let bytes = data.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec).unwrap_or_default();
        match decode::<Event>(&bytes) {
            Err(sentence) => self.lost(&sentence),
            Ok(Event::Lost { message }) => self.lost(&format!("{}.", message.trim_end_matches('.'))),
            Ok(event) => {
                if matches!(event, Event::Ready(_)) {
                    self.flush();
                }
                (self.0.notify)(Notice::Event(event));
            }
        }
    }

    fn flush(&self) {
        if let Some(life) = &mut *self.0.worker.borrow_mut() {
            life.ready = true;
            for command in self.0.queue.take() {
                post(&life.worker, &command);
            }
        }
    }

    fn lost(&self, reason: &str) {
        let Some(life) = self.0.worker.take() else { return };
        life.worker.set_onmessage(None);
        life.worker.set_onerror(None);
        life.worker.set_onmessageerror(None);
        life.worker.terminate();
        self.died(life.gpu, now() - life.since, reason);
        // This may run inside one of its own listeners: they go when the call is over.
        wasm_bindgen_futures::spawn_local(async move { drop(life) });
    }

    fn died(&self, gpu: bool, lived: f64, reason: &str) {
        // What was asked of the dead worker is asked again by the page.
        self.0.queue.borrow_mut().clear();
        if !gpu && lived < LONG_LIFE_MS {
            self.0.cpu_lives.set(self.0.cpu_lives.get().saturating_sub(1));
        }
        if self.0.cpu_lives.get() == 0 {
            let sentence = format!(
                "{reason} Its replacement failed too, so nothing can be computed; reload the page to try again."
            );
            return (self.0.notify)(Notice::Failed(sentence));
        }
        if let Err(reason) = self.spawn(false) {
            // That one costs a life of its own, and tells the page how it ends.
            return self.died(false, 0.0, &reason);
        }
        let sentence = if gpu {
            format!("{reason} The CPU goes on from here.")
        } else {
            format!("{reason} A new one goes on from here.")
        };
        (self.0.notify)(Notice::Replaced(sentence));
    }
}

fn post(worker: &Worker, command: &Command) {
    let bytes = Uint8Array::from(encode(command).as_slice());
    let transfer = Array::of1(&bytes.buffer());
    if worker.post_message_with_transfer(&bytes, &transfer).is_err() {
        web_sys::console::warn_1(&"a command could not be posted to the worker".into());
    }
}

fn text_of(error: &JsValue) -> String {
    reason(error).unwrap_or_else(|| "no reason given".into())
}

/// What an error says of itself, where it is one.
pub(crate) fn reason(error: &JsValue) -> Option<String> {
    error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()))
}

fn now() -> f64 {
    js_sys::Date::now()
}
