//! The table of `docs/families.md`: written by `write_the_table`, and held to the lists by a test.

use flow::family::{FAMILIES, Family, FamilyId};
use protocol::recipe::TrainSpec;
use std::{fs, path::PathBuf};

const BEGIN: &str = "<!-- families: written by a test -->\n";
const END: &str = "<!-- end of families -->\n";

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/families.md")
}

/// A row a family: how it is called, what it does, what it reports, what decides it.
fn table() -> String {
    let mut table =
        String::from("| Family | What it does | Reported of a step | Settings of its own |\n|---|---|---|---|\n");
    for family in FAMILIES {
        let terms: Vec<_> = family.terms.iter().map(|term| format!("**{}**: {}", term.name, term.about)).collect();
        let has = |other: &'static Family, key: &str| TrainSpec::of(FamilyId(other)).settings().any(|it| it.key == key);
        let everywhere = |key: &str| FAMILIES.iter().all(|other| has(other, key));
        let own: Vec<_> = TrainSpec::of(FamilyId(family))
            .settings()
            .filter(|setting| !everywhere(setting.key))
            .map(|setting| format!("`{}`", setting.key))
            .collect();
        table += &format!(
            "| {} (`{}`), {} | {} | {} | {} |\n",
            family.name,
            family.key,
            family.citation,
            family.about,
            terms.join(" "),
            own.join(", ")
        );
    }
    table
}

#[test]
fn the_document_has_every_family() {
    let text = fs::read_to_string(path()).expect("docs/families.md is there");
    let found = text.split_once(BEGIN).and_then(|(_, rest)| rest.split_once(END)).map(|(table, _)| table);
    let again = "docs/families.md: cargo test -p flowstep-protocol --test families -- --ignored write_the_table";
    assert_eq!(found, Some(&table()[..]), "{again}");
    for family in FAMILIES {
        assert!(text.contains(&format!("\n## {}", family.name)), "{} has no section", family.name);
    }
}

#[test]
#[ignore = "writes docs/families.md"]
fn write_the_table() {
    let text = fs::read_to_string(path()).expect("docs/families.md is there");
    let (before, rest) = text.split_once(BEGIN).expect("it has a table");
    let (_, after) = rest.split_once(END).expect("the table ends");
    fs::write(path(), format!("{before}{BEGIN}{}{END}{after}", table())).expect("it is written");
}
