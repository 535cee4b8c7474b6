//! A static host like any other: `dist` below a sub-path, 404 for the rest.

use sha2::{Digest, Sha256};
use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

const BELOW: &str = "/some/path/";

/// The folder that trunk built.
pub fn dist() -> PathBuf {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    assert!(dist.join("index.html").exists(), "there is no dist/index.html: build the page first, with `trunk build`");
    dist
}

/// Scripts that go into the page before its own.
pub type Before = Arc<Mutex<Vec<String>>>;

pub struct Site {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    pub url: String,
    /// Those that the host puts there, for browsers that have no other way to be given them.
    pub before: Before,
    is_whole: Arc<AtomicBool>,
}

impl Site {
    pub fn new() -> Self {
        Self::serving(|_, bytes| Some(bytes))
    }

    /// A host that has lost the file of this name.
    pub fn without(lost: &'static str) -> Self {
        Self::serving(move |path, bytes| (path != lost).then_some(bytes))
    }

    /// A host that has lost the file of this name until it is [mended](Site::mend).
    pub fn losing(lost: &'static str) -> Self {
        Self::ailing(lost, |_| Answer::Missing, "")
    }

    /// A host that says so late, of what was asked for before it is [mended](Site::mend): only then.
    pub fn losing_late(lost: &'static str) -> Self {
        let late = |mended: &AtomicBool| {
            while !mended.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(10));
            }
            Answer::Missing
        };
        Self::ailing(lost, late, "")
    }

    /// A host that takes requests for the file of this name and never answers them, until it is [mended](Site::mend).
    pub fn stalling(held: &'static str) -> Self {
        Self::stalling_in_a_hurry(held, "")
    }

    /// The same, whose workers run a script before their own.
    pub fn stalling_in_a_hurry(held: &'static str, script: &'static str) -> Self {
        Self::ailing(held, |_| Answer::Never, script)
    }

    /// A host that says this of the file of this name until it is [mended](Site::mend).
    fn ailing(name: &'static str, says: fn(&AtomicBool) -> Answer, script: &'static str) -> Self {
        let is_whole = Arc::new(AtomicBool::new(false));
        let (dist, mended) = (dist(), is_whole.clone());
        let mut site = Self::answering(move |path| {
            if plain(path) == name && !mended.load(Ordering::Relaxed) {
                return says(&mended);
            }
            match file(&dist, path) {
                Answer::File(mime, bytes) => Answer::File(mime, worker_script(&plain(path), bytes, script)),
                other => other,
            }
        });
        site.is_whole = is_whole;
        site
    }

    /// From now on it has every file, and answers.
    pub fn mend(&self) {
        self.is_whole.store(true, Ordering::Relaxed);
    }

    /// A host that sends half of the file of this name.
    pub fn cutting(cut: &'static str) -> Self {
        Self::serving(move |path, bytes| Some(if path == cut { bytes[..bytes.len() / 2].to_vec() } else { bytes }))
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
            let (before, script) = text.split_once("<script type=\"module\"")?;
            let (_, after) = script.split_once("</script>")?;
            Some(format!("{before}{after}").into_bytes())
        })
    }

    /// A host whose workers can be broken by a message; see `breakable.js`.
    pub fn breakable() -> Self {
        Self::with_worker_script(include_str!("breakable.js").into())
    }

    /// A host whose workers run a script before their own.
    pub fn with_worker_script(script: String) -> Self {
        let script: &'static str = script.leak();
        Self::serving(move |path, bytes| Some(worker_script(path, bytes, script)))
    }

    /// A host that serves of each file, by its name without the digest, what `change` makes of it.
    fn serving(change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>> + Clone + Send + 'static) -> Self {
        Self::typed(change, |_, mime| mime)
    }

    fn typed(
        change: impl Fn(&str, Vec<u8>) -> Option<Vec<u8>> + Clone + Send + 'static,
        typed: fn(&str, &'static str) -> &'static str,
    ) -> Self {
        let dist = dist();
        Self::answering(move |path| match file(&dist, path) {
            Answer::File(mime, bytes) => {
                change(&plain(path), bytes).map_or(Answer::Missing, |bytes| Answer::File(typed(path, mime), bytes))
            }
            other => other,
        })
    }

    /// A host that answers paths.
    pub fn answering(answer: impl Fn(&str) -> Answer + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a port");
        let (before, is_over) = (Before::default(), Arc::new(AtomicBool::new(false)));
        let (scripts, over) = (before.clone(), is_over.clone());
        thread::spawn(move || {
            for stream in listener.incoming().take_while(|_| !over.load(Ordering::Relaxed)).flatten() {
                let (scripts, answer) = (scripts.clone(), answer.clone());
                // A browser that goes away in the middle of an answer is no concern of the host's.
                thread::spawn(move || drop(serve(stream, &scripts, answer)));
            }
        });
        Self { address, is_over, url: format!("http://{address}{BELOW}"), before, is_whole: Arc::default() }
    }
}

/// Answers one request, and ends the connection: a browser that keeps some open would keep others waiting.
fn serve(mut stream: TcpStream, before: &Before, answer: impl Fn(&str) -> Answer) -> io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let line = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = line.split(' ').nth(1).and_then(path);
    let (status, mime, bytes) = match path.as_deref().map_or(Answer::Missing, &answer) {
        Answer::File(mime, bytes) => {
            let path = path.as_deref().unwrap_or_default();
            let bytes = if path == "sw.js" { knowing(before, bytes, &answer) } else { with(before, path, bytes) };
            ("200 OK", mime, bytes)
        }
        Answer::Missing => ("404 Not Found", "text/plain", b"not here".to_vec()),
        Answer::Never => {
            // Until the browser gives up.
            return stream.read(&mut [0]).map(drop);
        }
    };
    let length = bytes.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {mime}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(&bytes)?;
    stream.shutdown(Shutdown::Write)
}

impl Drop for Site {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // So that it looks.
        let _ = TcpStream::connect(self.address);
    }
}

/// The page with the scripts that go before its own.
fn with(before: &Before, path: &str, bytes: Vec<u8>) -> Vec<u8> {
    let scripts = before.lock().expect("no test panics while it holds the scripts");
    match std::str::from_utf8(&bytes).ok().and_then(|text| text.split_once("<head>")) {
        Some((start, rest)) if path == "index.html" && !scripts.is_empty() => {
            let scripts: String = scripts.iter().map(|script| format!("<script>{script}</script>")).collect();
            format!("{start}<head>{scripts}{rest}").into_bytes()
        }
        _ => bytes,
    }
}

/// The service worker, which keeps the page only as it knows it: with the scripts that go before its own.
fn knowing(before: &Before, worker: Vec<u8>, answer: impl Fn(&str) -> Answer) -> Vec<u8> {
    let Answer::File(_, index) = answer("index.html") else { return worker };
    let digest = |bytes: &[u8]| Sha256::digest(bytes)[..6].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (known, sent) = (digest(&index), digest(&with(before, "index.html", index)));
    String::from_utf8(worker).expect("a script").replace(&known, &sent).into_bytes()
}

fn worker_script(path: &str, bytes: Vec<u8>, script: &str) -> Vec<u8> {
    if path.ends_with("_loader.js") { [script.as_bytes(), b"\n", &bytes].concat() } else { bytes }
}

/// The path that is asked for, from the page.
fn path(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?.strip_prefix(BELOW)?;
    let path = if path.is_empty() { "index.html" } else { path };
    (!path.contains("..")).then(|| path.into())
}

/// The name without its digest: `a-0123456789ab.js` → `a.js`
pub fn plain(path: &str) -> String {
    let named = path.rsplit_once('.').and_then(|(stem, end)| {
        let (stem, digest) = stem.rsplit_once('-')?;
        let is_digest = digest.len() == 12 && digest.bytes().all(|it| it.is_ascii_hexdigit());
        is_digest.then(|| format!("{stem}.{end}"))
    });
    named.unwrap_or_else(|| path.into())
}

/// A text with the names of files without their digests.
pub fn without_digests(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('-') {
        let digest = rest.get(at + 1..at + 13).is_some_and(|it| it.bytes().all(|it| it.is_ascii_hexdigit()));
        let is_digest = digest && rest[at + 13..].starts_with('.');
        out += &rest[..at + usize::from(!is_digest)];
        rest = &rest[at + if is_digest { 13 } else { 1 }..];
    }
    out + rest
}

/// The name with its digest, of a file that is there.
pub fn named(name: &str) -> String {
    let files = fs::read_dir(dist()).expect("dist").filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    files.into_iter().find(|file| plain(file) == name).unwrap_or_else(|| panic!("dist has no {name}"))
}

/// What a host says to a request.
pub enum Answer {
    File(&'static str, Vec<u8>),
    Missing,
    Never,
}

/// A file of a folder.
pub fn file(folder: &Path, path: &str) -> Answer {
    fs::read(folder.join(path)).map_or(Answer::Missing, |bytes| Answer::File(mime(path), bytes))
}

/// What hosts say of files by their names.
pub fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("json" | "webmanifest") => "application/json",
        _ => "application/octet-stream",
    }
}
