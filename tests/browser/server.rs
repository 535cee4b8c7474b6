//! A static host like any other: `dist` below a sub-path, 404 for the rest.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};
use tiny_http::{Header, Response, Server};

const BELOW: &str = "/some/path/";

/// The folder that trunk built.
pub fn dist() -> PathBuf {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    assert!(dist.join("index.html").exists(), "there is no dist/index.html: build the page first, with `trunk build`");
    dist
}

pub struct Site {
    server: Arc<Server>,
    pub url: String,
}

impl Site {
    pub fn new() -> Self {
        Self::serving(|_, bytes| Some(bytes))
    }

    /// A host that has lost the file of this name.
    pub fn without(lost: &'static str) -> Self {
        Self::serving(move |path, bytes| (path != lost).then_some(bytes))
    }

    /// A host that has lost the file of this name until `found` says that it has it again.
    pub fn losing(lost: &'static str, found: &'static AtomicBool) -> Self {
        Self::serving(move |path, bytes| (path != lost || found.load(Ordering::Relaxed)).then_some(bytes))
    }

    /// A host that does not know what wasm is.
    pub fn untyped() -> Self {
        Self::typed(
            |_, bytes| Some(bytes),
            |path, mime| if path.ends_with("wasm") { "application/octet-stream" } else { mime },
        )
    }

    /// A host of the page without its code: what stands there before the code arrives.
    pub fn shell() -> Self {
        Self::serving(|path, bytes| {
            let text = if path == "index.html" { String::from_utf8(bytes.clone()).ok()? } else { return Some(bytes) };
            let (before, script) = text.split_once("<script type=\"module\">")?;
            let (_, after) = script.split_once("</script>")?;
            Some(format!("{before}{after}").into_bytes())
        })
    }

    /// A host whose workers can be broken by a message; see `breakable.js`.
    pub fn breakable() -> Self {
        let script = include_bytes!("breakable.js");
        Self::serving(|path, bytes| {
            Some(if path.ends_with("_loader.js") { [&script[..], &bytes].concat() } else { bytes })
        })
    }

    /// A host that serves of each file what `change` makes of it.
    fn serving(change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>> + Copy + Send + 'static) -> Self {
        Self::typed(change, |_, mime| mime)
    }

    fn typed(
        change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>> + Copy + Send + 'static,
        typed: fn(&str, &'static str) -> &'static str,
    ) -> Self {
        let dist = dist();
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port"));
        let url = format!("http://{}{BELOW}", server.server_addr());
        // Several threads, since a browser asks for many files at once.
        for _ in 0..4 {
            let (server, dist) = (server.clone(), dist.clone());
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    let found = find(&dist, request.url(), change);
                    // A browser that goes away in the middle of an answer is no concern of the host's.
                    let _ = match found {
                        Some((mime, bytes)) => {
                            let mime = typed(request.url(), mime);
                            let header = Header::from_bytes("Content-Type", mime).expect("a plain header");
                            request.respond(Response::from_data(bytes).with_header(header))
                        }
                        None => request.respond(Response::from_string("not here").with_status_code(404)),
                    };
                }
            });
        }
        Self { server, url }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for _ in 0..4 {
            self.server.unblock();
        }
    }
}

fn find(dist: &Path, url: &str, change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>>) -> Option<(&'static str, Vec<u8>)> {
    let path = url.split(['?', '#']).next()?.strip_prefix(BELOW)?;
    let path = if path.is_empty() { "index.html" } else { path };
    if path.contains("..") {
        return None;
    }
    let mime = match path.rsplit('.').next()? {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript",
        "css" => "text/css",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "json" | "webmanifest" => "application/json",
        _ => "application/octet-stream",
    };
    Some((mime, change(path, fs::read(dist.join(path)).ok()?)?))
}
