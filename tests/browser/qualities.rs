//! Measures of quality in Compare: lanes of any kind beside real pictures.

use crate::{
    engine::{Engine, every_engine},
    page::Page,
    server::Site,
};
use serde_json::json;

const LANES: &str =
    "?view=compare&lane=euler,2,1,mnist&lane=euler,1,1,mnist-gan&steps=4&pictures=2&seed=5&frame=4&device=cpu";

/// What the live region says.
fn said(page: &Page) -> String {
    let said = page.browser.run("return document.querySelector('.quality [aria-live]').innerText", json!([]));
    said.as_str().unwrap_or_default().into()
}

/// The cells of the table, row by row, the titles first.
fn table(page: &Page) -> Vec<Vec<String>> {
    let script = "return [...document.querySelectorAll('.measures tr')].map(row =>
        [...row.children].map(cell => cell.firstChild?.ariaLabel ?? cell.innerText.replace(/\\s+/g, ' ').trim()))";
    serde_json::from_value(page.browser.run(script, json!([]))).expect("rows of cells")
}

/// The row whose title begins so.
fn row<'a>(table: &'a [Vec<String>], title: &str) -> &'a [String] {
    let found = table.iter().find(|row| row[0].starts_with(title));
    &found.unwrap_or_else(|| panic!("no row {title} in {table:?}"))[1..]
}

/// The number that a cell begins with.
fn number(cell: &str) -> f64 {
    cell.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or_else(|| panic!("no number in “{cell}”"))
}

every_engine! {
    lanes_are_judged_by_the_same_measures_beside_real_pictures;
}

fn lanes_are_judged_by_the_same_measures_beside_real_pictures(engine: Engine) {
    let site = Site::new();
    let page = Page::open(&site, engine, LANES);
    page.wait("the lanes at rest", |page| page.state() == "ready");
    page.set_number("Pictures of each", "40");
    page.button("Measure quality");
    page.wait("its end", |page| said(page) == "Measured, 40 pictures of each.");
    let all = table(&page);
    println!("{all:?}");
    assert_eq!(all[0], ["", "A Flow", "B GAN", "Real"]);
    assert_eq!(all.len(), 13, "titles, nine measures, and what it costs");
    for title in ["right", "precision", "recall", "memorised"] {
        assert!(
            row(&all, title).iter().all(|cell| cell.ends_with('%') && (0.0..=100.0).contains(&number(cell))),
            "{title}"
        );
    }
    let frechet: Vec<f64> = row(&all, "Fréchet").iter().map(|cell| number(cell)).collect();
    assert!(frechet[2] < frechet[0], "four steps of Euler are nearer to test pictures than real ones: {frechet:?}");
    assert!(row(&all, "right").iter().all(|cell| number(cell) > 80.0));
    assert_eq!(row(&all, "bits"), ["not yet", "none", "–"]);
    assert_eq!(row(&all, "NFE"), ["8", "1", "–"]);
    page.set_number("Steps", "5");
    page.wait("that it is of other lanes", |page| {
        said(page) == "Measured, 40 pictures of each. The lanes have changed since."
    });

    page.set_number("Pictures of each", "1000");
    page.button("Measure quality");
    page.wait("some progress", |page| !page.browser.find(".quality progress").is_empty());
    page.button("Cancel");
    page.wait("its end", |page| said(page) == "Stopped." && page.state() == "ready");
    page.close_without_errors();
}
