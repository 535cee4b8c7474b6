//! The shelf: models kept side by side, named, compared, saved, removed, and trained again from a link.

use crate::{
    page::{Adapter, Page},
    server::Site,
    train::{pause, train_until},
};
use protocol::link::Link;
use serde_json::json;

const RECIPE: &str = "?view=train&batch=8&pictures=3&steps=4&frame=4";

fn link(page: &Page) -> Link {
    let query = page.browser.run("return location.search", json!([]));
    Link::parse(query.as_str().unwrap_or_default()).0
}

/// Trains a few steps of a family, and keeps what came out; its steps.
fn keep(page: &Page, family: &str, slot: usize) -> u64 {
    page.choose("Family", family);
    page.button("Train");
    train_until(page, 6);
    let steps = pause(page);
    page.button("Keep this model");
    page.control("button", &format!("Sample kept model {slot}"));
    page.wait("it in the link", |page| link(page).kept.len() == slot);
    page.button("Reset");
    page.control("button", "Train");
    steps
}

#[test]
fn kept_models_stand_side_by_side_and_come_back_from_their_link() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, RECIPE);
    let steps = [keep(&page, "vae", 1), keep(&page, "gan", 2)];
    let field = page.browser.argument(&page.control("textbox", "Name of kept model 2"));
    let script =
        "arguments[0].value = 'my GAN <b>'; arguments[0].dispatchEvent(new Event('change', { bubbles: true }))";
    page.browser.run(script, json!([field]));
    page.wait("its name in the link", |page| link(page).kept.iter().any(|kept| kept.name == "my_GAN_b"));
    assert_eq!(link(&page).kept.iter().map(|kept| kept.steps).collect::<Vec<_>>(), steps);
    page.button("Sample kept model 2");
    let drawn = page.pictures_at(4, 3);
    let script = "return [...document.querySelectorAll('select')].flatMap(one => [...one.options]).map(one => one.textContent).join('|')";
    let offered = page.browser.run(script, json!([]));
    assert!(
        offered.as_str().is_some_and(|names| names.contains("|my GAN b|") && !names.contains("|kept|")),
        "{offered}"
    );
    assert_eq!(page.alert(), "");

    // In another page the link knows the recipe, and makes the same weights of it again.
    let address = page.browser.run("return location.search", json!([]));
    let fresh = Page::open(&site, Adapter::None, address.as_str().expect("an address"));
    fresh.button(&format!("Train {} steps", steps[1]));
    fresh.wait("the weights", |page| page.find("button", "Train again kept model 2").is_none());
    fresh.click("link", "Sample");
    assert_eq!(fresh.pictures_at(4, 3), drawn);
    fresh.close_without_errors();

    // A model that is removed leaves the lists and the pictures.
    page.click("link", "Train");
    page.button("Remove kept model 2");
    page.wait("it gone from the link", |page| link(page).kept.len() == 1);
    page.click("link", "Compare");
    page.choose("Model of lane B", "kept-1");
    page.wait("the lane of the kept model", |page| {
        let said = page.browser.run("return document.querySelector('.lane.b .stands')?.textContent ?? ''", json!([]));
        said.as_str().is_some_and(|said| said.contains("NFE 1"))
    });
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}
