//! What people type, load, paste and send.

use crate::{
    engine::{CHROMIUM, Engine, every_engine},
    page::{Adapter, Page},
    plane::{address_that, load, open, panels},
    server::Site,
};
use data::{cloud, shapes::Shape};
use protocol::link::Link;
use serde_json::json;

/// Waits for an address whose link passes a test.
fn link_that(page: &Page, what: &str, pass: impl Fn(&Link) -> bool) -> Link {
    page.wait_for(format_args!("the address to hold {what}"), |page| {
        let address = page.browser.address();
        let link = Link::parse(address.split_once('?')?.1).0;
        pass(&link).then_some(link)
    })
}

every_engine! {
    numbers_are_read_as_people_type_them;
    half_a_number_is_not_taken;
    back_from_the_plane_brings_the_settings_back_even_after_a_reload;
    files_of_spreadsheets_are_read_or_named;
}

fn numbers_are_read_as_people_type_them(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?view=train&size=tiny");
    for (typed, rate) in [("0,05", 0.05), ("２e-2", 0.02), ("٠٫٠١", 0.01), ("1e-3", 1e-3)] {
        page.set_number("Learning rate", typed);
        link_that(&page, typed, |link| link.train.learning_rate == rate);
    }
    page.go("?pictures=2&steps=2&frame=0");
    page.pictures_at(0, 2);
    for (typed, steps) in [("1e1", 10), ("１２", 12), ("6", 6)] {
        page.set_number("Steps", typed);
        link_that(&page, typed, |link| link.sample.steps == steps);
    }
    page.close_without_errors();
}

fn half_a_number_is_not_taken(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?pictures=1&steps=3&frame=0");
    page.pictures_at(0, 1);
    let field = page.browser.argument(&page.control("spinbutton", "Steps"));
    // An input method puts 12 together; what is in force is asked after every step of it, once the page has painted.
    let script = "const [field] = arguments, seen = [];
        const tell = async (event, value) => {
            if (value) field.value = value;
            field.dispatchEvent(event);
            await new Promise(requestAnimationFrame);
            seen.push(field.getAttribute('aria-valuenow'));
        };
        field.focus();
        await tell(new Event('compositionstart'));
        await tell(new Event('input'), '１');
        await tell(new Event('input'), '１２');
        await tell(new Event('compositionend'));
        await tell(new KeyboardEvent('keydown', { key: 'ArrowUp' }));
        field.value = '5';
        field.dispatchEvent(new Event('input'));
        await tell(new KeyboardEvent('keydown', { key: 'Enter' }));
        return seen";
    assert_eq!(page.browser.run_async(script, json!([field])), json!(["3", "3", "3", "12", "13", "5"]));
    link_that(&page, "the steps", |link| link.sample.steps == 5);
    page.close_without_errors();
}

#[test]
fn links_that_were_rewritten_are_read() {
    let site = Site::new();
    let rest = "&amp;seed=5&amp;pictures=2&amp;steps=4&amp;guided=0.2%2D0.8&amp;frame=2).";
    let query = format!("?utm_source={}&view=sample{rest}", "x".repeat(2_000));
    let page = Page::open(&site, Adapter::None, &query);
    page.pictures_at(2, 2);
    let link = link_that(&page, "the settings", |link| link.sample.seed == 5 && link.sample.guided == [0.2, 0.8]);
    assert_eq!((link.sample.steps, page.alert()), (4, String::new()));
    page.wait("the address to be clean", |page| !page.browser.address().contains("amp;"));
    page.close_without_errors();
}

#[test]
fn a_link_that_lost_something_stays_until_that_was_seen() {
    let site = Site::new();
    let query = "?pictures=2&steps=4&seed=x1&frame=2";
    let page = Page::open(&site, Adapter::None, query);
    page.wait("an alert", |page| page.alert().contains("seed"));
    page.pictures_at(2, 2);
    assert!(page.browser.address().ends_with(query), "{}", page.browser.address());
    page.button("Dismiss");
    link_that(&page, "all settings", |link| link.sample.steps == 4);
    page.wait("the address to be whole", |page| page.browser.address().contains("seed=1&"));

    page.go(query);
    page.wait("an alert", |page| page.alert().contains("seed"));
    page.pictures_at(2, 2);
    assert!(page.browser.address().ends_with(query), "{}", page.browser.address());
    page.set_number("Steps", "3");
    page.wait("the address to be whole", |page| page.browser.address().contains("steps=3&"));
    page.close_without_errors();

    let page = open(&site, CHROMIUM, "data=rings&frame=3&steps=x9&probe=");
    page.wait("an alert", |page| page.alert().contains("steps"));
    panels(&page);
    assert!(page.browser.address().ends_with("steps=x9&probe="), "{}", page.browser.address());
    page.choose("Data", "spirals");
    address_that(&page, "the other data", |spec| spec.data == Shape::Spirals);
    page.close_without_errors();
}

fn back_from_the_plane_brings_the_settings_back_even_after_a_reload(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?pictures=3&steps=4&seed=77&digit=5&frame=4");
    let shown = page.pictures_at(4, 3);
    page.click("link", "Plane");
    panels(&page);
    page.browser.reload();
    panels(&page);
    page.browser.back();
    assert_eq!(page.pictures_at(4, 3), shown);
    link_that(&page, "the settings", |link| link.sample.seed == 77 && link.sample.digit == Some(5));
    // The settings are there too where one goes on instead of back.
    page.click("link", "Plane");
    panels(&page);
    page.browser.reload();
    panels(&page);
    page.click("link", "Sample");
    assert_eq!(page.pictures_at(4, 3), shown);
    page.close_without_errors();
}

fn files_of_spreadsheets_are_read_or_named(engine: Engine) {
    let site = Site::new();
    let page = open(&site, engine, "data=moons&frame=20");
    panels(&page);
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    for (k, bytes) in [
        (2, b"sep=;\nx;y\n1,25;0,5\n-1;0,75".to_vec()),
        (3, utf16("\u{feff}x\ty\n1,25\t0,5\n-1\t0,75\n0\t0")),
        (4, utf16("1.25,0.5\n-1,0.75\n0,0\n1,1")),
    ] {
        load(&page, "points.csv", &bytes);
        let of = |spec: &plane::spec::Spec| spec.parts.len() == k && spec.parts[0].centre == [1.25, 0.5];
        address_that(&page, "the points", of);
    }
    assert_eq!(page.alert(), "");
    for (name, bytes, words) in [
        ("four.csv", &b"x,y\n1,2,0,3"[..], "commas"),
        ("latin.csv", b"x,y\n1,2\xe9", "UTF-8"),
        ("std.json", b"{\"points\":[[1,2],[3,1]],\"std\":0.01}", "stds go from"),
    ] {
        load(&page, name, bytes);
        page.wait(format_args!("a sentence on {name}"), |page| {
            page.alert().contains(name) && page.alert().contains(words)
        });
    }
    address_that(&page, "the points of before", |spec| spec.parts.len() == 4);
    page.close_without_errors();
}

#[test]
fn own_points_come_back_and_clear_can_be_undone() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, "data=moons&frame=20");
    panels(&page);
    load(&page, "points.csv", b"0,0");
    let one = |spec: &plane::spec::Spec| spec.parts.len() == 1 && !cloud::is_blank(&spec.parts);
    address_that(&page, "one point", one);
    page.choose("Data", "rings");
    address_that(&page, "the preset", |spec| spec.data == Shape::Rings);
    page.choose("Data", "points");
    address_that(&page, "the own point", one);
    page.button("Clear");
    address_that(&page, "an empty sheet", |spec| cloud::is_blank(&spec.parts));
    page.button("Undo");
    address_that(&page, "the own point again", one);
    page.close_without_errors();
}

#[test]
fn numbers_of_a_part_are_refused_with_a_sentence_and_kept_as_typed() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, "data=mixture&frame=20");
    panels(&page);
    let before = page.browser.address();
    for (field, typed, words) in
        [("x", "20", "coordinates go from"), ("Width", "99", "stds go from"), ("Weight", "-1", "weights are")]
    {
        page.set_number(field, typed);
        let note = "return [...document.querySelectorAll('.field.wrong .note')].map(one => one.innerText).join(' ')";
        page.wait(format_args!("a sentence on {field}"), |page| {
            page.browser.run(note, json!([])).as_str().is_some_and(|said| said.contains(words))
        });
        assert_eq!(page.value("spinbutton", field), typed);
    }
    assert_eq!(page.browser.address(), before);
    page.set_number("x", "0,5");
    address_that(&page, "the place", |spec| spec.parts[0].centre[0] == 0.5);
    page.close_without_errors();
}

#[test]
fn what_does_not_go_together_gets_one_sentence_and_is_learned() {
    let site = Site::new();
    let page = open(&site, CHROMIUM, "source=rings&loss=noise&trained=20&frame=20");
    page.wait("the learned field", |page| page.browser.find(".panel canvas").len() == 2);
    panels(&page);
    assert_eq!(page.browser.find("[role=alert] > p").len(), 1, "{}", page.alert());
    page.close_without_errors();
}
