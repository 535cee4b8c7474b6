//! Builds are never mixed, and an old page says that there is a newer one.

use crate::{
    builds::{answer, careless, other, ours},
    engine::{CHROMIUM, Engine, every_engine},
    page::Page,
    server::{Answer, Site, plain},
    train::train_until,
};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

const NEWER: &str = "A new version of this page is there";

every_engine! {
    an_old_page_says_that_there_is_a_newer_one_and_loses_no_training;
    a_second_visit_needs_no_network_and_a_newer_build_is_offered_whole;
    what_is_missing_or_damaged_among_what_is_kept_heals_itself;
    all_of_it_can_be_kept;
}

/// The number of the build that the page is of; empty while there is no document.
fn build(page: &Page) -> String {
    let build = page.browser.run("return document.documentElement?.dataset.build ?? ''", json!([]));
    build.as_str().unwrap_or_default().into()
}

#[test]
fn a_host_that_mixes_two_builds_shows_no_picture_of_a_mixture() {
    let builds = Arc::new([ours(), other()]);
    // Which build the document, the code of the page and the worker are of.
    for mix in 0..8usize {
        let of = [mix & 1, mix >> 1 & 1, mix >> 2];
        let builds = builds.clone();
        let site = Site::answering(move |path| {
            let part = match plain(path).as_str() {
                "page.js" | "page_bg.wasm" => 1,
                name if name.starts_with("worker") => 2,
                // A service worker would mend it.
                "sw.js" => return Answer::Missing,
                _ => 0,
            };
            careless(&builds[of[part]], path)
        });
        let mut page = Page::blank(&site, CHROMIUM);
        page.expect_errors("");
        page.go("?pictures=2&steps=2&frame=1&device=cpu");
        let is_one = of.iter().all(|one| *one == of[0]);
        page.wait(format_args!("an end of {of:?}"), |page| {
            if is_one { page.state() == "ready" } else { page.alert().contains(NEWER) }
        });
        assert_eq!(page.frames().is_empty(), !is_one, "{of:?}");
        page.close_without_errors();
    }
}

fn an_old_page_says_that_there_is_a_newer_one_and_loses_no_training(engine: Engine) {
    let (builds, now) = (Arc::new([ours(), other()]), Arc::new(AtomicUsize::new(0)));
    let deployed = now.clone();
    let site = Site::answering(move |path| match path {
        "sw.js" => Answer::Missing,
        path => answer(&builds[deployed.load(Ordering::Relaxed)], path),
    });
    let mut page = Page::blank(&site, engine);
    page.expect_errors("");
    page.go("?view=train&size=tiny&batch=4&device=cpu");
    page.button("Train");
    train_until(&page, 3);
    let old = build(&page);
    now.store(1, Ordering::Relaxed);
    page.click("link", "Plane");
    page.wait("the plane to be missing", |page| page.alert().contains("The plane could not be loaded"));
    page.wait("that there is a newer one", |page| page.alert().contains(NEWER));
    page.button("Reload");
    page.wait("the new one", |page| !build(page).is_empty() && build(page) != old);
    page.click("link", "Train");
    let resume = "const one = document.querySelector('main button[aria-label^=\"Resume training at step\"]'); one?.click(); return !!one";
    page.wait("the saved training", |page| page.browser.run(resume, json!([])) == true);
    train_until(&page, 3);
    page.close_without_errors();
}

/// What the service worker has kept.
const KEPT: &str = "const [name] = (await caches.keys()).filter((it) => it.startsWith('flowstep-'));
    if (!name) return []; return (await (await caches.open(name)).keys()).map((it) => new URL(it.url).pathname.split('/path/')[1])";

fn wait_until_kept(page: &Page) {
    page.wait("a service worker that serves the page", |page| {
        let script = "return !!(await navigator.serviceWorker.getRegistration())?.active && !!navigator.serviceWorker.controller";
        page.browser.run_async(script, json!([])) == true
    });
}

fn a_second_visit_needs_no_network_and_a_newer_build_is_offered_whole(engine: Engine) {
    let (builds, now) = (Arc::new([ours(), other()]), Arc::new(AtomicUsize::new(0)));
    let deployed = now.clone();
    // 2 is no network.
    let site = Site::answering(move |path| {
        builds.get(deployed.load(Ordering::Relaxed)).map_or(Answer::Missing, |build| answer(build, path))
    });
    let mut page = Page::blank(&site, engine);
    page.expect_errors("");
    page.go("?pictures=2&steps=2&frame=1&device=cpu");
    page.pictures_at(1, 2);
    wait_until_kept(&page);
    let old = build(&page);
    now.store(2, Ordering::Relaxed);
    page.go("?pictures=2&steps=2&frame=2&device=cpu");
    page.pictures_at(2, 2);
    page.click("link", "Tour");
    page.wait("the plane", |page| page.state() == "ready");
    page.go("?view=train&size=tiny&batch=4&device=cpu");
    page.button("Train");
    train_until(&page, 2);
    // A newer one.
    now.store(1, Ordering::Relaxed);
    page.go("?pictures=2&steps=2&frame=1&device=cpu");
    page.pictures_at(1, 2);
    assert_eq!(build(&page), old, "nothing changes under a person's eyes");
    page.browser.run_async("await (await navigator.serviceWorker.getRegistration()).update()", json!([]));
    page.wait("that there is a newer one", |page| page.alert().contains(NEWER));
    page.button("Reload");
    page.wait("the new one", |page| !build(page).is_empty() && build(page) != old);
    page.wait("data-state=ready", |page| page.state() == "ready");
    page.close_without_errors();
}

fn what_is_missing_or_damaged_among_what_is_kept_heals_itself(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?pictures=2&steps=2&frame=1&device=cpu");
    page.pictures_at(1, 2);
    wait_until_kept(&page);
    let harm = "const [name] = await caches.keys(), kept = await caches.open(name);
        for (const request of await kept.keys()) {
            if (/worker_bg|style/.test(request.url)) await kept.put(request, new Response('rubbish'));
            if (/mnist-[0-9a-f]{12}|page\\./.test(request.url)) await kept.delete(request);
        }";
    page.browser.run_async(harm, json!([]));
    page.go("?pictures=2&steps=2&frame=2&device=cpu");
    page.pictures_at(2, 2);
    page.wait("all to be kept again", |page| {
        let kept = page.browser.run_async(KEPT, json!([]));
        let kept: Vec<String> =
            kept.as_array().expect("a list").iter().map(|it| plain(it.as_str().expect("a path"))).collect();
        ["weights/mnist.safetensors", "worker_bg.wasm", "style.css"].iter().all(|file| kept.iter().any(|it| it == file))
    });
    page.close_without_errors();
}

fn all_of_it_can_be_kept(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?pictures=2&steps=2&frame=1&device=cpu");
    wait_until_kept(&page);
    page.button("Keys");
    page.button("Keep all of it for offline");
    page.wait("all to be kept", |page| {
        page.find("button", "Keep all of it for offline").is_none() && {
            let words = page.browser.run("return document.querySelector('.about').innerText", json!([]));
            words.as_str().is_some_and(|words| words.contains("All of it is kept"))
        }
    });
    let kept = page.browser.run_async(KEPT, json!([]));
    assert_eq!(kept.as_array().map(Vec::len), Some(ours().len() - 1), "all but the service worker itself");
    page.close_without_errors();
}
