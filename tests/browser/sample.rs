//! The Sample view: it moves by itself, and every step is in the person's hand.

use crate::{
    engine::{Engine, every_engine},
    page::{Adapter, Page, key},
    pictures::Picture,
    server::Site,
};
use data::sets::DataSet;

/// Waits, without a click, until the pictures have come from noise to data.
pub fn denoise(page: &Page) -> Vec<Picture> {
    let first = page.wait_for("a picture", |page| page.pictures().into_iter().next());
    assert!(first.of > 1 && first.frame <= first.of, "{first:?}");
    page.wait_for("the last frame", |page| {
        let pictures = page.pictures();
        (!pictures.is_empty() && pictures.iter().all(|one| one.frame == one.of)).then_some(pictures)
    })
}

every_engine! {
    denoising_starts_without_a_click_and_ends_in_pictures;
    a_step_is_computed_when_it_is_asked_for_and_kept_afterwards;
    keys_do_what_the_buttons_do;
    play_becomes_pause_and_holds_the_frame;
    settings_change_the_pictures_and_a_new_seed_the_noise;
}

fn denoising_starts_without_a_click_and_ends_in_pictures(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "");
    page.wait("the status to say CPU", |page| page.status().contains("CPU"));
    let last = denoise(&page);
    assert_eq!(last[0].t, 1.0);
    assert!(last.len() >= 10, "{} pictures", last.len());
    assert!(last.iter().enumerate().all(|(k, one)| one.number == k + 1), "pictures are counted from 1");
    assert_ne!(last[0].pixels, last[1].pixels);
    page.wait("the page to be ready", |page| page.state() == "ready");
    // The same noise that the person saw first is still there.
    page.button("First frame");
    let noise = page.pictures_at(0, last.len());
    assert_ne!(noise[0].pixels, last[0].pixels);
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

fn a_step_is_computed_when_it_is_asked_for_and_kept_afterwards(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?pictures=3&digit=7&steps=6&sampler=euler&guidance=1&seed=5&frame=0");
    let noise = page.pictures_at(0, 3);
    assert!(noise.iter().all(|one| one.class == "digit 7" && one.of == 6 && one.t == 0.0));
    page.button("Step forward");
    let one = page.pictures_at(1, 3);
    page.wait("the page to be ready", |page| page.state() == "ready");
    let computed = |page: &Page| page.frames().iter().map(|frame| frame.index).collect::<Vec<_>>();
    assert_eq!(computed(&page), [0, 1], "frames computed before they were asked for");

    page.button("Step forward");
    let two = page.pictures_at(2, 3);
    page.button("Step back");
    assert_eq!(page.pictures_at(1, 3), one);
    page.button("Step forward");
    assert_eq!(page.pictures_at(2, 3), two);
    page.button("First frame");
    assert_eq!(page.pictures_at(0, 3), noise);
    assert_eq!(computed(&page), [0, 1, 2], "kept frames are not computed again");
    page.button("Last frame");
    let last = page.pictures_at(6, 3);
    assert_eq!(computed(&page), [0, 1, 2, 3, 4, 5, 6]);
    page.slide("Frame", 2.0);
    assert_eq!(page.pictures_at(2, 3), two);
    assert!(all_differ(&[&noise, &one, &two, &last]));
    page.close_without_errors();
}

fn keys_do_what_the_buttons_do(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?pictures=2&steps=5&sampler=heun&seed=9&frame=0");
    let noise = page.pictures_at(0, 2);
    page.leave_controls();
    for (key, frame) in [(key::RIGHT, 1), (key::RIGHT, 2), (key::LEFT, 1), (key::END, 5), (key::HOME, 0)] {
        page.browser.press(key);
        page.pictures_at(frame, 2);
    }
    assert_eq!(page.pictures_at(0, 2), noise);
    page.browser.press(key::SPACE);
    page.pictures_at(5, 2);
    page.close_without_errors();
}

fn play_becomes_pause_and_holds_the_frame(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?pictures=2&steps=400&seed=3&guidance=1&frame=0");
    page.pictures_at(0, 2);
    page.button("Play");
    page.wait("some frames to pass", |page| page.pictures().first().is_some_and(|one| one.frame >= 3));
    page.button("Pause");
    page.control("button", "Play");
    page.wait("the page to be ready", |page| page.state() == "ready");
    let held = page.pictures();
    assert!(held[0].frame < 400, "paused after the end");
    let shown = page.value("slider", "Frame");
    assert_eq!(shown, held[0].frame.to_string());
    page.button("Step forward");
    page.pictures_at(held[0].frame + 1, 2);
    page.close_without_errors();
}

fn settings_change_the_pictures_and_a_new_seed_the_noise(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?pictures=2&steps=2&digit=any&seed=11&frame=0");
    let first = page.pictures_at(0, 2);
    assert_eq!(first.iter().map(|one| one.class.as_str()).collect::<Vec<_>>(), ["digit 0", "digit 1"]);
    page.choose("Digit", "4");
    page.wait("fours", |page| {
        let pictures = page.pictures();
        pictures.len() == 2 && pictures.iter().all(|one| one.class == "digit 4")
    });
    page.set_number("Pictures", "5");
    page.wait("five pictures", |page| page.pictures().len() == 5);
    page.set_number("Steps", "3");
    page.wait("three steps", |page| page.pictures().iter().all(|one| one.of == 3));
    let seed = page.value("spinbutton", "Seed");
    page.button("New seed");
    page.wait("another seed", |page| page.value("spinbutton", "Seed") != seed);
    page.close_without_errors();
}

#[test]
fn fashion_is_sampled_and_named_by_its_classes() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?model=fashion&pictures=10&steps=4&frame=4");
    let pictures = page.pictures_at(4, 10);
    assert_eq!(pictures.iter().map(|one| one.class.as_str()).collect::<Vec<_>>(), DataSet::Fashion.classes());
    let (trousers, sneaker) = (&pictures[1].pixels, &pictures[7].pixels);
    assert_ne!(trousers, sneaker);
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

fn all_differ(sets: &[&Vec<Picture>]) -> bool {
    let pixels = |set: &Vec<Picture>| set.iter().map(|one| one.pixels.clone()).collect::<Vec<_>>();
    (0..sets.len()).all(|i| (0..i).all(|j| pixels(sets[i]) != pixels(sets[j])))
}
