//! The worker's shell: messages in, events out, and between them one unit of work at a time.

use super::{device, fetch::Beside, yielding};
use js_sys::{Array, Function, Promise, Uint8Array};
use lab::session::Session;
use protocol::message::{self, Command, Event, Request};
use std::{cell::RefCell, collections::VecDeque, rc::Rc};
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
    wake: RefCell<Option<Function>>,
}

impl Inbox {
    fn push(&self, command: Command) {
        self.commands.borrow_mut().push_back(command);
        if let Some(wake) = self.wake.take() {
            let _ = wake.call0(&JsValue::NULL);
        }
    }

    fn pop(&self) -> Option<Command> {
        self.commands.borrow_mut().pop_front()
    }

    /// Waits until a command has arrived.
    async fn wait(&self) {
        if self.commands.borrow().is_empty() {
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
    listen(inbox.clone());
    spawn_local(serve(inbox));
}

fn listen(inbox: Rc<Inbox>) {
    let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
        match message::decode(&Uint8Array::new(&message.data()).to_vec()) {
            Ok(command) => inbox.push(command),
            Err(message) => post(&Event::Refused { request: Request::Other, message }),
        }
    });
    scope().set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
}

async fn serve(inbox: Rc<Inbox>) {
    let (device, report) = match device::open(|message| post(&Event::Lost { message })).await {
        Ok(opened) => opened,
        Err(message) => return post(&Event::Lost { message }),
    };
    post(&Event::Ready(report));
    let mut session = Session::new(Beside(scope()), device);
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
