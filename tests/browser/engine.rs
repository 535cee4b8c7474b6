//! The engines in which the page is tried: how the driver of each is started, what it is asked for, what it cannot do.

use serde_json::{Value, json};
use std::env;

/// What a browser has to compute on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adapter {
    None,
    /// SwiftShader, a WebGPU in software: right, and slow. Chromium alone has it. Where `FLOWSTEP_GPU` is set, the machine's own.
    Software,
}

#[derive(Clone, Copy)]
pub struct Engine {
    pub name: &'static str,
    /// The variable that names its driver, and the driver where none does.
    pub driver: (&'static str, &'static str),
    /// What the driver is told beside its port.
    pub arguments: &'static [&'static str],
    /// What stands before the port where the driver says it; a driver that does not say it is given one.
    pub says: Option<&'static str>,
    /// The driver's variables, which it hands on to the browser.
    pub environment: &'static [(&'static str, &'static str)],
    /// Whether it paints only on a screen; Xvfb is one.
    pub screen: bool,
    /// Whether it obeys Chromium's own protocol: media and windows of any kind, slow networks, a log, scripts before the page's.
    pub is_chromium: bool,
    /// Roles for which it has another word.
    pub roles: &'static [(&'static str, &'static str)],
    pub capabilities: fn(Adapter) -> Value,
}

pub const CHROMIUM: Engine = Engine {
    name: "Chromium",
    driver: ("CHROMEDRIVER", "chromedriver"),
    arguments: &[],
    says: Some("started successfully on port "),
    environment: &[],
    screen: false,
    is_chromium: true,
    roles: &[],
    capabilities: chromium,
};

/// No window is less than 450 px wide. Its WebGPU, where it has one, is no part of these tests.
pub const FIREFOX: Engine = Engine {
    name: "Firefox",
    driver: ("GECKODRIVER", "geckodriver"),
    // Two drivers at a time would have one port for the other protocol of theirs.
    arguments: &["--websocket-port=0"],
    says: Some("Listening on 127.0.0.1:"),
    environment: &[],
    screen: false,
    is_chromium: false,
    roles: &[],
    capabilities: firefox,
};

/// No window is less than 450 px wide; no storage but IndexedDB (2.50 has no `navigator.storage`), no WebGPU, no downloads.
pub const WEBKIT: Engine = Engine {
    name: "WebKitGTK",
    driver: ("WEBKITDRIVER", "WebKitWebDriver"),
    arguments: &[],
    says: None,
    // On a machine without a GPU, painting by one in software takes several times as long.
    environment: &[("WEBKIT_SKIA_ENABLE_CPU_RENDERING", "1"), ("WEBKIT_DISABLE_COMPOSITING_MODE", "1")],
    screen: true,
    is_chromium: false,
    roles: &[("combobox", "button"), ("spinbutton", "textbox")],
    capabilities: |_| json!({}),
};

fn chromium(adapter: Adapter) -> Value {
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
        Adapter::Software if env::var_os("FLOWSTEP_GPU").is_some() => arguments.extend([
            "--enable-unsafe-webgpu",
            "--ignore-gpu-blocklist",
            "--enable-features=Vulkan",
            "--use-angle=vulkan",
            "--disable-vulkan-surface",
        ]),
        Adapter::Software => arguments.extend(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]),
    }
    json!({ "goog:chromeOptions": { "args": arguments }, "goog:loggingPrefs": { "browser": "ALL" } })
}

fn firefox(_: Adapter) -> Value {
    json!({ "moz:firefoxOptions": { "args": ["-headless"], "prefs": { "dom.webgpu.enabled": false } } })
}

/// Makes of functions that are given an [`Engine`] a test in each: `play_holds::firefox`, for example. A function that an
/// engine cannot run is named with the reason, which the run then says: `play_holds except webkit "it has no …"`.
macro_rules! every_engine {
    ($($test:ident $(except $engine:ident $why:literal)?;)+) => { $(
        mod $test {
            use crate::engine;

            #[test]
            fn chromium() {
                super::$test(engine::CHROMIUM);
            }

            $crate::engine::every_engine!(@firefox $test $(except $engine $why)?);
            $crate::engine::every_engine!(@webkit $test $(except $engine $why)?);
        }
    )+ };
    (@firefox $test:ident except firefox $why:literal) => {
        #[test]
        #[ignore = $why]
        fn firefox() {
            super::$test(engine::FIREFOX);
        }
    };
    (@firefox $test:ident $(except $engine:ident $why:literal)?) => {
        #[test]
        fn firefox() {
            super::$test(engine::FIREFOX);
        }
    };
    (@webkit $test:ident except webkit $why:literal) => {
        #[test]
        #[ignore = $why]
        fn webkit() {
            super::$test(engine::WEBKIT);
        }
    };
    (@webkit $test:ident $(except $engine:ident $why:literal)?) => {
        #[test]
        fn webkit() {
            super::$test(engine::WEBKIT);
        }
    };
}
pub(crate) use every_engine;
