//! A link is the state: on the CPU it gives the same bytes anywhere.

use crate::{
    engine::{Engine, every_engine},
    page::{Page, key},
    server::Site,
};
use protocol::link::Link;
use serde_json::json;

every_engine! {
    a_link_opened_in_a_fresh_profile_gives_identical_bytes;
    bad_values_get_a_sentence_and_the_rest_works;
    back_undoes_a_change_of_view;
}

fn a_link_opened_in_a_fresh_profile_gives_identical_bytes(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?pictures=3&frame=0");
    page.pictures_at(0, 3);
    page.set_number("Seed", "18446744073709551615");
    page.choose("Digit", "8");
    page.set_number("Steps", "5");
    page.choose("Sampler", "rk4");
    page.slide("Guidance", 3.0);
    page.button("Last frame");
    page.pictures_at(5, 3);
    page.slide("Frame", 4.0);
    let shown = page.pictures_at(4, 3);

    let link = page.wait_for("the address to hold the state", |page| {
        let address = page.browser.address();
        address.contains("frame=4").then_some(address)
    });
    let (read, complaints) = Link::parse(link.split_once('?').expect("a query").1);
    assert_eq!(complaints, [""; 0]);
    assert_eq!((read.sample.seed, read.sample.digit, read.sample.steps), (u64::MAX, Some(8), 5));
    assert_eq!((read.sample.sampler.to_string().as_str(), read.sample.guidance, read.frame), ("rk4", 3.0, Some(4)));
    assert_eq!(copied(&page, "Copy link"), link);

    let second = Page::blank(&site, engine);
    second.browser.open(&link);
    assert_eq!(second.pictures_at(4, 3), shown);
    assert_eq!(second.browser.address(), link);
    second.close_without_errors();
    page.close_without_errors();
}

/// A link with other words in the place of some that it must have.
pub fn replaced(link: &str, words: &str, others: &str) -> String {
    assert_eq!(link.matches(words).count(), 1, "“{words}” in {link}");
    link.replace(words, others)
}

/// What the button of this name puts on the clipboard, as a person finds out: by pasting it.
pub fn copied(page: &Page, name: &str) -> String {
    let sheet = |script: &str| {
        page.browser.run(&format!("const sheet = document.getElementById('sheet'); {script}"), json!([]))
    };
    sheet("document.body.append(Object.assign(document.createElement('textarea'), { id: 'sheet' }))");
    page.button(name);
    let text = page.wait_for("a link on the clipboard", |page| {
        sheet("sheet.value = ''; sheet.focus()");
        page.browser.press_all(&[key::CONTROL, 'v']);
        let text = sheet("return sheet.value");
        text.as_str().filter(|text| text.contains('?')).map(String::from)
    });
    sheet("sheet.remove()");
    text
}

fn bad_values_get_a_sentence_and_the_rest_works(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?seed=-1&solver=leapfrog&steps=4&pictures=2&frame=2&colour=red");
    page.wait("an alert", |page| page.alert().contains("leapfrog") && page.alert().contains("seed"));
    let pictures = page.pictures_at(2, 2);
    assert_eq!(pictures[0].of, 4);
    assert_eq!(page.value("spinbutton", "Seed"), Link::default().sample.seed.to_string());
    page.close_without_errors();
}

fn back_undoes_a_change_of_view(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?pictures=2&steps=2&frame=0");
    page.pictures_at(0, 2);
    page.click("link", "Train");
    page.control("button", "Train");
    page.wait("the address to name the view", |page| page.browser.address().contains("view=train"));
    page.browser.back();
    page.pictures_at(0, 2);
    page.wait("the old address", |page| !page.browser.address().contains("view=train"));
    page.close_without_errors();
}
