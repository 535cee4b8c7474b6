//! What goes wrong is said, and what can go on goes on: lost files, dead workers, lost GPUs.

use crate::{
    engine::{Engine, every_engine},
    page::{Adapter, Page, Setup},
    server::Site,
    train::{pause, train_until},
};
use serde_json::json;

every_engine! {
    a_worker_that_cannot_start_is_a_failure_with_a_sentence;
    missing_weights_are_a_failure_with_a_sentence_and_training_still_works;
    training_goes_on_from_its_checkpoint_when_a_cpu_worker_dies;
    training_without_a_checkpoint_starts_again_and_a_second_death_is_a_failure;
}

fn a_worker_that_cannot_start_is_a_failure_with_a_sentence(engine: Engine) {
    for lost in ["worker_loader.js", "worker_bg.wasm"] {
        let site = Site::without(lost);
        let mut page = Page::blank(&site, engine);
        page.expect_errors("worker");
        page.go("?device=cpu");
        page.wait(format_args!("data-state=failed without {lost}"), |page| page.state() == "failed");
        let alert = page.alert();
        assert!(alert.split_whitespace().count() >= 4, "“{alert}” is no sentence");
        page.close_without_errors();
    }
}

fn missing_weights_are_a_failure_with_a_sentence_and_training_still_works(engine: Engine) {
    let site = Site::without("weights/mnist.safetensors");
    let mut page = Page::blank(&site, engine);
    page.expect_errors("mnist.safetensors");
    page.go("");
    page.wait("an alert", |page| page.alert().split_whitespace().count() >= 4);
    page.click("link", "Train");
    page.button("Train");
    train_until(&page, 1);
    page.close_without_errors();
}

/// Breaks the worker of a [`Site::breakable`], as `breakable.js` describes it.
pub fn strike(page: &Page, blow: &str) {
    page.browser.run("recorded.workers.at(-1).postMessage(arguments[0])", json!([blow]));
}

/// A training whose worker is struck between two checkpoints goes on from the first in a worker on the CPU.
fn training_survives(setup: impl Into<Setup>, device: &str, blow: &str) {
    let site = Site::breakable();
    let query = format!("?view=train&size=tiny&batch=4&train-seed=7&device={device}");
    let mut page = Page::open(&site, setup, &query);
    page.expect_errors("made to crash");
    page.button("Train");
    train_until(&page, 2);
    let kept = pause(&page);
    page.button("Resume");
    train_until(&page, kept + 1);
    strike(&page, blow);
    page.wait("an alert that training goes on", |page| page.alert().contains("goes on from its last checkpoint"));
    page.wait("the status to say CPU", |page| page.status().contains("CPU"));
    let first = page.wait_for("a report of the new worker", |page| page.reports_of_replacement().into_iter().next());
    // The page may have had a checkpoint that was made by itself since.
    assert!(first.step >= kept && first.running, "{first:?}");
    page.wait("more steps", |page| page.reports_of_replacement().last().is_some_and(|now| now.step > first.step + 2));
    page.control("button", "Pause");
    page.close_without_errors();
}

fn training_goes_on_from_its_checkpoint_when_a_cpu_worker_dies(engine: Engine) {
    training_survives(engine, "cpu", "crash");
}

#[test]
fn training_goes_on_from_its_checkpoint_on_the_cpu_when_the_gpu_is_lost() {
    training_survives(Adapter::Software, "gpu", "lose");
}

fn training_without_a_checkpoint_starts_again_and_a_second_death_is_a_failure(engine: Engine) {
    let site = Site::breakable();
    let mut page = Page::open(&site, engine, "?view=train&size=tiny&batch=4&device=cpu");
    page.expect_errors("made to crash");
    page.button("Train");
    // The first checkpoint is made seconds after the first step.
    train_until(&page, 1);
    strike(&page, "crash");
    page.wait("an alert that training starts again", |page| page.alert().contains("starts again"));
    page.wait("a step", |page| page.reports_of_replacement().last().is_some_and(|now| now.step > 0));
    strike(&page, "crash");
    page.wait("data-state=failed", |page| page.state() == "failed");
    assert!(page.alert().contains("nothing can be computed"), "“{}”", page.alert());
    page.close_without_errors();
}

#[test]
fn a_gpu_error_that_nobody_awaits_is_said_and_the_cpu_shows_the_same_frame() {
    let site = Site::breakable();
    let page = Page::open(&site, Adapter::Software, "?pictures=2&steps=4&sampler=euler&guidance=1&frame=1&device=gpu");
    page.wait("the status to say WebGPU", |page| page.status().contains("WebGPU"));
    page.pictures_at(1, 2);
    strike(&page, "mistake");
    page.wait("an alert that names WebGPU", |page| page.alert().contains("WebGPU error"));
    page.wait("the status to say CPU", |page| page.status().contains("CPU"));
    page.pictures_at(1, 2);
    page.button("Step forward");
    page.pictures_at(2, 2);
    page.close_without_errors();
}
