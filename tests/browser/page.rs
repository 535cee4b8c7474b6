//! The page as a person meets it: controls by role and name, pictures, status, alerts.

pub use crate::engine::Adapter;
use crate::{
    engine::{CHROMIUM, Engine},
    hope::Hope,
    recorder,
    server::{Before, Site, without_digests},
    webdriver::{Browser, Element},
};
use protocol::message::Event;
use serde_json::json;
use std::{
    cell::RefCell,
    env, fmt, fs,
    path::{Path, PathBuf},
    thread,
};

/// A browser, and what it has to compute on. An adapter alone stands for Chromium.
pub struct Setup(Engine, Adapter);

impl From<Adapter> for Setup {
    fn from(adapter: Adapter) -> Self {
        Self(CHROMIUM, adapter)
    }
}

impl From<Engine> for Setup {
    fn from(engine: Engine) -> Self {
        Self(engine, Adapter::None)
    }
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
    pub const DELETE: char = '\u{E017}';
    pub const TAB: char = '\u{E004}';
    pub const CONTROL: char = '\u{E009}';
}

/// What the recorder has kept of errors; a page that is not the site's has none.
const ERRORS: &str = "return globalThis.recorded?.errors ?? []";

/// What the policy of the page has forbidden.
const VIOLATIONS: &str = "return [...new Set(globalThis.recorded?.violations ?? [])]";
/// What the page has asked of other hosts.
const ELSEWHERE: &str = "return performance.getEntriesByType('resource').map((it) => it.name)
    .filter((it) => !it.startsWith(location.origin) && !/^(blob|data|file):/.test(it))";

/// What has the role of a status, of its own or by its kind.
pub const STATUS: &str = "[role=status], output";

/// What a window shows of the page in the beginning, where the browser is not told as it starts.
const WINDOW: [u32; 2] = [1280, 800];

pub struct Page {
    pub browser: Browser,
    engine: Engine,
    /// What its workers have said, as far as it was asked for.
    pub heard: RefCell<Vec<Event>>,
    url: String,
    before: Before,
    /// Messages that a test has said it expects in the console.
    expected: Vec<&'static str>,
}

impl Page {
    /// A fresh browser with `query` of the site opened, past its `loading`.
    pub fn open(site: &Site, setup: impl Into<Setup>, query: &str) -> Self {
        let page = Self::blank(site, setup);
        page.go(query);
        page.wait("the page to leave data-state=loading", |page| page.state() != "loading");
        page
    }

    /// Chromium with what it keeps in this folder.
    pub fn in_profile(site: &Site, adapter: Adapter, folder: &Path) -> Self {
        Self::told(site, adapter, &format!("--user-data-dir={}", folder.display()))
    }

    /// Chromium with one more argument, that has opened nothing yet.
    pub fn told(site: &Site, adapter: Adapter, argument: &str) -> Self {
        let mut wanted = (CHROMIUM.capabilities)(adapter);
        let arguments = wanted["goog:chromeOptions"]["args"].as_array_mut().expect("arguments");
        arguments.push(argument.into());
        Self::with(site, CHROMIUM, Browser::start_with(&CHROMIUM, wanted))
    }

    /// Goes on in another tab, and closes the one there was.
    pub fn close_tab(&self) {
        self.browser.change_tab();
        self.run_before(recorder::SCRIPT);
    }

    /// A fresh browser that has opened nothing yet.
    pub fn blank(site: &Site, setup: impl Into<Setup>) -> Self {
        let Setup(engine, adapter) = setup.into();
        Self::with(site, engine, Browser::start(&engine, adapter))
    }

    fn with(site: &Site, engine: Engine, browser: Browser) -> Self {
        let (heard, url, before) = (RefCell::default(), site.url.clone(), site.before.clone());
        let page = Self { browser, engine, heard, url, before, expected: Vec::new() };
        page.run_before(recorder::SCRIPT);
        if !engine.is_chromium {
            page.resize(WINDOW);
        }
        page
    }

    /// Runs a script in every page that is opened from now on, before the page's own.
    pub fn run_before(&self, source: &str) {
        if self.engine.is_chromium {
            self.browser.chromium("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source }));
            return;
        }
        // Another browser of the same site may have brought it already.
        let mut all = self.before.lock().expect("no test panics while it holds the scripts");
        if all.iter().all(|one| one != source) {
            all.push(source.into());
        }
    }

    /// Opens a link of the site.
    pub fn go(&self, query: &str) {
        self.heard.borrow_mut().clear();
        self.browser.open(&format!("{}{query}", self.url));
    }

    /// Lets the window show so many pixels of the page.
    pub fn resize(&self, [width, height]: [u32; 2]) {
        if self.engine.is_chromium {
            let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
            self.browser.chromium("Emulation.setDeviceMetricsOverride", size);
            return;
        }
        // Around the page there are bars.
        let bars = self.browser.run("return [outerWidth - innerWidth, outerHeight - innerHeight]", json!([]));
        let with = |k: usize, size: u32| i64::from(size) + bars[k].as_i64().expect("a width");
        self.browser.resize([with(0, width), with(1, height)]);
        let inner = |page: &Self| page.browser.run("return [innerWidth, innerHeight]", json!([]));
        self.wait_for(format_args!("a window of {width} × {height}"), |page| {
            (inner(page) == json!([width, height])).then_some(())
        });
    }

    /// Lets media queries of Chromium find these features, and no others that were given before.
    pub fn prefer(&self, features: &[(&str, &str)]) {
        let feature = |(name, value): &(&str, &str)| json!({ "name": name, "value": value });
        let features: Vec<_> = features.iter().map(feature).collect();
        self.browser.chromium("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// Lets the page be light or dark, as the system wants it or else as the person does.
    pub fn dress(&self, theme: &str) {
        if self.engine.is_chromium {
            return self.prefer(&[("prefers-color-scheme", theme), ("prefers-reduced-motion", "reduce")]);
        }
        let worn = "return document.documentElement.dataset.theme ??
            (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')";
        if self.text(worn) != theme {
            self.button("Switch theme");
        }
        assert_eq!(self.text(worn), theme);
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
                    "{}: waited in vain for {what}: {why}; state {}, status “{}”, alert “{}”, errors {:?}",
                    self.engine.name,
                    self.state(),
                    self.status(),
                    self.alert(),
                    self.browser.run(ERRORS, json!([])),
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
        let others = self.engine.roles;
        let is_role = |found: &str| found == role || others.contains(&(role, found));
        let is_it =
            |element: &Element| self.browser.role_and_name(element).is_some_and(|(r, n)| is_role(&r) && n == name);
        candidates.into_iter().find(is_it)
    }

    pub fn click(&self, role: &str, name: &str) {
        while let Err(error) = self.browser.try_click(&self.control(role, name)) {
            // The page may put another of the same name in its place while it is looked at.
            assert!(error.starts_with("stale element reference"), "a click on the {role} “{name}”: {error}");
        }
    }

    pub fn button(&self, name: &str) {
        self.click("button", name);
    }

    /// Types a number as a person does: over the old one, and on with Tab.
    pub fn set_number(&self, name: &str, value: &str) {
        let field = self.browser.argument(&self.control("spinbutton", name));
        self.browser.run("arguments[0].scrollIntoView({ block: 'center' }); arguments[0].focus()", json!([field]));
        self.browser.press_all(&[key::CONTROL, 'a']);
        value.chars().chain([key::TAB]).for_each(|key| self.browser.press(key));
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

    /// No test may leave an error behind that it did not expect, nor anything that the page's policy forbids, nor a request to
    /// anywhere but its own host.
    pub fn close_without_errors(self) {
        for (script, what) in [(VIOLATIONS, "violations of the policy"), (ELSEWHERE, "requests to elsewhere")] {
            assert_eq!(self.browser.run(script, json!([])), json!([]), "{what} in {}", self.engine.name);
        }
        let recorded = self.browser.run(ERRORS, json!([]));
        let recorded = recorded.as_array().expect("a list").iter().map(|error| error.to_string());
        let logged = if self.engine.is_chromium { self.browser.log() } else { Vec::new() };
        let logged = logged.into_iter().filter(|(level, _)| level == "SEVERE").map(|(_, text)| without_digests(&text));
        let unexpected = |text: &String| !self.expected.iter().any(|expected| text.contains(expected));
        let errors: Vec<String> = recorded.chain(logged).filter(unexpected).collect();
        assert!(errors.is_empty(), "errors in the console of {}: {errors:#?}", self.engine.name);
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
