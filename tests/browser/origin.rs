//! No request leaves the origin, of the page or of its workers: every view, a training, a comparison, the plane.

use crate::{
    page::{Adapter, Page},
    server::Site,
    train::train_until,
};
use serde_json::json;

/// Tells the page what a worker asks for.
const TELLS: &str = "{ const told = new BroadcastChannel('asked'), real = globalThis.fetch;
    globalThis.fetch = (what, ...rest) => { told.postMessage(new URL(what.url ?? what, location.href).href); return real(what, ...rest); };
    for (const kind of ['XMLHttpRequest', 'WebSocket', 'EventSource', 'WebTransport']) {
        globalThis[kind] = class { constructor() { told.postMessage(kind); } };
    } }";
const HEARS: &str = "window.asked = []; new BroadcastChannel('asked').onmessage = ({ data }) => asked.push(data);";

#[test]
fn no_request_leaves_the_origin() {
    let site = Site::with_worker_script(TELLS.into());
    let page = Page::blank(&site, Adapter::None);
    page.run_before(HEARS);
    page.go("?pictures=2&steps=2&frame=2&device=cpu&size=tiny&batch=4");
    page.pictures_at(2, 2);
    page.click("link", "Compare");
    page.wait("lanes", |page| page.state() == "ready");
    page.click("link", "Train");
    page.button("Train");
    train_until(&page, 1);
    page.click("link", "Tour");
    page.wait("the tour", |page| page.state() == "ready");
    let asked = page.browser.run("return asked.map(String)", json!([]));
    let asked: Vec<&str> = asked.as_array().expect("a list").iter().filter_map(|it| it.as_str()).collect();
    assert!(asked.iter().any(|it| it.contains("weights/")) && asked.iter().any(|it| it.contains("data/")), "{asked:?}");
    assert!(asked.iter().all(|it| it.starts_with(&site.url)), "{asked:?}");
    page.close_without_errors();
}

#[test]
fn the_policy_is_strict_and_is_obeyed() {
    let site = Site::new();
    let mut page = Page::open(&site, Adapter::None, "?pictures=2&steps=2&frame=2&device=cpu");
    let policy = page
        .browser
        .run("return document.querySelector('meta[http-equiv=Content-Security-Policy]').content", json!([]));
    let policy = policy.as_str().expect("a policy");
    for words in [
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.contains(words), "“{words}” is not in {policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    let in_markup =
        "return [...document.querySelectorAll('style, script:not([src]):not([type=\"text/plain\"])')].length";
    assert_eq!(page.browser.run(in_markup, json!([])), 0);
    // What it forbids does not happen.
    page.expect_errors("");
    let forbidden = "const tries = [
            () => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.pwned = 1\">'),
            () => { const it = document.createElement('script'); it.textContent = 'window.pwned = 1'; document.body.append(it); },
            () => { const it = document.createElement('script'); it.src = 'https://example.com/x.js'; document.body.append(it); },
        ];
        let refused = 0;
        for (const act of tries) try { act(); } catch { refused += 1; }
        await fetch('https://example.com/').catch(() => { refused += 1; });
        return [refused, window.pwned ?? 0]";
    assert_eq!(page.browser.run_async(forbidden, json!([])), json!([4, 0]));
    let violations = page.browser.run("return recorded.violations.splice(0).length", json!([]));
    assert!(violations.as_u64().is_some_and(|count| count > 0));
    page.browser.run("performance.clearResourceTimings()", json!([]));
    page.close_without_errors();
}
