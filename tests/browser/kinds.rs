//! Kinds that learn the same points side by side, in the page.

use crate::{
    engine::{Engine, every_engine},
    page::Page,
    plane::{address_that, open},
    server::Site,
};
use flow::{
    family::{FamilyId, Needs},
    keyed::Keyed,
};
use plane::spec::{FigureKind, Spec};
use protocol::message::Event;
use serde_json::json;
use std::collections::BTreeMap;

fn kinds() -> Vec<FamilyId> {
    FamilyId::of(Needs::Points).collect()
}

/// The cells of the table, row after row.
fn table(page: &Page) -> Vec<Vec<String>> {
    let script = "return [...document.querySelectorAll('.kinds tbody tr')].map(row => [...row.cells].map(cell => cell.innerText))";
    serde_json::from_value(page.browser.run(script, json!([]))).expect("rows of cells")
}

fn titles(page: &Page) -> Vec<String> {
    let script = "return [...document.querySelectorAll('.panel h2')].map(one => one.textContent)";
    serde_json::from_value(page.browser.run(script, json!([]))).expect("titles")
}

/// Where the last whole snapshot of each kind has its points at the end, kind by kind; empty before there are all.
fn ends(page: &Page) -> BTreeMap<usize, Vec<f32>> {
    let whole = page.events().into_iter().filter_map(|event| match event {
        Event::Snapshot(it) if it.whole => Some((it.round, it.x[it.x.len() - 2 * it.particles..].to_vec())),
        _ => None,
    });
    let ends: BTreeMap<_, _> = whole.collect();
    if ends.len() == kinds().len() { ends } else { BTreeMap::new() }
}

/// Whether every kind has been measured, and rests.
fn are_measured(page: &Page) -> bool {
    let told: Vec<_> = page.reports().into_iter().filter(|it| !it.running && it.distances.energy.is_some()).collect();
    (0..kinds().len()).all(|k| told.iter().any(|it| it.round == k))
}

fn they_learn_with_the_same_time_and_the_link_gives_the_same_again(engine: Engine) {
    let site = Site::new();
    let page = open(&site, engine, "show=kinds&data=eight&particles=100&steps=6&frame=6&batch=32&seconds=1");
    page.wait("the data", |page| titles(page) == ["Exact path, t = 1.00"]);
    page.button("Train");
    page.wait("every kind to be measured", are_measured);
    let link = address_that(&page, "their steps", |spec| spec.kinds.len() == kinds().len());
    let steps: Vec<(FamilyId, u64)> = Spec::parse(link.split_once('?').expect("a query").1).0.kinds;
    assert_eq!(steps.iter().map(|(family, _)| *family).collect::<Vec<_>>(), kinds());
    page.wait("a panel for each", |page| titles(page).len() == 1 + kinds().len());
    for (title, family) in titles(&page)[1..].iter().zip(kinds()) {
        assert_eq!(*title, format!("{}, t = 1.00", family.name));
    }
    page.wait("a whole table", |page| {
        table(page).iter().all(|row| row[1] != "–") && table(page).len() == kinds().len()
    });
    for (row, (family, _)) in table(&page).iter().zip(&steps) {
        assert!(row[0].starts_with(family.name) && row.len() == 6, "{row:?}");
        assert!(row[1].parse::<f64>().is_ok_and(|energy| (0.0..2.0).contains(&energy)), "{row:?}");
        assert!(row[2].ends_with("/8"), "{row:?}");
        let dense = family.has_path() || *family == FamilyId::NORMALISING;
        assert_eq!(row[3] == "none", !dense, "{row:?}");
        assert_eq!(row[4] == "1", !family.has_path(), "{row:?}");
    }
    let first = ends(&page);
    assert!(!first.is_empty());
    assert_eq!(page.alert(), "");
    page.close_without_errors();

    let again = Page::blank(&site, engine);
    again.browser.open(&link);
    again.wait("the same kinds", |page| are_measured(page) && !ends(page).is_empty());
    assert!(ends(&again) == first, "the link gives other points");
    // Another figure is not of them, and they are there when one comes back.
    again.choose("Figure", FigureKind::Path.key());
    again.wait("the exact field alone", |page| titles(page).len() == 1);
    again.choose("Figure", FigureKind::Kinds.key());
    again.wait("all of them", |page| titles(page).len() == 1 + kinds().len());
    again.button("Forget");
    again.wait("nothing learned", |page| titles(page).len() == 1 && table(page).is_empty());
    assert_eq!(again.alert(), "");
    again.close_without_errors();
}

every_engine! {
    they_learn_with_the_same_time_and_the_link_gives_the_same_again;
}
