//! The page for an audience and in a frame of another page, on paper, and what explains itself in it.

use crate::{
    link::copied,
    page::{Adapter, Page},
    server::Site,
};
use serde_json::{Value, json};

/// Escape as WebDriver names it.
const ESCAPE: char = '\u{E00C}';

fn open(query: &str) -> (Site, Page) {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, query);
    (site, page)
}

/// True where everything of this selector is there and wholly within the window.
fn within(page: &Page, css: &str) -> bool {
    let script = "const all = [...document.querySelectorAll(arguments[0])].map(one => one.getBoundingClientRect());
        return all.length > 0 && all.every(it => it.width > 0 && it.left >= 0 && it.top >= 0
            && it.right <= innerWidth + 0.5 && it.bottom <= innerHeight + 0.5)";
    page.browser.run(script, json!([css])) == true
}

fn is_seen(page: &Page, css: &str) -> bool {
    let script = "return [...document.querySelectorAll(arguments[0])].some(one => one.checkVisibility())";
    page.browser.run(script, json!([css])) == true
}

#[test]
fn a_frame_in_another_page_shows_the_figure_whole_and_a_link_home() {
    for (query, figure) in [
        ("?pictures=20&steps=4&frame=2&embed=1", ".gallery .picture, .panels .picture"),
        ("?view=compare&pictures=10&steps=4&frame=2&embed=1", "section.lane:first-of-type .gallery .picture"),
        ("?view=plane&data=moons&frame=20&embed=1", ".panels canvas"),
    ] {
        let (_site, page) = open(query);
        page.resize([960, 540]);
        page.wait(format_args!("{figure} of {query} to be in sight"), |page| within(page, figure));
        assert!(within(&page, "[aria-label=Play], [aria-label=Pause]") && within(&page, ".frames"), "{query}");
        for gone in ["header", ".settings", ".aside"] {
            assert!(!is_seen(&page, gone), "{gone} is there in {query}");
        }
        page.control("button", "Step forward");
        page.browser.click(&page.control("button", "Step forward"));
        page.wait("the address to follow", |page| {
            let address = page.browser.address();
            address.contains("embed=1") && (address.contains("frame=3") || address.contains("frame=21"))
        });
        let home = page.browser.argument(&page.control("link", "flowstep"));
        let href = "arguments[0].dispatchEvent(new Event('pointerdown')); return arguments[0].href";
        let href: Value = page.browser.run(href, json!([home]));
        let href = href.as_str().expect("an address");
        assert!(!href.contains("embed") && href.contains("frame="), "{href}");
        page.close_without_errors();
    }
}

#[test]
fn the_embed_code_is_a_frame_of_the_same_state() {
    let (_site, page) = open("?pictures=2&steps=3&frame=1&seed=7");
    page.pictures_at(1, 2);
    let code = copied(&page, "Copy embed code");
    assert!(code.starts_with("<iframe src=\"http") && code.ends_with("</iframe>"), "{code}");
    for part in ["&amp;embed=1", "seed=7", "&amp;frame=1", "width=\"960\"", "title=\"flowstep\""] {
        assert!(code.contains(part), "{part} is not in {code}");
    }
    page.close_without_errors();
}

#[test]
fn presenting_hides_the_settings_keeps_the_keys_and_ends_with_escape() {
    let (_site, page) = open("?pictures=2&steps=3&frame=1");
    page.pictures_at(1, 2);
    let text = |page: &Page| {
        let script = "return parseFloat(getComputedStyle(document.querySelector('.readouts dd')).fontSize)";
        page.browser.run(script, json!([])).as_f64().expect("pixels")
    };
    let before = text(&page);
    page.button("Present");
    page.wait("the settings to be away", |page| !is_seen(page, ".settings") && !is_seen(page, "header"));
    page.wait("the address to say so", |page| page.browser.address().contains("present=1"));
    assert!(text(&page) >= before, "the text shrank from {before} to {}", text(&page));
    page.leave_controls();
    page.browser.press(crate::page::key::RIGHT);
    page.pictures_at(2, 2);
    page.browser.press(ESCAPE);
    page.wait("the page to be whole", |page| is_seen(page, ".settings") && is_seen(page, "header"));
    page.wait("the address to forget it", |page| !page.browser.address().contains("present"));
    page.close_without_errors();
}

#[test]
fn symbols_say_what_they_mean_and_a_key_lists_the_keys() {
    let (_site, page) = open("?pictures=2&steps=3&frame=1");
    page.pictures_at(1, 2);
    let tip = |page: &Page| {
        let script =
            "const it = document.querySelector('[role=tooltip]'); return it.checkVisibility() ? it.innerText : ''";
        page.browser.run(script, json!([])).as_str().unwrap_or_default().to_string()
    };
    for (name, says) in
        [("NFE, network evaluations", "how often the network"), ("σt, weight of the noise", "how much of the noise")]
    {
        let term = page.browser.argument(&page.control("button", name));
        page.browser.run("arguments[0].focus()", json!([term]));
        page.wait(format_args!("the words for {name}"), |page| tip(page).to_lowercase().contains(says));
        page.browser.press(ESCAPE);
        page.wait("the words to go", |page| tip(page).is_empty());
    }
    let formula = page.browser.find(".formula[data-says]").remove(0);
    page.browser.run("arguments[0].focus()", json!([page.browser.argument(&formula)]));
    page.wait("what the formula's symbols mean", |page| tip(page).lines().count() >= 3);
    page.leave_controls();
    assert!(!is_seen(&page, "#keys"));
    page.browser.press('?');
    page.wait("the keys", |page| is_seen(page, "#keys"));
    page.browser.press(ESCAPE);
    page.wait("the keys to go", |page| !is_seen(page, "#keys"));
    page.button("Keys");
    page.wait("the keys", |page| is_seen(page, "#keys"));
    page.close_without_errors();
}

#[test]
fn on_paper_nothing_is_cut_and_nothing_dark() {
    let (_site, page) = open("?pictures=10&steps=3&frame=1");
    page.pictures_at(1, 10);
    page.button("Switch theme");
    page.browser.chromium("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    page.resize([760, 1075]);
    let paper = "return getComputedStyle(document.documentElement).backgroundColor";
    assert_eq!(page.browser.run(paper, json!([])), "rgb(255, 255, 255)");
    assert!(!is_seen(&page, "nav") && !is_seen(&page, ".transport") && is_seen(&page, ".aside"));
    let cut = "const wide = document.documentElement.clientWidth;
        return [...document.querySelectorAll('.picture, .formula, .readouts, .spine')]
            .filter(one => one.getBoundingClientRect().right > wide + 0.5).map(one => one.className)";
    assert_eq!(page.browser.run(cut, json!([])), json!([]));
    page.close_without_errors();
}
