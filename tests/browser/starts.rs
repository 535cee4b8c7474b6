//! How the page starts where something is missing, and what it does with files that are dropped on it.

use crate::{
    engine::{Engine, every_engine},
    page::{Adapter, Page},
    server::{Site, dist},
    train::train_until,
};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::json;
use std::fs;

/// Drops a file of this name anywhere on the page.
fn let_fall(page: &Page, name: &str, bytes: &[u8]) {
    let script = "const [name, base64] = arguments, bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const files = new DataTransfer();
        files.items.add(new File([bytes], name));
        for (const type of ['dragover', 'drop']) {
            const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: files });
            document.querySelector('main').dispatchEvent(event);
            if (!event.defaultPrevented) throw new Error(`the browser would take the ${type}`);
        }";
    page.browser.run(script, json!([name, BASE64_STANDARD.encode(bytes)]));
}

every_engine! {
    a_page_that_is_translated_goes_on_with_its_numbers;
    a_dropped_file_is_loaded_by_what_it_is_or_refused_with_a_sentence;
    weights_that_come_late_are_taken_when_they_are_asked_for_again;
    lanes_whose_weights_come_late_go_on_when_the_connection_is_back;
    what_fails_after_the_connection_is_back_is_asked_for_once_more;
    a_training_whose_images_come_late_goes_on_and_its_alert_goes;
    a_plane_that_comes_late_is_there_when_its_view_is_opened_again;
    a_browser_without_webassembly_is_told_so;
    a_host_that_does_not_know_wasm_serves_the_page_too;
    a_page_that_cannot_start_says_what_to_do;
    a_page_that_could_not_start_starts_when_it_is_tried_again;
}

fn a_page_that_is_translated_goes_on_with_its_numbers(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?pictures=2&steps=4&frame=1");
    page.pictures_at(1, 2);
    // As translators do: two elements of their own in the place of every text.
    let translate = "const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), all = [];
        while (walk.nextNode()) if (walk.currentNode.nodeValue.trim()) all.push(walk.currentNode);
        for (const text of all) {
            if (text.parentElement.closest('script, style')) continue;
            const [outer, inner] = [1, 2].map(() => document.createElement('font'));
            inner.textContent = text.nodeValue;
            outer.append(inner);
            text.replaceWith(outer);
        }";
    page.browser.run(translate, json!([]));
    page.button("Step forward");
    page.pictures_at(2, 2);
    let shown = "return document.querySelector('.readouts').innerText";
    page.wait("the readouts to follow", |page| {
        let text = page.browser.run(shown, json!([]));
        text.as_str().is_some_and(|text| text.contains("2 of 4") && text.contains("0.500") && !text.contains("1 of 4"))
    });
    page.close_without_errors();
}

fn a_dropped_file_is_loaded_by_what_it_is_or_refused_with_a_sentence(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?view=train&size=tiny&batch=4&pictures=2&steps=2&frame=0");
    page.control("button", "Train");
    let_fall(&page, "digit.png", b"\x89PNG\r\n\x1a\n");
    page.wait("what it is", |page| page.alert().contains("“digit.png” is a PNG picture"));
    let_fall(&page, "empty.csv", b"");
    page.wait("that it is empty", |page| page.alert().contains("“empty.csv” is empty"));
    let weights = fs::read("public/weights/fashion.safetensors").expect("weights that ship");
    let_fall(&page, "mine.safetensors", &weights);
    page.control("button", "Sample the file");
    let_fall(&page, "points.csv", b"x,y\n1,0\n-1,0.5\n0,0\n");
    page.control("combobox", "Data");
    page.wait("the points of the file", |page| page.browser.address().contains("data=points"));
    assert_eq!(page.value("combobox", "Data"), "points");
    page.close_without_errors();
}

fn weights_that_come_late_are_taken_when_they_are_asked_for_again(engine: Engine) {
    let site = Site::losing("weights/mnist.safetensors");
    let mut page = Page::blank(&site, engine);
    page.expect_errors("mnist.safetensors");
    page.go("?pictures=2&steps=3");
    page.wait("an alert", |page| page.alert().contains("Play tries again"));
    site.mend();
    page.button("Play");
    page.pictures_at(3, 2);
    page.wait("the alert to go", |page| page.alert().is_empty());
    page.close_without_errors();
}

fn lanes_whose_weights_come_late_go_on_when_the_connection_is_back(engine: Engine) {
    let site = Site::losing("weights/mnist.safetensors");
    let mut page = Page::blank(&site, engine);
    page.expect_errors("mnist.safetensors");
    page.go("?view=compare&pictures=2&steps=3");
    page.wait("an alert", |page| page.alert().contains("Play tries again"));
    site.mend();
    page.browser.run("dispatchEvent(new Event('online'))", json!([]));
    page.wait("data-state=ready", |page| page.state() == "ready");
    page.wait("the alert to go", |page| page.alert().is_empty());
    page.close_without_errors();
}

fn what_fails_after_the_connection_is_back_is_asked_for_once_more(engine: Engine) {
    for view in ["sample", "compare"] {
        let site = Site::losing_late("weights/mnist.safetensors");
        let mut page = Page::blank(&site, engine);
        page.expect_errors("mnist.safetensors");
        page.go(&format!("?view={view}&pictures=2&steps=3&device=cpu"));
        page.wait("the device", |page| page.status() == "CPU");
        page.browser.run("dispatchEvent(new Event('online'))", json!([]));
        site.mend();
        page.wait("data-state=ready", |page| page.state() == "ready");
        page.wait("the alert to go", |page| page.alert().is_empty());
        page.close_without_errors();
    }
}

fn a_training_whose_images_come_late_goes_on_and_its_alert_goes(engine: Engine) {
    let site = Site::losing("data/mnist-train-00.bin");
    let mut page = Page::blank(&site, engine);
    page.expect_errors("mnist-train-00.bin");
    page.go("?view=train&size=tiny&batch=4&device=cpu");
    page.button("Train");
    page.wait("an alert", |page| page.alert().contains("Resume tries again"));
    site.mend();
    page.button("Resume");
    train_until(&page, 1);
    // Where nothing can be saved, that goes on being said.
    page.wait("the alert to go", |page| !page.alert().contains("images are missing"));
    page.close_without_errors();
}

fn a_plane_that_comes_late_is_there_when_its_view_is_opened_again(engine: Engine) {
    let site = Site::losing("plane.js");
    let mut page = Page::blank(&site, engine);
    page.expect_errors("plane.js");
    page.go("?view=plane");
    // Twice, since what hears of the first failure must not be in the way of the second.
    for _ in 0..2 {
        page.wait("an alert", |page| page.alert().contains("The plane could not be loaded"));
        page.click("link", "Train");
        page.wait("the other view", |page| page.browser.address().contains("view=train"));
        page.click("link", "Plane");
    }
    page.wait("an alert", |page| page.alert().contains("The plane could not be loaded"));
    site.mend();
    page.click("link", "Train");
    page.click("link", "Plane");
    page.control("combobox", "Data");
    page.wait("the alert to go", |page| page.alert().is_empty());
    page.close_without_errors();
}

fn a_browser_without_webassembly_is_told_so(engine: Engine) {
    let site = Site::new();
    let mut page = Page::blank(&site, engine);
    page.expect_errors("");
    page.run_before("delete globalThis.WebAssembly");
    page.go("");
    page.wait("what it lacks", |page| page.alert().contains("lacks WebAssembly"));
    assert_eq!(page.state(), "failed");
    page.close_without_errors();
}

#[test]
fn an_adapter_in_software_is_passed_over_and_that_is_said() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::Software, "?pictures=2&steps=2&frame=1");
    page.pictures_at(1, 2);
    assert!(page.status().contains("CPU"), "“{}”", page.status());
    let title = page.browser.run("return document.querySelector('.device').title", json!([]));
    assert!(title.as_str().is_some_and(|title| title.contains("only in software")), "{title}");
    page.close_without_errors();
}

fn a_host_that_does_not_know_wasm_serves_the_page_too(engine: Engine) {
    let site = Site::untyped();
    let page = Page::open(&site, engine, "?pictures=2&steps=2&frame=1&device=cpu");
    page.pictures_at(1, 2);
    page.close_without_errors();
}

fn a_page_that_cannot_start_says_what_to_do(engine: Engine) {
    let site = |lost: &'static str, cut: bool| if cut { Site::cutting(lost) } else { Site::without(lost) };
    for (lost, cut) in
        ["start.js", "page.js", "page_bg.wasm"].into_iter().flat_map(|lost| [(lost, false), (lost, true)])
    {
        let site = site(lost, cut);
        let mut page = Page::blank(&site, engine);
        page.expect_errors("");
        page.go("");
        // Half of a script may be one that does nothing, which is said after 20 seconds.
        page.wait(format_args!("what to do, {lost} being lost or cut ({cut})"), |page| {
            page.find("button", "Try again").is_some()
        });
        assert!(page.alert().split_whitespace().count() > 8, "“{}”", page.alert());
        page.close_without_errors();
    }
    let site = Site::new();
    let mut page = Page::blank(&site, engine);
    page.expect_errors("");
    page.browser.open(&format!("file://{}", dist().join("index.html").display()));
    page.wait("data-state=failed", |page| page.state() == "failed");
    assert!(page.alert().contains("web server"), "“{}”", page.alert());
    page.close_without_errors();
}

fn a_page_that_could_not_start_starts_when_it_is_tried_again(engine: Engine) {
    let site = Site::losing("page.js");
    let mut page = Page::blank(&site, engine);
    page.expect_errors("");
    page.go("?pictures=2&steps=2&frame=1&device=cpu");
    page.wait("data-state=failed", |page| page.state() == "failed");
    site.mend();
    page.button("Try again");
    // What waits in a page that goes would be an error.
    page.wait("data-state=ready", |page| page.state() == "ready");
    page.pictures_at(1, 2);
    page.close_without_errors();
}
