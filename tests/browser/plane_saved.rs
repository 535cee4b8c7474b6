//! Trainings of the plane outlive their page as those on pictures do, and come back when they are given up.

use crate::{
    engine::{CHROMIUM, Engine, every_engine},
    page::{Page, key},
    plane::{Panel, address_that, open, panels, panels_that},
    plane_learning::{rested, said, step},
    saved::{files, hide, saved},
    server::Site,
};
use serde_json::json;

const RECIPE: &str = "data=moons&frame=20&particles=600&batch=16";
const UNDO: &str = "Undo: bring the training back";

/// The step that is offered first.
fn offered(page: &Page) -> u64 {
    let script = "return document.querySelector('.learn .left li button')?.ariaLabel.replace(/\\D/g, '') ?? null";
    page.wait_for("the training that was left", |page| page.browser.run(script, json!([])).as_str()?.parse().ok())
}

fn resume(page: &Page) {
    let script = "document.querySelector('.learn .left li button').click()";
    page.browser.run(script, json!([]));
}

/// Pauses, and gives the step with what is seen there.
fn pause(page: &Page) -> (u64, Vec<Panel>) {
    page.button("Pause training");
    page.wait("training to rest", |page| said(page).contains("rests at"));
    let learned = rested(page, 600);
    (step(page).expect("a step"), learned)
}

fn from_link(site: &Site, engine: Engine, step: u64) -> Vec<Panel> {
    let page = open(site, engine, &format!("{RECIPE}&trained={step}"));
    let learned = rested(&page, 600);
    assert!(page.browser.find(".left li").is_empty(), "what a link names is not saved");
    page.close_without_errors();
    learned
}

every_engine! {
    a_training_of_the_plane_goes_on_after_a_reload_as_if_nothing_had_been;
    a_write_under_way_as_its_page_is_left_keeps_nobody_waiting;
}

fn a_training_of_the_plane_goes_on_after_a_reload_as_if_nothing_had_been(engine: Engine) {
    let site = Site::new();
    let page = open(&site, engine, RECIPE);
    panels(&page);
    page.button("Train");
    page.wait("two hundred steps", |page| step(page) >= Some(200));
    let (first, learned) = pause(&page);
    assert_eq!(learned, from_link(&site, engine, first));
    page.wait("its file", |page| files(page).iter().any(|(_, length)| *length > 0));
    page.button("Resume training");
    page.wait("more steps", |page| step(page) > Some(first));
    hide(&page);
    saved(&page, 2);

    // On other data, and by its own again.
    page.browser.open("about:blank");
    page.go("?view=plane&data=rings&frame=20&particles=300");
    let found = offered(&page);
    assert!(found > first, "step {found} is offered, and {first} was long done");
    resume(&page);
    address_that(&page, "the data that are learned", |spec| spec.data.to_string() == "moons");
    page.wait("more steps", |page| step(page) > Some(found));
    let (end, learned) = pause(&page);
    assert_eq!(learned, from_link(&site, engine, end), "one training, in three parts or in one");
    address_that(&page, "the training", |spec| spec.learning.trained == end);
    page.close_without_errors();
}

/// Leaves the page as soon as it has asked for the next write, which in a database takes longer than leaving.
const LEAVE: &str = "
    for (const [type, key] of [[IDBObjectStore, 'put'], [window.FileSystemWritableFileStream, 'write']]) {
        const write = type?.prototype[key];
        if (write) type.prototype[key] = function (...all) {
            if (key === 'put') write.call(this, new Uint8Array(8e7), 'much');
            setTimeout(() => location.href = 'about:blank');
            return write.apply(this, all);
        };
    }";

fn a_write_under_way_as_its_page_is_left_keeps_nobody_waiting(engine: Engine) {
    let site = Site::new();
    let page = open(&site, engine, RECIPE);
    panels(&page);
    page.button("Train");
    page.wait("some steps", |page| step(page) >= Some(50));
    hide(&page);
    saved(&page, 1);
    page.browser.run(LEAVE, json!([]));
    hide(&page);
    page.wait("that it is left", |page| page.browser.run("return location.href", json!([])) == "about:blank");
    page.go(&format!("?view=plane&{RECIPE}"));
    panels(&page);
    assert!(offered(&page) >= 50);
    page.close_without_errors();
}

#[test]
fn what_was_learned_comes_back_when_it_is_forgotten_or_trained_over() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, RECIPE);
    panels(&page);
    page.button("Train");
    page.wait("some steps", |page| step(page) >= Some(100));
    let (rest, learned) = pause(&page);
    page.button("Forget");
    page.button(UNDO);
    panels_that(&page, "the learned field again", |panels| *panels == learned[..]);
    assert_eq!(step(&page), Some(rest));

    page.button("Train");
    page.wait("that another took its place", |page| {
        let script = "return document.querySelector('.learn .parted')?.innerText ?? ''";
        page.browser.run(script, json!([])).as_str().is_some_and(|said| said.contains("took the place"))
    });
    page.browser.press_all(&[key::CONTROL, 'z']);
    panels_that(&page, "the learned field again", |panels| *panels == learned[..]);
    assert_eq!(step(&page), Some(rest));
    page.close_without_errors();
}

#[test]
fn reflow_goes_on_in_its_round_after_a_reload() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, RECIPE);
    panels(&page);
    page.button("Reflow");
    page.wait("the second round", |page| said(page).starts_with("Reflow 1: step"));
    hide(&page);
    saved(&page, 2);
    page.browser.open("about:blank");
    page.go(&format!("?view=plane&{RECIPE}"));
    panels(&page);
    offered(&page);
    resume(&page);
    panels_that(&page, "both rounds at rest", |panels| {
        panels.len() == 3
            && panels[2].name.starts_with("Reflow 1, step 2000, ")
            && panels[2].name.contains("600 particles")
    });
    address_that(&page, "both", |spec| (spec.learning.trained, spec.learning.rounds) == (2_000, 1));
    page.close_without_errors();
}
