//! The page of licences: what it names is what is compiled, and it brings nothing that a strict policy would refuse.

use std::{collections::BTreeSet, fs};

fn page() -> String {
    fs::read_to_string("public/licences.html").expect("make licences writes it")
}

#[test]
fn every_crate_that_is_named_is_one_of_the_lock_file() {
    let lock = fs::read_to_string("Cargo.lock").expect("the lock file");
    let quoted = |line: &str| line.split('"').nth(1).map(String::from);
    let packages: BTreeSet<_> = lock
        .split("[[package]]")
        .filter_map(|one| {
            let find = |key: &str| one.lines().find(|line| line.starts_with(key)).and_then(quoted);
            Some(format!("{}/{}", find("name = ")?, find("version = ")?))
        })
        .collect();
    let page = page();
    let named: BTreeSet<_> = page
        .split("https://crates.io/crates/")
        .skip(1)
        .filter_map(|it| it.split('"').next())
        .map(String::from)
        .collect();
    assert!(named.len() > 200 && named.iter().any(|it| it.starts_with("burn/")), "{} crates", named.len());
    let unknown: Vec<_> = named.difference(&packages).collect();
    assert!(unknown.is_empty(), "make licences writes the page anew: {unknown:?}");
}

#[test]
fn the_data_are_attributed_and_nothing_is_inline() {
    let page = page();
    for words in ["Yann LeCun and Corinna Cortes", "licenses/by-sa/3.0/", "Copyright © 2017 Zalando SE"] {
        assert!(page.contains(words), "{words}");
    }
    let tags: Vec<&str> = page.split('<').skip(1).filter_map(|it| it.split('>').next()).collect();
    for tag in tags {
        let name = tag.split([' ', '\n']).next().unwrap_or_default();
        assert!(
            !["script", "style", "img", "iframe"].contains(&name) && !tag.contains(" style=") && !tag.contains(" on"),
            "<{tag}>"
        );
    }
    assert!(
        fs::read_to_string("public/licences.css")
            .is_ok_and(|sheet| !sheet.contains("url(") && !sheet.contains("@import"))
    );
}
