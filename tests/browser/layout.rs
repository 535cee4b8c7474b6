//! The frame of the page: it fits its window, from a phone to a projector, and has one status.

use crate::{
    engine::{Engine, every_engine},
    page::{Adapter, Page, STATUS},
    server::Site,
};
use serde_json::json;

#[test]
fn nothing_scrolls_sideways() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, "?pictures=4&steps=2&frame=0");
    page.pictures_at(0, 4);
    for (view, role, name) in [
        ("Train", "spinbutton", "Batch size"),
        ("Compare", "combobox", "Lock"),
        ("Plane", "combobox", "Data"),
        ("Sample", "combobox", "Show"),
    ] {
        page.click("link", view);
        page.control(role, name);
        for width in [360, 768, 1280, 1920] {
            page.resize([width, 800]);
            let script = "await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
                return [innerWidth, document.documentElement.scrollWidth]";
            let measured = page.browser.run_async(script, json!([]));
            assert_eq!(measured[0], width, "the window did not take its width");
            assert!(measured[1].as_u64() <= Some(width.into()), "{view} at {width} px is {} px wide", measured[1]);
        }
    }
    // The longest formulas.
    for sampler in ["em-reverse", "ancestral", "stochastic-heun", "dopri5"] {
        page.resize([360, 800]);
        page.go(&format!("?model=mnist-ddpm&sampler={sampler}&pictures=1&steps=7&frame=3"));
        page.pictures_at(3, 1);
        let wide = page.browser.run("return document.documentElement.scrollWidth", json!([]));
        assert!(wide.as_u64() <= Some(360), "{sampler} is {wide} px wide");
    }
    page.close_without_errors();
}

every_engine! {
    each_view_has_exactly_one_status;
}

fn each_view_has_exactly_one_status(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, "?pictures=2&steps=2&frame=0");
    page.pictures_at(0, 2);
    for (view, control) in [("Sample", "Step forward"), ("Compare", "Add lane"), ("Train", "Train")] {
        page.click("link", view);
        page.control("button", control);
        assert_eq!(page.browser.find(STATUS).len(), 1, "{view}");
        assert!(page.status().contains("CPU"), "{view}: “{}”", page.status());
    }
    page.close_without_errors();
}

#[test]
fn nothing_moves_by_itself_under_reduced_motion() {
    let site = Site::new();
    let page = Page::blank(&site, Adapter::None);
    page.prefer(&[("prefers-reduced-motion", "reduce")]);
    page.go("?pictures=2&steps=3");
    let still = page.wait_for("pictures", |page| Some(page.pictures()).filter(|pictures| pictures.len() == 2));
    page.wait("the page to be ready", |page| page.state() == "ready");
    let frames = |pictures: Vec<crate::pictures::Picture>| pictures.iter().map(|one| one.frame).collect::<Vec<_>>();
    assert_eq!(frames(page.pictures()), frames(still), "frames passed by themselves");
    let moving = "return document.getAnimations().filter(one => one.playState === 'running').length";
    assert_eq!(page.browser.run(moving, json!([])), 0);
    page.close_without_errors();
}
