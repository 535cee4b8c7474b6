//! A small folder like that of trunk, packed.

use pack::{Files, pack};
use proptest::prelude::*;

const INDEX: &str = r#"<!doctype html>
<html lang="en">
  <head>
    <link rel="icon" href="icon.svg">
    <link rel="stylesheet" href="./a-1.css"/>
    <link rel="stylesheet" href="./b-2.css"/>
    <script src="./shell.js"></script>
    <link rel="modulepreload" href="./page.js">
  </head>
  <body><script type="module" src="./start.js"></script></body>
</html>"#;

fn folder() -> Files {
    let text = [
        ("index.html", INDEX),
        ("a-1.css", "a { color: red }"),
        ("b-2.css", "b { color: blue }"),
        ("shell.js", "say()"),
        ("start.js", "import init from './page.js'; await init();"),
        ("page.js", "new URL('page_bg.wasm', import.meta.url)"),
        ("page_bg.wasm", "page"),
        ("worker_loader.js", "import init from './worker.js';await init();"),
        ("worker.js", "new URL('worker_bg.wasm', import.meta.url)"),
        ("worker_bg.wasm", "worker"),
        ("weights/mnist.safetensors", "weights"),
        ("licences.html", "<head><link rel=\"stylesheet\" href=\"licences.css\"></head>"),
        ("licences.css", "p {}"),
        ("icon.svg", "<svg/>"),
        ("sw.js", "serve(FILES)"),
    ];
    text.into_iter().map(|(path, text)| (path.into(), text.as_bytes().to_vec())).collect()
}

fn text<'a>(files: &'a Files, path: &str) -> &'a str {
    std::str::from_utf8(&files[path]).expect("text")
}

/// The one name that begins and ends so.
fn name<'a>(files: &'a Files, begin: &str, end: &str) -> &'a str {
    let found: Vec<_> = files.keys().filter(|it| it.starts_with(&format!("{begin}-")) && it.ends_with(end)).collect();
    assert_eq!(found.len(), 1, "{begin}…{end}: {found:?}");
    found[0]
}

#[test]
fn whoever_names_a_file_names_its_content() {
    let files = pack(folder()).expect("a folder");
    let index = text(&files, "index.html");
    for (of, named) in [
        (index, name(&files, "shell", ".js")),
        (index, name(&files, "start", ".js")),
        (index, name(&files, "page", ".js")),
        (index, name(&files, "style", ".css")),
        (index, name(&files, "icon", ".svg")),
        (text(&files, name(&files, "start", ".js")), name(&files, "page", ".js")),
        (text(&files, name(&files, "page", ".js")), name(&files, "page_bg", ".wasm")),
        (text(&files, name(&files, "worker_loader", ".js")), name(&files, "worker", ".js")),
        (text(&files, name(&files, "worker", ".js")), name(&files, "worker_bg", ".wasm")),
    ] {
        assert!(of.contains(named), "{named} is not in “{of}”");
    }
    for path in files.keys().filter(|path| !path.ends_with(".html") && *path != "sw.js") {
        let (_, digest) = path.rsplit_once('.').expect("an end").0.rsplit_once('-').expect("a digest");
        assert!(text(&files, "sw.js").contains(&format!("\"{path}\": [\"{digest}\", {}]", files[path].len())));
    }
    let licences = text(&files, "licences.html");
    assert!(licences.contains(name(&files, "licences", ".css")) && licences.contains("Content-Security-Policy"));
}

#[test]
fn sheets_are_one_in_their_order() {
    let files = pack(folder()).expect("a folder");
    assert_eq!(text(&files, name(&files, "style", ".css")), "a { color: red }\nb { color: blue }\n");
    assert_eq!(text(&files, "index.html").matches("rel=\"stylesheet\"").count(), 1);
}

#[test]
fn what_is_asked_for_while_the_page_runs_is_listed() {
    let files = pack(folder()).expect("a folder");
    let (_, list) = text(&files, "index.html").split_once("id=\"files\">\n").expect("a list");
    let (list, _) = list.split_once("</script>").expect("its end");
    let paths: Vec<_> = list.lines().map(|line| line.split(' ').next().expect("a path")).collect();
    assert_eq!(paths, ["weights/mnist.safetensors", "worker_loader.js"]);
    for line in list.lines() {
        let [path, digest, size] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("“{line}”") };
        let (stem, end) = path.rsplit_once('.').expect("an end");
        assert_eq!(files[&format!("{stem}-{digest}.{end}")].len().to_string(), size);
    }
}

#[test]
fn a_worker_and_its_page_say_the_same_build() {
    let files = pack(folder()).expect("a folder");
    let (_, build) = text(&files, "index.html").split_once("data-build=\"").expect("a build");
    let (build, _) = build.split_once('"').expect("its end");
    let loader = text(&files, name(&files, "worker_loader", ".js"));
    assert!(loader.contains(&format!("flowstepBuild = \"{build}\"")) && loader.contains("init().catch"), "{loader}");
    assert!(text(&files, "sw.js").contains(build));
}

#[test]
fn what_trunk_serves_is_left_alone() {
    let mut folder = folder();
    let index = INDEX.replace("</body>", "<script>'.well-known/trunk/ws'</script></body>");
    folder.insert("index.html".into(), index.into_bytes());
    assert_eq!(pack(folder.clone()).expect("a folder"), folder);
}

#[test]
fn what_is_missing_or_turns_in_a_circle_is_said() {
    let without = |path: &str| {
        let mut folder = folder();
        folder.remove(path);
        pack(folder).expect_err(path)
    };
    assert!(without("index.html").contains("index.html is missing"));
    assert!(without("sw.js").contains("sw.js is missing"));
    assert!(without("a-1.css").contains("a-1.css is missing"));
    let mut circle = folder();
    circle.insert("page.js".into(), b"import './start.js'".to_vec());
    assert!(pack(circle).expect_err("a circle").contains("circle"));
}

proptest! {
    #[test]
    fn any_change_of_any_file_changes_the_build_and_its_own_name(which in 0..15usize, byte in 0u8..128) {
        let (before, mut folder) = (pack(folder()).expect("a folder"), folder());
        let path = folder.keys().nth(which).expect("a file").clone();
        let end = folder[&path].len();
        folder.get_mut(&path).expect("a file").insert(end, byte);
        if let Ok(after) = pack(folder) {
            let build = |files: &Files| text(files, "sw.js")[..30].to_string();
            prop_assert_ne!(build(&before), build(&after));
            let is_kept = before.iter().all(|(path, bytes)| after.get(path).is_none_or(|it| it == bytes || path.ends_with(".html") || path == "sw.js"));
            prop_assert!(is_kept, "a name stands for two contents");
        }
    }
}
