//! Where a page cannot write files a database takes their place; and models and points are kept for other visits.

use crate::{
    page::{Adapter, Page, scratch},
    plane::{address_that, panels, panels_that},
    saved::{RECIPE, a_damaged_file_gives_way, come_back, goes_on_after_a_reload, resume},
    server::Site,
    train::{pause, train_until},
};
use serde_json::json;
use std::{fs, path::Path, process};

/// As in Safari before 26, whose pages may look into files and not write them.
const HIDE: &str = "delete FileSystemFileHandle.prototype.createWritable;";

/// A browser whose pages have no files but a database.
fn without_files(site: &Site) -> Page {
    let page = Page::blank(site, Adapter::None);
    page.run_before(HIDE);
    page
}

/// Nothing but the database was used.
fn no_files(page: &Page) {
    let script = "const all = [];
        for await (const name of (await navigator.storage.getDirectory()).keys()) all.push(name);
        return all;";
    assert_eq!(page.browser.run_async(script, json!([])), json!([]));
}

#[test]
fn a_training_goes_on_from_a_database_where_no_files_are_written() {
    let site = Site::new();
    let page = without_files(&site);
    come_back(&page);
    page.button("Train");
    train_until(&page, 2);
    pause(&page);
    no_files(&page);
    page.close_without_errors();
    goes_on_after_a_reload(without_files(&site));
}

#[test]
fn what_a_database_kept_is_found_once_the_browser_writes_files() {
    let site = Site::new();
    let page = Page::blank(&site, Adapter::None);
    page.run_before(&format!("if (!localStorage.newer) {HIDE}"));
    come_back(&page);
    page.button("Train");
    train_until(&page, 2);
    let step = pause(&page);
    no_files(&page);
    page.browser.run("localStorage.newer = '1'", json!([]));
    come_back(&page);
    resume(&page, step);
    train_until(&page, step + 2);
    let records = "const open = indexedDB.open('flowstep', 1);
        const database = await new Promise((done) => { open.onsuccess = () => done(open.result); });
        const keys = database.transaction('files').objectStore('files').getAllKeys();
        return await new Promise((done) => { keys.onsuccess = () => done(keys.result); });";
    assert_eq!(page.browser.run_async(records, json!([])), json!([]));
    page.close_without_errors();
}

#[test]
fn a_damaged_record_of_a_database_gives_way_to_the_one_before() {
    let site = Site::new();
    a_damaged_file_gives_way(without_files(&site));
}

/// The line over what is kept.
fn line(page: &Page) -> String {
    let script = "const all = [...document.querySelectorAll('.left summary')].filter(one => one.checkVisibility());
        return all.map(one => one.textContent).join('|');";
    page.browser.run(script, json!([])).as_str().unwrap_or_default().into()
}

/// Waits for a line with these words, and opens what stands behind it.
fn kept(page: &Page, words: &str) {
    page.wait(format_args!("the line “{words}”"), |page| line(page).contains(words));
    page.disclose(words);
}

/// The name of the first kept thing's button of this verb.
fn named(page: &Page, verb: &str) -> String {
    let script = "const all = [...document.querySelectorAll('.left details button')];
        return all.map(one => one.ariaLabel).find(name => name.startsWith(arguments[0])) ?? null;";
    page.wait_for(format_args!("a button to {verb}"), |page| {
        Some(page.browser.run(script, json!([format!("{verb}: ")])).as_str()?.to_string())
    })
}

#[test]
fn models_are_kept_for_other_visits_listed_and_deleted() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, RECIPE);
    page.button("Train");
    train_until(&page, 3);
    let steps = pause(&page);
    page.button("Keep this model");
    kept(&page, "In this browser: 1 model, ");
    page.button("Sample kept model 1");
    let drawn = page.pictures_at(0, 2);
    let address = page.browser.run("return location.search", json!([]));

    // Its link finds the weights here again, and no training is needed.
    page.go(address.as_str().expect("an address"));
    assert_eq!(page.pictures_at(0, 2), drawn);
    // Another link does not know it.
    come_back(&page);
    assert!(page.find("button", "Sample kept model 1").is_none());
    kept(&page, "In this browser: 1 model, ");
    let name = named(&page, "Use");
    assert!(name.contains(&format!("{steps} steps")), "{name}");
    page.button(&name);
    page.button("Sample kept model 1");
    assert_eq!(page.pictures_at(0, 2), drawn);

    // A file that was opened is kept as well.
    page.click("link", "Train");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("public/weights/mnist.safetensors");
    page.browser.type_into(&page.file_input("Load weights"), &file.to_string_lossy());
    kept(&page, "In this browser: 2 models, ");
    page.go("?model=file&pictures=2&steps=2&frame=0");
    page.button("Open “mnist.safetensors” again");
    // It plays.
    page.pictures_at(2, 2);
    come_back(&page);
    for words in ["In this browser: 2 models, ", "In this browser: 1 model, "] {
        kept(&page, words);
        page.button(&named(&page, "Delete"));
    }
    come_back(&page);
    page.control("button", "Train");
    page.wait("nothing kept", |page| line(page).is_empty());
    page.close_without_errors();
}

#[test]
fn points_are_kept_for_other_visits_listed_and_deleted() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?view=plane&data=points&frame=20");
    panels(&page);
    let folder = scratch(&format!("downloads/{}-points", process::id()));
    let file = folder.join("three.csv");
    fs::write(&file, "x,y\n0.5,0.25\n-1,1\n1,-1.5\n").expect("a file in the cache");
    page.browser.type_into(&page.file_input("Load points"), &file.to_string_lossy());
    address_that(&page, "three points", |spec| spec.parts.len() == 3);
    kept(&page, "In this browser: 1 set of points, ");
    let before = panels(&page);

    page.browser.open("about:blank");
    page.go("?view=plane&data=points&frame=20");
    address_that(&page, "other points", |spec| spec.parts.len() != 3);
    kept(&page, "In this browser: 1 set of points, ");
    page.button("Use: 3 points");
    address_that(&page, "three points", |spec| spec.parts.len() == 3);
    panels_that(&page, "the same points", |panels| panels == before);
    page.button("Delete: 3 points");
    page.wait("nothing kept", |page| line(page).is_empty());
    // Not even when another sheet takes their place, which keeps what has not been kept yet.
    page.button("Clear");
    address_that(&page, "an empty sheet", |spec| spec.parts.len() == 1);
    page.go("?view=plane&data=points&frame=20");
    panels(&page);
    assert_eq!(line(&page), "");
    page.close_without_errors();
    fs::remove_dir_all(folder).expect("the folder was ours");
}
