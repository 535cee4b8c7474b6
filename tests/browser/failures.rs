//! A host that has lost a file: the page says so and does not just wait.

use crate::{
    page::{Adapter, Page},
    server::Site,
};

#[test]
fn a_worker_that_cannot_start_is_a_failure_with_a_sentence() {
    for lost in ["worker_loader.js", "worker_bg.wasm"] {
        let site = Site::without(lost);
        let mut page = Page::blank(&site, Adapter::None);
        page.expect_errors("worker");
        page.go("?device=cpu");
        page.wait(format_args!("data-state=failed without {lost}"), |page| page.state() == "failed");
        let alert = page.alert();
        assert!(alert.split_whitespace().count() >= 4, "“{alert}” is no sentence");
        page.close_without_errors();
    }
}

#[test]
fn missing_weights_are_a_failure_with_a_sentence_and_training_still_works() {
    let site = Site::without("weights/mnist.safetensors");
    let mut page = Page::blank(&site, Adapter::None);
    page.expect_errors("mnist.safetensors");
    page.go("");
    page.wait("an alert", |page| page.alert().split_whitespace().count() >= 4);
    page.click("link", "Train");
    page.button("Train");
    crate::train::train_until(&page, 1);
    page.close_without_errors();
}
