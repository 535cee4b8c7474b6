//! Between rooms the compiler holds the arrows; between the files of a room this does: no circles.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

type Names = Vec<String>;

/// Source files of a crate by module path: `["sampler", "tableau"]` → text. A `mod.rs` goes by its folder's name, `lib.rs` by none.
type Sources = BTreeMap<Names, String>;

/// The rooms: name of the crate, and its files.
fn rooms() -> Vec<(String, Sources)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = fs::read_dir(root.join("crates")).expect("crates/").map(|entry| entry.expect("an entry").path());
    let rooms =
        entries.map(|room| (room.file_name().expect("a name").to_string_lossy().into_owned(), room.join("src")));
    let sources = |(name, folder): (String, PathBuf)| {
        let mut found = Sources::new();
        read(&folder, &mut vec![], &mut found);
        (name, found)
    };
    rooms.chain([("the page".into(), root.join("src"))]).map(sources).collect()
}

fn read(folder: &Path, module: &mut Names, found: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        // Binaries are crates of their own, of one file.
        if stem == "bin" || stem == "main" {
            continue;
        }
        let depth = module.len();
        if path.is_dir() || is_rust && stem != "mod" && stem != "lib" {
            module.push(stem);
        }
        if path.is_dir() {
            read(&path, module, found);
        } else if is_rust {
            found.insert(module.clone(), fs::read_to_string(&path).unwrap());
        }
        module.truncate(depth);
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

/// The files that each file names, itself excepted.
fn arrows(sources: &Sources) -> BTreeMap<&Names, BTreeSet<&Names>> {
    let file_of = |path: &[String]| (0..=path.len()).rev().find_map(|n| sources.get_key_value(&path[..n]));
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
fn no_files_use_each_other_in_a_circle() {
    let rooms = rooms();
    let names: Vec<&str> = rooms.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"flow") && names.contains(&"the page"), "{names:?}");
    for (name, sources) in &rooms {
        assert!(sources.len() > 3, "of {name} only {} files were read", sources.len());
        assert_eq!(circles(sources), [""; 0], "{name}");
    }
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
