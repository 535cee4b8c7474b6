//! The little of the WebDriver protocol that the tests need, spoken to a chromedriver of their own.
//! By hand, because computed roles and names, by which the tests find controls, are what clients leave out.

use crate::work;
use serde_json::{Value, json};
use std::{
    env,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread,
};

/// The key under which WebDriver hands out references to elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Where a script is given up: far beyond what any takes on a machine that does other things too.
const SCRIPT_MS: u64 = 900_000;

/// Starts of a driver before a test gives up: the free port that one finds can be another's before it listens.
const STARTS: usize = 5;

/// A driver that listens, and its port; `None` if it ended before it said so.
fn driver() -> Option<(Child, String)> {
    let name = env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".into());
    let driver = Command::new(&name).arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut driver = driver.unwrap_or_else(|error| {
        panic!("{name} does not start ({error}): install Chromium and its driver, or run `make test`, which does")
    });
    let mut lines = BufReader::new(driver.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let port = lines.find_map(|line| {
        line.strip_suffix('.')?.rsplit_once("started successfully on port ").map(|(_, port)| port.to_string())
    });
    match port {
        Some(port) => {
            thread::spawn(move || lines.for_each(drop));
            Some((driver, port))
        }
        None => {
            driver.wait().expect("a driver whose output has ended, ends");
            None
        }
    }
}

pub struct Browser {
    driver: Child,
    session: String,
}

#[derive(Clone, Debug)]
pub struct Element(String);

impl Browser {
    /// Starts Chromium with a fresh profile.
    pub fn start(arguments: &[&str]) -> Self {
        let (driver, port) = (0..STARTS).find_map(|_| driver()).unwrap_or_else(|| {
            panic!("chromedriver ended {STARTS} times before it said its port: run it by hand with --port=0 to see why")
        });
        let mut browser = Self { driver, session: format!("http://127.0.0.1:{port}/session") };
        let started = browser.send(
            "",
            Some(json!({ "capabilities": { "alwaysMatch": {
                "goog:chromeOptions": { "args": arguments },
                "goog:loggingPrefs": { "browser": "ALL" },
                "timeouts": { "script": SCRIPT_MS, "pageLoad": SCRIPT_MS },
            }}})),
        );
        let id = started["sessionId"].as_str().expect("a session has a name");
        browser.session = format!("{}/{id}", browser.session);
        browser
    }

    fn send(&self, path: &str, body: Option<Value>) -> Value {
        self.try_send(path, body).unwrap_or_else(|error| panic!("WebDriver {path}: {error}"))
    }

    fn try_send(&self, path: &str, body: Option<Value>) -> Result<Value, String> {
        let url = format!("{}{path}", self.session);
        let request = match body {
            Some(body) => minreq::post(url).with_header("Content-Type", "application/json").with_body(body.to_string()),
            None => minreq::get(url),
        };
        let answer = request.with_timeout(SCRIPT_MS / 1000 + 60).send().map_err(|error| error.to_string())?;
        let mut value: Value = serde_json::from_slice(answer.as_bytes()).map_err(|error| error.to_string())?;
        let value = value["value"].take();
        match value["error"].as_str() {
            Some(error) => Err(format!("{error}: {}", value["message"])),
            None => Ok(value),
        }
    }

    pub fn open(&self, url: &str) {
        self.send("/url", Some(json!({ "url": url })));
    }

    pub fn back(&self) {
        self.send("/back", Some(json!({})));
    }

    /// The address bar.
    pub fn address(&self) -> String {
        self.send("/url", None).as_str().expect("an address").into()
    }

    /// Runs a function body in the page.
    pub fn run(&self, script: &str, arguments: Value) -> Value {
        self.send("/execute/sync", Some(json!({ "script": script, "args": arguments })))
    }

    /// Runs a function body whose promise is awaited.
    pub fn run_async(&self, script: &str, arguments: Value) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1]; (async () => {{ {script} }})().then(done, error => done(String(error)));"
        );
        self.send("/execute/async", Some(json!({ "script": script, "args": arguments })))
    }

    /// A command of Chromium's own protocol.
    pub fn chromium(&self, command: &str, parameters: Value) -> Value {
        self.send("/goog/cdp/execute", Some(json!({ "cmd": command, "params": parameters })))
    }

    /// Seconds of processor time that the browser has had; `None` where the system does not tell.
    pub fn work(&self) -> Option<f64> {
        work::of(self.driver.id())
    }

    pub fn find(&self, css: &str) -> Vec<Element> {
        let found = self.send("/elements", Some(json!({ "using": "css selector", "value": css })));
        let ids = found.as_array().expect("a list of elements").iter();
        ids.map(|one| Element(one[ELEMENT].as_str().expect("a reference").into())).collect()
    }

    /// The role and the name that assistive technology is given; `None` for an element that is gone.
    pub fn role_and_name(&self, element: &Element) -> Option<(String, String)> {
        let ask =
            |what| Some(self.try_send(&format!("/element/{}/{what}", element.0), None).ok()?.as_str()?.to_string());
        Some((ask("computedrole")?, ask("computedlabel")?))
    }

    /// A click where a person would: in the middle of the window, clear of what sticks to its edges.
    pub fn click(&self, element: &Element) {
        self.run("arguments[0].scrollIntoView({ block: 'center' })", json!([self.argument(element)]));
        self.send(&format!("/element/{}/click", element.0), Some(json!({})));
    }

    /// Types into an element; for a file input the text is the path of a file.
    pub fn type_into(&self, element: &Element, text: &str) {
        self.send(&format!("/element/{}/value", element.0), Some(json!({ "text": text })));
    }

    /// Presses a key and lets it go, wherever the focus is.
    pub fn press(&self, key: char) {
        let steps = ["keyDown", "keyUp"].map(|step| json!({ "type": step, "value": key.to_string() }));
        self.send("/actions", Some(json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": steps }] })));
    }

    /// Takes hold of an element's middle with the mouse, moves by each of these pixels in turn, and lets go.
    pub fn drag(&self, element: &Element, by: &[[i32; 2]]) {
        let mut steps = vec![
            json!({ "type": "pointerMove", "duration": 0, "origin": self.argument(element), "x": 0, "y": 0 }),
            json!({ "type": "pointerDown", "button": 0 }),
        ];
        steps.extend(
            by.iter()
                .map(|[x, y]| json!({ "type": "pointerMove", "duration": 16, "origin": "pointer", "x": x, "y": y })),
        );
        steps.push(json!({ "type": "pointerUp", "button": 0 }));
        let mouse =
            json!({ "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" }, "actions": steps });
        self.send("/actions", Some(json!({ "actions": [mouse] })));
    }

    /// An element as an argument of a script.
    pub fn argument(&self, element: &Element) -> Value {
        json!({ ELEMENT: element.0 })
    }

    /// What the browser has logged since the last call: (level, message).
    pub fn log(&self) -> Vec<(String, String)> {
        let entries = self.send("/se/log", Some(json!({ "type": "browser" })));
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_string();
        let entries = entries.as_array().expect("a list of entries").iter();
        entries.map(|entry| (text(entry, "level"), text(entry, "message"))).collect()
    }

    /// The page as a PNG in Base64; `None` if the browser is past that.
    pub fn screenshot(&self) -> Option<String> {
        Some(self.try_send("/screenshot", None).ok()?.as_str()?.to_string())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = minreq::delete(&self.session).with_timeout(20).send();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
