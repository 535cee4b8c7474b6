//! The page's side of the worker: starts one, speaks with it, and replaces it when it dies.
//!
//! A worker first says of which build it is, and is then told where files are served; only after that messages go. Each of
//! these steps has an end: a worker that does not come, or whose device does not answer, is said or replaced.

use super::{
    files,
    patience::after,
    probe::{self, Adapter},
};
use js_sys::{Array, Uint8Array};
use protocol::{
    hello::Hello,
    link::DeviceChoice,
    message::{Command, Event, decode, encode},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

/// The two workers, relative to the page.
const CPU_WORKER: &str = "worker_loader.js";
const GPU_WORKER: &str = "worker-gpu_loader.js";

/// CPU workers that may die in the page's life before it gives up.
const CPU_LIVES: u32 = 2;
/// Seconds in which a worker has come, by far, on a line that is worth waiting for.
const COMING_S: i32 = 30;
/// Seconds in which WebGPU has answered a worker that has come.
const DEVICE_S: i32 = 30;
/// A worker that lived this long did not die of its start, and costs no life.
const LONG_LIFE_MS: f64 = 60_000.0;

/// What the client tells the page.
pub enum Notice {
    /// The worker said something.
    Event(Box<Event>),
    /// A plain sentence for the person; nothing else changes.
    Warning(String),
    /// Why a device was passed over, for who asks.
    Passed(String),
    /// The worker died and a CPU worker takes its place: what matters must be asked again.
    Replaced(String),
    /// A worker is long in coming; it may come all the same.
    Late(String),
    /// The one that was late has come.
    Came,
    /// The worker is of another build than the page: nothing that it says can be relied on.
    Stale,
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
    /// How many workers there have been.
    count: Cell<u32>,
    /// A worker on the GPU has died, and one on the CPU computes.
    lost_gpu: Cell<bool>,
}

/// One worker with its listeners, which must live as long as it does.
struct Life {
    worker: Worker,
    /// Which of this client's workers it is.
    number: u32,
    gpu: bool,
    /// It has said which build it is of.
    greeted: bool,
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
            count: Cell::new(0),
            lost_gpu: Cell::new(false),
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

    /// Starts a worker on the CPU in place of whatever there is, after one was late or could not be had.
    pub fn again(&self) {
        self.0.cpu_lives.set(CPU_LIVES);
        self.end();
        self.0.queue.borrow_mut().clear();
        self.launch(false);
        (self.0.notify)(Notice::Replaced("Another worker is being started.".into()));
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
        let address = files::address(if gpu { GPU_WORKER } else { CPU_WORKER });
        let worker = Worker::new_with_options(&address, &options)
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
        let number = self.0.count.get() + 1;
        self.0.count.set(number);
        let life = Life {
            worker,
            number,
            gpu,
            greeted: false,
            ready: false,
            since: now(),
            _on_message: on_message,
            _on_error: on_error,
        };
        *self.0.worker.borrow_mut() = Some(life);
        let client = self.clone();
        after(COMING_S, move || client.is_late(number));
        Ok(())
    }

    /// Whether the worker of this number is alive and `is` holds of it.
    fn is(&self, number: u32, is: impl Fn(&Life) -> bool) -> bool {
        self.0.worker.borrow().as_ref().is_some_and(|life| life.number == number && is(life))
    }

    /// The time is up in which a worker should have come.
    fn is_late(&self, number: u32) {
        if self.is(number, |life| !life.greeted && life.gpu) {
            self.lost(&format!("The worker for WebGPU has not come in {COMING_S} seconds."));
        } else if self.is(number, |life| !life.greeted) {
            let sentence = format!(
                "The worker that computes has not come in {COMING_S} seconds. Its files come slowly, or not at all; it \
                 starts as soon as they are here."
            );
            (self.0.notify)(Notice::Late(sentence));
        }
    }

    /// The worker has said of which build it is.
    fn greeted(&self, text: &str) {
        let fits = Hello::parse(text).is_some_and(|hello| hello.fits(&Hello::ours(&files::build())));
        if !fits {
            self.end();
            return (self.0.notify)(Notice::Stale);
        }
        let number = {
            let mut worker = self.0.worker.borrow_mut();
            let Some(life) = worker.as_mut() else { return };
            life.greeted = true;
            let _ = life.worker.post_message(&files::list().into());
            life.number
        };
        (self.0.notify)(Notice::Came);
        let client = self.clone();
        after(DEVICE_S, move || {
            if client.is(number, |life| !life.ready) {
                client.lost(&format!("The device has not answered in {DEVICE_S} seconds."));
            }
        });
    }

    fn heard(&self, data: &JsValue) {
        if let Some(text) = data.as_string() {
            return self.greeted(&text);
        }
        let bytes = data.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec).unwrap_or_default();
        match decode::<Event>(&bytes) {
            Err(sentence) => self.lost(&sentence),
            Ok(Event::Lost { message }) => self.lost(&format!("{}.", message.trim_end_matches('.'))),
            Ok(event) => {
                if matches!(event, Event::Ready(_)) {
                    self.flush();
                }
                (self.0.notify)(Notice::Event(event.into()));
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
        if let Some((gpu, lived)) = self.end() {
            self.died(gpu, lived, reason);
        }
    }

    /// Ends the worker, if there is one: whether it was that of the GPU, and the milliseconds that it lived.
    fn end(&self) -> Option<(bool, f64)> {
        let life = self.0.worker.take()?;
        life.worker.set_onmessage(None);
        life.worker.set_onerror(None);
        life.worker.set_onmessageerror(None);
        life.worker.terminate();
        let end = (life.gpu, now() - life.since);
        // This may run inside one of its own listeners: they go when the call is over.
        wasm_bindgen_futures::spawn_local(async move { drop(life) });
        Some(end)
    }

    /// Whether a worker on the GPU has died, and one on the CPU computes.
    pub fn has_lost_gpu(&self) -> bool {
        self.0.lost_gpu.get()
    }

    /// Puts a worker on the GPU in the place of the one that there is. What matters must be asked again, as after a death.
    pub fn return_to_gpu(&self) {
        let _ = self.end();
        self.0.queue.borrow_mut().clear();
        self.0.lost_gpu.set(false);
        match self.spawn(true) {
            Ok(()) => (self.0.notify)(Notice::Replaced("The GPU computes from here.".into())),
            Err(reason) => self.died(true, 0.0, &reason),
        }
    }

    fn died(&self, gpu: bool, lived: f64, reason: &str) {
        // What was asked of the dead worker is asked again by the page.
        self.0.queue.borrow_mut().clear();
        self.0.lost_gpu.set(gpu || self.0.lost_gpu.get());
        if !gpu && lived < LONG_LIFE_MS {
            self.0.cpu_lives.set(self.0.cpu_lives.get().saturating_sub(1));
        }
        if self.0.cpu_lives.get() == 0 {
            let sentence = format!("{reason} Its replacement failed too, so nothing can be computed.");
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
