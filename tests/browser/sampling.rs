//! Ways to sample and what the pictures show of them: samplers, time grids, guidance, readings.

use crate::{
    page::{Adapter, Page},
    pictures::Picture,
    server::Site,
};
use serde_json::json;

/// Waits until the address holds this.
fn in_address(page: &Page, text: &str) {
    page.wait(format_args!("“{text}” in the address"), |page| page.browser.address().contains(text));
}

/// Opens or closes the controls behind the line that begins so; what it says.
fn unfold(page: &Page, start: &str) -> String {
    let line = page.wait_for(format_args!("the line “{start}…”"), |page| {
        page.browser.find("summary").into_iter().find(|line| {
            let text = page.browser.run("return arguments[0].innerText", json!([page.browser.argument(line)]));
            text.as_str().is_some_and(|text| text.starts_with(start))
        })
    });
    page.browser.click(&line);
    let text = page.browser.run("return arguments[0].parentElement.innerText", json!([page.browser.argument(&line)]));
    text.as_str().unwrap_or_default().to_string()
}

/// The pictures of the gallery, once their names all end so.
fn gallery(page: &Page, end: &str) -> Vec<(String, Vec<u8>)> {
    page.wait_for(format_args!("pictures whose names end in “{end}”"), |page| {
        let canvases = page.canvases(".gallery canvas");
        (!canvases.is_empty() && canvases.iter().all(|(name, _)| name.ends_with(end))).then_some(canvases)
    })
}

fn is_coloured(pixels: &[u8]) -> bool {
    pixels.as_chunks::<4>().0.iter().any(|[red, _, blue, _]| red != blue)
}

#[test]
fn a_sampler_is_in_the_link_with_what_it_takes() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?pictures=2&steps=3&guidance=1&frame=0");
    page.pictures_at(0, 2);
    assert!(page.find("slider", "Stochasticity").is_none(), "Euler takes no noise");
    page.choose("Sampler", "em-sigma");
    page.slide("Stochasticity", 0.5);
    in_address(&page, "sampler=em-sigma");
    in_address(&page, "stochasticity=0.5");
    page.button("Last frame");
    page.pictures_at(3, 2);

    page.choose("Sampler", "ancestral");
    page.wait("no stochasticity", |page| page.find("slider", "Stochasticity").is_none());
    page.choose("Sampler", "dopri5");
    page.set_number("Tolerance", "0.01");
    in_address(&page, "tolerance=0.01");
    page.button("Last frame");
    page.pictures_at(3, 2);
    page.wait("frames of the adaptive sampler", |page| {
        let frames = page.frames();
        frames.len() == 4 && frames[1..].iter().all(|frame| frame.tried >= 1)
    });
    assert_eq!(page.alert(), "");
    page.close_without_errors();
}

#[test]
fn what_is_shown_is_in_the_names_and_in_the_colours() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?pictures=2&steps=2&guidance=1&seed=4&frame=1");
    let state = page.pictures_at(1, 2);
    let grey = |picture: &Picture| !is_coloured(&picture.pixels);
    assert!(state.iter().all(grey));
    page.choose("Show", "noise");
    let noise = gallery(&page, "frame 1 of 2, t = 0.50, noise");
    in_address(&page, "show=noise");
    assert!(noise.iter().all(|(_, pixels)| is_coloured(pixels)));
    page.choose("Show", "data");
    let data = gallery(&page, "frame 1 of 2, t = 0.50, predicted x_1");
    assert!(data.iter().zip(&state).all(|((_, data), state)| !is_coloured(data) && *data != state.pixels));
    page.choose("Show", "score");
    gallery(&page, ", score");
    page.button("Last frame");
    gallery(&page, "frame 2 of 2, t = 1.00, no score at t = 1");
    page.choose("Show", "state");
    page.pictures_at(2, 2);
    // A change of what is shown computes nothing anew.
    assert_eq!(page.frames().len(), 3);
    page.close_without_errors();
}

#[test]
fn a_sampler_that_does_not_fit_is_offered_with_the_reason_and_never_used() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?model=mnist-ddpm&pictures=2&steps=4&guidance=1&frame=0");
    page.pictures_at(0, 2);
    let list = page.browser.argument(&page.control("combobox", "Sampler"));
    let script = "return [...arguments[0].options].filter(one => one.disabled).map(one => one.value)";
    let disabled = page.browser.run(script, json!([list]));
    assert_eq!(disabled, json!(["annealed-langevin"]));
    let reasons = unfold(&page, "Not for this model");
    assert!(reasons.contains("its ladder of noise levels needs data that do not shrink"), "“{reasons}”");
    page.close_without_errors();

    let page = Page::open(&site, Adapter::None, "?sampler=annealed-langevin&pictures=2&steps=2&frame=1");
    page.pictures_at(1, 2);
    page.wait("an alert", |page| page.alert().contains("Euler is used instead"));
    assert_eq!(page.value("combobox", "Sampler"), "euler");
    in_address(&page, "sampler=euler");
    page.close_without_errors();
}

#[test]
fn a_time_grid_moves_the_frames() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?pictures=2&steps=4&guidance=1&frame=1");
    assert!(page.pictures_at(1, 2).iter().all(|one| one.t == 0.25));
    page.disclose("Time grid, guidance interval");
    page.choose("Time grid", "quadratic");
    // 1 - (1 - 1/4)²
    page.wait("the t of the quadratic grid", |page| {
        let pictures = page.pictures();
        pictures.len() == 2 && pictures.iter().all(|one| one.frame == 1 && one.t == 0.44)
    });
    in_address(&page, "grid=quadratic");
    let slider = page.browser.argument(&page.control("slider", "Frame"));
    let spoken = page.browser.run("return arguments[0].getAttribute('aria-valuetext')", json!([slider]));
    assert_eq!(spoken, "frame 1 of 4, t = 0.44");
    page.close_without_errors();
}

#[test]
fn guidance_acts_between_two_times() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?pictures=2&steps=4&guidance=2&guided=0.2-0.8&frame=4");
    page.pictures_at(4, 2);
    // Steps begin at 0, 1/4, 1/2, 3/4: the first is not guided and costs one evaluation.
    page.wait("seven evaluations", |page| page.frames().last().is_some_and(|frame| frame.nfe == 7));
    page.set_number("To t", "0.6");
    in_address(&page, "guided=0.2-0.6");
    page.set_number("From t", "0");
    page.set_number("To t", "1");
    page.wait("a link without it", |page| !page.browser.address().contains("guided="));
    page.close_without_errors();
}

#[test]
fn a_recipe_names_its_path_and_its_loss() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?view=train&schedule=cosine");
    assert_eq!(page.value("combobox", "Schedule"), "cosine");
    page.choose("Loss", "noise");
    in_address(&page, "schedule=cosine&loss=noise");
    page.choose("Coupling", "optimal");
    page.choose("Draw of t", "logit-normal");
    in_address(&page, "draw=logit-normal&coupling=optimal");
    page.close_without_errors();

    let plain = Page::open(&site, Adapter::None, "?view=train");
    plain.control("button", "Train");
    let chosen = ["Schedule", "Loss", "Coupling", "Draw of t"].map(|name| plain.value("combobox", name));
    assert_eq!(chosen, ["linear", "velocity", "independent", "uniform"]);
    plain.close_without_errors();
}
