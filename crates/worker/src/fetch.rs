//! The world of a session in a browser: files beside the page, and the clock.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use lab::world::World;
use protocol::files::Listed;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    task::Poll,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, DedicatedWorkerGlobalScope, ReadableStreamDefaultReader, RequestInit, Response};

/// Seconds without a byte after which a connection is given up.
const PATIENCE_S: i32 = 15;
/// How often a file is tried for whose connection is given up.
const TRIES: usize = 2;

/// Why a file did not come.
enum Failure {
    Status(u16),
    Connection,
    Stalled,
}

/// The files beside the worker's script, which lies beside the page.
#[derive(Clone)]
pub struct Beside(Rc<Files>);

/// The bytes of a file, or why there are none.
type Fetched = Result<Vec<u8>, String>;

struct Files {
    scope: DedicatedWorkerGlobalScope,
    listed: RefCell<Listed>,
    /// By path: nothing while it is on its way.
    asked: RefCell<BTreeMap<String, Option<Fetched>>>,
    arrivals: Cell<u64>,
    /// Hears of every file that has come.
    arrived: Box<dyn Fn()>,
}

impl Beside {
    pub fn new(scope: DedicatedWorkerGlobalScope, arrived: impl Fn() + 'static) -> Self {
        let (listed, asked, arrivals) = Default::default();
        Self(Rc::new(Files { scope, listed, asked, arrivals, arrived: Box::new(arrived) }))
    }

    /// Takes the list of where files are served.
    pub fn list(&self, listed: Listed) {
        self.0.listed.replace(listed);
    }

    async fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        let address = self.0.listed.borrow().address(path);
        let mut last = Failure::Connection;
        for _ in 0..TRIES {
            match self.once(&address).await {
                Ok(bytes) => return Ok(bytes),
                Err(failure) => last = failure,
            }
            if !matches!(last, Failure::Stalled) {
                break;
            }
        }
        Err(match last {
            Failure::Status(status) => format!("{path} could not be loaded: the server answered {status}"),
            Failure::Connection => format!("{path} could not be loaded: the connection failed"),
            Failure::Stalled => {
                format!("{path} could not be loaded: {TRIES} times nothing came of it in {PATIENCE_S} seconds")
            }
        })
    }

    async fn once(&self, address: &str) -> Result<Vec<u8>, Failure> {
        let abort = AbortController::new().map_err(|_| Failure::Connection)?;
        let options = RequestInit::new();
        options.set_signal(Some(&abort.signal()));
        let read = async {
            let response: Response =
                self.in_time(self.0.scope.fetch_with_str_and_init(address, &options)).await?.unchecked_into();
            if !response.ok() {
                return Err(Failure::Status(response.status()));
            }
            let body = response.body().ok_or(Failure::Connection)?;
            let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
            let mut bytes = vec![];
            loop {
                let chunk = self.in_time(reader.read()).await?;
                let value = Reflect::get(&chunk, &"value".into()).unwrap_or_default();
                let Ok(value) = value.dyn_into::<Uint8Array>() else { return Ok(bytes) };
                let begin = bytes.len();
                bytes.resize(begin + value.length() as usize, 0);
                value.copy_to(&mut bytes[begin..]);
            }
        };
        let read = read.await;
        if read.is_err() {
            abort.abort();
        }
        read
    }

    /// What a promise comes to, if that is within [`PATIENCE_S`].
    async fn in_time(&self, promise: Promise) -> Result<JsValue, Failure> {
        let pause = Promise::new(&mut |resolve: Function, _| {
            let _ = self.0.scope.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PATIENCE_S * 1_000);
        });
        let first = JsFuture::from(Promise::race(&Array::of2(&promise, &pause))).await;
        let value = first.map_err(|_| Failure::Connection)?;
        if value.is_object() { Ok(value) } else { Err(Failure::Stalled) }
    }
}

impl World for Beside {
    fn fetch(&self, path: &str) -> Poll<Result<Vec<u8>, String>> {
        let mut asked = self.0.asked.borrow_mut();
        match asked.get_mut(path) {
            Some(None) => return Poll::Pending,
            Some(Some(_)) => {
                // Asked for anew, it is fetched anew.
                let come = asked.remove(path).flatten();
                return come.map_or(Poll::Pending, Poll::Ready);
            }
            None => asked.insert(path.into(), None),
        };
        let (beside, path) = (self.clone(), path.to_string());
        spawn_local(async move {
            let come = beside.bytes(&path).await;
            beside.0.asked.borrow_mut().insert(path, Some(come));
            beside.0.arrivals.set(beside.0.arrivals.get() + 1);
            (beside.0.arrived)();
        });
        Poll::Pending
    }

    fn arrivals(&self) -> u64 {
        self.0.arrivals.get()
    }

    fn now(&self) -> f64 {
        self.0.scope.performance().map_or(0.0, |performance| performance.now())
    }
}
