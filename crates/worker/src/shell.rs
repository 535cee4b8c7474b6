//! The worker's shell: messages in, events out, and between them one unit of work at a time. Before all that it says of which
//! build it is, and is told where files are served.

use super::{device, fetch::Beside, yielding};
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use lab::session::Session;
use protocol::{
    files::Listed,
    hello::Hello,
    message::{self, Command, Event, Request},
};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

unsafe extern "C" {
    /// Runs the static constructors that wgpu's `inventory` links.
    fn __wasm_call_ctors();
}

/// Commands that wait for their turn, and whom to wake when one arrives.
#[derive(Default)]
struct Inbox {
    commands: RefCell<VecDeque<Command>>,
    /// Something else has come that may give work.
    nudged: Cell<bool>,
    wake: RefCell<Option<Function>>,
}

impl Inbox {
    fn push(&self, command: Command) {
        self.commands.borrow_mut().push_back(command);
        self.wake();
    }

    fn nudge(&self) {
        self.nudged.set(true);
        self.wake();
    }

    fn wake(&self) {
        if let Some(wake) = self.wake.take() {
            let _ = wake.call0(&JsValue::NULL);
        }
    }

    fn pop(&self) -> Option<Command> {
        self.commands.borrow_mut().pop_front()
    }

    /// Waits until a command, or something else, has arrived.
    async fn wait(&self) {
        if self.commands.borrow().is_empty() && !self.nudged.take() {
            let promise = Promise::new(&mut |resolve: Function, _| *self.wake.borrow_mut() = Some(resolve));
            let _ = JsFuture::from(promise).await;
        }
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Hands an event to the page; its bytes move, they are not copied.
fn post(event: &Event) {
    let bytes = Uint8Array::from(&message::encode(event)[..]);
    let _ = scope().post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
}

/// Runs the static constructors: the first thing that a wasm binary with Burn does, and only once.
pub fn construct() {
    // SAFETY: called once, before anything else. If nothing reachable called it, the linker would
    // wrap every export so that each call from JavaScript ran all constructors again.
    unsafe { __wasm_call_ctors() };
}

/// The main function of both workers.
pub fn start() {
    construct();
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        let what = panic.payload_as_str().unwrap_or("for a reason it did not name");
        post(&Event::Lost { message: format!("the worker stopped: {what}") });
    }));
    let inbox = Rc::new(Inbox::default());
    let woken = inbox.clone();
    let files = Beside::new(scope(), move || woken.nudge());
    listen(inbox.clone(), files.clone());
    let build = Reflect::get(&scope(), &"flowstepBuild".into()).ok().and_then(|it| it.as_string());
    let _ = scope().post_message(&Hello::ours(&build.unwrap_or_default()).to_text().into());
    spawn_local(serve(inbox, files));
}

fn listen(inbox: Rc<Inbox>, files: Beside) {
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        if let Some(list) = message.data().as_string() {
            return files.list(Listed::read(&list));
        }
        match message::decode(&Uint8Array::new(&message.data()).to_vec()) {
            Ok(command) => inbox.push(command),
            Err(message) => post(&Event::Refused { request: Request::Other, message }),
        }
    });
    scope().set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
}

async fn serve(inbox: Rc<Inbox>, files: Beside) {
    let (device, report) = match device::open(|message| post(&Event::Lost { message })).await {
        Ok(opened) => opened,
        Err(message) => return post(&Event::Lost { message }),
    };
    post(&Event::Ready(report));
    let mut session = Session::new(files, device);
    loop {
        while let Some(command) = inbox.pop() {
            session.handle(command).await.iter().for_each(post);
        }
        if session.busy() {
            session.work().await.iter().for_each(post);
            yielding::turn().await;
        } else {
            inbox.wait().await;
        }
    }
}
