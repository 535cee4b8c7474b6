//! Every start has an end: what does not come is said, keeps nobody waiting but who needs it, and can be tried again.

use crate::{
    engine::{Engine, every_engine},
    page::{Adapter, Page},
    server::Site,
    train::train_until,
};

/// Timers of many seconds, of the page or of a worker, run out at once: what waits in vain need not be waited for.
pub const HURRY: &str = "{ const real = globalThis.setTimeout;
    globalThis.setTimeout = (act, ms, ...rest) => real.call(globalThis, act, ms >= 10_000 ? ms / 20 : ms, ...rest); }";

every_engine! {
    a_page_whose_code_does_not_come_says_so_and_can_be_tried_again;
    a_worker_that_does_not_come_is_said_and_can_be_tried_again;
    a_plane_that_does_not_come_is_said_and_can_be_tried_again;
    weights_that_do_not_come_keep_no_training_waiting;
    images_that_do_not_come_keep_no_pictures_waiting;
}

fn open(site: &Site, engine: Engine, query: &str) -> Page {
    let mut page = Page::blank(site, engine);
    page.expect_errors("");
    page.run_before(HURRY);
    page.go(query);
    page
}

fn a_page_whose_code_does_not_come_says_so_and_can_be_tried_again(engine: Engine) {
    let site = Site::stalling("page_bg.wasm");
    let page = open(&site, engine, "?pictures=2&steps=2&frame=1&device=cpu");
    page.wait("what it waits for", |page| page.alert().contains("has not started in 20 seconds"));
    site.mend();
    page.button("Try again");
    // What waits in a page that goes would be an error.
    page.wait("data-state=ready", |page| page.state() == "ready");
    page.pictures_at(1, 2);
    page.close_without_errors();
}

fn a_worker_that_does_not_come_is_said_and_can_be_tried_again(engine: Engine) {
    for held in ["worker_bg.wasm", "worker_loader.js"] {
        let site = Site::stalling(held);
        let page = open(&site, engine, "?pictures=2&steps=2&frame=1&device=cpu");
        page.wait(format_args!("what it waits for, of {held}"), |page| {
            page.alert().contains("has not come in 30 seconds")
        });
        site.mend();
        page.button("Try again");
        page.pictures_at(1, 2);
        page.wait("the alert to go", |page| !page.alert().contains("has not come"));
        page.close_without_errors();
    }
}

fn a_plane_that_does_not_come_is_said_and_can_be_tried_again(engine: Engine) {
    let site = Site::stalling("plane_bg.wasm");
    let page = open(&site, engine, "?view=plane");
    page.wait("what it waits for", |page| page.alert().contains("The plane has not come in 30 seconds"));
    site.mend();
    page.button("Try again");
    page.control("combobox", "Data");
    page.close_without_errors();
}

fn weights_that_do_not_come_keep_no_training_waiting(engine: Engine) {
    let site = Site::stalling("weights/mnist.safetensors");
    let page = open(&site, engine, "?view=sample&size=tiny&batch=4&pictures=2&steps=2&device=cpu");
    page.click("link", "Train");
    page.button("Train");
    train_until(&page, 2);
    page.close_without_errors();
}

fn images_that_do_not_come_keep_no_pictures_waiting(engine: Engine) {
    let site = Site::stalling("data/mnist-train-00.bin");
    let page = open(&site, engine, "?view=train&size=tiny&batch=4&pictures=2&steps=2&frame=2&device=cpu");
    page.button("Train");
    page.control("button", "Pause");
    page.click("link", "Sample");
    page.pictures_at(2, 2);
    page.click("link", "Train");
    page.button("Pause");
    page.control("button", "Resume");
    page.button("Reset");
    page.control("button", "Train");
    page.close_without_errors();
}

/// Once nothing has come for long enough, twice, it is said.
#[test]
fn weights_that_never_come_are_given_up_with_a_sentence_and_asked_for_again() {
    let site = Site::stalling_in_a_hurry("weights/mnist.safetensors", HURRY);
    let page = open(&site, crate::engine::CHROMIUM, "?pictures=2&steps=2&frame=1&device=cpu");
    page.wait("what did not come", |page| page.alert().contains("2 times nothing came of it in 15 seconds"));
    site.mend();
    page.button("Play");
    page.wait("the alert to go", |page| page.alert().is_empty());
    page.close_without_errors();
}

#[test]
fn a_gpu_that_never_answers_gives_way_to_the_cpu() {
    // The page asks first, and then its worker.
    let silent = "if (globalThis.GPU) GPU.prototype.requestAdapter = () => new Promise(() => {});";
    let site = Site::new();
    let mut page = Page::blank(&site, Adapter::Software);
    page.expect_errors("");
    page.run_before(silent);
    page.go("?pictures=2&steps=2&frame=1&device=gpu");
    page.wait("the CPU instead", |page| page.alert().contains("The CPU computes instead"));
    page.pictures_at(1, 2);
    page.close_without_errors();
    for silent in ["requestAdapter", "requestDevice"] {
        let kind = if silent == "requestDevice" { "GPUAdapter" } else { "GPU" };
        let script = format!("{kind}.prototype.{silent} = () => new Promise(() => {{}});");
        let site = Site::with_worker_script(script);
        let page = {
            let mut page = Page::blank(&site, Adapter::Software);
            page.expect_errors("");
            page.run_before(HURRY);
            page.go("?pictures=2&steps=2&frame=1&device=gpu");
            page
        };
        page.wait(format_args!("the CPU, {silent} being silent"), |page| {
            page.alert().contains("The device has not answered in 30 seconds. The CPU goes on from here")
        });
        page.pictures_at(1, 2);
        page.close_without_errors();
    }
}
