//! What is made of a picture, and styles that are mixed: drawn by hand, by pointer and by keys.

use crate::{
    page::{Adapter, Page, key},
    server::Site,
    train::{pause, train_until},
};
use protocol::message::Event;
use serde_json::json;

/// The painted bytes of the only visible picture whose name begins so.
fn painted(page: &Page, name: &str) -> Vec<u8> {
    let mut found = page.canvases("canvas").into_iter().filter(|(other, _)| other.starts_with(name));
    found.next_back().map(|(_, pixels)| pixels).unwrap_or_default()
}

fn says(page: &Page, css: &str) -> String {
    let script = "return [...document.querySelectorAll(arguments[0])].map(one => one.textContent).join(' ')";
    page.browser.run(script, json!([css])).as_str().unwrap_or_default().to_string()
}

/// Presses the pad at these shares of its width and height, one after the other, without letting go between them.
fn stroke(page: &Page, along: &[[f64; 2]]) {
    let script = "const pad = document.querySelector('.pad'), area = pad.getBoundingClientRect();
        arguments[0].forEach(([x, y], i) => pad.dispatchEvent(new PointerEvent(i ? 'pointermove' : 'pointerdown', {
            pointerId: 1, bubbles: true, button: 0, buttons: 1, clientX: area.left + x * area.width, clientY: area.top + y * area.height })));
        pad.dispatchEvent(new PointerEvent('pointerup', { pointerId: 1, bubbles: true }));";
    page.browser.run(script, json!([along]));
}

/// Whether any pixel of these is nearly white.
fn is_bright(rgba: &[u8]) -> bool {
    rgba.chunks_exact(4).any(|pixel| pixel[0] > 200)
}

const MADE: &str = "Four pictures that are made of it";

#[test]
fn an_outline_is_drawn_and_filled() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?model=mnist-pix2pix&seed=3&pictures=4&steps=4&frame=4&device=cpu");
    let last = page.pictures_at(4, 4);
    page.wait("what is made of it", |page| is_bright(&painted(page, MADE)));
    let of_source = painted(&page, MADE);
    // The first of the four has the z of the gallery, so that it is the picture itself, to the grey level.
    let corner: Vec<u8> = (0..28).flat_map(|row| of_source[row * 56 * 4..(row * 56 + 28) * 4].to_vec()).collect();
    assert!(corner.iter().zip(&last[0].pixels).all(|(a, b)| a.abs_diff(*b) <= 1));
    assert!(says(&page, ".panels").contains("they differ by "), "{}", says(&page, ".panels"));
    assert!(says(&page, ".panel .verdict").contains("D = "), "{}", says(&page, ".panel .verdict"));
    let judged = "return document.querySelector('.places')?.getAttribute('aria-label') ?? ''";
    page.wait("the verdict of every place", |page| {
        page.browser.run(judged, json!([])).as_str().is_some_and(|said| said.contains("of 49 places for made"))
    });

    // A ring, by pointer.
    let ring: Vec<[f64; 2]> = (0..=24)
        .map(|k| f64::from(k) / 24.0 * std::f64::consts::TAU)
        .map(|angle| [0.5 + 0.2 * angle.cos(), 0.5 + 0.3 * angle.sin()])
        .collect();
    stroke(&page, &ring);
    page.wait("that it is drawn", |page| says(page, ".panels").contains("what you have drawn"));
    page.wait("what is made of the drawing", |page| {
        painted(page, MADE) != of_source && is_bright(&painted(page, MADE))
    });
    let of_ring = painted(&page, MADE);

    // On by keys: the pen goes from the middle to the right, down, and is lifted again.
    let pad = page.browser.argument(&page.browser.find(".pad")[0]);
    page.browser.run("arguments[0].focus()", json!([pad]));
    let drawn = painted(&page, "Drawing pad");
    page.browser.press(' ');
    (0..4).for_each(|_| page.browser.press(key::RIGHT));
    page.wait("a longer line", |page| painted(page, "Drawing pad") != drawn);
    page.wait("another picture", |page| painted(page, MADE) != of_ring);
    // Keys that draw do not step through the frames.
    page.pictures_at(4, 4);

    // What is deleted is gone, though the pen was down.
    page.browser.press(key::DELETE);
    page.wait("what it is made of", |page| painted(page, MADE) == of_source);
    stroke(&page, &[[0.3, 0.3], [0.6, 0.6]]);
    page.wait("what is made of the line", |page| painted(page, MADE) != of_source);
    page.button("Clear");
    page.wait("what it is made of", |page| painted(page, MADE) == of_source);
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

#[test]
fn there_and_back_is_undone_by_a_little_noise_between() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?model=mnist-cyclegan&seed=3&pictures=4&steps=4&frame=4&device=cpu");
    let last = page.pictures_at(4, 4);
    let name = "G(x) and F(G(x)) above";
    let error = |page: &Page| {
        let said = says(page, ".panels");
        let (_, rest) = said.split_once("back: off by ")?;
        rest.split(';').next()?.trim().parse::<f64>().ok()
    };
    let clean = page.wait_for("the error of coming back", error);
    page.wait("both ways", |page| is_bright(&painted(page, name)));
    let all = painted(&page, name);
    let corner: Vec<u8> = (0..28).flat_map(|row| all[row * 56 * 4..(row * 56 + 28) * 4].to_vec()).collect();
    assert!(corner.iter().zip(&last[0].pixels).all(|(a, b)| a.abs_diff(*b) <= 1), "the first is G(x), the gallery's");
    page.slide("Noise on what lies between", 0.5);
    page.wait("that less comes back", |page| error(page).is_some_and(|noisy| noisy > clean + 0.05));
    // What is translated is digits, and a frame at t = 0 is what they are made of.
    page.button("First frame");
    let first = page.pictures_at(0, 4);
    assert!(first.iter().zip(&last).all(|(a, b)| a.pixels != b.pixels && a.class.starts_with("digit")));
    assert!(page.find("combobox", "Sampler").is_none());
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

#[test]
fn styles_are_mixed_and_noise_is_taken_away() {
    let site = Site::new();
    let page =
        Page::open(&site, Adapter::None, "?model=mnist-stylegan&seed=3&digit=4&pictures=6&steps=4&frame=4&device=cpu");
    let last = page.pictures_at(4, 6);
    let table = "Three pictures on the left";
    page.wait("the table", |page| is_bright(&painted(page, table)));
    let tile = |all: &[u8], row: usize, column: usize| -> Vec<u8> {
        (0..28)
            .flat_map(|y| {
                let start = ((row * 28 + y) * 112 + column * 28) * 4;
                all[start..start + 28 * 4].to_vec()
            })
            .collect()
    };
    // Parents are pictures of the gallery.
    let close = |a: &[u8], b: &[u8]| a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 1);
    page.wait("the parents of the gallery", |page| {
        let all = painted(page, table);
        (0..3)
            .all(|k| close(&tile(&all, k + 1, 0), &last[k].pixels) && close(&tile(&all, 0, k + 1), &last[k + 3].pixels))
    });
    // All styles from the left: every row is its parent, whatever stands above.
    page.slide("Styles from the left", 3.0);
    page.wait("rows of parents", |page| {
        let all = painted(page, table);
        (0..3).all(|row| (0..4).all(|column| close(&tile(&all, row + 1, column), &last[row].pixels)))
    });
    let noisy = "The picture with its noise";
    page.wait("the picture with its own noise", |page| close(&painted(page, noisy), &last[0].pixels));
    page.slide("Strength of noise", 0.0);
    page.wait("the picture without noise", |page| {
        says(page, ".panels").contains("without noise") && painted(page, noisy) != last[0].pixels
    });
    // At t = 0 there is one style of a class, but for the noise.
    page.button("First frame");
    let mean = page.pictures_at(0, 6);
    let apart = |a: &[u8], b: &[u8]| a.iter().zip(b).map(|(a, b)| usize::from(a.abs_diff(*b))).sum::<usize>();
    assert!(apart(&mean[0].pixels, &mean[1].pixels) < apart(&last[0].pixels, &last[1].pixels));
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

#[test]
fn what_noise_cannot_be_made_of_is_said_and_nothing_is_lost() {
    let site = Site::new();
    let query = "?view=train&family=pix2pix&from=independent&batch=8&train-seed=7&device=cpu";
    let page = Page::open(&site, Adapter::None, query);
    page.wait("the sentence", |page| page.alert().contains("pix2pix makes pictures of pictures"));
    assert_eq!(page.value("combobox", "From"), "outlined");
    page.choose("From", "masked");
    page.button("Train");
    train_until(&page, 6);
    page.wait("a preview", |page| {
        page.events().iter().any(|event| matches!(event, Event::Preview { pixels, .. } if pixels.len() == 30 * 784))
    });
    pause(&page);
    assert!(says(&page, ".previews").contains("what they are made of"));
    page.close_without_errors();
}

#[test]
fn other_models_take_the_place_of_one_without_a_word() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?model=mnist-pix2pix&seed=3&pictures=4&steps=4&frame=4&device=cpu");
    for (model, figure) in [
        ("mnist-cyclegan", "G(x) and F(G(x)) above"),
        ("mnist-stylegan", "Three pictures on the left"),
        ("mnist-pix2pix", MADE),
        ("mnist-gan", "The picture between two codes"),
        ("mnist-cyclegan", "G(x) and F(G(x)) above"),
    ] {
        page.choose("Model", model);
        page.wait(format_args!("the figure of {model}"), |page| is_bright(&painted(page, figure)));
        assert_eq!(page.alert(), "", "{model}");
    }
    page.close_without_errors();
}
