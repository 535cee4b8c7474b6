//! The sheets of the page: what a view brings for itself reaches that view alone, and the shared ones know no view.

use flow::keyed::Keyed;
use protocol::link::View;
use std::{collections::BTreeMap, fs, path::Path};

/// A rule: what stands before its brace, and the rules within.
#[derive(Debug, PartialEq)]
struct Rule {
    head: String,
    within: Vec<Rule>,
}

/// The text without comments, and with what stands in quotation marks taken out of them.
fn bare(css: &str) -> String {
    let (mut out, mut rest) = (String::new(), css);
    while let Some(at) = rest.find(['"', '\'', '/']) {
        out += &rest[..at];
        let (mark, after) = rest[at..].split_at(1);
        let end = if mark != "/" { Some(mark) } else { after.starts_with('*').then_some("*/") };
        let Some(end) = end else {
            out += mark;
            rest = after;
            continue;
        };
        let length = after.find(end).unwrap_or_else(|| panic!("{end} is missing after “{}”", rest[at..].trim()));
        out += if mark == "/" { " " } else { "''" };
        rest = &after[length + end.len()..];
    }
    out + rest
}

/// The rules of a sheet. Of declarations it takes only notice where they end.
fn rules(css: &str) -> Vec<Rule> {
    let mut open = vec![Rule { head: String::new(), within: Vec::new() }];
    let mut head = String::new();
    for one in bare(css).chars() {
        match one {
            '{' => {
                let words = head.split_whitespace().collect::<Vec<_>>().join(" ");
                open.push(Rule { head: words, within: Vec::new() });
                head.clear();
            }
            '}' => {
                let rule = open.pop().filter(|_| !open.is_empty()).expect("a brace that closes was opened");
                open.last_mut().expect("the sheet itself").within.push(rule);
                head.clear();
            }
            ';' => head.clear(),
            _ => head.push(one),
        }
    }
    assert_eq!(open.len(), 1, "{} braces are not closed", open.len() - 1);
    assert_eq!(head.trim(), "", "something stands outside all rules");
    open.remove(0).within
}

impl Rule {
    /// Every selector here and within, one after the other; those of animations are none.
    fn selectors(&self) -> Vec<&str> {
        let own = if self.head.starts_with('@') { None } else { Some(self.head.as_str()) };
        let moving = self.head.starts_with("@keyframes");
        let within = self.within.iter().filter(|_| !moving).flat_map(Rule::selectors);
        own.into_iter().chain(within).collect()
    }

    /// Every rule here and within.
    fn all(&self) -> Vec<&Rule> {
        [self].into_iter().chain(self.within.iter().flat_map(Rule::all)).collect()
    }
}

/// The classes that a selector names.
fn classes(selector: &str) -> Vec<&str> {
    let name = |text: &str| text.find(|c: char| !(c.is_alphanumeric() || "-_".contains(c))).unwrap_or(text.len());
    let named = selector.split('.').skip(1).map(|text| &text[..name(text)]);
    named.filter(|class| class.starts_with(|first: char| first.is_alphabetic())).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sheets of a folder by their names without an end: text.
fn sheets(folder: &str) -> BTreeMap<String, String> {
    let folder = root().join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
    let read = |path: &Path| fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    files.map(|path| (path.file_stem().expect("a name").to_string_lossy().into_owned(), read(&path))).collect()
}

#[test]
fn each_view_has_a_sheet_of_one_rule_named_after_it() {
    let mut keys = View::ALL.map(View::key);
    keys.sort_unstable();
    let views = sheets("style/view");
    assert_eq!(views.keys().collect::<Vec<_>>(), keys.iter().collect::<Vec<_>>());
    for (key, css) in views {
        let heads: Vec<String> = rules(&css).into_iter().map(|rule| rule.head).collect();
        assert_eq!(heads, [format!(".view.{key}")], "style/view/{key}.css");
    }
}

/// A selector within the rule of a view, part by part: what makes it reach out of its view, if anything.
fn reach(selector: &str) -> Option<String> {
    let outward = |part: &str| {
        let Some((before, after)) = part.rsplit_once('&') else { return false };
        // Beside the view, or whatever has it within.
        after.trim_start().starts_with(['+', '~']) || before.matches('(').count() > before.matches(')').count()
    };
    selector.split(',').find(|part| outward(part)).map(str::to_string)
}

#[test]
fn nothing_in_the_sheet_of_a_view_reaches_out_of_it() {
    for (key, css) in sheets("style/view") {
        for rule in rules(&css).iter().flat_map(Rule::all) {
            assert!(!rule.head.starts_with("@keyframes"), "{key}: names of animations are everybody's: {}", rule.head);
            assert_eq!(reach(&rule.head), None, "{key}: {} reaches out of its view", rule.head);
            assert!(!rule.head.contains(":root:has"), "{key}: {} changes the page around the view", rule.head);
        }
    }
}

#[test]
fn shared_sheets_know_no_view() {
    for (name, css) in sheets("style") {
        for selector in rules(&css).iter().flat_map(Rule::selectors) {
            for view in View::ALL {
                assert!(!classes(selector).contains(&view.key()), "style/{name}.css: {selector}");
            }
        }
    }
}

#[test]
fn the_page_takes_every_sheet_once() {
    let index = fs::read_to_string(root().join("index.html")).expect("index.html");
    let taken = |path: &str| index.matches(&format!("href=\"{path}\"")).count();
    let shared = sheets("style").into_keys().map(|name| format!("style/{name}.css"));
    let views = sheets("style/view").into_keys().map(|name| format!("style/view/{name}.css"));
    let all: Vec<String> = shared.chain(views).collect();
    for path in &all {
        assert_eq!(taken(path), 1, "{path} is not taken once by index.html");
    }
    assert_eq!(index.matches(".css\"").count(), all.len(), "index.html takes a sheet that is not there");
}

#[test]
fn a_sheet_is_read_as_a_browser_reads_it() {
    let css = "/* a { */ .a, .b:is(.c) { color: red; &:hover { x: y } @media (max-width: 1px) { .d { margin: .5em } } }
        @keyframes k { from { top: 0 } } q::before { content: \"} .e\" }";
    let read = rules(css);
    assert_eq!(
        read.iter().map(|rule| rule.head.as_str()).collect::<Vec<_>>(),
        [".a, .b:is(.c)", "@keyframes k", "q::before"]
    );
    let selectors: Vec<&str> = read.iter().flat_map(Rule::selectors).collect();
    assert_eq!(selectors, [".a, .b:is(.c)", "&:hover", ".d", "q::before"]);
    assert_eq!(selectors.into_iter().flat_map(classes).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    assert_eq!(reach(".a &, & .b"), None);
    assert_eq!(reach(".a, & ~ .b").as_deref(), Some(" & ~ .b"));
    assert_eq!(reach(":root:has(&) .b").as_deref(), Some(":root:has(&) .b"));
}
