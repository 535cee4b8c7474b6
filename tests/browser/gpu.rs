//! The main path once more on WebGPU, in software.

use crate::{
    link::replaced,
    page::{Adapter, Page, key},
    pictures::difference,
    sample::denoise,
    server::Site,
    train::train_with_every_verb,
};

/// x_t on WebGPU against the CPU; data are in [-1, 1], so this is about one grey level of 255.
const TOLERANCE: f32 = 0.01;
/// The same of the painted pictures, in levels of 255.
const LEVELS: u8 = 3;

const SAMPLE: &str = "?pictures=2&digit=3&steps=4&sampler=euler&guidance=2&seed=21&frame=4";

#[test]
fn webgpu_gives_the_pictures_of_the_cpu_within_the_tolerance() {
    let site = Site::new();
    // The flow, and the DDPM with fresh noise on its way.
    let noisy = replaced(SAMPLE, "sampler=euler", "model=mnist-ddpm&sampler=em-sigma");
    for link in [SAMPLE, &noisy] {
        agrees(&site, link);
    }
}

/// Frame by frame on both devices.
fn agrees(site: &Site, link: &str) {
    let on = |adapter, device, name: &'static str| {
        let page = Page::open(site, adapter, &format!("{link}&device={device}"));
        page.wait(format_args!("the status to say {name}"), |page| page.status().contains(name));
        let pictures = page.pictures_at(4, 2);
        let frames = page.frames();
        assert_eq!(page.alert(), "");
        page.close_without_errors();
        (pictures, frames)
    };
    let (pictures, frames) = on(Adapter::Software, "gpu", "WebGPU");
    let (expected, reference) = on(Adapter::Software, "cpu", "CPU");
    assert_eq!(frames.len(), 5);
    for (frame, reference) in frames.iter().zip(&reference) {
        let far = frame.x_t.iter().zip(&reference.x_t).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(far <= TOLERANCE, "frame {}: x_t differs by {far}", frame.index);
    }
    let levels = difference(&pictures, &expected);
    assert!(levels <= LEVELS, "pictures differ by {levels} levels");
}

#[test]
fn denoising_on_webgpu_starts_without_a_click_and_every_step_is_in_the_persons_hand() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::Software, "?pictures=2&steps=3&sampler=euler&guidance=1&device=gpu");
    page.wait("the status to say WebGPU", |page| page.status().contains("WebGPU"));
    let last = denoise(&page);
    page.button("Step back");
    let before = page.pictures_at(2, 2);
    page.button("Step forward");
    assert_eq!(page.pictures_at(3, 2), last);
    page.leave_controls();
    for (key, frame) in [(key::HOME, 0), (key::RIGHT, 1), (key::RIGHT, 2), (key::LEFT, 1), (key::END, 3)] {
        page.browser.press(key);
        page.pictures_at(frame, 2);
    }
    page.browser.press(key::LEFT);
    assert_eq!(page.pictures_at(2, 2), before);
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

#[test]
fn training_on_webgpu_lowers_the_loss_and_pauses_resumes_and_resets() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::Software, "?view=train&size=tiny&batch=4&train-seed=7&device=gpu");
    page.wait("the status to say WebGPU", |page| page.status().contains("WebGPU"));
    let (first, last) = train_with_every_verb(&page);
    assert!(last < first, "loss {first} became {last}");
    page.close_without_errors();
}

#[test]
fn without_an_adapter_a_link_that_asks_for_webgpu_is_answered_by_the_cpu() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, &format!("{SAMPLE}&device=gpu"));
    page.wait("the status to say CPU", |page| page.status().contains("CPU"));
    page.pictures_at(4, 2);
    page.close_without_errors();
}
