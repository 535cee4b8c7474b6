//! The little of the WebDriver protocol that the tests need, spoken to a driver of their own.
//! By hand, because computed roles and names, by which the tests find controls, are what clients leave out.

use crate::{
    driver::Driver,
    engine::{Adapter, Engine},
    work,
};
use serde_json::{Value, json};
use std::{process::Command, thread};

/// The key under which WebDriver hands out references to elements.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Where a script is given up: far beyond what any takes on a machine that does other things too.
const SCRIPT_MS: u64 = 900_000;

pub struct Browser {
    driver: Driver,
    session: String,
}

#[derive(Clone, Debug)]
pub struct Element(String);

impl Browser {
    /// Starts a browser with a fresh profile.
    pub fn start(engine: &Engine, adapter: Adapter) -> Self {
        Self::start_with(engine, (engine.capabilities)(adapter))
    }

    /// Starts a browser that is asked for these capabilities.
    pub fn start_with(engine: &Engine, mut wanted: Value) -> Self {
        let driver = Driver::start(engine);
        let session = format!("http://127.0.0.1:{}/session", driver.port);
        let mut browser = Self { driver, session };
        wanted["timeouts"] = json!({ "script": SCRIPT_MS, "pageLoad": SCRIPT_MS });
        let started = browser.send("", Some(json!({ "capabilities": { "alwaysMatch": wanted } })));
        let id = started["sessionId"].as_str().expect("a session has a name");
        browser.session = format!("{}/{id}", browser.session);
        browser
    }

    fn send(&self, path: &str, body: Option<Value>) -> Value {
        self.try_send(path, body).unwrap_or_else(|error| panic!("WebDriver {path}: {error}"))
    }

    fn try_send(&self, path: &str, body: Option<Value>) -> Result<Value, String> {
        self.send_within(SCRIPT_MS / 1000 + 60, path, body)
    }

    fn send_within(&self, seconds: u64, path: &str, body: Option<Value>) -> Result<Value, String> {
        let url = format!("{}{path}", self.session);
        let request = match body {
            Some(body) => minreq::post(url).with_header("Content-Type", "application/json").with_body(body.to_string()),
            None => minreq::get(url),
        };
        let answer = request.with_timeout(seconds).send().map_err(|error| error.to_string())?;
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

    pub fn reload(&self) {
        self.send("/refresh", Some(json!({})));
    }

    pub fn back(&self) {
        self.send("/back", Some(json!({})));
    }

    /// The address bar.
    pub fn address(&self) -> String {
        self.send("/url", None).as_str().expect("an address").into()
    }

    /// Opens another tab and closes the one there was.
    pub fn change_tab(&self) {
        let tab = self.send("/window/new", Some(json!({ "type": "tab" })));
        minreq::delete(format!("{}/window", self.session)).with_timeout(60).send().expect("a tab can be closed");
        self.send("/window", Some(json!({ "handle": tab["handle"] })));
    }

    /// Ends the browser at once, as the system does that has no memory left.
    pub fn kill(&self) {
        for id in work::children(self.driver.id()) {
            let killed = Command::new("kill").args(["-9", &id.to_string()]).status().expect("`kill` runs");
            assert!(killed.success(), "the browser, process {id}, was not killed");
        }
        while !work::children(self.driver.id()).is_empty() && self.try_send("/url", None).is_ok() {
            thread::yield_now();
        }
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
        let ask = || self.try_send("/elements", Some(json!({ "using": "css selector", "value": css })));
        let found = loop {
            match ask() {
                // WebKit finds all and then names each, and one may be gone by then.
                Err(error) if error.starts_with("stale element reference") => {}
                found => break found.unwrap_or_else(|error| panic!("WebDriver /elements: {error}")),
            }
        };
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
        self.try_click(element).unwrap_or_else(|error| panic!("WebDriver click: {error}"));
    }

    /// The same; what the driver says where it cannot.
    pub fn try_click(&self, element: &Element) -> Result<(), String> {
        let scroll = "arguments[0].scrollIntoView({ block: 'center' })";
        self.try_send("/execute/sync", Some(json!({ "script": scroll, "args": [self.argument(element)] })))?;
        self.try_send(&format!("/element/{}/click", element.0), Some(json!({}))).map(drop)
    }

    /// Types into an element; for a file input the text is the path of a file.
    pub fn type_into(&self, element: &Element, text: &str) {
        self.send(&format!("/element/{}/value", element.0), Some(json!({ "text": text })));
    }

    /// Presses a key and lets it go, wherever the focus is.
    pub fn press(&self, key: char) {
        self.press_all(&[key]);
    }

    /// Presses keys one after the other, and lets them go together.
    pub fn press_all(&self, keys: &[char]) {
        let step = |what: &'static str| move |key: &char| json!({ "type": what, "value": key.to_string() });
        let steps: Vec<_> = keys.iter().map(step("keyDown")).chain(keys.iter().rev().map(step("keyUp"))).collect();
        self.send("/actions", Some(json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": steps }] })));
    }

    /// Gives the window so many pixels, its frame and bars included.
    pub fn resize(&self, [width, height]: [i64; 2]) {
        self.send("/window/rect", Some(json!({ "width": width, "height": height })));
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

    /// What Chromium has logged since the last call: (level, message).
    pub fn log(&self) -> Vec<(String, String)> {
        let entries = self.send("/se/log", Some(json!({ "type": "browser" })));
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_string();
        let entries = entries.as_array().expect("a list of entries").iter();
        entries.map(|entry| (text(entry, "level"), text(entry, "message"))).collect()
    }

    /// The page as a PNG in Base64; `None` if the browser is past that.
    pub fn screenshot(&self) -> Option<String> {
        // A browser that has failed may not answer any more.
        Some(self.send_within(20, "/screenshot", None).ok()?.as_str()?.to_string())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends by itself what it has started, and is ended after that.
        let _ = minreq::delete(&self.session).with_timeout(20).send();
    }
}
