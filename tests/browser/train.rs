//! The Train view: thirty steps on the CPU, and the weights out and in again.

use crate::{
    engine::{Engine, every_engine},
    page::{Adapter, Page, scratch},
    server::Site,
};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    process,
};

const RECIPE: &str = "?view=train&size=tiny&batch=16&train-seed=7&pictures=2&steps=2&frame=0";

/// Waits for the step, however slow the device, as long as training goes on.
pub fn train_until(page: &Page, step: u64) {
    let done = |page: &Page| page.reports().last().map_or(0, |report| report.step);
    let mut before = done(page);
    while before < step {
        before = page.wait_for(format_args!("training step {}", before + 1), |page| {
            Some(done(page)).filter(|&now| now > before)
        });
    }
}

/// Mean loss of the first five steps and of the last five.
fn first_and_last(losses: &[(u64, f32)]) -> (f32, f32) {
    assert!(losses.len() >= 10, "{} losses are too few to compare", losses.len());
    let mean = |part: &[(u64, f32)]| part.iter().map(|(_, loss)| loss).sum::<f32>() / part.len() as f32;
    (mean(&losses[..5]), mean(&losses[losses.len() - 5..]))
}

/// A folder into which the page downloads.
fn downloads(page: &Page, test: &str) -> PathBuf {
    let folder = scratch(&format!("downloads/{}-{test}", process::id()));
    page.browser.chromium("Browser.setDownloadBehavior", json!({ "behavior": "allow", "downloadPath": folder }));
    folder
}

/// The finished download, once there is one.
fn downloaded(page: &Page, folder: &Path) -> PathBuf {
    page.wait_for("the download", |_| {
        let files = fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
        files.into_iter().find(|file| file.extension().is_some_and(|extension| extension == "safetensors"))
    })
}

/// Pauses, and waits until the worker has done so.
pub fn pause(page: &Page) -> u64 {
    page.button("Pause");
    page.wait_for("training to stop", |page| {
        page.reports().last().and_then(|report| (!report.running).then_some(report.step))
    })
}

/// Trains some thirty steps with a pause amid them, and resets. The mean loss of the first steps and of the last.
pub fn train_with_every_verb(page: &Page) -> (f32, f32) {
    page.button("Train");
    train_until(page, 15);
    let paused = pause(page);
    page.button("Resume");
    train_until(page, paused + 15);
    pause(page);
    let losses = page.losses();
    assert!(losses.iter().map(|(step, _)| *step).is_sorted(), "steps out of order: {losses:?}");
    page.button("Reset");
    page.control("button", "Train");
    first_and_last(&losses)
}

every_engine! {
    thirty_steps_lower_the_loss_and_pause_resume_and_reset_hold;
    a_file_that_is_no_weights_gets_a_sentence;
}

fn thirty_steps_lower_the_loss_and_pause_resume_and_reset_hold(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, RECIPE);
    let (first, last) = train_with_every_verb(&page);
    assert!(last < 0.9 * first, "loss {first} became {last}");
    page.close_without_errors();
}

#[test]
fn the_same_recipe_gives_the_same_losses() {
    let site = Site::new();
    let [one, two] = [(); 2].map(|()| {
        let page = Page::open(&site, Adapter::None, RECIPE);
        page.button("Train");
        train_until(&page, 6);
        let losses: Vec<(u64, f32)> = page.losses().into_iter().take_while(|(step, _)| *step <= 6).collect();
        page.close_without_errors();
        losses
    });
    assert!(one.len() >= 5, "{one:?}");
    assert_eq!(one, two);
}

#[test]
fn weights_are_downloaded_loaded_again_and_sampled() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, RECIPE);
    let folder = downloads(&page, "weights");
    page.button("Train");
    train_until(&page, 10);
    pause(&page);
    page.button("Download weights");
    let file = downloaded(&page, &folder);
    page.click("link", "Sample");
    page.choose("Model", "trained");
    page.button("Last frame");
    let trained = page.pictures_at(2, 2);
    page.close_without_errors();

    let fresh = Page::open(&site, Adapter::None, RECIPE);
    fresh.browser.type_into(&fresh.file_input("Load weights"), &file.to_string_lossy());
    fresh.wait("the loaded weights", |page| {
        page.events().iter().any(|event| {
            matches!(event, protocol::message::Event::Model(report)
                if report.model == protocol::catalogue::ModelId::File)
        })
    });
    fresh.click("link", "Sample");
    fresh.choose("Model", "file");
    fresh.button("Last frame");
    let loaded = fresh.pictures_at(2, 2);
    assert_eq!(fresh.alert(), "");
    // The file holds every bit of the weights.
    assert_eq!(loaded, trained);
    fresh.close_without_errors();
    fs::remove_dir_all(folder).expect("the folder was ours");
}

/// The numbers of the bar and the sentence under the model, as words.
fn words(page: &Page, place: &str) -> String {
    let script = "return document.querySelector(arguments[0])?.textContent ?? ''";
    page.browser.run(script, json!([place])).as_str().unwrap_or_default().to_string()
}

#[test]
fn what_will_be_there_is_told_before_and_milestones_are_told_once() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, &format!("{RECIPE}&trained=20"));
    assert!(words(&page, ".previews").contains("ten pictures will stand here"));
    assert!(words(&page, ".chart .yet").contains("running mean"));
    let estimate = page.wait_for("an estimate", |page| {
        Some(words(page, "#size-choice-note")).filter(|words| words.contains("readable pictures in "))
    });
    assert!(!estimate.contains(" s,") && !estimate.contains(" s."), "{estimate}");
    page.button("Train the 20 steps of this link");
    train_until(&page, 20);
    let end = "Training is done, after 20 steps.";
    page.wait("the last milestone", |page| words(page, ".stage > [aria-live]") == end);
    assert_eq!(words(&page, ".chart .yet"), "");
    page.close_without_errors();
}

#[test]
fn a_loss_that_goes_astray_stops_the_training_and_says_what_to_change() {
    let site = Site::new();
    let page = Page::open(
        &site,
        Adapter::None,
        "?view=train&size=tiny&batch=8&loss=noise&schedule=vp&rate=0.1&train-seed=7&device=cpu",
    );
    page.button("Train");
    let before = |page: &Page| page.reports().last().map_or(0, |report| report.step);
    // However slow the device: as long as it makes steps, and no more than a few hundred.
    while words(&page, ".stray").is_empty() {
        let step = before(&page);
        assert!(step < 1_500, "{step} steps, and no word");
        page.wait("a step or a word", |page| before(page) > step || !words(page, ".stray").is_empty());
    }
    let said = words(&page, ".stray");
    assert!(said.contains("A learning rate of 0.1 is too large for this recipe."), "{said}");
    page.control("button", "Resume");
    page.button("Start again with learning rate 0.01");
    page.wait("another rate in the link", |page| page.browser.address().contains("rate=0.01"));
    page.control("button", "Pause");
    assert_eq!(words(&page, ".stray"), "");
    page.close_without_errors();
}

fn a_file_that_is_no_weights_gets_a_sentence(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, RECIPE);
    let folder = scratch(&format!("downloads/{}-bad-{}", process::id(), engine.name));
    let header = br#"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
    let strange = [&(header.len() as u64).to_le_bytes()[..], header, &[0; 8]].concat();
    let files: [(&str, &[u8]); 4] = [
        ("text.safetensors", b"these are no weights"),
        ("empty.safetensors", b""),
        ("huge-header.safetensors", &u64::MAX.to_le_bytes()),
        ("strange.safetensors", &strange),
    ];
    for (name, bytes) in files {
        let file = folder.join(name);
        fs::write(&file, bytes).expect("a file in the cache");
        page.browser.type_into(&page.file_input("Load weights"), &file.to_string_lossy());
        page.wait(format_args!("an alert about {name}"), |page| page.alert().contains(name));
    }
    page.button("Train");
    train_until(&page, 1);
    page.close_without_errors();
    fs::remove_dir_all(folder).expect("the folder was ours");
}
