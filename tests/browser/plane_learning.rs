//! Learned fields in the Plane view: trained on the CPU, held against the truth, straightened, and trained again from a link.

use crate::{
    engine::{CHROMIUM, Engine, every_engine},
    page::{Adapter, Page},
    plane::{Panel, address_that, at_rest, open, panels, panels_that},
    server::Site,
};
use plane::spec::Spec;
use protocol::link::Link;
use serde_json::json;

/// Energy distance of samples from data: 0.2 of untrained weights, 0.00003 after 8,000 steps.
const ENERGY: f64 = 0.005;
/// Mean error of log p of the mixture after 2,000 steps; 0.22 was measured.
const NATS: f64 = 0.4;

/// The rows of “Distance to the truth”: name, velocity error, energy distance, S, one-step error.
fn distances(page: &Page) -> Vec<(String, [Option<f64>; 4])> {
    let script = "return [...document.querySelectorAll('table.rounds tbody tr')].map(row => [...row.cells].map(cell => cell.innerText))";
    let rows = page.browser.run(script, json!([]));
    let row = |row: &serde_json::Value| {
        let cell = |i: usize| row[i].as_str().and_then(|text| text.replace('−', "-").parse().ok());
        (row[0].as_str().unwrap_or_default().to_string(), [1, 2, 3, 4].map(cell))
    };
    rows.as_array().expect("rows").iter().map(row).collect()
}

/// What is said about training.
pub fn said(page: &Page) -> String {
    let said = page.browser.run("return document.querySelector('.learn p.quiet')?.innerText ?? ''", json!([]));
    said.as_str().unwrap_or_default().into()
}

/// The step that training has reached, in words such as “step 1 200 of 1 500, …” and “rests at step 1 500, …”.
pub fn step(page: &Page) -> Option<u64> {
    let said = said(page);
    let digits = |it: &char| it.is_ascii_digit() || *it == '\u{202f}';
    let number: String = said.split_once("step ")?.1.chars().take_while(digits).filter(char::is_ascii_digit).collect();
    number.parse().ok()
}

/// Waits for training to come to rest with a snapshot of all particles.
pub fn rested(page: &Page, particles: usize) -> Vec<Panel> {
    let whole = format!("{particles} particles");
    panels_that(page, "a learned field at rest", |panels| panels.len() > 1 && panels[1].name.contains(&whole))
}

#[test]
fn training_moons_is_seen_comes_near_the_truth_and_is_there_again_from_its_link() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, "data=moons&frame=30");
    panels(&page);
    page.button("Train");
    page.wait("a second panel", |page| page.browser.find(".panel canvas").len() == 2);
    let energy = page.wait_for("samples near the truth", |page| {
        distances(page).first().and_then(|(_, row)| row[1]).filter(|energy| *energy < ENERGY)
    });
    println!("moons: energy distance {energy}; {}", said(&page));

    page.button("Pause training");
    let learned = rested(&page, 800);
    page.control("button", "Resume training");
    let step = step(&page).expect("a step");
    let link = address_that(&page, "the training", |spec| spec.learning.trained == step);
    assert!(learned[1].name.starts_with(&format!("Learned, step {step}, ")), "{}", learned[1].name);

    let fresh = Page::blank(&site, Adapter::None);
    fresh.browser.open(&link);
    assert_eq!(rested(&fresh, 800), learned);
    assert_eq!(fresh.browser.address(), link);
    // The last measurement of a rest is that of the same weights.
    let last = page.wait_for("the last distances", |page| distances(page).into_iter().next());
    println!("at rest: {last:?}");
    fresh.close_without_errors();
    page.close_without_errors();
}

#[test]
fn the_map_of_log_p_is_near_the_exact_one() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, "show=likelihood&data=mixture&trained=2000&frame=40");
    page.wait("training to rest", |page| said(page).contains("rests at step"));
    assert_eq!(panels(&page).len(), 1);
    page.button("Map log p");
    let error = page.wait_for("the whole map", |page| {
        let words = page.browser.run("return document.body.innerText", json!([]));
        let whole = words.as_str().is_some_and(|words| words.contains("Choose a place to see its trajectory"));
        let panels = page.canvases(".panel canvas");
        let (name, _) = panels.get(2).filter(|_| whole)?;
        name.strip_prefix("Error of log p. ")?.split_once(" nats on average")?.0.parse::<f64>().ok()
    });
    println!("log p of a mixture after 2,000 steps: {error} nats on average");
    assert!(error > 0.0 && error < NATS, "{error} nats");
    page.close_without_errors();
}

#[test]
fn reflow_straightens_the_trajectories() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, "data=mixture&trained=1500&rounds=1&frame=40");
    panels_that(&page, "a second round at rest", |panels| {
        panels.len() == 3
            && panels[2].name.starts_with("Reflow 1, step 1500, ")
            && panels[2].name.contains("800 particles")
    });
    let rows = page.wait_for("two rows with every figure of theirs", |page| {
        let rows = distances(page);
        (rows.len() == 2 && rows.iter().all(|(_, row)| row[2].is_some() && row[3].is_some())).then_some(rows)
    });
    println!("reflow: {rows:?}");
    assert_eq!([&rows[0].0, &rows[1].0], ["Learned", "Reflow 1"]);
    let of = |k: usize| [rows[0].1[k], rows[1].1[k]].map(|value| value.expect("measured"));
    let ([s, straighter], [one, nearer]) = (of(2), of(3));
    assert!(straighter < 0.5 * s, "S {s} became {straighter}");
    assert!(nearer < one, "the error of one step {one} became {nearer}");
    page.wait("words about the round at rest", |page| said(page).starts_with("Reflow 1: rests at step"));
    page.close_without_errors();
}

#[test]
fn reflow_can_be_asked_for_at_any_time_and_the_link_names_it() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, "data=mixture&frame=40&particles=600&batch=16");
    panels(&page);
    // Snapshots of all particles are those of a rest.
    page.button("Reflow");
    let whole = |panels: &[Panel], name: &str| {
        panels.iter().any(|it| it.name.starts_with(name) && it.name.contains("600 particles"))
    };
    panels_that(&page, "a second round at rest", |panels| whole(panels, "Reflow 1, step 2000, "));
    address_that(&page, "both trainings", |spec| (spec.learning.trained, spec.learning.rounds) == (2_000, 1));

    page.button("Train");
    page.wait("some hundred steps", |page| step(page) >= Some(300));
    page.button("Reflow");
    let shown = page.wait_for("the whole second round", |page| {
        at_rest(page).filter(|panels| panels.len() == 3 && panels[2].name.contains("600 particles"))
    });
    let link = address_that(&page, "both trainings", |spec| spec.learning.trained >= 300 && spec.learning.rounds == 1);
    page.browser.open(&link);
    assert_eq!(
        panels_that(&page, "the same again", |panels| panels.len() == 3 && panels[2].name == shown[2].name),
        shown
    );
    page.close_without_errors();
}

#[test]
fn training_goes_on_in_a_new_worker_when_the_first_dies() {
    let site = Site::breakable();
    let mut page = open(&site, CHROMIUM, "data=moons&frame=30&particles=200");
    page.expect_errors("made to crash");
    panels(&page);
    page.button("Train");
    page.wait("two hundred steps", |page| step(page) >= Some(200));
    page.button("Pause training");
    page.wait("training to rest", |page| said(page).contains("rests at"));
    let kept = step(&page);
    page.button("Resume training");
    page.wait("more steps", |page| step(page) > kept);
    let before = page.browser.run("return recorded.workers.length", json!([]));
    page.browser.run("recorded.workers.at(-1).postMessage('crash')", json!([]));
    page.wait("an alert about the worker", |page| page.alert().contains("A new one goes on from here."));
    let after = page.browser.run("return recorded.workers.length", json!([]));
    assert_eq!(after.as_u64(), before.as_u64().map(|it| it + 1), "the plane has its own worker, and one instead of it");
    // It goes on from its checkpoint, and runs as it did.
    page.wait("more steps in the new worker", |page| step(page) > kept && !said(page).contains("rests at"));
    page.button("Dismiss");
    page.button("Pause training");
    panels_that(&page, "a learned field", |panels| panels.len() == 2);
    page.close_without_errors();
}

every_engine! {
    a_link_is_trained_as_far_as_it_says_even_if_the_worker_dies;
}

fn a_link_is_trained_as_far_as_it_says_even_if_the_worker_dies(engine: Engine) {
    let site = Site::breakable();
    let mut page = open(&site, engine, "data=moons&frame=30&particles=200&batch=16&trained=4000");
    page.expect_errors("made to crash");
    page.wait("two hundred steps", |page| step(page) >= Some(200));
    page.browser.run("recorded.workers.at(-1).postMessage('crash')", json!([]));
    page.wait("an alert about the worker", |page| !page.alert().is_empty());
    page.wait("training to rest", |page| said(page).contains("rests at"));
    assert_eq!(step(&page), Some(4_000));
    address_that(&page, "the training", |spec| spec.learning.trained == 4_000);
    page.close_without_errors();
}

#[test]
fn the_address_and_the_panels_agree_on_what_is_learned() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, "data=moons&frame=20&particles=200&batch=16&trained=300");
    rested(&page, 200);
    let learned = |page: &Page| {
        let address = page.browser.address();
        let spec = Spec::parse(&Link::parse(address.split_once('?').expect("a query").1).0.plane).0;
        (spec.learning.trained > 0, page.browser.find(".panel canvas").len() > 1)
    };
    // The first stop shows the same data, and nothing learned of them.
    page.click("link", "Tour");
    page.wait("the first stop", |page| page.browser.address().contains("tour=1"));
    page.wait("nothing learned", |page| learned(page) == (false, false));
    page.browser.back();
    page.wait("what was learned before", |page| learned(page) == (true, true));
    // What was learned of other data says so, and the link names nothing that it would not give.
    page.choose("Data", "rings");
    panels_that(&page, "words about other data", |panels| {
        panels.len() == 2 && panels[1].name.contains("of another recipe")
    });
    address_that(&page, "nothing learned", |spec| spec.data.to_string() == "rings" && spec.learning.trained == 0);
    page.close_without_errors();
}

#[test]
fn a_training_that_nobody_sees_rests_and_goes_on_when_it_is_seen_again() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, "data=moons&frame=30");
    page.button("Train");
    page.wait("some steps", |page| step(page) >= Some(100));
    page.click("link", "Sample");
    page.wait("a report at rest", |page| page.reports().last().is_some_and(|report| !report.running));
    let rests = page.reports().last().map(|report| report.step);
    page.click("link", "Plane");
    page.wait("more steps", |page| step(page) > rests);
    // What a person has let rest stays at rest.
    page.button("Pause training");
    page.wait("training to rest", |page| said(page).contains("rests at"));
    let rests = step(&page);
    page.click("link", "Sample");
    page.wait("pictures", |page| !page.pictures().is_empty());
    page.click("link", "Plane");
    page.control("button", "Resume training");
    assert_eq!(step(&page), rests);
    page.close_without_errors();
}
