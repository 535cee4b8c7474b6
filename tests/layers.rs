//! The house of the design: seven rooms, arrows downwards only, between rooms and between the files of a room.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

type Names = Vec<String>;

/// A room, what of the crate it may use besides itself, and which other crates it must not.
struct Room {
    name: &'static str,
    uses: &'static [&'static str],
    never: &'static [&'static str],
}

const WEB: [&str; 4] = ["web_sys", "js_sys", "wasm_bindgen", "leptos"];

const HOUSE: [Room; 7] = [
    Room { name: "flow", uses: &[], never: &["burn", "web_sys", "js_sys", "wasm_bindgen", "leptos"] },
    Room { name: "data", uses: &["flow"], never: &["burn", "web_sys", "js_sys", "wasm_bindgen", "leptos"] },
    // Of the data a model knows only which set it was trained on.
    Room { name: "model", uses: &["flow", "data::kind", "data::sets"], never: &WEB },
    Room { name: "lab", uses: &["flow", "data", "model"], never: &WEB },
    Room {
        name: "plane",
        uses: &["flow", "data", "lab::protocol", "lab::plane::protocol"],
        never: &["burn", "web_sys", "js_sys", "wasm_bindgen", "leptos"],
    },
    Room { name: "web", uses: &["flow", "data", "model", "lab", "plane"], never: &["leptos"] },
    Room {
        name: "app",
        uses: &[
            "web",
            "plane",
            "lab::protocol",
            "lab::plane::protocol",
            "lab::comparison",
            "lab::link",
            "lab::outlook",
            "flow",
            "data",
            "model::catalogue",
        ],
        never: &["burn"],
    },
];

/// Source files by module path: `["flow", "solver", "tableau"]` → text. A `mod.rs` goes by its folder's name.
type Sources = BTreeMap<Names, String>;

fn sources() -> Sources {
    let mut found = Sources::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for room in &HOUSE {
        read(&root.join(room.name), &mut vec![room.name.to_string()], &mut found);
    }
    found
}

fn read(folder: &Path, module: &mut Names, found: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        if path.is_dir() || is_rust && stem != "mod" {
            module.push(stem);
        }
        if path.is_dir() {
            read(&path, module, found);
            module.pop();
        } else if is_rust {
            found.insert(module.clone(), fs::read_to_string(&path).unwrap());
            if path.file_name().unwrap() != "mod.rs" {
                module.pop();
            }
        }
    }
}

/// Every path of the code, whole (`use a::{b, c::d}` gives two), from `crate` where it begins with
/// `crate`, `self`, `super` or one of the module's own `children`.
fn paths(code: &str, module: &[String], children: &BTreeSet<String>) -> Vec<Names> {
    let tokens: TokenStream = code.parse().unwrap_or_else(|error| panic!("{}: {error}", module.join("::")));
    let mut found = Vec::new();
    walk(tokens, module, children, &mut found);
    found
}

fn walk(tokens: TokenStream, module: &[String], children: &BTreeSet<String>, found: &mut Vec<Names>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(_) if colons(&tokens, at + 1) => {
                let mut whole = Vec::new();
                at = path(&tokens, at, &mut Vec::new(), &mut whole);
                found.extend(whole.into_iter().map(|one| absolute(one, module, children)));
            }
            // A module within the file, tests above all: `super` there is the file itself.
            TokenTree::Ident(word) if word == "mod" => {
                if let Some(TokenTree::Group(body)) = tokens.get(at + 2) {
                    let mut inner = module.to_vec();
                    inner.push(tokens[at + 1].to_string());
                    walk(body.stream(), &inner, &BTreeSet::new(), found);
                    at += 2;
                }
                at += 1;
            }
            TokenTree::Group(group) => {
                walk(group.stream(), module, children, found);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

fn colons(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at| matches!(tokens.get(at), Some(TokenTree::Punct(one)) if one.as_char() == ':');
    colon(at) && colon(at + 1)
}

/// Reads the path, or tree of paths, that begins at `at`; returns where it ends.
fn path(tokens: &[TokenTree], mut at: usize, before: &mut Names, found: &mut Vec<Names>) -> usize {
    let depth = before.len();
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(word)) => before.push(word.to_string()),
            Some(TokenTree::Group(tree)) if tree.delimiter() == Delimiter::Brace => {
                let branches: Vec<TokenTree> = tree.stream().into_iter().collect();
                let comma = |token: &TokenTree| matches!(token, TokenTree::Punct(one) if one.as_char() == ',');
                for branch in branches.split(comma).filter(|branch| !branch.is_empty()) {
                    path(branch, 0, before, found);
                }
                break;
            }
            // A glob, or the `<` of type arguments.
            _ => {
                found.push(before.clone());
                break;
            }
        }
        if !colons(tokens, at + 1) {
            found.push(before.clone());
            break;
        }
        at += 3;
    }
    before.truncate(depth);
    at + 1
}

fn absolute(path: Names, module: &[String], children: &BTreeSet<String>) -> Names {
    let supers = path.iter().filter(|word| *word == "super").count();
    let rest = path.iter().filter(|word| !["super", "self", "crate"].contains(&word.as_str())).cloned();
    let start: &[String] = match path[0].as_str() {
        "crate" => &[],
        "self" | "super" => &module[..module.len().saturating_sub(supers)],
        child if children.contains(child) => module,
        _ => return path,
    };
    ["crate".to_string()].into_iter().chain(start.iter().cloned()).chain(rest).collect()
}

fn children(of: &[String], sources: &Sources) -> BTreeSet<String> {
    let direct = sources.keys().filter(|one| one.len() == of.len() + 1 && one.starts_with(of));
    direct.map(|one| one[of.len()].clone()).collect()
}

/// Arrows that the house does not allow, one sentence each.
fn offences(sources: &Sources) -> Vec<String> {
    let mut found = Vec::new();
    for (module, code) in sources {
        let room = HOUSE.iter().find(|room| room.name == module[0]).expect("only rooms are read");
        for path in paths(code, module, &children(module, sources)) {
            let allowed = match path.first().map(String::as_str) {
                Some("crate") => match path.get(1) {
                    Some(other) if HOUSE.iter().any(|room| room.name == other) => {
                        let inner = path[1..].join("::");
                        let covers = |allowed: &&str| inner == **allowed || inner.starts_with(&format!("{allowed}::"));
                        other == room.name || room.uses.iter().any(covers)
                    }
                    _ => true,
                },
                Some(outer) => !room.never.contains(&outer),
                None => true,
            };
            if !allowed {
                found.push(format!("{} may not use {}", module.join("::"), path.join("::")));
            }
        }
    }
    found
}

/// The files that each file names, itself excepted.
fn arrows(sources: &Sources) -> BTreeMap<&Names, BTreeSet<&Names>> {
    let file_of = |path: &[String]| (1..=path.len()).rev().find_map(|n| sources.get_key_value(&path[..n]));
    let targets = |module: &Names, code: &str| {
        let paths = paths(code, module, &children(module, sources));
        let inner = paths.iter().filter(|path| path[0] == "crate");
        let files = inner.filter_map(|path| file_of(&path[1..]).map(|(file, _)| file));
        files.filter(|file| *file != module).collect()
    };
    sources.iter().map(|(module, code)| (module, targets(module, code))).collect()
}

/// Files on a circle of arrows, or between two circles.
fn circles(sources: &Sources) -> Vec<String> {
    let mut arrows = arrows(sources);
    // Take away what uses nothing that is left and what nothing left uses, until nothing more goes.
    loop {
        let used: BTreeSet<&Names> = arrows.values().flatten().copied().collect();
        let free = arrows.iter().find(|(file, uses)| uses.is_empty() || !used.contains(*file));
        let Some(free) = free.map(|(file, _)| *file) else { break };
        arrows.remove(free);
        arrows.values_mut().for_each(|uses| {
            uses.remove(free);
        });
    }
    let names = |files: &BTreeSet<&Names>| files.iter().map(|file| file.join("::")).collect::<Vec<_>>().join(", ");
    arrows.iter().map(|(file, uses)| format!("{} → {}", file.join("::"), names(uses))).collect()
}

fn house(files: &[(&str, &str)]) -> Sources {
    files.iter().map(|(path, code)| (path.split("::").map(String::from).collect(), code.to_string())).collect()
}

#[test]
fn arrows_between_rooms_point_downwards() {
    let sources = sources();
    assert!(sources.len() > 20, "only {} files were read", sources.len());
    assert_eq!(offences(&sources), [""; 0]);
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    assert_eq!(circles(&sources()), [""; 0]);
}

#[test]
fn forbidden_arrows_are_found_however_they_are_written() {
    let bad = [
        ("flow::rng", "use crate::{model::catalogue, flow::state};", "flow::rng may not use crate::model::catalogue"),
        ("flow::rng", "fn f() { g(crate::data::sets::SIDE) }", "flow::rng may not use crate::data::sets::SIDE"),
        ("data::sets", "use super::super::lab::link::Link;", "data::sets may not use crate::lab::link::Link"),
        ("data::sets", "mod t { use super::super::super::web::x; }", "data::sets may not use crate::web::x"),
        (
            "app::view",
            "use crate::{web::{client, canvas}, lab::{link, train::Trainer}};",
            "app::view may not use crate::lab::train::Trainer",
        ),
        (
            "app::view",
            "fn f() { view! { <p>{crate::model::unet::name()}</p> } }",
            "app::view may not use crate::model::unet::name",
        ),
        ("app::view", "use burn::tensor::Tensor;", "app::view may not use burn::tensor::Tensor"),
        (
            "lab::train",
            "fn now() -> f64 { web_sys::window().unwrap().now() }",
            "lab::train may not use web_sys::window",
        ),
    ];
    for (module, code, sentence) in bad {
        assert_eq!(offences(&house(&[(module, code)])), [sentence], "{code}");
    }
    let good =
        "// use crate::app::x;\nuse crate::{flow::{self, rng::Rng as R}, data::*}; const S: &str = \"crate::app::y\";";
    assert_eq!(offences(&house(&[("lab::train", good)])), [""; 0]);
}

#[test]
fn circles_are_found() {
    let (a, b) = (("flow::a", "use super::b::B;"), ("flow::b", "use crate::flow::{a::A, c};"));
    assert_eq!(circles(&house(&[a, b, ("flow::c", "")])), ["flow::a → flow::b", "flow::b → flow::a"]);
    assert_eq!(circles(&house(&[a, ("flow::b", "use crate::flow::c;"), ("flow::c", "")])), [""; 0]);
    let parent = ("flow", "mod a; pub use a::A;");
    assert_eq!(circles(&house(&[parent, ("flow::a", "use super::T;")])), ["flow → flow::a", "flow::a → flow"]);
    assert_eq!(circles(&house(&[parent, ("flow::a", "use super::a;")])), [""; 0]);
}
