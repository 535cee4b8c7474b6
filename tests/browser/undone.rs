//! What was given up comes back: a training that was reset, by a button or by Ctrl+Z.

use crate::{
    page::{Adapter, Page, key},
    saved::RECIPE,
    server::Site,
    train::{pause, train_until},
};
use serde_json::json;

const UNDO: &str = "Undo: bring the training back";

fn said(page: &Page) -> String {
    let script = "return document.querySelector('.parted')?.innerText ?? ''";
    page.browser.run(script, json!([])).as_str().unwrap_or_default().into()
}

#[test]
fn a_reset_is_undone_by_a_button_and_by_keys() {
    let site = Site::new();
    let page = Page::open(&site, Adapter::None, RECIPE);
    page.button("Train");
    train_until(&page, 3);
    // One that rests comes back at rest.
    let step = pause(&page);
    page.button("Reset");
    page.wait("what was given up", |page| said(page).contains(&format!("given up at step {step}")));
    page.forget();
    page.browser.press_all(&[key::CONTROL, 'z']);
    page.control("button", "Resume");
    page.wait("its report", |page| page.reports().last().is_some_and(|report| report.step == step && !report.running));
    assert_eq!(said(&page), "");

    // One that runs goes on, without the loss of a step.
    page.button("Resume");
    train_until(&page, step + 2);
    page.button("Reset");
    let last: u64 = page.wait_for("what was given up", |page| {
        said(page).split_once("given up at step ")?.1.split('.').next()?.parse().ok()
    });
    page.forget();
    page.button(UNDO);
    train_until(&page, last + 2);
    assert_eq!(page.losses().first().map(|(step, _)| *step), Some(last + 1), "no step is lost, and none comes again");
    let end = pause(&page);

    // What is saved already is not asked about, and a dismissed word does not come back.
    page.button("Reset");
    page.button("Leave it so");
    assert_eq!(said(&page), "");
    page.browser.press_all(&[key::CONTROL, 'z']);
    page.control("button", "Train");
    page.control("button", &format!("Resume training at step {end}"));
    page.close_without_errors();
}

#[test]
fn what_cannot_be_saved_can_be_brought_back_all_the_same() {
    let site = Site::new();
    let page = Page::blank(&site, Adapter::None);
    page.run_before(
        "Object.defineProperty(navigator, 'storage', { value: undefined });
        Object.defineProperty(window, 'indexedDB', { value: undefined });",
    );
    page.go(RECIPE);
    page.button("Train");
    train_until(&page, 3);
    let step = pause(&page);
    page.button("Dismiss");
    page.button("Reset");
    page.button(UNDO);
    page.wait("its step", |page| page.reports().last().is_some_and(|report| report.step == step && !report.running));
    page.control("button", "Resume");
    // Nobody leaves without being asked.
    let asked = "const event = new Event('beforeunload', { cancelable: true });
        dispatchEvent(event); return event.defaultPrevented;";
    assert_eq!(page.browser.run(asked, json!([])), true);
    page.button("Reset");
    page.control("button", "Train");
    assert_eq!(page.browser.run(asked, json!([])), false);
    assert!(page.browser.find(".left li").is_empty());
    page.close_without_errors();
}
