//! Flows of codes in the page: what stands beside a frame, and what can be changed in it.

use crate::{
    page::{Adapter, Page, key},
    server::Site,
    train::{pause, train_until},
};
use protocol::message::Event;
use serde_json::{Value, json};

/// Of the drawing of this class: its name, and how many of `parts` it has.
fn drawing(page: &Page, class: &str, parts: &str) -> (String, u64) {
    let script = "const found = [...document.querySelectorAll(`svg.${arguments[0]}`)].filter(it => it.checkVisibility());
        return found.length === 1 ? [found[0].getAttribute('aria-label'), found[0].querySelectorAll(arguments[1]).length] : null";
    match page.browser.run(script, json!([class, parts])) {
        Value::Null => Default::default(),
        found => serde_json::from_value(found).expect("a name and a number"),
    }
}

/// The painted bytes of the only visible picture whose name begins so.
fn painted(page: &Page, name: &str) -> Vec<u8> {
    let mut found = page.canvases("canvas[role=img]").into_iter().filter(|(other, _)| other.starts_with(name));
    found.next_back().map(|(_, pixels)| pixels).unwrap_or_default()
}

fn says(page: &Page, css: &str) -> String {
    let script = "return [...document.querySelectorAll(arguments[0])].map(one => one.textContent).join(' ')";
    page.browser.run(script, json!([css])).as_str().unwrap_or_default().to_string()
}

#[test]
fn a_code_is_seen_beside_what_is_drawn_of_it() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?model=mnist-latent&seed=3&pictures=4&steps=6&frame=6&device=cpu");
    let last = page.pictures_at(6, 4);
    page.wait("its code", |page| {
        let (name, bars) = drawing(page, "bars", "rect");
        name.starts_with("Code of picture 1 at t = 1.00: 16 numbers from ") && bars == 16
    });
    // What a flow of pictures shows of them is said to be none of this one's.
    assert!(says(&page, ".show").contains("those of codes, not of pixels"), "{}", says(&page, ".show"));
    assert!(page.find("combobox", "Sampler").is_some() && page.find("slider", "Guidance").is_some());
    page.choose("Sampler", "heun");
    page.button("First frame");
    page.wait("the noise", |page| drawing(page, "bars", "rect").0.contains("at t = 0.00"));
    page.button("Last frame");
    let other = page.pictures_at(6, 4);
    assert!(other.iter().zip(&last).all(|(a, b)| a.pixels != b.pixels), "another sampler");
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

#[test]
fn a_word_is_changed_by_hand_and_the_picture_with_it() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?model=mnist-vq&seed=3&pictures=4&steps=6&frame=6&device=cpu");
    page.pictures_at(6, 4);
    let own = "The picture of the words as they are changed";
    page.wait("the picture of its words", |page| {
        let (name, words) = drawing(page, "words", "text");
        let same = painted(page, own) == painted(page, "Picture 1, digit 0, frame 6 of 6");
        name == "49 words, the chosen one in row 4, column 4" && words == 49 && same
    });
    assert!(says(&page, ".panels").contains("words in all pictures, perplexity "), "{}", says(&page, ".panels"));
    let before = painted(&page, own);
    let slider = page.browser.argument(&page.control("slider", "Word"));
    page.browser.run("arguments[0].focus()", json!([slider]));
    let at = page.value("slider", "Word");
    page.browser.press(if at == "0" { key::RIGHT } else { key::LEFT });
    page.wait("another picture", |page| {
        says(page, ".panels").contains("with one word changed") && painted(page, own) != before
    });
    // Of another picture nothing is changed.
    // As a person taps the picture itself, which lies over its button.
    let cover = "document.querySelectorAll('.gallery .cover')[1].click()";
    page.browser.run(cover, json!([]));
    page.wait("the words of the next one", |page| says(page, ".panels").contains("the picture of these words"));
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

#[test]
fn codes_are_learned_and_drawn_again_in_the_page() {
    let site = Site::new();
    for (family, terms) in [("latent-flow", 3), ("vq-vae", 4)] {
        let page =
            Page::open(&site, Adapter::None, &format!("?view=train&family={family}&batch=8&train-seed=7&device=cpu"));
        page.control("spinbutton", "Size of z");
        page.control("spinbutton", "Location of t");
        assert_eq!(page.find("spinbutton", "Words").is_some(), family == "vq-vae");
        page.button("Train");
        train_until(&page, 8);
        page.wait("a preview", |page| {
            page.events().iter().any(|event| matches!(event, Event::Preview { pixels, .. } if pixels.len() == 30 * 784))
        });
        pause(&page);
        let reports = page.reports();
        assert!(reports.iter().flat_map(|report| &report.losses).all(|(_, all)| all.len() == terms));
        assert_eq!(page.canvases(".previews canvas").len(), 30);
        assert_eq!(page.alert(), "");
        page.close_without_errors();
    }
}
