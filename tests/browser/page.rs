//! The page as a person meets it: controls by role and name, pictures, status, alerts.

use crate::{
    hope::Hope,
    recorder,
    server::Site,
    webdriver::{Browser, Element},
};
use protocol::message::Event;
use serde_json::json;
use std::{cell::RefCell, env, fmt, fs, path::PathBuf, thread};

/// What the browser has to compute on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adapter {
    None,
    /// SwiftShader, a WebGPU in software: right, and slow.
    Software,
}

/// Keys as WebDriver names them.
pub mod key {
    pub const LEFT: char = '\u{E012}';
    pub const RIGHT: char = '\u{E014}';
    pub const UP: char = '\u{E013}';
    pub const DOWN: char = '\u{E015}';
    pub const HOME: char = '\u{E011}';
    pub const END: char = '\u{E010}';
    pub const SPACE: char = ' ';
    pub const TAB: char = '\u{E004}';
    pub const CONTROL: char = '\u{E009}';
    /// Lets go of the keys held down.
    pub const NULL: char = '\u{E000}';
}

/// What has the role of a status, of its own or by its kind.
pub const STATUS: &str = "[role=status], output";

pub struct Page {
    pub browser: Browser,
    /// What its workers have said, as far as it was asked for.
    pub heard: RefCell<Vec<Event>>,
    url: String,
    /// Messages that a test has said it expects in the console.
    expected: Vec<&'static str>,
}

impl Page {
    /// A fresh browser with `query` of the site opened, past its `loading`.
    pub fn open(site: &Site, adapter: Adapter, query: &str) -> Self {
        let page = Self::blank(site, adapter);
        page.go(query);
        page.wait("the page to leave data-state=loading", |page| page.state() != "loading");
        page
    }

    /// A fresh browser that has opened nothing yet.
    pub fn blank(site: &Site, adapter: Adapter) -> Self {
        let mut arguments = vec![
            "--headless=new",
            "--no-sandbox",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1280,900",
        ];
        match adapter {
            Adapter::None => arguments.push("--disable-gpu"),
            Adapter::Software => arguments.extend(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]),
        }
        let browser = Browser::start(&arguments);
        browser.chromium("Page.addScriptToEvaluateOnNewDocument", json!({ "source": recorder::SCRIPT }));
        Self { browser, heard: RefCell::default(), url: site.url.clone(), expected: Vec::new() }
    }

    /// Opens a link of the site.
    pub fn go(&self, query: &str) {
        self.heard.borrow_mut().clear();
        self.browser.open(&format!("{}{query}", self.url));
    }

    /// Gives the window so many pixels.
    pub fn resize(&self, [width, height]: [u32; 2]) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.browser.chromium("Emulation.setDeviceMetricsOverride", size);
    }

    /// Lets media queries find these features, and no others that were given before.
    pub fn prefer(&self, features: &[(&str, &str)]) {
        let feature = |(name, value): &(&str, &str)| json!({ "name": name, "value": value });
        let features: Vec<_> = features.iter().map(feature).collect();
        self.browser.chromium("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// Errors whose text contains this are part of the test.
    pub fn expect_errors(&mut self, text: &'static str) {
        self.expected.push(text);
    }

    /// Asks again and again until `ready` says yes.
    pub fn wait(&self, what: impl fmt::Display, mut ready: impl FnMut(&Self) -> bool) {
        self.wait_for(what, |page| ready(page).then_some(()));
    }

    /// Asks again and again until `answer` has one, for as long as there is [`Hope`].
    pub fn wait_for<T>(&self, what: impl fmt::Display, mut answer: impl FnMut(&Self) -> Option<T>) -> T {
        let mut hope = Hope::new(self);
        loop {
            if let Some(answer) = answer(self) {
                return answer;
            }
            if let Err(why) = hope.ask(self) {
                panic!(
                    "waited in vain for {what}: {why}; state {}, status “{}”, alert “{}”, errors {:?}",
                    self.state(),
                    self.status(),
                    self.alert(),
                    self.browser.run("return recorded.errors", json!([])),
                );
            }
            thread::sleep(hope.pause());
        }
    }

    /// `data-state` of the root.
    pub fn state(&self) -> String {
        self.text("return document.querySelector('[data-state]')?.dataset.state ?? 'loading'")
    }

    /// What the one element of role status says.
    pub fn status(&self) -> String {
        self.text(&format!("return document.querySelector('{STATUS}')?.innerText ?? ''"))
    }

    /// What the alert region says, empty if nothing.
    pub fn alert(&self) -> String {
        self.text("return [...document.querySelectorAll('[role=alert]')].map(one => one.innerText).join(' ').trim()")
    }

    fn text(&self, script: &str) -> String {
        self.browser.run(script, json!([])).as_str().unwrap_or_default().to_string()
    }

    /// The visible control of this role and name; waits until it is there.
    pub fn control(&self, role: &str, name: &str) -> Element {
        self.wait_for(format_args!("the {role} “{name}”"), |page| page.find(role, name))
    }

    pub fn find(&self, role: &str, name: &str) -> Option<Element> {
        let candidates = match role {
            "link" => "a",
            "button" => "button",
            "combobox" => "select",
            "spinbutton" => "input[type=number]",
            "slider" => "input[type=range]",
            "checkbox" => "input[type=checkbox]",
            _ => "*",
        };
        let candidates = self.browser.find(&format!("{candidates}, [role={role}]"));
        let is_it =
            |element: &Element| self.browser.role_and_name(element).is_some_and(|(r, n)| r == role && n == name);
        candidates.into_iter().find(is_it)
    }

    pub fn click(&self, role: &str, name: &str) {
        self.browser.click(&self.control(role, name));
    }

    pub fn button(&self, name: &str) {
        self.click("button", name);
    }

    /// Types a number as a person does: over the old one, and on with Tab.
    pub fn set_number(&self, name: &str, value: &str) {
        let field = self.control("spinbutton", name);
        let (control, null, tab) = (key::CONTROL, key::NULL, key::TAB);
        self.browser.type_into(&field, &format!("{control}a{null}{value}{tab}"));
    }

    /// Chooses the option with this value.
    pub fn choose(&self, name: &str, value: &str) {
        let list = self.browser.argument(&self.control("combobox", name));
        let script = "const [list, value] = arguments;
            list.focus(); list.value = value;
            list.dispatchEvent(new Event('input', { bubbles: true })); list.dispatchEvent(new Event('change', { bubbles: true }));
            return list.value";
        let chosen = self.browser.run(script, json!([list, value]));
        assert_eq!(chosen, value, "{name} offers no “{value}”");
    }

    /// Drags a slider to a value.
    pub fn slide(&self, name: &str, value: f64) {
        let slider = self.browser.argument(&self.control("slider", name));
        let script = "const [slider, value] = arguments;
            slider.value = value;
            slider.dispatchEvent(new Event('input', { bubbles: true })); slider.dispatchEvent(new Event('change', { bubbles: true }));";
        self.browser.run(script, json!([slider, value]));
    }

    /// Opens what stands behind a line of text.
    pub fn disclose(&self, summary: &str) {
        let script =
            "const one = [...document.querySelectorAll('summary')].find(one => one.innerText.includes(arguments[0]));
            if (one) one.parentElement.open = true; return !!one";
        self.wait(format_args!("the line “{summary}”"), |page| page.browser.run(script, json!([summary])) == true);
    }

    /// The value of a control.
    pub fn value(&self, role: &str, name: &str) -> String {
        let control = self.browser.argument(&self.control(role, name));
        self.browser.run("return arguments[0].value", json!([control])).as_str().unwrap_or_default().to_string()
    }

    /// The file input labelled so, which may be hidden behind a prettier button.
    pub fn file_input(&self, label: &str) -> Element {
        let script = "const one = arguments[0];
            return [one.ariaLabel, ...[...(one.labels ?? [])].map(label => label.textContent)].filter(Boolean).join(' ')";
        self.wait_for(format_args!("the file input “{label}”"), |page| {
            page.browser.find("input[type=file]").into_iter().find(|input| {
                let name = page.browser.run(script, json!([page.browser.argument(input)]));
                name.as_str().is_some_and(|name| name.contains(label))
            })
        })
    }

    /// Where the focus is taken from every control, so that keys mean the page.
    pub fn leave_controls(&self) {
        self.browser.run("document.activeElement?.blur()", json!([]));
    }

    /// No test may leave an error behind that it did not expect.
    pub fn close_without_errors(self) {
        let recorded = self.browser.run("return recorded.errors", json!([]));
        let recorded = recorded.as_array().expect("a list").iter().map(|error| error.to_string());
        let logged = self.browser.log().into_iter().filter(|(level, _)| level == "SEVERE").map(|(_, text)| text);
        let unexpected = |text: &String| !self.expected.iter().any(|expected| text.contains(expected));
        let errors: Vec<String> = recorded.chain(logged).filter(unexpected).collect();
        assert!(errors.is_empty(), "errors in the console: {errors:#?}");
    }
}

impl Drop for Page {
    /// A failed test leaves a picture of what it saw.
    fn drop(&mut self) {
        if !thread::panicking() {
            return;
        }
        if let Some(png) = self.browser.screenshot() {
            let folder = scratch("screenshots");
            let test = thread::current().name().unwrap_or("test").replace("::", "-");
            let file = folder.join(format!("{test}.png"));
            if fs::write(&file, recorder::bytes(&png.into())).is_ok() {
                eprintln!("what the browser showed: {}", file.display());
            }
        }
    }
}

/// A folder of this name in the cache.
pub fn scratch(name: &str) -> PathBuf {
    let cache = env::var("FLOWSTEP_CACHE").map(PathBuf::from).unwrap_or_else(|_| env::temp_dir().join("flowstep"));
    let folder = cache.join(name);
    fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    folder
}
